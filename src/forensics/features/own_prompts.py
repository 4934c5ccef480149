"""What an account asks beside the templates it shares: whether one person's prompts come through it or many people's.

A person keeps to some subjects and a way of putting things; an account that many people's traffic passes through varies
as they do, whatever else it carries. Prompts under a template that several payers use say nothing about who is behind
one account and are left out, so an account that mixes a harvest with its own use is not taken for a reseller.

Known drawbacks: distance is of phrasing, so people who all write briefly and alike are not told apart, and one person
of many interests looks like two; an account whose every prompt follows a shared template cannot be measured.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.core.embeddings.hashing import FORM_DIMENSIONS
from forensics.core.prompt_samples import from_blobs
from forensics.features.accounts import CROSS_PAYER_MINIMUM
from forensics.features.breadth import mean_distance
from forensics.warehouse.tables import read_frame
from forensics.window import Window

FEWEST_OWN_PROMPTS = 8
"""Prompts of its own from which an account's variety says something."""

PARTS = 16
"""Slices of the accounts that are in memory one at a time: at 300,000 accounts and 64 prompts some 250 MB each."""


def own_prompts(connection: duckdb.DuckDBPyConnection, window: Window, *, per_account: int) -> pl.DataFrame:
    """Variety of the sampled prompts that follow no template of several payers.

    Args:
        connection: with core.prompt_samples, core.sample_templates, features.template_families, features.templates.
        window: the days that count.
        per_account: sampled prompts that stand for an account, those of the smallest hash.

    Returns:
        One row per account with such a prompt, sorted by id: own_prompt_count, and own_form_spread (mean cosine
        distance by phrasing of two of them, 0–2; null below `FEWEST_OWN_PROMPTS`).
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE own_samples AS
        SELECT account_id, vector, SUBSTR(MD5(account_id), 1, 1) AS part
        FROM (
            SELECT account_id, exchange_id, vector FROM core.prompt_samples
            WHERE snapshot_date BETWEEN $first AND $last
            QUALIFY ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY sample_rank, exchange_id) <= $per_account
        ) AS chosen
        ANTI JOIN (
            SELECT account_id, exchange_id FROM core.sample_templates
            JOIN features.template_families USING (template_id)
            JOIN features.templates ON features.templates.template_id = family_id
            WHERE payer_count >= $shared AND snapshot_date BETWEEN $first AND $last
        ) AS shared USING (account_id, exchange_id)
        """,
        {"first": window.first, "last": window.as_of, "per_account": per_account, "shared": CROSS_PAYER_MINIMUM},
    )
    try:
        parts = [_spread(connection, format(number, "x")) for number in range(PARTS)]
    finally:
        connection.execute("DROP TABLE own_samples")
    return pl.concat(parts).sort("account_id")


def _spread(connection: duckdb.DuckDBPyConnection, part: str) -> pl.DataFrame:
    from forensics.features.row_sum_kernel import row_sums

    own = read_frame(
        connection, "SELECT account_id, vector FROM own_samples WHERE part = $part ORDER BY account_id", part=part
    )
    counted = own.group_by("account_id", maintain_order=True).agg(pl.len().cast(pl.Int64).alias("own_prompt_count"))
    if own.is_empty():
        return counted.with_columns(own_form_spread=pl.lit(None, pl.Float64))
    counts = counted["own_prompt_count"].to_numpy()
    forms = from_blobs(own["vector"], np.int8)[:, -FORM_DIMENSIONS:]
    # Whole numbers, so the order of an account's prompts changes nothing.
    sums = row_sums(forms, np.concatenate([[0], counts.cumsum()]))
    spread = pl.Series("own_form_spread", mean_distance(sums, counts)).fill_nan(None)
    return counted.with_columns(spread).with_columns(
        own_form_spread=pl.when(pl.col("own_prompt_count") >= FEWEST_OWN_PROMPTS).then("own_form_spread")
    )
