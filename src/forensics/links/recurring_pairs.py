"""Pairs of accounts that share more passing values than chance gives: conversations handed over, prompts sent again.

One conversation seen in two accounts is a coincidence of two openings; five are a hand-over. So pairs are counted over
all values of a kind and each count is tested: a validated projection of the graph of accounts and values.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.chances import SMALLEST
from forensics.links.kinds import SIGNAL_KINDS
from forensics.links.significance import false_discovery_rate
from forensics.warehouse.tables import read_frame
from forensics.window import Window

CROWD = 10
"""Accounts above which a value is a common phrase and counts for no pair."""

FEWEST_SHARED = 2
"""Values a pair must share: one conversation opens with the same words in two accounts now and then."""

FEWEST_CERTAIN = 3
"""Values a pair must share to be linked whatever its neighbours: who speaks alike opens alike, so that coincidences
come in twos more often than independent ones would."""

PAIR_SIGNIFICANT = 0.001
"""q-value below which a pair is certain: of a thousand links one is a coincidence, too few to chain strangers."""

PAIR_LIKELY = 0.05
"""q-value below which a pair may be linked by its neighbours: a pool of many accounts leaves each pair few values, but
coincidences have no neighbours in common."""


def recurring_pairs(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Pairs that share significantly many values of one recurring kind.

    Null: values meet at random, in proportion to the exchanges of both accounts, at the rate at which pairs share
    exactly one. Pairs that share one because they belong together are counted in, which errs in favour of the accounts.
    The q-value counts all pairs of accounts and all kinds.

    Args:
        connection: with links.account_signals, links.signals, features.payers and core.account_days.
        window: the days that count.

    Returns:
        One row per likely pair and kind: account_a < account_b, signal_kind, shared_count, bits (sum over the values),
        strongest_value, first_at (both had one), last_at (either used one), p_value, q_value, is_certain.

    Method: validated projection of a bipartite graph (Tumminello, Miccichè, Lillo, Piilo and Mantegna 2011) with a
    Poisson null.
    """
    from scipy.special import pdtrc

    kinds = [kind.name for kind in SIGNAL_KINDS.values() if kind.recurs]
    pairs = read_frame(
        connection,
        """
        WITH value AS (
            SELECT account_id, signal_kind, signal_value, bits, held.first_at, held.last_at
            FROM links.account_signals AS held JOIN links.signals USING (signal_kind, signal_value)
            WHERE list_contains($kinds, signal_kind) AND NOT is_hub AND account_count BETWEEN 2 AND $crowd
        ),
        total AS (
            SELECT account_id, SUM(exchange_count)::DOUBLE AS exchange_count FROM core.account_days
            WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id
        ),
        pair AS (
            SELECT a.account_id AS account_a, b.account_id AS account_b, a.signal_kind, COUNT(*) AS shared_count,
                   -- Whole millionths are summed: exact in any order.
                   SUM(ROUND(a.bits * 1e6)::BIGINT)::DOUBLE / 1e6 AS bits,
                   MIN(a.signal_value) AS strongest_value,
                   MIN(GREATEST(a.first_at, b.first_at)) AS first_at, MAX(GREATEST(a.last_at, b.last_at)) AS last_at
            FROM value AS a JOIN value AS b
              ON a.signal_kind = b.signal_kind AND a.signal_value = b.signal_value AND a.account_id < b.account_id
            GROUP BY a.account_id, b.account_id, a.signal_kind
        ),
        single AS (
            SELECT signal_kind, COUNT(*)::DOUBLE AS pair_count FROM pair WHERE shared_count = 1 GROUP BY signal_kind
        ),
        meetings AS (
            SELECT (SUM(exchange_count) * SUM(exchange_count) - SUM(exchange_count * exchange_count)) / 2 AS possible
            FROM total
        )
        SELECT pair.*, COALESCE(pair_count, 1) / possible * total_a.exchange_count * total_b.exchange_count AS expected
        FROM pair CROSS JOIN meetings LEFT JOIN single ON single.signal_kind = pair.signal_kind
        JOIN total AS total_a ON total_a.account_id = account_a
        JOIN total AS total_b ON total_b.account_id = account_b
        WHERE shared_count >= $fewest
        ORDER BY account_a, account_b, pair.signal_kind
        """,
        kinds=kinds,
        crowd=CROWD,
        fewest=FEWEST_SHARED,
        first=window.first,
        last=window.as_of,
    )
    accounts = connection.sql("SELECT COUNT(*) FROM features.payers").fetchall()[0][0]
    p = np.clip(pdtrc(pairs["shared_count"].to_numpy() - 1, pairs["expected"].to_numpy()), SMALLEST, 1.0)
    q = false_discovery_rate(p, accounts * (accounts - 1) // 2 * len(kinds))
    return (
        pairs.drop("expected")
        .with_columns(p_value=pl.Series(p, dtype=pl.Float64), q_value=pl.Series(q, dtype=pl.Float64))
        .filter(pl.col("q_value") < PAIR_LIKELY)
        .with_columns(is_certain=(pl.col("q_value") < PAIR_SIGNIFICANT) & (pl.col("shared_count") >= FEWEST_CERTAIN))
    )
