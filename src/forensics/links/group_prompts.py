"""links.group_prompts: whether what a group sends word for word comes again from other accounts.

Who answers from a store sends a stored prompt again, days later and from whichever account is free: many different
prompts, each a few times, no one of them a favourite. People's questions, an application's and a class's have
favourites; a retry comes within minutes. So a prompt counts as sent again later where another member sends it on
another day, and favourites are measured by how many more repeats there are than an evenly used stock would give.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.chances import SMALLEST
from forensics.links.recurring_pairs import CROWD
from forensics.warehouse.tables import read_frame
from forensics.window import Window

HALVINGS = 60
"""Steps of a bisection that leave nothing of a rate's uncertainty."""

NULL_MODEL = (
    "prompts that accounts send again meet in pairs of accounts at random, in proportion to the long prompts of both,"
    " and every call that fails is sent again from another account the same day (prompts sent again, Poisson, upper"
    " tail)"
)


def group_prompts(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """What of a group's long prompts comes from several members, and how evenly.

    Args:
        connection: with links.group_accounts, core.prompt_days and core.account_days.
        window: the days that count.

    Returns:
        One row per group with a long prompt, columns of links.group_prompts.

    Method: the stock that the prompts seen once and twice suggest (Chao 1984), and the pairs of equal prompts against
    those that draws from it would give; for the prompts that come again alone, a Poisson distribution cut off below two
    (Plackett 1953), which whatever else is sent, and never again, leaves as it is.
    """
    found = read_frame(
        connection,
        """
        WITH member AS (
            SELECT group_id, account_id, ROW_NUMBER() OVER ()::INTEGER AS number FROM links.group_accounts
        ),
        -- One row an account and day: what a member repeats the same day, as retries are, counts once.
        day AS (
            SELECT group_id, prompt_hash, snapshot_date, SUM(use_count)::BIGINT AS use_count, COUNT(*) AS accounts,
                   MIN(number) AS first_member, MAX(number) AS last_member
            FROM member JOIN core.prompt_days USING (account_id)
            WHERE snapshot_date BETWEEN $first AND $last
            GROUP BY group_id, prompt_hash, snapshot_date
        ),
        -- Days are rows and accounts least and greatest: sets of them for millions of prompts would stay in memory.
        prompt AS (
            SELECT group_id, prompt_hash, SUM(use_count)::BIGINT AS use_count, SUM(accounts)::BIGINT AS account_days,
                   MIN(first_member) <> MAX(last_member) AS is_shared, is_shared AND COUNT(*) > 1 AS is_later
            FROM day GROUP BY group_id, prompt_hash
        ),
        active_day AS (SELECT DISTINCT group_id, snapshot_date FROM day),
        active AS (SELECT group_id, COUNT(*) AS day_count FROM active_day GROUP BY group_id),
        anybody_day AS (
            SELECT DISTINCT prompt_hash, snapshot_date FROM core.prompt_days
            WHERE snapshot_date BETWEEN $first AND $last AND prompt_hash IN (SELECT prompt_hash FROM prompt)
        ),
        -- Anybody's days among the group's: of a suite that many share out, a few see each prompt now and then. Joined
        -- and not only looked up, active days might meet all prompts of a day first, whosever they are.
        anybody AS (
            SELECT group_id, prompt_hash, COUNT(*) AS anybody_days
            FROM prompt JOIN anybody_day USING (prompt_hash) SEMI JOIN active_day USING (group_id, snapshot_date)
            GROUP BY group_id, prompt_hash
        ),
        failed AS (
            SELECT group_id, SUM(rate_limited_count + error_count)::BIGINT AS failed_count
            FROM member JOIN core.account_days USING (account_id)
            WHERE snapshot_date BETWEEN $first AND $last
            GROUP BY group_id
        )
        SELECT group_id, SUM(use_count)::BIGINT AS use_count, COUNT(*) AS prompt_count,
               SUM(CASE WHEN is_shared THEN use_count ELSE 0 END) / SUM(use_count) AS resent_share,
               COUNT(CASE WHEN is_later THEN 1 END) AS later_prompt_count,
               COUNT(CASE WHEN is_shared AND NOT is_later THEN 1 END) AS same_day_count,
               GREATEST(same_day_count - COALESCE(ANY_VALUE(failed_count), 0), 0) AS not_retried_count,
               later_prompt_count + not_retried_count AS again_prompt_count,
               (SUM(CASE WHEN is_later THEN account_days ELSE 0 END)
                + SUM(CASE WHEN is_shared AND NOT is_later THEN account_days ELSE 0 END)
                  * (1.0e0 * not_retried_count / GREATEST(same_day_count, 1))) / SUM(account_days) AS again_share,
               2.0e0 * SUM(account_days * (account_days - 1) // 2)
                   * (COUNT(*) + COUNT(CASE WHEN account_days = 1 THEN 1 END) ** 2
                      / (2.0e0 * GREATEST(COUNT(CASE WHEN account_days = 2 THEN 1 END), 1)))
                   / NULLIF(SUM(account_days) * (SUM(account_days) - 1), 0) AS popularity,
               SUM(anybody_days * account_days) / SUM(account_days) / ANY_VALUE(day_count) AS day_share,
               ANY_VALUE(day_count) AS day_count,
               1.0e0 * SUM(CASE WHEN account_days > 1 THEN account_days END)
                   / NULLIF(COUNT(CASE WHEN account_days > 1 THEN 1 END), 0) AS mean_repeats,
               1.0e0 * SUM(account_days * (account_days - 1))
                   / NULLIF(COUNT(CASE WHEN account_days > 1 THEN 1 END), 0) AS mean_pairs
        FROM prompt JOIN anybody USING (group_id, prompt_hash) JOIN active USING (group_id)
        LEFT JOIN failed USING (group_id)
        GROUP BY group_id ORDER BY group_id
        """,
        first=window.first,
        last=window.as_of,
    )
    even = even_pairs(found["mean_repeats"].fill_null(2.0).to_numpy())
    return found.with_columns(repeat_dispersion=pl.col("mean_pairs") / pl.Series(even)).drop(
        "mean_repeats", "mean_pairs", "same_day_count", "not_retried_count"
    )


def even_pairs(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of k (k - 1) of what comes k times, at least twice, from an evenly used stock.

    Args:
        means: mean of k, one per group, at least 2.
    """
    low, high = np.full(means.shape, 1e-6), np.maximum(means, 1.0)
    for _ in range(HALVINGS):
        rate = (low + high) / 2
        is_low = rate * -np.expm1(-rate) / _twice_or_more(rate) < means
        low, high = np.where(is_low, rate, low), np.where(is_low, high, rate)
    return np.asarray(np.where(means > 2, high**2 / _twice_or_more(high), 2.0), np.float64)


def _twice_or_more(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that a Poisson count is two or more."""
    from scipy.special import gammainc

    return np.asarray(gammainc(2.0, rate), np.float64)


def stored_prompt_tests(connection: duckdb.DuckDBPyConnection, prompts: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Whether members send more of each other's prompts again than accounts do: rows of links.group_tests, no q-value.

    Pairs that meet because they belong together are counted in with chance, which errs in favour of the accounts.

    Args:
        connection: with links.account_signals and core.prompt_days.
        prompts: rows of links.group_prompts.
        window: the days that count.
    """
    from scipy.special import pdtrc

    met = read_frame(
        connection,
        """
        WITH shared AS (
            SELECT COUNT(*) * (COUNT(*) - 1) // 2 AS pairs, MIN(first_at)::DATE < MAX(last_at)::DATE AS is_later
            FROM links.account_signals WHERE signal_kind = 'prompt'
            GROUP BY signal_value HAVING COUNT(*) BETWEEN 2 AND $crowd
        )
        SELECT COALESCE(SUM(CASE WHEN is_later THEN pairs END), 0)::BIGINT AS later_count,
               COALESCE(SUM(pairs), 0)::BIGINT AS pair_count, (
                   SELECT COALESCE(SUM(use_count), 0)::BIGINT FROM core.prompt_days
                   WHERE snapshot_date BETWEEN $first AND $last
               ) AS use_count
        FROM shared
        """,
        crowd=CROWD,
        first=window.first,
        last=window.as_of,
    ).row(0, named=True)
    uses = prompts["use_count"].to_numpy()
    chances = (uses / max(met["use_count"], 1)) ** 2
    later, again = prompts["later_prompt_count"].to_numpy(), prompts["again_prompt_count"].to_numpy()
    is_later = later == again
    expected = np.where(is_later, met["later_count"], met["pair_count"]) * chances
    # Where both were looked at, each has half a chance.
    tails = [np.where(seen > 0, pdtrc(np.maximum(seen - 1, 0), met[pairs] * chances), 1.0)
             for seen, pairs in ((later, "later_count"), (again, "pair_count"))]  # fmt: skip
    p = np.clip(np.where(is_later, tails[0], 2 * np.minimum(*tails)), SMALLEST, 1.0)
    return prompts.select(
        "group_id",
        pl.lit("stored_prompts").alias("measure"),
        pl.lit("extraction").alias("claim"),
        pl.col("again_share").alias("value"),
        pl.Series("baseline", np.minimum(2 * expected / uses, 1.0), dtype=pl.Float64),
        pl.lit(NULL_MODEL).alias("null_model"),
        pl.col("prompt_count").alias("sample_size"),
        pl.Series("p_value", p, dtype=pl.Float64),
        pl.format(
            "{} prompts come again from another member, {} of them on another day",
            "again_prompt_count",
            "later_prompt_count",
        ).alias("detail"),
    )
