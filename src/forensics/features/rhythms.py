"""Rhythm of accounts: sessions, bursts, scheduled minutes and steadiness from day to day.

People come in sessions and leave gaps of every length; a job that runs by the clock has gaps of one length, starts at
full and half hours, and sends as much today as yesterday. Each value alone fits honest services too: they describe an
account and accuse nobody.

Known drawbacks: gaps are taken within a day, so a session over midnight counts as two; of accounts with few calls the
values say little.
"""

import duckdb
import polars as pl

from forensics.warehouse.tables import read_frame
from forensics.window import Window

RHYTHM_NAMES = (
    "sessions_per_active_day",
    "session_minutes_mean",
    "gap_burstiness",
    "round_minute_share",
    "daily_variation",
)


def rhythms(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Rhythm of every account with calls in the window.

    Args:
        connection: with core.account_rhythms and core.account_days.
        window: the days that count.

    Returns:
        account_id and `RHYTHM_NAMES`, sorted by account_id: sessions per active day; mean length of a session in
        minutes; (σ − μ) / (σ + μ) of the gaps between calls (−1 a metronome, 0 chance, towards 1 bursts; 0 for fewer
        than two gaps); share of calls in the minutes :00, :15, :30 and :45 (4 in 60 by chance); standard deviation
        over mean of calls per day between the first and the last active day.

    Method: burstiness after Goh and Barabási 2008.
    """
    sums = read_frame(
        connection,
        """
        SELECT account_id, COUNT(*) AS days, SUM(session_count)::BIGINT AS sessions,
               SUM(session_seconds)::DOUBLE AS session_seconds, SUM(gap_count)::DOUBLE AS gaps,
               SUM(gap_seconds)::DOUBLE AS gap_seconds, SUM(gap_seconds_squared)::DOUBLE AS gap_squares,
               SUM(round_minute_count)::BIGINT AS round_minutes
        FROM core.account_rhythms WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )
    days = read_frame(
        connection,
        """
        SELECT account_id, SUM(exchange_count)::BIGINT AS calls,
               SUM(exchange_count * exchange_count)::DOUBLE AS squares,
               (MAX(snapshot_date) - MIN(snapshot_date) + 1)::DOUBLE AS span
        FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )
    mean = pl.col("gap_seconds") / pl.col("gaps")
    deviation = (pl.col("gap_squares") / pl.col("gaps") - mean**2).clip(lower_bound=0.0).sqrt()
    per_day = pl.col("calls") / pl.col("span")
    has_gaps = (pl.col("gaps") >= 2) & (pl.col("gap_seconds") > 0)
    return (
        days.join(sums, on="account_id")
        .sort("account_id")
        .select(
            "account_id",
            sessions_per_active_day=pl.col("sessions") / pl.col("days"),
            session_minutes_mean=pl.col("session_seconds") / 60 / pl.col("sessions"),
            gap_burstiness=pl.when(has_gaps).then((deviation - mean) / (deviation + mean)).otherwise(0.0),
            round_minute_share=pl.col("round_minutes") / pl.col("calls"),
            daily_variation=(pl.col("squares") / pl.col("span") - per_day**2).clip(lower_bound=0.0).sqrt() / per_day,
        )
    )
