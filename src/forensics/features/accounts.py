"""features.accounts: what an account does, when, and with whose templates.

Everything is added up from the daily tables, so the window costs no second look at the text. Accounts below the
activity floor have no features: rates from a handful of exchanges are noise.

Known drawbacks: `distinct_prompt_share` counts a prompt again on each day it is used; template features see a fixed
head, tail or system prompt and nothing else.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.warehouse.tables import read_frame
from forensics.window import Window

HOURS = 24
QUIET_HOURS = 6
"""People sleep about this long; a service does not."""

CROSS_PAYER_MINIMUM = 3
"""Payers a template must have to be shared: two may be one customer with two cards."""

CROSS_PAYER_SHARE_MAXIMUM = 0.05
"""Share of all payers above which a template is a common framework's or a common phrase."""


def accounts(connection: duckdb.DuckDBPyConnection, window: Window, *, minimum_exchanges: int) -> pl.DataFrame:
    """Features of every account with enough exchanges in the window.

    Args:
        connection: with the core tables of the window, features.payers and features.templates.
        window: the days that count.
        minimum_exchanges: exchanges from which an account has features.

    Returns:
        One row per account sorted by id, columns of the contract.
    """
    sums = _sums(connection, window, minimum_exchanges)
    return (
        sums.join(_rhythm(connection, window), on="account_id", how="left")
        .join(_template_use(connection, window), on="account_id", how="left")
        .sort("account_id")
        .with_columns(*_rates())
        .select(
            "account_id",
            "payer_id",
            "exchange_count",
            "active_day_count",
            *_RATE_NAMES,
            "hour_entropy_share",
            "night_share",
            pl.col("top_template_share").fill_null(0.0),
            pl.col("template_entropy_bits").fill_null(pl.col("exchange_count").log(2)),
            pl.col("template_rarity").fill_null(0.0),
            pl.col("cross_payer_share").fill_null(0.0),
        )
    )


def _sums(connection: duckdb.DuckDBPyConnection, window: Window, minimum_exchanges: int) -> pl.DataFrame:
    return read_frame(
        connection,
        """
        SELECT
            account_id, ANY_VALUE(payer_id) AS payer_id, COUNT(*) AS active_day_count,
            SUM(exchange_count)::BIGINT AS exchange_count, SUM(refused_count)::BIGINT AS refused_count,
            SUM(rate_limited_count)::BIGINT AS rate_limited_count, SUM(input_tokens)::BIGINT AS input_tokens,
            SUM(output_tokens)::BIGINT AS output_tokens, SUM(thinking_count)::BIGINT AS thinking_count,
            SUM(tool_exchange_count)::BIGINT AS tool_exchange_count,
            SUM(image_exchange_count)::BIGINT AS image_exchange_count,
            SUM(conversation_turn_count)::BIGINT AS conversation_turn_count,
            SUM(prompt_characters)::BIGINT AS prompt_characters,
            SUM(distinct_prompt_count)::BIGINT AS distinct_prompt_count,
            SUM(reasoning_request_count)::BIGINT AS reasoning_request_count,
            SUM(grading_request_count)::BIGINT AS grading_request_count,
            SUM(address_count)::BIGINT AS address_count
        FROM core.account_days JOIN features.payers USING (account_id)
        WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY account_id
        HAVING SUM(exchange_count) >= $minimum
        ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
        minimum=minimum_exchanges,
    )


_RATES = {
    "exchanges_per_active_day": ("exchange_count", "active_day_count"),
    "input_tokens_mean": ("input_tokens", "exchange_count"),
    "output_tokens_mean": ("output_tokens", "exchange_count"),
    "prompt_characters_mean": ("prompt_characters", "exchange_count"),
    "refused_share": ("refused_count", "exchange_count"),
    "rate_limited_share": ("rate_limited_count", "exchange_count"),
    "thinking_share": ("thinking_count", "exchange_count"),
    "tool_share": ("tool_exchange_count", "exchange_count"),
    "image_share": ("image_exchange_count", "exchange_count"),
    "conversation_share": ("conversation_turn_count", "exchange_count"),
    "distinct_prompt_share": ("distinct_prompt_count", "exchange_count"),
    "reasoning_share": ("reasoning_request_count", "exchange_count"),
    "grading_share": ("grading_request_count", "exchange_count"),
    "addresses_per_active_day": ("address_count", "active_day_count"),
}
_RATE_NAMES = list(_RATES)


def _rates() -> list[pl.Expr]:
    return [(pl.col(top) / pl.col(bottom)).alias(name) for name, (top, bottom) in _RATES.items()]


def _rhythm(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Evenness of the 24 hours and the share of the quietest six, per account."""
    hours = read_frame(
        connection,
        """
        SELECT account_id, hour, SUM(exchange_count)::BIGINT AS exchange_count FROM core.account_hours
        WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id, hour ORDER BY account_id, hour
        """,
        first=window.first,
        last=window.as_of,
    )
    ids, rows = np.unique(hours["account_id"].to_numpy(), return_inverse=True)
    counts = np.zeros((len(ids), HOURS))
    counts[rows, hours["hour"].to_numpy()] = hours["exchange_count"].to_numpy()
    shares = counts / counts.sum(axis=1, keepdims=True)
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1) / np.log(HOURS)
    around = np.concatenate([shares, shares[:, : QUIET_HOURS - 1]], axis=1).cumsum(axis=1)
    windows = around[:, QUIET_HOURS - 1 :] - np.pad(around, ((0, 0), (1, 0)))[:, :HOURS]
    return pl.DataFrame(
        {
            "account_id": pl.Series(ids, dtype=pl.String),
            "hour_entropy_share": entropy.clip(0, 1),
            "night_share": windows.min(axis=1).clip(0, 1) if len(ids) else np.zeros(0),
        }
    )


