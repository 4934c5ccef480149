"""links.groups and links.group_accounts: candidate groups, to be judged one by one.

Three ways in: communities of the infrastructure layer (one hand, whatever it does), communities of the behaviour layer
and whom they carry conversations on with (one stream of work, whoever pays) and accounts that use rare templates which
unrelated payers share (one purpose).
Sets that are mostly the same become one group. Communities,
not components: two customers of one address pool are bridged by a few edges, and no bridge makes them one.
"""

import hashlib
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.circles import carried_conversations, with_partners
from forensics.links.template_groups import SMALLEST_GROUP, template_sets, template_uses
from forensics.warehouse.tables import read_frame
from forensics.window import Window

RELATIVE_DENSITY = 0.5
"""Share of a set's own density at which it is tried whether it comes apart: two pools of equal size that no edge joins
have half the density of each."""

SAME_GROUP_OVERLAP = 0.5
"""Jaccard overlap from which two sets of accounts are one group; a looser rule chains strangers into one."""


def groups_and_members(
    connection: duckdb.DuckDBPyConnection, window: Window, *, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Candidate groups and their members.

    Args:
        connection: with links.edges, links.signals, links.account_signals, features.accounts, features.payers and
            core.account_days.
        window: the days that count.
        seed: seed of the search for communities.

    Returns:
        Rows of links.groups and of links.group_accounts. Groups may overlap: each is judged by itself.
    """
    payers = read_frame(connection, "SELECT * FROM features.payers ORDER BY account_id")
    streams = with_partners(_communities(connection, "behaviour", seed), carried_conversations(connection, window))
    candidates = merged(
        [("template", accounts) for accounts in template_sets(template_uses(connection))]
        + [("behaviour", accounts) for accounts in streams]
        + [("infrastructure", accounts) for accounts in _communities(connection, "infrastructure", seed)]
    )
    members = pl.DataFrame(
        [
            {"group_id": _group_id(accounts), "formed_by": formed_by, "account_id": account}
            for formed_by, accounts in candidates
            for account in sorted(accounts)
        ],
        schema={"group_id": pl.String, "formed_by": pl.String, "account_id": pl.String},
    ).sort("group_id", "account_id")
    talk = read_frame(connection, "SELECT account_id, conversation_share FROM features.accounts")
    groups = (
        members.join(payers, on="account_id", how="left")
        .join(talk, on="account_id", how="left")
        .group_by("group_id", maintain_order=True)
        .agg(
            pl.col("formed_by").first(),
            pl.len().cast(pl.Int64).alias("account_count"),
            pl.col("payer_id").n_unique().cast(pl.Int64).alias("payer_count"),
            pl.col("organisation_id").drop_nulls().n_unique().cast(pl.Int64).alias("organisation_count"),
            _exact_mean(pl.col("conversation_share")).alias("talk_share"),
        )
    )
    return groups, members.drop("formed_by")


def _exact_mean(shares: pl.Expr) -> pl.Expr:
    """The mean in billionths, null without a value: whole numbers are exact in any order."""
    total = (1e9 * shares).round().cast(pl.Int64).sum()
    return pl.when(shares.count() > 0).then(total / 1e9 / shares.count())


def _group_id(accounts: frozenset[str]) -> str:
    return "group-" + hashlib.md5("\n".join(sorted(accounts)).encode(), usedforsecurity=False).hexdigest()[:12]


def _communities(connection: duckdb.DuckDBPyConnection, layer: str, seed: int) -> list[frozenset[str]]:
    """Communities of one layer of links.edges."""
    edges = read_frame(
        connection,
        "SELECT account_a, account_b FROM links.edges WHERE layer = $layer ORDER BY account_a, account_b",
        layer=layer,
    )
    return communities_of(edges, seed)


def communities_of(edges: pl.DataFrame, seed: int) -> list[frozenset[str]]:
    """Communities of a graph of accounts: sets that do not come apart at half the density they have.

    A community of ten knows itself through all its pairs, a pool of thousands through few of them; one density for both
    would blend the small or shatter the large. So each connected set is split at a fraction of its own density, and
    each part again, until it stays whole.

    Args:
        edges: account_a and account_b, sorted.
        seed: seed of the search.

    Method: Leiden (Traag, Waltman and van Eck 2019) on the constant Potts model, which has no resolution limit;
    deterministic for one seed and one order of edges.
    """
    if edges.is_empty():
        return []
    ids, ends = numbered_ends(edges["account_a"], edges["account_b"])
    graph = _adjacency(ends, len(ids))
    found = [frozenset(ids.gather(nodes).to_list()) for nodes in _whole_sets(graph, seed)]
    return sorted(found, key=sorted)


def numbered_ends(ends_a: pl.Series, ends_b: pl.Series) -> tuple[pl.Series, NDArray[np.int64]]:
    """Accounts in order of their ids, and the places of both ends of each edge among them, array (2, edges)."""
    both = pl.concat([ends_a, ends_b.alias(ends_a.name)])
    return both.unique().sort(), both.rank("dense").to_numpy().astype(np.int64).reshape(2, -1) - 1


def _whole_sets(graph: Any, seed: int) -> list[NDArray[np.int64]]:
    """Node numbers of every set of `SMALLEST_GROUP` or more that does not come apart."""
    from scipy.sparse.csgraph import connected_components

    _, labels = connected_components(graph, directed=False)
    waiting = _parts(np.arange(len(labels)), labels)
    place = np.full(len(labels), -1, np.int64)
    whole = []
    while waiting:
        nodes = waiting.pop()
        starts, neighbours = _among(graph, nodes, place)
        # Who all know each other are one set at any density.
        is_whole = len(neighbours) == len(nodes) * (len(nodes) - 1)
        parts = [nodes] if is_whole else _parts(nodes, _split(starts, neighbours, seed))
        if len(parts) == 1 and len(parts[0]) == len(nodes):
            whole.append(nodes)
        else:
            waiting += parts
    return whole


def _among(
    graph: Any, nodes: NDArray[np.int64], place: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Edges among some nodes, numbered by their order: where each one's neighbours start, and the neighbours.

    Communities are many and small: indexing sparse matrices would take longer than the search.

    Args:
        graph: symmetric sparse matrix, sorted.
        nodes: ascending.
        place: -1 for each node of the graph; as it was when this returns.
    """
    begins, degrees = graph.indptr[nodes].astype(np.int64), np.diff(graph.indptr)[nodes]
    place[nodes] = np.arange(len(nodes))
    taken = np.repeat(begins - np.cumsum(degrees) + degrees, degrees) + np.arange(int(degrees.sum()))
    neighbours = place[graph.indices[taken]]
    place[nodes] = -1
    inside = np.concatenate([[0], np.cumsum(neighbours >= 0)])
    starts = inside[np.concatenate([[0], np.cumsum(degrees)])]
    return starts, neighbours[neighbours >= 0].astype(np.int32)


def _parts(nodes: NDArray[np.int64], labels: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The nodes by label, without sets that are too small to be a group."""
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return [np.sort(nodes[part]) for part in np.split(order, cuts) if len(part) >= SMALLEST_GROUP]


def _split(starts: NDArray[np.int64], neighbours: NDArray[np.int32], seed: int) -> NDArray[np.int64]:
    """Label of each node in the communities at a fraction of the graph's own density."""
    import graspologic_native

    count = len(starts) - 1
    density = len(neighbours) / (count * (count - 1))
    _, found = graspologic_native.leiden_csr(
        starts,
        neighbours,
        np.ones(len(neighbours)),
        count,
        resolution=RELATIVE_DENSITY * density,
        use_modularity=False,
        seed=seed,
    )
    return np.array([found[node] for node in range(count)], np.int64)


def _adjacency(ends: NDArray[np.int64], count: int) -> Any:
    """Symmetric sparse matrix of the edges, sorted."""
    from scipy.sparse import coo_array

    half = coo_array((np.ones(ends.shape[1]), (ends[0], ends[1])), shape=(count, count))
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    return graph


def merged(sets: list[tuple[str, frozenset[str]]]) -> list[tuple[str, frozenset[str]]]:
    """Unite sets that are mostly the same: variants of one template, and a template's accounts with a community.

    Args:
        sets: what formed each set, and its accounts; of a union the first one counts.
    """
    parent = list(range(len(sets)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    holders: dict[str, list[int]] = {}
    for index, (_, accounts) in enumerate(sets):
        for account in accounts:
            holders.setdefault(account, []).append(index)
    shared: dict[tuple[int, int], int] = {}
    for indices in holders.values():
        for position, first in enumerate(indices):
            for second in indices[position + 1 :]:
                shared[first, second] = shared.get((first, second), 0) + 1
    for (first, second), count in sorted(shared.items()):
        if count >= SAME_GROUP_OVERLAP * (len(sets[first][1]) + len(sets[second][1]) - count):
            parent[root(second)] = root(first)
    united: dict[int, tuple[str, set[str]]] = {}
    for index, (formed_by, accounts) in enumerate(sets):
        united.setdefault(root(index), (formed_by, set()))[1].update(accounts)
    unique = {frozenset(accounts): formed_by for formed_by, accounts in united.values()}
    return sorted(((formed_by, accounts) for accounts, formed_by in unique.items()), key=lambda pair: sorted(pair[1]))
