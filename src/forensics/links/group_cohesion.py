"""What holds the candidate groups together: stability in links.groups, links.group_bridges and links.group_families."""

import duckdb
import polars as pl

from forensics.links.edge_values import edge_values
from forensics.links.group_bridges import group_bridges
from forensics.links.group_families import group_families
from forensics.links.group_graph import group_graph
from forensics.links.group_stability import group_stability
from forensics.window import Window


def group_cohesion(
    connection: duckdb.DuckDBPyConnection, groups: pl.DataFrame, members: pl.DataFrame, window: Window, *, seed: int
) -> dict[str, pl.DataFrame]:
    """Rows of the three tables by full name.

    Args:
        connection: with links.edges, links.group_accounts, links.account_signals, links.signals,
            features.payers and core.account_days.
        groups: rows of links.groups without their stability.
        members: rows of links.group_accounts.
        window: the days that count.
        seed: seed of the draws.
    """
    carried = edge_values(connection)
    graph = group_graph(connection, carried.edges)
    stability = group_stability(connection, members, carried, window, seed=seed)
    return {
        "links.groups": groups.join(stability, on="group_id", how="left"),
        "links.group_bridges": group_bridges(graph),
        "links.group_families": group_families(graph, carried),
    }
