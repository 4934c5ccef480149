"""features.templates: templates over the window and how many unrelated payers use each."""

import duckdb
import polars as pl

from forensics.warehouse.tables import read_frame
from forensics.window import Window


def templates(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Templates that two payers or more used in the window.

    Args:
        connection: with core.template_days and core.templates of the window, and features.payers.
        window: the days that count.

    Returns:
        One row per template, columns of the contract.
    """
    return read_frame(
        connection,
        """
        WITH active_payers AS (
            SELECT COUNT(DISTINCT payer_id) AS payer_count FROM features.payers
            WHERE account_id IN (
                SELECT account_id FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last
            )
        ),
        used AS (
            SELECT
                template_id,
                SUM(exchange_count)::BIGINT AS exchange_count,
                COUNT(DISTINCT account_id) AS account_count,
                COUNT(DISTINCT payer_id) AS payer_count,
                MIN(snapshot_date) AS first_on,
                MAX(snapshot_date) AS last_on
            FROM core.template_days JOIN features.payers USING (account_id)
            WHERE snapshot_date BETWEEN $first AND $last
            GROUP BY template_id
            HAVING COUNT(DISTINCT payer_id) >= 2
        ),
        text AS (
            SELECT template_id, MIN(part) AS part, MIN(text) AS text FROM core.templates
            WHERE snapshot_date BETWEEN $first AND $last GROUP BY template_id
        )
        SELECT used.*, part, text, used.payer_count / active_payers.payer_count AS payer_share
        FROM used JOIN text USING (template_id), active_payers
        ORDER BY template_id
        """,
        first=window.first,
        last=window.as_of,
    )
