"""features.templates: instructions over the window, with their variations, and how many unrelated payers use each."""

import duckdb
import polars as pl

from forensics.core.capabilities import DEMANDS
from forensics.features.family_use import FAMILY_USE, family_use
from forensics.warehouse.tables import read_frame
from forensics.window import Window

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
    with family_use(connection, window):
        return read_frame(connection, _QUERY, first=window.first, last=window.as_of)


_QUERY = f"""
    WITH active_payers AS (
        SELECT COUNT(DISTINCT payer_id) AS payer_count FROM features.payers
        WHERE account_id IN (
            SELECT account_id FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last
        )
    ),
    used AS (
        SELECT family, SUM(exchange_count)::BIGINT AS exchange_count, COUNT(*) AS account_count,
               COUNT(DISTINCT payer) AS payer_count
        FROM ({FAMILY_USE}) JOIN numbered_accounts USING (account)
        WHERE payer IS NOT NULL
        GROUP BY family
        HAVING COUNT(DISTINCT payer) >= 2
    ),
    named AS (
        SELECT family, ANY_VALUE(family_id) AS template_id, COUNT(*) AS variation_count
        FROM numbered_families GROUP BY family
    ),
    asked AS (
        SELECT family, GREATEST({_ASKED}) / SUM(exchange_count) AS asked_share, MIN(snapshot_date) AS first_on,
               MAX(snapshot_date) AS last_on
        FROM core.template_days JOIN numbered_families USING (template_id)
        WHERE snapshot_date BETWEEN $first AND $last GROUP BY family
    ),
    shown AS (
        -- The day that saw most of it knows its text best. Texts stay out of the sums: those do not spill to disk.
        SELECT template_id, ARG_MAX(
            snapshot_date, 100000 * exchange_count - DATE_DIFF('day', DATE '1970-01-01', snapshot_date)
        ) AS snapshot_date
        FROM core.templates WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY template_id
    )
    SELECT template_id, used.exchange_count, used.account_count, used.payer_count, first_on, last_on, part, text,
           variation_count, asked_share, used.payer_count / active_payers.payer_count AS payer_share
    FROM used JOIN named USING (family) JOIN asked USING (family) JOIN shown USING (template_id)
    JOIN core.templates AS texts USING (template_id, snapshot_date), active_payers
    ORDER BY template_id
"""
