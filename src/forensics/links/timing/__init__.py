"""Timing of groups: who moves together, each measure a function of one shape against a null of its own.

Every measure is called as `measure(connection, members, window, seed=…)`: members are rows of group_id and account_id,
the answer has the columns of `tables.RESULT_COLUMNS`. A measure reads the window once for all groups together, and a
group's result does not depend on the other groups, nor on the order of rows.
"""

from collections.abc import Callable

import polars as pl

from forensics.links.timing.cohorts import round_the_clock, signup_cohort
from forensics.links.timing.failover import failover
from forensics.links.timing.handover import conversation_handover
from forensics.links.timing.load import load_dispersion
from forensics.links.timing.release import release_reaction
from forensics.links.timing.release_course import release_new_prompts, release_persistence
from forensics.links.timing.replacement import replacement
from forensics.links.timing.synchrony import synchrony

MEASURES: tuple[Callable[..., pl.DataFrame], ...] = (
    synchrony,
    load_dispersion,
    failover,
    release_reaction,
    release_persistence,
    release_new_prompts,
    replacement,
    conversation_handover,
    signup_cohort,
    round_the_clock,
)
"""All measures, in the order in which they are computed."""

__all__ = [
    "MEASURES",
    "conversation_handover",
    "failover",
    "load_dispersion",
    "release_new_prompts",
    "release_persistence",
    "release_reaction",
    "replacement",
    "round_the_clock",
    "signup_cohort",
    "synchrony",
]
