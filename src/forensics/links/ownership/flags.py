"""What an investigator must know beside the verdict, and what never enters it.

Control by seats, votes, contracts or nominees is a flag to refer to counsel; declared indirect stakes are a
cross-check; stakes without dates are marked, for the interval of days rests on them.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forensics.links.ownership.graph import Bools, Holdings, Ints, add_up
from forensics.links.ownership.profiles import WHOLE
from forensics.links.ownership.records import FOREVER, Records
from forensics.links.ownership.verdicts import DayFindings

UNEXPLAINED_MIN = WHOLE // 200
"""Half a percent: what rounding may put between a declared indirect share and the direct stakes that make it up."""


@dataclass(frozen=True)
class Flags:
    """Marks by organisation.

    Attributes:
        control_indicated: a seed, or an organisation that meets the rule, holds an interest other than shares.
        undated: a stake without any date is among those in the organisation or upstream of it.
        indirect_unexplained: a restricted owner declares more indirectly than the direct stakes on record explain.
    """

    control_indicated: Bools
    undated: Bools
    indirect_unexplained: Bools


def raise_flags(records: Records, day: DayFindings, on: int) -> Flags:
    """Marks on a day (counted from 1970-01-01)."""
    count = records.nodes.height
    active = pl.col("start").le(on) & pl.col("end").gt(on)
    restricted = day.seed | day.met
    interests = records.interests.filter(active)
    control = np.zeros(count, np.bool_)
    control[interests["owned"].to_numpy()[restricted[interests["owner"].to_numpy()]]] = True
    without_date = records.shares.filter((pl.col("start") == -FOREVER) & (pl.col("end") == FOREVER))["owned"].to_numpy()
    marked = np.zeros(count, np.bool_)
    marked[without_date] = True
    every = np.ones(len(day.holdings.owner), np.bool_)
    declared = records.indirect.filter(active)
    return Flags(control, day.holdings.reach(marked, every), _unexplained(declared, day, restricted, day.holdings))


def _unexplained(declared: pl.DataFrame, day: DayFindings, restricted: Bools, holdings: Holdings) -> Bools:
    """Where restricted owners declare more (the largest row of each) than either reading finds."""
    mine = declared.filter(pl.Series(restricted[declared["owner"].to_numpy()], dtype=pl.Boolean))
    largest = mine.group_by("owned", "owner").agg(pl.col("least").max()).sort("owned", "owner")
    claimed: Ints = add_up(largest["owned"].to_numpy(), largest["least"].to_numpy(), holdings.count)
    found = np.maximum(day.attributed_most, np.round(day.effective_most * WHOLE).astype(np.int64))
    unexplained: Bools = claimed > found + UNEXPLAINED_MIN
    return unexplained & ~day.seed & ~day.broken
