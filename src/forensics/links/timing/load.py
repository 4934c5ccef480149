"""Evenness of load: whether members' shares of each hour vary less than independent callers' would.

A balancer deals requests so that each account gets its part; people, and programs of different people, come in bursts.
What is dealt is a conversation, so exchanges that continue one are not counted. For every day there is a table of the
members active on it by hours. Given what each member sent that day and what all sent in each hour, independent calls
fall into the table at random, and the sum of squared deviations has a known mean and variance, however small the
counts are. Members may weigh differently, come and go: their own totals are kept. Anything that makes independent
callers differ (habits, bursts, time zones) raises the index, so only the lower tail speaks, and it errs in favour of
the accounts.

Known drawbacks: even totals per day are not used; a balancer that deals whole users hides behind their bursts.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.links.timing.chance import gamma_lower_tail, leave_one_out
from forensics.links.timing.tables import results, roster
from forensics.warehouse.tables import read_frame
from forensics.window import Window

CELL_HOURS = (1, 2, 3, 4, 6)
"""Hours a cell may span; the shortest that holds one opening per member on average is taken."""

SMALLEST_TABLE = 4
"""Openings of a day from which its table has a variance that says something."""

ROUNDING = 1e-9
"""Below it a variance is zero but for rounding."""

NULL_MODEL = (
    "given each member's openings of a day and the group's openings in each part of it, calls of the members are"
    " independent (sum of squares of the table, lower tail)"
)


def load_dispersion(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Index of dispersion of members' conversations opened per part of the day, below 1 where load is evened out.

    Args:
        connection: with core.account_minutes.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: not used; nothing is drawn.

    Returns:
        One row per group with a day on which two members were active in two parts of it. The interval leaves out one
        day at a time; the sample size is the tables' degrees of freedom.

    Method: Pearson's statistic with both margins fixed, its exact moments after Haldane 1940, a gamma distribution with
    these moments for the tail.
    """
    known = roster(members)
    place = pl.DataFrame(
        {
            "group": np.repeat(np.arange(len(known.groups)), [len(row) for row in known.members]),
            "account": np.concatenate([*known.members, np.zeros(0, np.int64)]),
        }
    )
    days = _tables(_cells(_hours(connection, known.accounts, window), place))
    return results(
        [_row(known.groups[int(own["group"][0])], own) for own in days.partition_by("group", maintain_order=True)]
    )


def _row(group_id: str, days: pl.DataFrame) -> dict[str, object]:
    """A group's tables of all days taken together."""
    statistic, mean = days["statistic"].to_numpy(), days["mean"].to_numpy()
    low, high = leave_one_out(statistic, mean)
    return {
        "group_id": group_id,
        "measure": "load_dispersion",
        "claim": "control",
        "value": float(statistic.sum() / mean.sum()),
        "baseline": 1.0,
        "low": low,
        "high": high,
        "null_model": NULL_MODEL,
        "sample_size": int(days["freedom"].sum()),
        "p_value": gamma_lower_tail(float(statistic.sum()), float(mean.sum()), float(days["variance"].sum())),
        "detail": f"below what is expected on {int((statistic < mean).sum())} of {len(mean)} days",
    }


def _hours(connection: duckdb.DuckDBPyConnection, accounts: pl.Series, window: Window) -> pl.DataFrame:
    """Openings of each account (by number) per day and hour."""
    numbered = pl.DataFrame({"account_id": accounts}).with_row_index("number")
    connection.register("timing_accounts", numbered.to_arrow())
    try:
        return read_frame(
            connection,
            """
            SELECT number::BIGINT AS account, (snapshot_date - $first)::BIGINT AS day, minute // 60 AS hour,
                   SUM(opening_count)::BIGINT AS openings
            FROM core.account_minutes JOIN timing_accounts USING (account_id)
            WHERE snapshot_date BETWEEN $first AND $last
            GROUP BY number, snapshot_date, minute // 60
            HAVING SUM(opening_count) > 0
            ORDER BY account, day, hour
            """,
            first=window.first,
            last=window.as_of,
        )
    finally:
        connection.unregister("timing_accounts")


def _cells(hours: pl.DataFrame, place: pl.DataFrame) -> pl.DataFrame:
    """Openings per group, day, part of the day and account; the parts are as long as the group's rate asks for."""
    spread = place.join(hours, on="account").sort("group", "account", "day", "hour")
    slots = spread.group_by("group", "day").agg(
        pl.col("openings").sum(), slots=pl.col("account").n_unique() * pl.col("hour").n_unique()
    )
    rate = slots.group_by("group").agg(mean=pl.col("openings").sum() / pl.col("slots").sum())
    span = pl.lit(CELL_HOURS[-1])
    for width in reversed(CELL_HOURS[:-1]):
        span = pl.when(pl.col("mean") * width >= 1).then(width).otherwise(span)
    return (
        spread.join(rate.select("group", span=span), on="group")
        .group_by("group", "day", "account", part=pl.col("hour") // pl.col("span"))
        .agg(pl.col("openings").sum())
        .sort("group", "day", "account", "part")
    )


def _tables(cells: pl.DataFrame) -> pl.DataFrame:
    """Per group and day: Pearson's statistic of accounts by parts, its mean and variance with fixed margins."""
    rows = cells.group_by("group", "day", "account").agg(of_row=pl.col("openings").sum())
    columns = cells.group_by("group", "day", "part").agg(of_column=pl.col("openings").sum())
    keys = ["group", "day"]
    squares = (
        cells.join(rows, on=[*keys, "account"])
        .join(columns, on=[*keys, "part"])
        .sort("group", "day", "account", "part")
        .group_by(keys, maintain_order=True)
        .agg(
            total=pl.col("openings").sum().cast(pl.Float64),
            squares=(pl.col("openings") ** 2 / (pl.col("of_row") * pl.col("of_column"))).sum(),
        )
    )
    for margin, name in ((rows, "row"), (columns, "column")):
        parts = margin.sort(margin.columns).group_by(keys, maintain_order=True)
        squares = squares.join(
            parts.agg(
                pl.len().cast(pl.Float64).alias(f"{name}s"), (1 / pl.col(f"of_{name}")).sum().alias(f"{name}_inverse")
            ),
            on=keys,
        )
    kept = (pl.col("rows") >= 2) & (pl.col("columns") >= 2) & (pl.col("total") >= SMALLEST_TABLE)
    # Where every member opened once, or every part holds one opening, all tables are alike and none says anything.
    return squares.filter(kept).with_columns(*_moments()).filter(pl.col("variance") > ROUNDING).sort(keys)


def _moments() -> list[pl.Expr]:
    """Statistic of a table of N openings in r rows and c columns, its mean, variance and degrees of freedom."""
    n, r, c = pl.col("total"), pl.col("rows"), pl.col("columns")
    v = [(k - 1) * (n - k) / (n - 1) for k in (r, c)]
    w = [(n * pl.col(f"{name}_inverse") - k**2) / (n - 2) for name, k in (("row", r), ("column", c))]
    return [
        (n * (pl.col("squares") - 1)).alias("statistic"),
        (n / (n - 1) * (r - 1) * (c - 1)).alias("mean"),
        (2 * n / (n - 3) * (v[0] - w[0]) * (v[1] - w[1]) + n**2 / (n - 1) * w[0] * w[1]).alias("variance"),
        ((r - 1) * (c - 1)).alias("freedom"),
    ]
