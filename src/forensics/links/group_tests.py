"""links.group_tests: what the members of a group do alike, each measure against a named null.

Accounts are the units: exchanges of one account depend on each other and would make every p-value tiny. Measures of
what is asked speak to extraction, evenness of load to control, breadth together with round-the-clock use to relay.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.significance import false_discovery_rate, rank_sum_tail
from forensics.warehouse.tables import read_frame
from forensics.window import Window

EXTRACTION_MEASURES = ("reasoning_share", "grading_share", "refused_share", "cross_payer_share")
RELAY_MEASURE = "breadth_round_the_clock"
LOAD_MEASURE = "load_dispersion"

HOUR_COUNT_MINIMUM = 3.0
"""Exchanges per member and hour on average from which an hour tells how evenly load is spread."""


def group_tests(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Test every group on every measure; groups without two members with features have no rows.

    Args:
        connection: with links.group_accounts, features.accounts and core.account_hours.
        window: the days that count.

    Returns:
        One row per group and measure, columns of the contract.
    """
    members = read_frame(
        connection,
        """
        SELECT group_id, account_id FROM links.group_accounts JOIN features.accounts USING (account_id)
        ORDER BY group_id, account_id
        """,
    )
    features = read_frame(connection, "SELECT * FROM features.accounts ORDER BY account_id")
    rows = [_higher(members, features, name, "extraction", features[name]) for name in EXTRACTION_MEASURES]
    rows.append(_higher(members, features, RELAY_MEASURE, "relay", _breadth(features)))
    rows.append(_load_dispersion(connection, window))
    tests = pl.concat(rows).filter(pl.col("sample_size") >= 2).sort("group_id", "measure")
    return tests.with_columns(q_value=pl.Series(false_discovery_rate(tests["p_value"]), dtype=pl.Float64))


def _breadth(features: pl.DataFrame) -> pl.Series:
    """The lower of two ranks: template entropy and evenness of the hours. High only for accounts that have both."""
    count = max(features.height, 1)
    ranks = [features[name].rank("average") / count for name in ("template_entropy_bits", "hour_entropy_share")]
    return pl.select(pl.min_horizontal(*ranks)).to_series()


def _higher(members: pl.DataFrame, features: pl.DataFrame, measure: str, claim: str, values: pl.Series) -> pl.DataFrame:
    """Whether members lie higher in a value than other accounts: the rank sum, and the chance of it."""
    ranked = features.select("account_id", value=values, rank=values.rank("average"))
    total, size = features.height, pl.col("sample_size")
    summed = (
        members.join(ranked, on="account_id")
        .group_by("group_id", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("sample_size"), pl.col("rank").sum(), pl.col("value").sum())
        .filter(size < total)
        .with_columns(wins=pl.col("rank") - size * (size + 1) / 2, pairs=size * (total - size))
    )
    tie_sizes = values.value_counts()["count"].to_numpy() if total else np.zeros(0, np.int64)
    p = rank_sum_tail(summed["wins"], summed["sample_size"], total, tie_sizes)
    return summed.select(
        "group_id",
        pl.lit(measure).alias("measure"),
        pl.lit(claim).alias("claim"),
        (pl.col("wins") / pl.col("pairs")).alias("value"),
        pl.lit(0.5).alias("baseline"),
        (pl.col("value") / size).alias("group_mean"),
        ((values.sum() - pl.col("value")) / (total - size)).alias("other_mean"),
        pl.lit("members are a random draw of the accounts with features (rank sum)").alias("null_model"),
        "sample_size",
        pl.Series("p_value", p, dtype=pl.Float64),
    )


def _load_dispersion(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Index of dispersion of members' counts within an hour, below 1 where a balancer evens load out.

    Null: counts of the members active in an hour are Poisson with one mean, so that the sum of squares over the mean
    is chi-squared; people differ more than that, a balancer less. The lower tail is tested.
    """
    hours = read_frame(
        connection,
        """
        SELECT group_id, snapshot_date, hour, COUNT(*) AS accounts, SUM(exchange_count)::BIGINT AS total,
               SUM(exchange_count * exchange_count)::BIGINT AS squares
        FROM core.account_hours JOIN links.group_accounts USING (account_id)
        WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY group_id, snapshot_date, hour
        HAVING COUNT(*) >= 3 AND SUM(exchange_count) >= $minimum * COUNT(*)
        ORDER BY group_id, snapshot_date, hour
        """,
        first=window.first,
        last=window.as_of,
        minimum=HOUR_COUNT_MINIMUM,
    )
    mean = pl.col("total") / pl.col("accounts")
    summed = (
        hours.with_columns(
            statistic=(pl.col("squares") - pl.col("total") * mean) / mean, freedom=pl.col("accounts") - 1
        )
        .group_by("group_id", maintain_order=True)
        .agg(pl.col("statistic").sum(), pl.col("freedom").sum().cast(pl.Int64))
    )
    return summed.select(
        "group_id",
        pl.lit(LOAD_MEASURE).alias("measure"),
        pl.lit("control").alias("claim"),
        (pl.col("statistic") / pl.col("freedom")).alias("value"),
        pl.lit(1.0).alias("baseline"),
        pl.lit(None, pl.Float64).alias("group_mean"),
        pl.lit(None, pl.Float64).alias("other_mean"),
        pl.lit("members' counts within an hour are Poisson with one mean (chi-squared, lower tail)").alias(
            "null_model"
        ),
        pl.col("freedom").alias("sample_size"),
        pl.Series("p_value", _lower_tail(summed), dtype=pl.Float64),
    )


def _lower_tail(summed: pl.DataFrame) -> NDArray[np.float64]:
    from scipy.stats import chi2

    tail = chi2.cdf(summed["statistic"].to_numpy(), summed["freedom"].to_numpy())
    return np.clip(np.asarray(tail, np.float64), np.finfo(np.float64).tiny, 1.0)
