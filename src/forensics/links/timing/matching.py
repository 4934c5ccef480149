"""Whom groups are compared with: accounts have cohorts of their like, and members are replaced by accounts of theirs.

Whoever has a fine cohort is in no coarser one: accounts of rare kinds are drawn in place of each other, not common ones
in place of rare ones, which would make any group with its share of rare accounts look odd.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.timing.chance import group_stream
from forensics.links.timing.tables import roster

MEMBERS_COMPARED = 1_000
"""A larger group is judged by so many of its accounts, chosen at random."""


@dataclass(frozen=True)
class Strata:
    """Cohorts that accounts are matched by.

    Attributes:
        own: number of each account's cohort.
        cohorts: for each cohort the places of its accounts; every account is in one.
    """

    own: NDArray[np.int64]
    cohorts: list[NDArray[np.int64]]

    def draw_sets(self, places: NDArray[np.int64], draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Random sets, one row a set: each member replaced by an account of its cohort.

        Drawn with replacement, so where a group is most of its cohort the sets lie closer together, in its favour.
        """
        sets = np.empty((draws, len(places)), np.int64)
        for number in np.unique(self.own[places]):
            columns = np.flatnonzero(self.own[places] == number)
            sets[:, columns] = rng.choice(self.cohorts[number], (draws, len(columns)))
        return sets


def stratify(frame: pl.DataFrame, levels: list[list[str]], minimum: int) -> Strata:
    """Give every account the finest cohort that is large enough.

    Args:
        frame: one row an account, in a stable order.
        levels: columns that make cohorts, from fine to coarse; everybody left is the last resort.
        minimum: accounts that a cohort needs.
    """
    rows = frame.with_columns(place_in_frame=pl.int_range(pl.len(), dtype=pl.Int64))
    own = np.full(frame.height, -1, np.int64)
    cohorts: list[NDArray[np.int64]] = []
    for level in [*levels, []]:
        left = rows.filter(pl.Series(own < 0, dtype=pl.Boolean))
        for part in left.partition_by(level, maintain_order=True) if level else [left]:
            if part.height >= minimum or (not level and part.height):
                places = part["place_in_frame"].to_numpy()
                own[places] = len(cohorts)
                cohorts.append(places)
    return Strata(own, cohorts)


def groups_among(members: pl.DataFrame, accounts: pl.Series) -> list[tuple[str, NDArray[np.int64]]]:
    """Each group's accounts by their places among those compared, in order of the groups' ids; two at least.

    Args:
        members: group_id and account_id, one row a member.
        accounts: account ids that can be compared, sorted.
    """
    known = roster(members)
    numbers = accounts.to_frame("account_id").with_row_index("place")
    at = (
        known.accounts.to_frame("account_id")
        .join(numbers, on="account_id", how="left", maintain_order="left")["place"]
        .cast(pl.Int64)
        .fill_null(-1)
        .to_numpy()
    )
    found = []
    for group_id, own in zip(known.groups, known.members, strict=True):
        used = at[own][at[own] >= 0]
        if len(used) > MEMBERS_COMPARED:
            chosen = group_stream(0, "members compared", group_id).choice(used, MEMBERS_COMPARED, replace=False)
            used = np.sort(chosen)
        if len(used) >= 2:
            found.append((group_id, used))
    return found
