"""features.account_capabilities: what an account asks for, with intervals, beside accounts of its kind.

The location quotient (regional economics) is an account's share of a capability over that of its cohort: the other
accounts of the same channel, plan and size. A quotient says how odd the account is among its like, and nothing else:
every specialised product has high ones.

Known drawbacks: exchanges of an account are not independent, so its own interval is too narrow; accounts of one
operator in one cohort raise what they are compared with.
"""

import duckdb
import polars as pl

from forensics.errors import SettingsError
from forensics.warehouse.tables import read_frame
from forensics.window import Window

COHORT_MINIMUM = 20
"""Other accounts that a cohort must have; with fewer, plan, then channel, then size are let go."""

SIZE_STEP = 4.0
"""Sizes are classes of exchanges, each this many times the one before."""

NORMAL_95 = 1.959963984540054
"""Quantile of the normal distribution for intervals of 95 %."""

_LEVELS = (("channel", "plan", "size"), ("channel", "size"), ("size",), ())
"""What accounts of a cohort have in common, from narrow to wide."""


def account_capabilities(
    connection: duckdb.DuckDBPyConnection, window: Window, *, minimum_exchanges: int
) -> pl.DataFrame:
    """Shares of capabilities of every account with enough exchanges, against its cohort.

    Args:
        connection: with core.account_days, core.capability_days, features.payers and raw.accounts of the window.
        window: the days that count.
        minimum_exchanges: exchanges from which an account is described.

    Returns:
        One row per account and capability it asked for, sorted, columns of the contract.

    Raises:
        SettingsError: when days of the window were read by different classifiers.
    """
    _refuse_mixture(connection, window)
    accounts = _with_cohorts(_accounts(connection, window, minimum_exchanges))
    used = _used(connection, window).join(accounts, on="account_id", how="inner")
    used = used.with_columns(share_of_exchanges=pl.col("exchange_count") / pl.col("total"))
    return (
        used.join(_cohort_sums(used, accounts), on=["account_id", "capability"], how="left")
        .with_columns(*_wilson(), _others_mean())
        .with_columns(_quotient())
        .with_columns(_quotient_interval())
        .sort("account_id", "capability")
        .select(
            "account_id", "capability", "exchange_count", "share_of_exchanges", "share_low", "share_high", "cohort",
            "cohort_account_count", "cohort_share", "location_quotient", "location_quotient_low",
            "location_quotient_high",
        )
    )  # fmt: skip


def _refuse_mixture(connection: duckdb.DuckDBPyConnection, window: Window) -> None:
    """Shares of two classifiers cannot be added up."""
    rows = connection.execute(
        "SELECT classifier_id, COUNT(DISTINCT snapshot_date), MIN(snapshot_date), MAX(snapshot_date)"
        " FROM core.capability_days WHERE snapshot_date BETWEEN ? AND ? GROUP BY classifier_id ORDER BY classifier_id",
        [window.first, window.as_of],
    ).fetchall()
    if len(rows) > 1:
        raise SettingsError(
            f"The prompts of the window were read by {len(rows)} classifiers, whose counts cannot be added up.",
            faults=[f"{days} days from {first} to {last}: {name}" for name, days, first, last in rows],
            next_step="Run `forensics run` over these days again: it reads all of them with the settings in force.",
        )


