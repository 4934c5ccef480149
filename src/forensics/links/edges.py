"""links.edges: pairs of accounts that shared values hold together, in two layers.

The layer infrastructure: a pair needs one rare value of a kind that links alone, or rare values of two independence
families. Within a family only the rarest value counts, since one cause may show in several. The layer behaviour: a
pair shares more passing values than chance gives (`recurring_pairs`). The layers stay apart: who shares a pool need
not work together, and who works together need not share anything.

Two families may still meet by chance, and a few such pairs chain strangers into one blob. An edge of few bits must
therefore be held up by its neighbourhood: both ends linked to two further accounts in common (a 4-truss, Cohen 2008).
Members of a pool know each other through many; a coincidence has no common neighbours.
"""

from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics import contracts
from forensics.links.groups import numbered_ends
from forensics.links.kinds import SIGNAL_KINDS
from forensics.links.recurring_pairs import recurring_pairs
from forensics.links.significance import false_discovery_rate, hypergeometric_tail
from forensics.warehouse.tables import read_frame
from forensics.window import Window

STRONG_BITS = 5.0
"""A value that at most one account in 32 shares counts at all: commoner ones are habits."""

CERTAIN_EXPONENT = 1.5
"""Bits, as a multiple of log2 N, from which a pair needs no neighbours: by chance √N / 2 of N² / 2 pairs get there."""

COMMON_NEIGHBOURS = 2
"""Common neighbours that hold up an edge of fewer bits."""

ROWS_AT_ONCE = 10_000
"""Accounts whose neighbours' neighbours are in memory at once."""


