"""links.groups and links.group_accounts: candidate groups, to be judged one by one.

Three ways in: communities of the infrastructure layer (one hand, whatever it does), communities of the behaviour layer
(one stream of work, whoever pays) and accounts that use one rare template which unrelated payers share (one purpose).
Sets that are mostly the same become one group. Communities,
not components: two customers of one address pool are bridged by a few edges, and no bridge makes them one.
"""

import hashlib
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.warehouse.tables import read_frame

SMALLEST_GROUP = 5
"""Accounts from which a group is judged: fewer are a household or a small team."""

DENSITY = 0.1
"""Share of the possible edges between two sets from which they are one community. Modularity is no choice: it tears a
group that holds most of a provider's edges, and joins small groups where there are many."""

RELATIVE_DENSITY = 0.3
"""Density of the links between two communities, over that inside the sparser one, from which they are one pool."""

TEMPLATE_PAYERS = 5
"""Payers a rare template needs to make a group of its accounts."""

TEMPLATE_SHARE = 0.2
"""Share of an account's exchanges that must carry the template."""

SAME_GROUP_OVERLAP = 0.5
"""Jaccard overlap from which two sets of accounts are one group; a looser rule chains strangers into one."""


def groups_and_members(connection: duckdb.DuckDBPyConnection, *, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Candidate groups and their members.

    Args:
        connection: with links.edges, links.signals, links.account_signals and features.payers.
        seed: seed of the search for communities.

    Returns:
        Rows of links.groups and of links.group_accounts. Groups may overlap: each is judged by itself.
    """
    payers = read_frame(connection, "SELECT * FROM features.payers ORDER BY account_id")
    candidates = _merged(
        [("template", accounts) for accounts in _template_groups(connection)]
        + [(layer, accounts) for layer in ("behaviour", "infrastructure") for accounts in _communities(connection, layer, seed)]
    )
    members = pl.DataFrame(
        [
            {"group_id": _group_id(accounts), "formed_by": formed_by, "account_id": account}
            for formed_by, accounts in candidates
            for account in sorted(accounts)
        ],
        schema={"group_id": pl.String, "formed_by": pl.String, "account_id": pl.String},
    ).sort("group_id", "account_id")
    groups = (
        members.join(payers, on="account_id", how="left")
        .group_by("group_id", maintain_order=True)
        .agg(
            pl.col("formed_by").first(),
            pl.len().cast(pl.Int64).alias("account_count"),
            pl.col("payer_id").n_unique().cast(pl.Int64).alias("payer_count"),
            pl.col("organisation_id").drop_nulls().n_unique().cast(pl.Int64).alias("organisation_count"),
        )
    )
    return groups, members.drop("formed_by")


def _group_id(accounts: frozenset[str]) -> str:
    return "group-" + hashlib.md5("\n".join(sorted(accounts)).encode(), usedforsecurity=False).hexdigest()[:12]


def _communities(connection: duckdb.DuckDBPyConnection, layer: str, seed: int) -> list[frozenset[str]]:
    """Communities of one layer of the edge graph.

    Method: Leiden (Traag, Waltman and van Eck 2019) on the constant Potts model, which has no resolution limit;
    deterministic for one seed and one order of edges. A large pool whose members meet too rarely for that density
    comes apart into many communities; those that are linked nearly as densely as they are inside are joined again.
    """
    import graspologic_native

    edges = read_frame(
        connection,
        "SELECT account_a, account_b FROM links.edges WHERE layer = $layer ORDER BY account_a, account_b",
        layer=layer,
    )
    if edges.is_empty():
        return []
    ids, ends = np.unique(np.concatenate([edges["account_a"], edges["account_b"]]), return_inverse=True)
    graph = _adjacency(ends.reshape(2, -1), len(ids))
    _, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        len(ids),
        resolution=DENSITY,
        use_modularity=False,
        seed=seed,
    )
    labels = _joined(graph, np.array([found[node] for node in range(len(ids))], np.int64))
    members = pl.DataFrame({"community": labels, "account_id": ids.astype(str)})
    sets = members.group_by("community", maintain_order=True).agg("account_id")["account_id"].to_list()
    return sorted((frozenset(accounts) for accounts in sets if len(accounts) >= SMALLEST_GROUP), key=sorted)


def _adjacency(ends: NDArray[np.int64], count: int) -> Any:
    """Symmetric sparse matrix of the edges, sorted."""
    from scipy.sparse import coo_array

    half = coo_array((np.ones(ends.shape[1]), (ends[0], ends[1])), shape=(count, count))
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    return graph


def _joined(graph: Any, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Join communities whose links to each other are at least `RELATIVE_DENSITY` as dense as those inside the sparser.

    All pairs that qualify are joined at once and the densities taken anew, until none is left.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    while True:
        _, labels = np.unique(labels, return_inverse=True)
        count, nodes = int(labels.max()) + 1, len(labels)
        belongs = coo_array((np.ones(nodes), (np.arange(nodes), labels)), shape=(nodes, count)).tocsr()
        sizes = np.bincount(labels)
        between = (belongs.T @ graph @ belongs).tocoo()
        inside = np.zeros(count)
        diagonal = between.row == between.col
        inside[between.row[diagonal]] = between.data[diagonal]
        density = inside / np.maximum(sizes * (sizes - 1), 1)
        a, b = between.row[~diagonal], between.col[~diagonal]
        joint = between.data[~diagonal] / (sizes[a] * sizes[b])
        # A single account is no community: its density is not known, and it joins whom it is densely linked to.
        floor = np.minimum(np.where(sizes[a] > 2, density[a], 1.0), np.where(sizes[b] > 2, density[b], 1.0))
        close = joint >= RELATIVE_DENSITY * floor
        if not close.any():
            return np.asarray(labels, np.int64)
        _, merged = connected_components(
            coo_array((np.ones(int(close.sum())), (a[close], b[close])), shape=(count, count)), directed=False
        )
        labels = merged[labels]


def _template_groups(connection: duckdb.DuckDBPyConnection) -> list[frozenset[str]]:
    """Accounts that live on one rare template shared by unrelated payers, one set a template."""
    rows = read_frame(
        connection,
        """
        SELECT signal_value, account_id
        FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
        WHERE signal_kind = 'prompt_template' AND NOT is_hub AND payer_count >= $payers AND use_share >= $share
        ORDER BY signal_value, account_id
        """,
        payers=TEMPLATE_PAYERS,
        share=TEMPLATE_SHARE,
    )
    sets = rows.group_by("signal_value", maintain_order=True).agg(pl.col("account_id"))["account_id"].to_list()
    return [frozenset(accounts) for accounts in sets if len(accounts) >= SMALLEST_GROUP]


def _merged(sets: list[tuple[str, frozenset[str]]]) -> list[tuple[str, frozenset[str]]]:
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
