"""Whom a group's prompts are compared with: accounts of the same kind and volume, and sets of them drawn at random.

The account is the unit: prompts of one account resemble each other, and counting them one by one would make chance look
like proof. Each member is replaced by a random account of its own cohort, so a group that asks more, or through another
channel, is compared with accounts that do so too.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.timing.chance import group_stream
from forensics.links.timing.tables import account_states, roster
from forensics.warehouse.tables import read_frame
from forensics.window import Window

OTHERS_COMPARED = 20_000
"""Accounts outside all groups that are read, chosen by hash: more would not make a distribution of means sharper."""

MEMBERS_COMPARED = 1_000
"""A larger group is judged by so many of its accounts, chosen at random."""

COHORT_MINIMUM = 30
"""Accounts from which channel, plan and volume is a cohort to draw from; below it less is asked to be alike."""

VOLUME_BASE = 4.0
"""Volumes within such a factor are alike."""


@dataclass(frozen=True)
class Cohort:
    """Accounts with enough sampled prompts, in order of their ids, each in a cohort.

    Attributes:
        accounts: account_id, channel, plan, exchange_count, sample_count and the columns that were asked for.
        own: for each account the number of its cohort.
        cohorts: the places of each cohort's accounts.
    """

    accounts: pl.DataFrame
    own: NDArray[np.int64]
    cohorts: list[NDArray[np.int64]]

    def groups(self, members: pl.DataFrame) -> list[tuple[str, NDArray[np.int64]]]:
        """Each group's accounts by their places, in order of the groups' ids; two at least."""
        known = roster(members)
        numbers = self.accounts.select("account_id").with_row_index("place")
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

    def draw_sets(self, places: NDArray[np.int64], draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Random sets, one row a set: each member replaced by an account of its cohort.

        Drawn with replacement, so where a group is most of its cohort the sets lie closer together, in its favour.
        """
        sets = np.empty((draws, len(places)), np.int64)
        for number in np.unique(self.own[places]):
            columns = np.flatnonzero(self.own[places] == number)
            sets[:, columns] = rng.choice(self.cohorts[number], (draws, len(columns)))
        return sets


def read_cohort(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, fewest_prompts: int
) -> Cohort:
    """Members of all groups, and others to compare them with, that have enough sampled prompts.

    Args:
        connection: with features.prompt_profiles, core.account_days and raw.accounts.
        members: group_id and account_id, one row a member.
        window: the days that count.
        fewest_prompts: sampled prompts an account must have.
    """
    connection.register("content_members", members.select(pl.col("account_id").cast(pl.String)).unique().to_arrow())
    try:
        accounts = read_frame(
            connection,
            """
            SELECT account_id, sample_count, effective_prompts, exchange_count
            FROM (
                SELECT account_id, sample_count, effective_prompts, grouped.account_id IS NOT NULL AS is_member,
                       ROW_NUMBER() OVER (PARTITION BY grouped.account_id IS NULL ORDER BY MD5(account_id)) AS place
                FROM features.prompt_profiles LEFT JOIN content_members AS grouped USING (account_id)
                WHERE sample_count >= $fewest
            ) AS chosen
            JOIN (
                SELECT account_id, SUM(exchange_count)::BIGINT AS exchange_count FROM core.account_days
                WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id
            ) AS used USING (account_id)
            WHERE is_member OR place <= $most
            ORDER BY account_id
            """,
            fewest=fewest_prompts,
            first=window.first,
            last=window.as_of,
            most=OTHERS_COMPARED,
        )
    finally:
        connection.unregister("content_members")
    states = account_states(connection, accounts["account_id"], window).select("channel", "plan")
    volume = pl.col("exchange_count").log(VOLUME_BASE).floor().cast(pl.Int64).alias("volume")
    described = pl.concat([accounts, states], how="horizontal").with_columns(volume)
    return Cohort(described, *_cohorts(described))


LEVELS: tuple[list[str], ...] = (["channel", "plan", "volume"], ["channel", "volume"], ["volume"], [])


def _cohorts(accounts: pl.DataFrame) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """For each account the number of its finest cohort that is large enough, and the accounts of every cohort.

    Whoever has a fine cohort is in no coarser one: accounts of rare kinds are drawn in place of each other, not common
    ones in place of rare ones, which would make any group with its share of rare accounts look odd.
    """
    rows = accounts.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    own = np.full(accounts.height, -1, np.int64)
    cohorts: list[NDArray[np.int64]] = []
    for level in LEVELS:
        left = rows.filter(pl.Series(own < 0))
        for part in left.partition_by(level, maintain_order=True) if level else [left]:
            if part.height >= COHORT_MINIMUM or (not level and part.height):
                places = part["row"].to_numpy()
                own[places] = len(cohorts)
                cohorts.append(places)
    return own, cohorts
