"""features.accounts: what an account does, when, and with whose templates.

Everything is added up from the daily tables, so the window costs no second look at the text. Accounts below the
activity floor have no features: rates from a handful of exchanges are noise.

Known drawback: `distinct_prompt_share` counts a prompt again on each day it is used.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.features.family_use import family_use
from forensics.features.rhythms import RHYTHM_NAMES, rhythms
from forensics.warehouse.tables import read_frame
from forensics.window import Window

HOURS = 24
QUIET_HOURS = 6
"""People sleep about this long; a service does not."""

CROSS_PAYER_MINIMUM = 3
"""Payers a template must have to be shared: two may be one customer with two cards."""

CROSS_PAYER_SHARE_MAXIMUM = 0.05
"""Share of all payers above which a template is a common framework's or a common phrase."""

PARTS = 16
"""Slices of the accounts whose use of templates is in memory one at a time."""


def accounts(connection: duckdb.DuckDBPyConnection, window: Window, *, minimum_exchanges: int) -> pl.DataFrame:
    """Features of every account with enough exchanges in the window.

    Args:
        connection: with the core tables of the window, features.payers, features.templates and
            features.prompt_profiles.
        window: the days that count.
        minimum_exchanges: exchanges from which an account has features.

    Returns:
        One row per account sorted by id, columns of the contract.
    """
    sums = _sums(connection, window, minimum_exchanges)
    return (
        sums.join(_rhythm(connection, window), on="account_id", how="left")
        .join(rhythms(connection, window), on="account_id", how="left")
        .join(_template_use(connection, window), on="account_id", how="left")
        .join(_variety(connection), on="account_id", how="left")
        .join(_public_items(connection, window), on="account_id", how="left")
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
            *RHYTHM_NAMES,
            pl.col("top_template_share").fill_null(0.0),
            pl.col("template_entropy_bits").fill_null(pl.col("exchange_count").log(2)),
            pl.col("template_rarity").fill_null(0.0),
            pl.col("cross_payer_share").fill_null(0.0),
            *_VARIETY_NAMES,
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
            SUM(trace_cleaning_request_count)::BIGINT AS trace_cleaning_request_count,
            SUM(policy_rewriting_request_count)::BIGINT AS policy_rewriting_request_count,
            SUM(agentic_request_count)::BIGINT AS agentic_request_count,
            SUM(safety_probing_request_count)::BIGINT AS safety_probing_request_count,
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
    "trace_cleaning_share": ("trace_cleaning_request_count", "exchange_count"),
    "policy_rewriting_share": ("policy_rewriting_request_count", "exchange_count"),
    "agentic_share": ("agentic_request_count", "exchange_count"),
    "safety_probing_share": ("safety_probing_request_count", "exchange_count"),
    "addresses_per_active_day": ("address_count", "active_day_count"),
}
_RATE_NAMES = list(_RATES)


def _rates() -> list[pl.Expr]:
    return [(pl.col(top) / pl.col(bottom)).alias(name) for name, (top, bottom) in _RATES.items()]


_VARIETY_NAMES = (
    "effective_prompts",
    "distinct_phrase_share",
    "compression_ratio",
    "own_form_spread",
    "public_item_exact_share",
    "public_item_mutated_share",
)


def _variety(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return read_frame(
        connection,
        "SELECT account_id, effective_prompts, distinct_phrase_share, compression_ratio, own_form_spread"
        " FROM features.prompt_profiles ORDER BY account_id",
    )


def _public_items(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Share of sampled prompts with a public item, over the days on which there was a list to compare with."""
    return read_frame(
        connection,
        """
        SELECT account_id,
               COALESCE(exact_count, 0) * 1.0e0 / compared_count AS public_item_exact_share,
               COALESCE(mutated_count, 0) * 1.0e0 / compared_count AS public_item_mutated_share
        FROM (
            SELECT account_id, SUM(sample_count) AS compared_count FROM core.sample_days
            WHERE public_item_lists IS NOT NULL AND snapshot_date BETWEEN $first AND $last GROUP BY account_id
        ) AS compared
        LEFT JOIN (
            SELECT account_id,
                   COUNT(DISTINCT CASE WHEN is_exact THEN exchange_id END) AS exact_count,
                   COUNT(DISTINCT CASE WHEN NOT is_exact THEN exchange_id END) AS mutated_count
            FROM (
                SELECT account_id, exchange_id, MAX(CASE WHEN overlap = 'exact' THEN 1 ELSE 0 END) = 1 AS is_exact
                FROM core.public_items WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id, exchange_id
            ) AS best
            GROUP BY account_id
        ) AS held USING (account_id)
        ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )


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
    ids, rows = hours["account_id"].unique(maintain_order=True), hours["account_id"].rle_id().to_numpy()
    counts = np.zeros((len(ids), HOURS))
    counts[rows, hours["hour"].to_numpy()] = hours["exchange_count"].to_numpy()
    shares = counts / counts.sum(axis=1, keepdims=True)
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1) / np.log(HOURS)
    around = np.concatenate([shares, shares[:, : QUIET_HOURS - 1]], axis=1).cumsum(axis=1)
    windows = around[:, QUIET_HOURS - 1 :] - np.pad(around, ((0, 0), (1, 0)))[:, :HOURS]
    return pl.DataFrame(
        {
            "account_id": ids,
            "hour_entropy_share": entropy.clip(0, 1),
            "night_share": windows.min(axis=1).clip(0, 1) if len(ids) else np.zeros(0),
        }
    )


