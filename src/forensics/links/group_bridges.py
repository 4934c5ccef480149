"""links.group_bridges: accounts that alone hold a group together.

Two groups with one account in common look like one. So each group is asked which single accounts its parts hang on: an
investigator looks at those first, and the finding is no more certain than they are.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.group_graph import GroupGraph


def group_bridges(graph: GroupGraph) -> pl.DataFrame:
    """Every account without which its group falls apart, and how much of the group goes with it.

    Args:
        graph: of all candidate groups. A template that members live on holds them together as an account would, and is
            never listed itself.

    Returns:
        Rows of links.group_bridges.
    """
    matrix = graph.adjacency()
    weights = np.zeros(graph.node_count, np.int64)
    weights[: graph.members.height] = 1
    nodes, separated = _separated(matrix.indptr, matrix.indices, weights)
    is_member = (nodes < graph.members.height) & (separated > 0)
    return (
        graph.members[nodes[is_member]]
        .with_columns(separated_count=pl.Series(separated[is_member], dtype=pl.Int64))
        .select("group_id", "account_id", "separated_count", separated_share=pl.col("separated_count") / pl.col("size"))
        .sort("group_id", "account_id")
    )


def _separated(
    starts: NDArray[np.int32], neighbours: NDArray[np.int32], weights: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Nodes whose removal splits their component, and the weight that its largest rest then loses.

    Method: articulation points by one walk in depth (Hopcroft and Tarjan 1973), without recursion; a subtree that
    reaches no higher than its top hangs on it. Linear in nodes and links.
    """
    first, ends, weight = starts.tolist(), neighbours.tolist(), weights.tolist()
    count = len(weight)
    order, low, below, place = [-1] * count, [0] * count, list(weight), list(first)
    parts: dict[int, list[int]] = {}
    whole: dict[int, int] = {}
    clock = 0
    for root in range(count):
        if order[root] >= 0:
            continue
        order[root] = low[root] = clock
        clock += 1
        path, hanging = [root], [root]
        while path:
            node = path[-1]
            if place[node] < first[node + 1]:
                other = ends[place[node]]
                place[node] += 1
                if order[other] < 0:
                    order[other] = low[other] = clock
                    clock += 1
                    path.append(other)
                elif len(path) < 2 or other != path[-2]:
                    low[node] = min(low[node], order[other])
                continue
            path.pop()
            if path:
                top = path[-1]
                low[top] = min(low[top], low[node])
                below[top] += below[node]
                if low[node] >= order[top]:
                    if top not in parts:
                        parts[top] = []
                        hanging.append(top)
                    parts[top].append(below[node])
        whole.update(dict.fromkeys(hanging, below[root]))
    found = sorted(parts)
    lost = []
    for node in found:
        others = whole[node] - weight[node]
        lost.append(others - max(*parts[node], others - sum(parts[node])))
    return np.array(found, np.int64), np.array(lost, np.int64)
