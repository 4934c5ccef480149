"""Timing of groups: who moves together, each measure a function of one shape against a null of its own.

Every measure is called as `measure(connection, members, window, seed=…)`: members are rows of group_id and account_id,
the answer has the columns of `tables.RESULT_COLUMNS`. A measure reads the window once for all groups together, and a
group's result does not depend on the other groups, nor on the order of rows.
"""

from collections.abc import Callable

import polars as pl

from forensics.links.timing.failover import failover
from forensics.links.timing.load import load_dispersion
from forensics.links.timing.synchrony import synchrony

MEASURES: tuple[Callable[..., pl.DataFrame], ...] = (
    synchrony,
    load_dispersion,
    failover,
)
"""All measures, in the order in which they are computed."""

__all__ = ["MEASURES", "failover", "load_dispersion", "synchrony"]