def _template_use(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Concentration on templates and their rarity over unrelated payers, per account."""
    use = read_frame(
        connection,
        """
        SELECT account_id, template_id, STR_SPLIT(template_id, '-')[1] AS part, used.exchange_count,
               totals.exchange_count AS total, payer_count, payer_share
        FROM (
            SELECT account_id, template_id, SUM(exchange_count)::BIGINT AS exchange_count FROM core.template_days
            WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id, template_id
        ) AS used
        JOIN (
            SELECT account_id, SUM(exchange_count)::BIGINT AS exchange_count FROM core.account_days
            WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id
        ) AS totals USING (account_id)
        LEFT JOIN features.templates USING (template_id)
        ORDER BY account_id, template_id
        """,
        first=window.first,
        last=window.as_of,
    )
    is_shared = pl.col("payer_count").fill_null(1) >= CROSS_PAYER_MINIMUM
    is_rare = is_shared & (pl.col("payer_share").fill_null(1.0) <= CROSS_PAYER_SHARE_MAXIMUM)
    share = pl.col("exchange_count") / pl.col("total")
    parts = (
        use.with_columns(share=share)
        .group_by("account_id", "part", maintain_order=True)
        .agg(
            pl.col("share").max().alias("top_template_share"),
            (-(pl.col("share") * pl.col("share").log(2)).sum()).alias("seen_entropy"),
            (1 - pl.col("share").sum()).clip(0, 1).alias("unseen_share"),
            pl.col("total").first(),
            (pl.col("share") * -pl.col("payer_share").log()).filter(is_shared).sum().alias("template_rarity"),
            pl.col("share").filter(is_rare).sum().alias("cross_payer_share"),
        )
    )
    # Prompts whose template was seen once are all different: each adds log2(total) / total bits.
    head = parts.filter(pl.col("part") == "head").select(
        "account_id",
        "top_template_share",
        template_entropy_bits=(pl.col("seen_entropy") + pl.col("unseen_share") * pl.col("total").log(2)).clip(0),
    )
    # A prompt has up to three templates that say the same thing: the part that says it best counts.
    rarity = parts.group_by("account_id", maintain_order=True).agg(
        pl.col("template_rarity").max(), pl.col("cross_payer_share").max().clip(0, 1)
    )
    return rarity.join(head, on="account_id", how="left")
