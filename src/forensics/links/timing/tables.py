"""What the measures of timing share: the calls of all members in one read, and the one shape of their results."""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.warehouse.tables import read_frame
from forensics.window import Window

MINUTES_A_DAY = 1440

RESULT_COLUMNS = {
    "group_id": pl.String,
    "measure": pl.String,
    "claim": pl.String,
    "value": pl.Float64,
    "baseline": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "null_model": pl.String,
    "sample_size": pl.Int64,
    "p_value": pl.Float64,
    "detail": pl.String,
}
"""Columns of every measure: its value and what the null expects, a 95 percent interval where there is one, the null in
a plain sentence, the units it rests on, the chance of as extreme a value, and a remark for the reader."""


def results(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of a measure as a frame sorted by group and measure; what a row does not name is null."""
    return pl.DataFrame(rows, schema=RESULT_COLUMNS).sort("group_id", "measure")


@dataclass(frozen=True)
class Roster:
    """Who is in which group, by number.

    Attributes:
        accounts: account_id of every member of any group, sorted; an account's place is its number.
        groups: group_id of every group, sorted.
        members: account numbers of each group, ascending, by the group's place.
    """

    accounts: pl.Series
    groups: list[str]
    members: list[NDArray[np.int64]]


def roster(members: pl.DataFrame) -> Roster:
    """Number accounts and groups in the order of their ids, so that the order of rows does not matter.

    Args:
        members: group_id and account_id, one row a member.
    """
    pairs = members.select(pl.col("group_id", "account_id").cast(pl.String)).unique().sort("group_id", "account_id")
    accounts = pairs["account_id"].unique().sort()
    numbers = pl.DataFrame({"account_id": accounts}).with_row_index("number")
    grouped = (
        pairs.join(numbers, on="account_id", how="left", maintain_order="left")
        .group_by("group_id", maintain_order=True)
        .agg(pl.col("number").cast(pl.Int64).sort())
    )
    return Roster(accounts, grouped["group_id"].to_list(), [row.to_numpy() for row in grouped["number"]])


def observed(connection: duckdb.DuckDBPyConnection, window: Window) -> Window:
    """The window from the first day on of which anything is known: nobody can be seen to start before."""
    found = read_frame(
        connection,
        "SELECT MIN(snapshot_date) AS first FROM core.account_minutes WHERE snapshot_date BETWEEN $first AND $last",
        first=window.first,
        last=window.as_of,
    )["first"][0]
    return Window(window.as_of, (window.as_of - found).days + 1) if found else window


@dataclass(frozen=True)
class Calls:
    """The members' calls, one row an account and minute with calls, in order of account and time.

    Attributes:
        account: the account's number in the roster.
        at: minutes since the window's first midnight.
        calls: exchanges in the minute.
        openings: exchanges that continue no conversation.
        limited: rate-limited exchanges.
        starts: place of each account's first row; one more entry at the end.
    """

    account: NDArray[np.int64]
    at: NDArray[np.int64]
    calls: NDArray[np.int64]
    openings: NDArray[np.int64]
    limited: NDArray[np.int64]
    starts: NDArray[np.int64]

    def rows_of(self, accounts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places of the rows of these accounts, in their order."""
        lengths = self.starts[accounts + 1] - self.starts[accounts]
        first = np.repeat(self.starts[accounts] - np.cumsum(lengths) + lengths, lengths)
        return np.asarray(first + np.arange(int(lengths.sum())), np.int64)


def read_calls(connection: duckdb.DuckDBPyConnection, accounts: pl.Series, window: Window) -> Calls:
    """Read the calls of these accounts in the window in one pass.

    Args:
        connection: with core.account_minutes.
        accounts: account ids, sorted.
        window: the days that count.
    """
    numbered = pl.DataFrame({"account_id": accounts}).with_row_index("number")
    connection.register("timing_accounts", numbered.to_arrow())
    try:
        frame = read_frame(
            connection,
            """
            SELECT number::BIGINT AS account, (snapshot_date - $first)::BIGINT * 1440 + minute AS since_first,
                   SUM(exchange_count)::BIGINT AS calls, SUM(opening_count)::BIGINT AS openings,
                   SUM(rate_limited_count)::BIGINT AS limited
            FROM core.account_minutes JOIN timing_accounts USING (account_id)
            WHERE snapshot_date BETWEEN $first AND $last
            GROUP BY number, snapshot_date, minute
            ORDER BY account, since_first
            """,
            first=window.first,
            last=window.as_of,
        )
    finally:
        connection.unregister("timing_accounts")
    columns = {name: frame[name].to_numpy() for name in frame.columns}
    columns["at"] = columns.pop("since_first")
    return Calls(**columns, starts=np.searchsorted(columns["account"], np.arange(len(accounts) + 1)))


def account_states(connection: duckdb.DuckDBPyConnection, accounts: pl.Series, window: Window) -> pl.DataFrame:
    """State of these accounts on the last known day of the window, in their order.

    Args:
        connection: with raw.accounts.
        accounts: account ids, sorted.
        window: the days that count.

    Returns:
        status (empty if unknown), channel, plan (empty if none), and `created` and `changed`: minutes since the
        window's first midnight at which the account was opened and its status changed; -1 where before or unknown.
    """
    states = read_frame(
        connection,
        """
        SELECT account_id, status, channel, plan, created_at, status_changed_at FROM raw.accounts
        WHERE snapshot_date = (
            SELECT MAX(snapshot_date) FROM raw.accounts WHERE snapshot_date <= $last
        )
        """,
        last=window.as_of,
    )
    first = pl.lit(window.first).cast(pl.Datetime("us"))

    def minutes(column: str) -> pl.Expr:
        since = (pl.col(column).cast(pl.Datetime("us")) - first).dt.total_microseconds() // 60_000_000
        return pl.when(since >= 0).then(since).otherwise(-1).fill_null(-1).cast(pl.Int64)

    named = pl.DataFrame({"account_id": accounts.cast(pl.String)})
    return named.join(states, on="account_id", how="left", maintain_order="left").select(
        "account_id",
        pl.col("status", "channel", "plan").cast(pl.String).fill_null(""),
        "created_at",
        created=minutes("created_at"),
        changed=minutes("status_changed_at"),
    )
