"""reports.account_scores: each account's features, cluster and rank by what extraction looks like."""

import duckdb
import polars as pl

from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.links.group_tests import EXTRACTION_MEASURES, TEMPLATE_MEASURE
from forensics.reports.past import BARRED_KIND
from forensics.warehouse.tables import read_frame
from forensics.window import Window

STANDING = {"high": 1.0, "moderate": 2 / 3, "low": 1 / 3}
"""Weight of membership in a finding of this confidence. A lead adds nothing where an innocent explanation accounts for
all that its accounts have in common, or nothing was found in common: their control is undetermined."""


def account_scores(
    connection: duckdb.DuckDBPyConnection, window: Window, findings: pl.DataFrame, members: pl.DataFrame
) -> pl.DataFrame:
    """Scores of every account with features.

    One half of the score is how far an account stands out by itself, the other whom it acts with: the most that a
    finding gives it, membership times the weight of the finding's confidence. By itself it stands out by the
    mean over the extraction measures of the share of accounts that lie below; accounts that share the lowest value
    count as zero. It orders accounts for reading and accuses nobody: single accounts never are.

    Args:
        connection: with features.accounts and clusters.account_clusters.
        window: the run's days.
        findings: rows of reports.findings.
        members: rows of reports.finding_accounts.

    Returns:
        One row per account, columns of the contract.
    """
    accounts = read_frame(
        connection,
        """
        SELECT accounts.*, cluster_id FROM features.accounts LEFT JOIN clusters.account_clusters USING (account_id)
        ORDER BY account_id
        """,
    )
    others = max(accounts.height - 1, 1)
    below = [
        (pl.col(name).rank("min").cast(pl.Float64) - 1) / others for name in (*EXTRACTION_MEASURES, TEMPLATE_MEASURE)
    ]
    standing = (
        members.join(
            findings.filter(
                pl.col("kind").cast(pl.String) != BARRED_KIND,
                pl.col("control_confidence").cast(pl.String) != "undetermined",
            ),
            on="finding_id",
        )
        .with_columns(
            standing=pl.col("membership")
            * pl.col("confidence").cast(pl.String).replace_strict(STANDING, return_dtype=pl.Float64)
        )
        .group_by("account_id")
        .agg(pl.col("standing").max())
    )
    return accounts.join(standing, on="account_id", how="left", maintain_order="left").select(
        "account_id",
        pl.lit(window.as_of).alias("as_of"),
        ((pl.mean_horizontal(below) + pl.col("standing").fill_null(0.0)) / 2).alias("extraction_score"),
        "cluster_id",
        *FEATURE_NAMES,
    )