def _template_use(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Concentration on templates and their rarity over unrelated payers, per account."""
    with family_use(connection, window):
        connection.execute(_USED, {"first": window.first, "last": window.as_of})
        try:
            parts = [_use_of_part(connection, number) for number in range(PARTS)]
        finally:
            connection.execute("DROP TABLE used_families")
        names = read_frame(connection, "SELECT account, account_id FROM numbered_accounts")
    return pl.concat(parts).join(names, on="account").drop("account")


_USED = """
    CREATE OR REPLACE TEMP TABLE used_families AS
    WITH totals AS (
        SELECT account, SUM(exchange_count)::BIGINT AS total
        FROM core.account_days JOIN numbered_accounts USING (account_id)
        WHERE snapshot_date BETWEEN $first AND $last GROUP BY account
    ),
    families AS (
        SELECT DISTINCT family, payer_count, payer_share
        FROM numbered_families JOIN features.templates ON features.templates.template_id = family_id
    )
    SELECT account, family, part, exchange_count, total, payer_count, payer_share
    FROM family_use JOIN totals USING (account) LEFT JOIN families USING (family)
"""


def _use_of_part(connection: duckdb.DuckDBPyConnection, number: int) -> pl.DataFrame:
    """The same of every so manieth account, by number."""
    use = read_frame(
        connection,
        f"SELECT * FROM used_families WHERE account % {PARTS} = $number ORDER BY account, family, part",
        number=number,
    )
    is_shared = pl.col("payer_count").fill_null(1) >= CROSS_PAYER_MINIMUM
    is_rare = is_shared & (pl.col("payer_share").fill_null(1.0) <= CROSS_PAYER_SHARE_MAXIMUM)
    sides = (
        pl.concat([use.with_columns(side=pl.lit(side)).filter(pl.col("part").is_in(parts)) for side, parts in _SIDES])
        .group_by("account", "side", "family", maintain_order=True)
        .agg(
            (pl.col("exchange_count").sum() / pl.col("total").first()).alias("share"),
            pl.col("total", "payer_count", "payer_share").first(),
        )
        .group_by("account", "side", maintain_order=True)
        .agg(
            pl.col("share").max().alias("top_template_share"),
            (-(pl.col("share") * pl.col("share").log(2)).sum()).alias("seen_entropy"),
            (1 - pl.col("share").sum()).clip(0, 1).alias("unseen_share"),
            pl.col("total").first(),
            (pl.col("share") * -pl.col("payer_share").log()).filter(is_shared).sum().alias("template_rarity"),
            pl.col("share").filter(is_rare).sum().alias("cross_payer_share"),
        )
    )
    # Prompts that follow no template are all different: each adds log2(total) / total bits.
    entropy = (pl.col("seen_entropy") + pl.col("unseen_share") * pl.col("total").log(2)).clip(0)
    # The sides of a prompt say the same thing over again: the side that says it best counts.
    return sides.group_by("account", maintain_order=True).agg(
        pl.col("top_template_share").max().clip(0, 1),
        entropy.filter(pl.col("side") != "system").min().alias("template_entropy_bits"),
        pl.col("template_rarity").max(),
        pl.col("cross_payer_share").max().clip(0, 1),
    )


_SIDES = (("head", ("head", "middle", "frame")), ("tail", ("tail", "middle", "frame")), ("system", ("system",)))
"""Parts of which an exchange has one at most, so that their shares add up to the traffic that has one."""
