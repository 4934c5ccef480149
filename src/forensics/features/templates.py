"""features.templates: instructions over the window, with their variations, and how many unrelated payers use each."""

import duckdb
import polars as pl

from forensics.core.capabilities import DEMANDS
from forensics.warehouse.tables import read_frame
from forensics.window import Window

FAMILY_USE = """
    SELECT account_id, family_id, MAX(exchange_count) AS exchange_count, MAX(repeat_count) AS repeat_count,
           MIN(first_on) AS first_on, MAX(last_on) AS last_on
    FROM (
        SELECT account_id, family_id, SPLIT_PART(template_id, '-', 1) AS part, MIN(snapshot_date) AS first_on,
               MAX(snapshot_date) AS last_on, SUM(exchange_count)::BIGINT AS exchange_count,
               SUM(repeat_count)::BIGINT AS repeat_count
        FROM core.template_days JOIN features.template_families USING (template_id)
        WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY account_id, family_id, part
    )
    GROUP BY account_id, family_id
"""
"""How often each account used each family. An exchange may carry its beginning and its end, and one of each at most: so
the part that is seen most counts, and nothing is counted twice."""

_ASKED = ", ".join(f"SUM({demand}_request_count)" for demand in DEMANDS)


def templates(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Families of templates that two payers or more used in the window.

    Args:
        connection: with core.template_days and core.templates of the window, features.payers and
            features.template_families.
        window: the days that count.

    Returns:
        One row per family, columns of the contract.
    """
    return read_frame(
        connection,
        f"""
        WITH active_payers AS (
            SELECT COUNT(DISTINCT payer_id) AS payer_count FROM features.payers
            WHERE account_id IN (
                SELECT account_id FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last
            )
        ),
        used AS (
            SELECT
                family_id AS template_id,
                SUM(exchange_count)::BIGINT AS exchange_count,
                COUNT(DISTINCT account_id) AS account_count,
                COUNT(DISTINCT payer_id) AS payer_count,
                MIN(first_on) AS first_on,
                MAX(last_on) AS last_on
            FROM ({FAMILY_USE}) JOIN features.payers USING (account_id)
            GROUP BY family_id
            HAVING COUNT(DISTINCT payer_id) >= 2
        ),
        variations AS (
            SELECT family_id AS template_id, COUNT(*) AS variation_count FROM features.template_families GROUP BY ALL
        ),
        asked AS (
            SELECT family_id AS template_id, GREATEST({_ASKED}) / SUM(exchange_count) AS asked_share
            FROM core.template_days JOIN features.template_families USING (template_id)
            WHERE snapshot_date BETWEEN $first AND $last GROUP BY family_id
        ),
        shown AS (
            -- The day that saw most of it knows its text best. Texts stay out of the sums: those do not spill to disk.
            SELECT template_id, ARG_MAX(
                snapshot_date, 100000 * exchange_count - DATE_DIFF('day', DATE '1970-01-01', snapshot_date)
            ) AS snapshot_date
            FROM core.templates WHERE snapshot_date BETWEEN $first AND $last GROUP BY template_id
        )
        SELECT used.*, part, text, variation_count, asked_share,
               used.payer_count / active_payers.payer_count AS payer_share
        FROM used JOIN variations USING (template_id) JOIN asked USING (template_id) JOIN shown USING (template_id)
        JOIN core.templates AS texts USING (template_id, snapshot_date), active_payers
        ORDER BY template_id
        """,
        first=window.first,
        last=window.as_of,
    )
