"""reports.account_scores: each account's features, cluster and rank by what extraction looks like."""

import duckdb
import polars as pl

from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.links.group_tests import EXTRACTION_MEASURES, TEMPLATE_MEASURE
from forensics.warehouse.tables import read_frame
from forensics.window import Window


def account_scores(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Scores of every account with features.

    The score is the mean over the extraction measures of the share of accounts that lie below; accounts that share
    the lowest value count as zero. It orders accounts for reading and accuses nobody: single accounts never are.

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
    return accounts.select(
        "account_id",
        pl.lit(window.as_of).alias("as_of"),
        pl.mean_horizontal(below).alias("extraction_score"),
        "cluster_id",
        *FEATURE_NAMES,
    )
