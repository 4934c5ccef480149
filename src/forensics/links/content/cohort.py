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

from forensics.links.timing.matching import Strata, groups_among, stratify
from forensics.links.timing.tables import account_states
from forensics.warehouse.tables import read_frame
from forensics.window import Window

OTHERS_COMPARED = 20_000
"""Accounts outside all groups that are read, chosen by hash: more would not make a distribution of means sharper."""

COHORT_MINIMUM = 30
"""Accounts from which channel, plan and volume is a cohort to draw from; below it less is asked to be alike."""

VOLUME_BASE = 4.0
"""Volumes within such a factor are alike."""

LEVELS = [["channel", "plan", "volume"], ["channel", "volume"], ["volume"]]


@dataclass(frozen=True)
class Cohort:
    """Accounts with enough sampled prompts, in order of their ids, each in a cohort.

    Attributes:
        accounts: account_id, channel, plan, exchange_count, sample_count and the columns that were asked for.
        strata: the cohorts.
    """

    accounts: pl.DataFrame
    strata: Strata

    def groups(self, members: pl.DataFrame) -> list[tuple[str, NDArray[np.int64]]]:
        """Each group's accounts by their places, in order of the groups' ids; two at least."""
        return groups_among(members, self.accounts["account_id"])


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
            SELECT account_id, sample_count, effective_prompts, moment_sum, exchange_count
            FROM (
                SELECT account_id, sample_count, effective_prompts, moment_sum,
                       grouped.account_id IS NOT NULL AS is_member,
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
    return Cohort(described, stratify(described, LEVELS, COHORT_MINIMUM))