def _accounts(connection: duckdb.DuckDBPyConnection, window: Window, minimum_exchanges: int) -> pl.DataFrame:
    return read_frame(
        connection,
        """
        WITH newest AS (
            SELECT account_id, channel, plan FROM raw.accounts
            WHERE snapshot_date BETWEEN $first AND $last
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
        )
        SELECT account_id, SUM(exchange_count)::BIGINT AS total,
               ANY_VALUE(COALESCE(channel, 'unknown')) AS channel, ANY_VALUE(COALESCE(plan, 'unknown')) AS plan
        FROM core.account_days JOIN features.payers USING (account_id) LEFT JOIN newest USING (account_id)
        WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY account_id HAVING SUM(exchange_count) >= $minimum
        ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
        minimum=minimum_exchanges,
    )


def _used(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    return read_frame(
        connection,
        """
        SELECT account_id, capability, SUM(exchange_count)::BIGINT AS exchange_count
        FROM core.capability_days WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY account_id, capability ORDER BY account_id, capability
        """,
        first=window.first,
        last=window.as_of,
    )


def _with_cohorts(accounts: pl.DataFrame) -> pl.DataFrame:
    """Each account's cohort: the narrowest with enough others, else all accounts."""
    # Nudged, so that a whole power of the step is never rounded below itself.
    step = (pl.col("total").log(SIZE_STEP) + 1e-9).floor().cast(pl.Int64)
    size = pl.format(
        "{}–{} exchanges",
        pl.lit(SIZE_STEP).pow(step).cast(pl.Int64),
        (pl.lit(SIZE_STEP).pow(step + 1) - 1).cast(pl.Int64),
    )
    accounts = accounts.with_columns(size=size)
    names = [
        pl.concat_str([pl.lit("all accounts") if not level else pl.concat_str(*level, separator=", ")])
        for level in _LEVELS
    ]
    accounts = accounts.with_columns(name.alias(f"cohort_{number}") for number, name in enumerate(names))
    fitting = [
        pl.when(pl.len().over(f"cohort_{number}") > COHORT_MINIMUM).then(pl.lit(number))
        for number in range(len(_LEVELS) - 1)
    ]
    return accounts.with_columns(level=pl.coalesce(*fitting, pl.lit(len(_LEVELS) - 1)))


def _cohort_sums(used: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """What the others of each account's cohort asked for: count, sum and sum of squares of shares, exchanges in all."""
    found = []
    for number in range(len(_LEVELS)):
        cohort = f"cohort_{number}"
        sums = used.group_by(cohort, "capability").agg(
            pl.col("share_of_exchanges").sort().sum().alias("sum"),
            (pl.col("share_of_exchanges") ** 2).sort().sum().alias("squares"),
        )
        sizes = accounts.group_by(cohort).agg(
            pl.len().cast(pl.Int64).alias("size_of"), pl.col("total").sum().alias("volume")
        )
        found.append(
            used.filter(pl.col("level") == number)
            .join(sums, on=[cohort, "capability"])
            .join(sizes, on=cohort)
            .select(
                "account_id",
                "capability",
                pl.col(cohort).alias("cohort"),
                cohort_account_count=pl.col("size_of") - 1,
                others_sum=(pl.col("sum") - pl.col("share_of_exchanges")).clip(0),
                others_squares=(pl.col("squares") - pl.col("share_of_exchanges") ** 2).clip(0),
                others_volume=pl.col("volume") - pl.col("total"),
            )
        )
    return pl.concat(found)


def _wilson() -> list[pl.Expr]:
    """Wilson's interval of a share (1927)."""
    share, count, z = pl.col("share_of_exchanges"), pl.col("total"), NORMAL_95
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)).sqrt()
    return [(centre - reach).clip(0, 1).alias("share_low"), (centre + reach).clip(0, 1).alias("share_high")]


def _others_mean() -> pl.Expr:
    others = pl.col("cohort_account_count")
    mean = pl.col("others_sum") / others
    # Subtracting one account's share leaves rounding where nobody else asked.
    return pl.when(others > 0).then(pl.when(mean > 1e-12).then(mean.clip(0, 1)).otherwise(0.0)).alias("cohort_share")


def _quotient() -> list[pl.Expr]:
    # With no other account there is nothing to compare with; a maximum would take the number for the missing one.
    floor = 0.5 / pl.col("others_volume")
    compared = pl.when(pl.col("cohort_account_count") > 0).then(pl.max_horizontal("cohort_share", floor))
    return [(pl.col("share_of_exchanges") / compared).alias("location_quotient"), compared.alias("compared")]


def _quotient_interval() -> list[pl.Expr]:
    """Interval on the logarithm, by the delta method; the cohort's spread is that between its accounts."""
    others, mean = pl.col("cohort_account_count"), pl.col("compared")
    own = (pl.col("exchange_count") + 0.5) / (pl.col("total") + 1)
    variance = ((pl.col("others_squares") - pl.col("others_sum") ** 2 / others) / (others - 1)).clip(0)
    of_others = pl.when((pl.col("cohort_share") > 0) & (others > 1)).then(variance / others / mean**2).otherwise(1.0)
    reach = (NORMAL_95 * ((1 - own) / (own * pl.col("total")) + of_others).sqrt()).exp()
    quotient = pl.col("location_quotient")
    return [(quotient / reach).alias("location_quotient_low"), (quotient * reach).alias("location_quotient_high")]
