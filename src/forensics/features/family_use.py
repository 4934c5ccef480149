"""How often each account used each family of templates, added up once for all that is asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from forensics.warehouse.tables import temporary_tables
from forensics.window import Window

_TABLES = {
    "numbered_families": """
        SELECT template_id, family_id, SPLIT_PART(template_id, '-', 1) AS part,
               DENSE_RANK() OVER (ORDER BY family_id)::INTEGER AS family
        FROM features.template_families
    """,
    "numbered_accounts": """
        SELECT account_id, payer_id, ROW_NUMBER() OVER (ORDER BY account_id)::INTEGER AS account,
               CASE WHEN payer_id IS NOT NULL THEN DENSE_RANK() OVER (ORDER BY payer_id)::INTEGER END AS payer
        FROM (SELECT DISTINCT account_id FROM core.template_days WHERE snapshot_date BETWEEN $first AND $last)
        LEFT JOIN features.payers USING (account_id)
    """,
    "family_use": """
        SELECT account, family, part, SUM(exchange_count)::BIGINT AS exchange_count,
               SUM(repeat_count)::BIGINT AS repeat_count
        FROM core.template_days
        JOIN numbered_families USING (template_id) JOIN numbered_accounts USING (account_id)
        WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY account, family, part
    """,
}

FAMILY_USE = """
    SELECT account, family, MAX(exchange_count) AS exchange_count, MAX(repeat_count) AS repeat_count
    FROM family_use GROUP BY account, family
"""
"""Use per account and family whatever the part. An exchange may carry its beginning and its end, and one of each at
most: so the part that is seen most counts, and nothing is counted twice."""


@contextmanager
def family_use(connection: duckdb.DuckDBPyConnection, window: Window) -> Iterator[None]:
    """Within the block there are three temporary tables, which name accounts and families by numbers in their order.

    `numbered_families` (template_id, family_id, part, family), `numbered_accounts` (account_id, payer_id, account,
    payer) and `family_use` (account, family, part, exchange_count, repeat_count). Numbers take less room than ids, and
    are grouped in less time. A block within a block of the same window reads what the outer one made.

    Args:
        connection: with core.template_days, features.template_families and features.payers.
        window: the days that count.
    """
    with temporary_tables(connection, _TABLES, first=window.first, last=window.as_of):
        yield
