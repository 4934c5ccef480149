"""The graph that holds each candidate group together: links between members, and templates that members live on."""

from typing import Any, NamedTuple

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.template_groups import template_uses
from forensics.warehouse.tables import read_frame

TEMPLATE_LINK = -1
"""Stands in the place of an edge's number where a member hangs on a template."""


class GroupGraph(NamedTuple):
    """All groups side by side in one graph; a member of two groups is two nodes.

    Attributes:
        members: group_id, account_id and size of the group, sorted; row i is node i.
        node_count: nodes, the templates included, which come after the members and stand in no group's count.
        ends: array (2, links) of nodes.
        edge: per link, the row of links.edges sorted by layer and accounts, or `TEMPLATE_LINK`.
    """

    members: pl.DataFrame
    node_count: int
    ends: NDArray[np.int64]
    edge: NDArray[np.int64]

    def largest_parts(self, is_left: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Members in the largest part of each group that the links left connect, in the order of group ids.

        Args:
            is_left: per link.
        """
        from scipy.sparse.csgraph import connected_components

        _, part = connected_components(self.adjacency(is_left), directed=False)
        sizes = (
            self.members.select("group_id", part=pl.Series(part[: self.members.height]))
            .group_by("group_id", "part")
            .len()
            .group_by("group_id")
            .agg(pl.col("len").max())
            .sort("group_id")
        )
        return sizes["len"].to_numpy().astype(np.int64)

    def adjacency(self, is_left: NDArray[np.bool_] | None = None) -> Any:
        """Symmetric sparse matrix of the links left, all of them by default."""
        from scipy.sparse import coo_array

        a, b = self.ends if is_left is None else self.ends[:, is_left]
        half = coo_array((np.ones(len(a), np.int32), (a, b)), shape=(self.node_count, self.node_count))
        graph = (half + half.T).tocsr()
        graph.sort_indices()
        return graph


def group_graph(connection: duckdb.DuckDBPyConnection, edges: pl.DataFrame) -> GroupGraph:
    """The graph of all candidate groups.

    Args:
        connection: with links.group_accounts, links.account_signals and links.signals.
        edges: account_a and account_b of links.edges, sorted by layer and accounts.
    """
    members = read_frame(connection, "SELECT group_id, account_id FROM links.group_accounts ORDER BY ALL")
    nodes = members.with_row_index("node").with_columns(pl.col("node").cast(pl.Int64))
    linked = (
        edges.with_row_index("edge")
        .join(nodes.rename({"account_id": "account_a", "node": "node_a"}), on="account_a")
        .join(nodes.rename({"account_id": "account_b", "node": "node_b"}), on=["account_b", "group_id"])
        .sort("edge", "node_a", "node_b")
    )
    sets = template_uses(connection).select("set_id", "account_id").unique()
    hanging = nodes.join(sets, on="account_id").sort("group_id", "set_id", "account_id")
    # Templates that one member lives on hold nobody together.
    hanging = hanging.filter(pl.len().over("group_id", "set_id") >= 2)
    template = hanging.select(pl.struct("group_id", "set_id").rank("dense").cast(pl.Int64))["group_id"]
    ends = np.concatenate(
        [
            np.stack([linked["node_a"].to_numpy(), linked["node_b"].to_numpy()]),
            np.stack([hanging["node"].to_numpy(), template.to_numpy() - 1 + members.height]),
        ],
        axis=1,
    )
    edge = np.concatenate([linked["edge"].to_numpy().astype(np.int64), np.full(len(template), TEMPLATE_LINK)])
    template_count = int(template.max() or 0)  # type: ignore[arg-type]
    sized = members.with_columns(size=pl.len().over("group_id").cast(pl.Int64))
    return GroupGraph(sized, members.height + template_count, ends.astype(np.int64), edge)
