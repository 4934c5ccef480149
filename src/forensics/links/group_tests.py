"""links.group_tests: what the members of a group do alike, each measure against a named null.

Accounts are the units: exchanges of one account depend on each other and would make every p-value tiny. Measures of
what is asked speak to extraction, evenness of load to control, breadth together with round-the-clock use to relay.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.significance import SMALLEST, false_discovery_rate, rank_scores, rank_sum_tail
from forensics.warehouse.tables import read_frame
from forensics.window import Window

EXTRACTION_MEASURES = ("reasoning_share", "grading_share", "refused_share")
TEMPLATE_MEASURE = "cross_payer_share"
RELAY_MEASURE = "breadth_round_the_clock"
LOAD_MEASURE = "load_dispersion"

HOUR_COUNT_MINIMUM = 3.0
"""Exchanges per member and hour on average from which an hour tells how evenly load is spread."""

ITERATIONS = 25
"""Each takes the error of a rate down to a fifth or less where the mean is at least three."""


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
    rows.append(_higher(members, features, TEMPLATE_MEASURE, "control", features[TEMPLATE_MEASURE]))
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
    ranks = values.rank("average")
    scores = rank_scores(ranks)
    ranked = features.select("account_id", value=values, rank=ranks, score=pl.Series(scores, dtype=pl.Int64))
    total, size = features.height, pl.col("sample_size")
    summed = (
        members.join(ranked, on="account_id")
        .group_by("group_id", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("sample_size"), pl.col("rank", "value", "score").sum())
        .filter(size < total)
        .with_columns(wins=pl.col("rank") - size * (size + 1) / 2, pairs=size * (total - size))
    )
    p = rank_sum_tail(summed["score"], summed["sample_size"], scores)
    # Subtraction leaves crumbs below zero where all others are zero.
    other_sum = (values.sum() - pl.col("value")).clip(lower_bound=0.0) + 0.0
    return summed.select(
        "group_id",
        pl.lit(measure).alias("measure"),
        pl.lit(claim).alias("claim"),
        (pl.col("wins") / pl.col("pairs")).alias("value"),
        pl.lit(0.5).alias("baseline"),
        (pl.col("value") / size).alias("group_mean"),
        (other_sum / (total - size)).alias("other_mean"),
        pl.lit("members are a random draw of the accounts with features (rank sum)").alias("null_model"),
        "sample_size",
        pl.Series("p_value", p, dtype=pl.Float64),
    )


def _load_dispersion(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Index of dispersion of members' counts within an hour, below 1 where a balancer evens load out.

    Null: counts of the members active in an hour are Poisson with one mean, so that the sum of squares over the
    variance is chi-squared; people differ more than that, a balancer less. The lower tail is tested. A member that
    did nothing in the hour is not counted, so the variance is that of a Poisson count known not to be zero: without
    this, chance alone would look even.
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
    variance = pl.Series(_nonzero_poisson_variance(hours.select(mean).to_series().to_numpy()), dtype=pl.Float64)
    summed = (
        hours.with_columns(
            statistic=(pl.col("squares") - pl.col("total") * mean) / variance, freedom=pl.col("accounts") - 1
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
        pl.lit("counts of members active in an hour are Poisson with one mean (chi-squared, lower tail)").alias(
            "null_model"
        ),
        pl.col("freedom").alias("sample_size"),
        pl.Series("p_value", _lower_tail(summed), dtype=pl.Float64),
    )


def _nonzero_poisson_variance(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of Poisson counts known not to be zero, from their mean (at least `HOUR_COUNT_MINIMUM`)."""
    rates = means.copy()
    for _ in range(ITERATIONS):
        rates = means * (1 - np.exp(-rates))
    return np.asarray(means * (1 + rates - means), np.float64)


def _lower_tail(summed: pl.DataFrame) -> NDArray[np.float64]:
    from scipy.special import chdtr

    tail = chdtr(summed["freedom"].to_numpy().astype(np.float64), summed["statistic"].to_numpy())
    return np.clip(np.asarray(tail, np.float64), SMALLEST, 1.0)
