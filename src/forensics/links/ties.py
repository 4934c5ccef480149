"""What two accounts have in common that no published text or client brings: who pays, who they are, where they sit."""

import duckdb
import polars as pl

from forensics.links.recurring_pairs import CROWD
from forensics.warehouse.tables import read_frame


def ties(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Edges of payment, network or organisation, and conversations that several accounts carry.

    Args:
        connection: with links.edges, links.signals and links.account_signals.

    Returns:
        account_id and tie: accounts with an equal tie have something in common.
    """
    return read_frame(
        connection,
        """
        SELECT account_id, hash(account_a, account_b) AS tie
        FROM (SELECT account_a, account_b, UNNEST([account_a, account_b]) AS account_id FROM links.edges
              WHERE list_has_any(string_split(families, ', '), $families))
        UNION ALL
        SELECT account_id, hash(signal_value)
        FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
        WHERE signal_kind = 'conversation' AND NOT is_hub AND account_count BETWEEN 2 AND $crowd
        """,
        families=["payment", "network", "organisation"],
        crowd=CROWD,
    )


def tied_parts(sets: pl.DataFrame, tied: pl.DataFrame) -> pl.Series:
    """For each row of sets of accounts the number of the part of its set that ties connect it with.

    Args:
        sets: set_id and account_id, each pair once.
        tied: as `ties` returns them.

    Returns:
        One number per row; rows of one set with one number are connected, and no number is in two sets.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    held = sets.with_row_index("node").join(tied, on="account_id").sort("node", "tie")
    tie = held.select(pl.struct("set_id", "tie").rank("dense").cast(pl.Int64))["set_id"].to_numpy() + sets.height - 1
    count = sets.height + (int(tie.max()) + 1 - sets.height if len(tie) else 0)
    links = coo_array((tie > 0, (held["node"].to_numpy(), tie)), shape=(count, count))
    _, part = connected_components(links, directed=False)
    return pl.Series("part", part[: sets.height], dtype=pl.Int64)
