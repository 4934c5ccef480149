"""What groups ask, beside comparable accounts: each measure a function of the same shape as those of timing.

Every measure is called as `measure(connection, members, window, seed=…)` and answers in the same columns.
"""

from collections.abc import Callable

import polars as pl

from forensics.links.content.breadth import group_diversity
from forensics.links.content.demands import template_demands
from forensics.links.content.distance import cohort_distance
from forensics.links.content.fills import shared_fills
from forensics.links.content.own_items import own_items
from forensics.links.content.public_items import public_items
from forensics.links.content.technique_search import technique_search

MEASURES: tuple[Callable[..., pl.DataFrame], ...] = (
    group_diversity,
    cohort_distance,
    shared_fills,
    template_demands,
    technique_search,
    own_items,
    public_items,
)
"""All measures, in the order in which they are computed."""

__all__ = [
    "MEASURES",
    "cohort_distance",
    "group_diversity",
    "own_items",
    "public_items",
    "shared_fills",
    "technique_search",
    "template_demands",
]
