"""links.edges: pairs of accounts that rare shared values hold together.

The edge rule decides what groups can be found: a pair needs one rare value of a kind that links alone, or rare values
of two independence families. Within a family only the rarest value counts, since one cause may show in several.
"""

import duckdb
import polars as pl

from forensics.links.kinds import SIGNAL_KINDS
from forensics.warehouse.tables import read_frame

STRONG_BITS = 5.0
"""A value that at most one account in 32 shares; rarer than a coincidence of habits."""


def edges(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every pair of accounts that the edge rule links.

    Args:
        connection: with links.account_signals and links.signals.

    Returns:
        One row per pair with account_a < account_b, columns of the contract.
    """
    connection.register(
        "links_alone",
        pl.DataFrame(
            {"signal_kind": sorted(name for name, kind in SIGNAL_KINDS.items() if kind.links_alone)}
        ).to_arrow(),
    )
    try:
        return read_frame(
            connection,
            """
            WITH rare AS (
                SELECT account_id, signal_kind, signal_value, family, bits,
                       signal_kind IN (SELECT signal_kind FROM links_alone) AS links_alone
                FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
                WHERE NOT is_hub AND bits >= $strong_bits AND account_count >= 2
            ),
            shared AS (
                SELECT a.account_id AS account_a, b.account_id AS account_b, a.family, a.signal_kind, a.signal_value,
                       a.bits, a.links_alone
                FROM rare AS a JOIN rare AS b
                  ON a.signal_kind = b.signal_kind AND a.signal_value = b.signal_value AND a.account_id < b.account_id
            ),
            best AS (
                SELECT account_a, account_b, family, MAX(bits) AS bits, BOOL_OR(links_alone) AS links_alone,
                       MAX({'bits': bits, 'kind': signal_kind, 'value': signal_value}) AS rarest
                FROM shared GROUP BY account_a, account_b, family
            )
            SELECT account_a, account_b,
                   -- Bits are summed as whole millionths: exact in any order.
                   SUM(ROUND(bits * 1e6)::BIGINT)::DOUBLE / 1e6 AS bits,
                   COUNT(*) AS family_count,
                   STRING_AGG(family, ', ' ORDER BY family) AS families,
                   MAX(rarest).kind AS strongest_kind,
                   MAX(rarest).value AS strongest_value
            FROM best
            GROUP BY account_a, account_b
            HAVING BOOL_OR(links_alone) OR COUNT(*) >= 2
            ORDER BY account_a, account_b
            """,
            strong_bits=STRONG_BITS,
        )
    finally:
        connection.unregister("links_alone")