def edges(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Every pair of accounts that an edge rule links.

    Args:
        connection: with links.account_signals, links.signals, features.payers and core.account_days.
        window: the days that count.

    Returns:
        One row per layer and pair with account_a < account_b, columns of the contract.
    """
    infrastructure = _infrastructure(connection).with_columns(layer=pl.lit("infrastructure"))
    recurring = recurring_pairs(connection, window)
    behaviour = recurring.group_by("account_a", "account_b", maintain_order=True).agg(
        pl.col("bits").sum(),
        pl.lit(1, pl.Int64).alias("family_count"),
        pl.lit("content").alias("families"),
        pl.col("shared_count").sum(),
        pl.col("signal_kind").sort_by("p_value", "signal_kind").first().alias("strongest_kind"),
        pl.col("strongest_value").sort_by("p_value", "signal_kind").first(),
        pl.col("p_value", "q_value").min(),
        pl.lit("behaviour").alias("layer"),
    )
    columns = list(contracts.get("links.edges").columns)
    return pl.concat([infrastructure.select(columns), behaviour.select(columns)]).sort(
        "layer", "account_a", "account_b"
    )


def _infrastructure(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    pairs = _pairs(connection)
    account_count = connection.sql("SELECT COUNT(*) FROM features.payers").fetchall()[0][0]
    certain_bits = CERTAIN_EXPONENT * float(np.log2(max(account_count, 2)))
    is_certain = ((pairs["bits"] >= certain_bits) | pairs["links_alone"]).to_numpy()
    kept = _held_up(pairs["account_a"], pairs["account_b"], is_certain)
    p = hypergeometric_tail(pairs["shared_count"], pairs["value_count"], pairs["held_a"], pairs["held_b"])
    q = false_discovery_rate(p, account_count * (account_count - 1) // 2)
    return (
        pairs.with_columns(p_value=pl.Series(p, dtype=pl.Float64), q_value=pl.Series(q, dtype=pl.Float64))
        .drop("links_alone", "value_count", "held_a", "held_b")
        .filter(pl.Series(kept, dtype=pl.Boolean))
    )


def _held_up(ends_a: pl.Series, ends_b: pl.Series, is_certain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Edges that are certain, or that lie in enough triangles of edges which are themselves kept."""
    from scipy.sparse import coo_array

    ids, (a, b) = numbered_ends(ends_a, ends_b)
    kept = np.ones(len(a), bool)
    while kept.any():
        weights = np.ones(int(kept.sum()), np.int32)
        half = coo_array((weights, (a[kept], b[kept])), shape=(len(ids), len(ids)))
        counts = _common_neighbours((half + half.T).tocsr(), a, b)
        still = kept & (is_certain | (counts >= COMMON_NEIGHBOURS))
        if (still == kept).all():
            break
        kept = still
    return kept


def _common_neighbours(graph: Any, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each pair of nodes that an edge joins their neighbours in common, 0 where none does; a in order.

    Products of some rows at a time: pairs two edges apart are far more than edges.
    """
    counts = np.zeros(len(a), np.int64)
    for first in range(0, graph.shape[0], ROWS_AT_ONCE):
        own = slice(*np.searchsorted(a, [first, first + ROWS_AT_ONCE]))
        rows = graph[first : first + ROWS_AT_ONCE]
        triangles = (rows @ graph).multiply(rows).tocsr()
        counts[own] = np.asarray(triangles[a[own] - first, b[own]]).ravel()
    return counts


def _pairs(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every pair with a value that links alone or with rare values of two families, whatever its neighbourhood."""
    connection.register(
        "alone_limits",
        pl.DataFrame(
            {
                "signal_kind": list(SIGNAL_KINDS),
                "alone_limit": [kind.links_alone for kind in SIGNAL_KINDS.values()],
                "recurs": [kind.recurs for kind in SIGNAL_KINDS.values()],
            }
        ).to_arrow(),
    )
    try:
        return read_frame(
            connection,
            """
            WITH rare AS (
                SELECT account_id, signal_kind, signal_value, family, bits,
                       account_count <= alone_limits.alone_limit AS links_alone
                FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
                JOIN alone_limits USING (signal_kind)
                WHERE NOT is_hub AND NOT recurs AND bits >= $strong_bits AND account_count >= 2
            ),
            held AS (SELECT account_id, COUNT(*) AS held_count FROM rare GROUP BY account_id),
            universe AS (SELECT COUNT(*) AS value_count FROM (SELECT DISTINCT signal_kind, signal_value FROM rare)),
            linked AS (
                SELECT a.account_id AS account_a, b.account_id AS account_b, a.family, a.signal_kind, a.signal_value,
                       a.bits, a.links_alone
                FROM rare AS a JOIN rare AS b
                  ON a.signal_kind = b.signal_kind AND a.signal_value = b.signal_value AND a.account_id < b.account_id
                WHERE a.family <> 'content' OR a.links_alone
            ),
            -- Thousands share a template: millions of pairs, of which only those linked otherwise can become edges.
            shared AS (
                SELECT * FROM linked
                UNION ALL
                SELECT account_a, account_b, a.family, a.signal_kind, a.signal_value, a.bits, a.links_alone
                FROM (SELECT DISTINCT account_a, account_b FROM linked) AS pair
                JOIN rare AS a ON a.account_id = account_a AND a.family = 'content' AND NOT a.links_alone
                JOIN rare AS b ON b.account_id = account_b
                  AND b.signal_kind = a.signal_kind AND b.signal_value = a.signal_value
            ),
            best AS (
                SELECT account_a, account_b, family, MAX(bits) AS bits, COUNT(*) AS shared_count,
                       BOOL_OR(links_alone) AS links_alone,
                       MAX({'bits': bits, 'kind': signal_kind, 'value': signal_value}) AS rarest
                FROM shared GROUP BY account_a, account_b, family
            )
            SELECT account_a, account_b,
                   -- Bits are summed as whole millionths: exact in any order.
                   SUM(ROUND(bits * 1e6)::BIGINT)::DOUBLE / 1e6 AS bits,
                   COUNT(*) AS family_count,
                   STRING_AGG(family, ', ' ORDER BY family) AS families,
                   SUM(shared_count)::BIGINT AS shared_count,
                   MAX(rarest).kind AS strongest_kind,
                   MAX(rarest).value AS strongest_value,
                   BOOL_OR(links_alone) AS links_alone,
                   ANY_VALUE(value_count) AS value_count,
                   ANY_VALUE(held_a.held_count) AS held_a,
                   ANY_VALUE(held_b.held_count) AS held_b
            FROM best CROSS JOIN universe
            JOIN held AS held_a ON held_a.account_id = account_a
            JOIN held AS held_b ON held_b.account_id = account_b
            GROUP BY account_a, account_b
            HAVING BOOL_OR(links_alone) OR COUNT(*) >= 2
            ORDER BY account_a, account_b
            """,
            strong_bits=STRONG_BITS,
        )
    finally:
        connection.unregister("alone_limits")
