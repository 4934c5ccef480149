"""links.groups and links.group_accounts: candidate groups, to be judged one by one.

Two ways in: components of the edge graph (one hand, whatever it does) and accounts that live on one rare template which
unrelated payers share (one purpose, whoever pays). Sets that are mostly the same become one group. A component that
holds more than a share of all accounts is cut at a rising threshold until its parts are smaller.
"""

import hashlib

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.warehouse.tables import read_frame

SMALLEST_GROUP = 5
"""Accounts from which a group is judged: fewer are a household or a small team."""

LARGEST_SHARE = 0.10
"""Share of all accounts above which a component is cut: the published campaigns are below it."""

LARGEST_FLOOR = 300
"""Accounts below which no component is cut."""

CUT_STEP_BITS = 2.0
"""How much the threshold rises at each cut."""

TEMPLATE_PAYERS = 5
"""Payers a rare template needs to make a group of its accounts."""

TEMPLATE_SHARE = 0.2
"""Share of an account's exchanges that must carry the template."""

SAME_GROUP_OVERLAP = 0.5
"""Jaccard overlap from which two sets of accounts are one group; a looser rule chains strangers into one."""


def groups_and_members(connection: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Candidate groups and their members.

    Args:
        connection: with links.edges, links.signals, links.account_signals and features.payers.

    Returns:
        Rows of links.groups and of links.group_accounts. Groups may overlap: each is judged by itself.
    """
    payers = read_frame(connection, "SELECT * FROM features.payers ORDER BY account_id")
    components = _components(connection, payers.height)
    candidates = _merged(_template_groups(connection), components)
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
    return groups, _with_membership(connection, members.drop("formed_by"))


def _group_id(accounts: frozenset[str]) -> str:
    return "group-" + hashlib.md5("\n".join(sorted(accounts)).encode(), usedforsecurity=False).hexdigest()[:12]


def _components(connection: duckdb.DuckDBPyConnection, account_count: int) -> list[frozenset[str]]:
    """Connected components of the edges, those that are too large cut at rising thresholds."""
    edges = read_frame(connection, "SELECT account_a, account_b, bits FROM links.edges ORDER BY account_a, account_b")
    if edges.is_empty():
        return []
    ids, ends = np.unique(np.concatenate([edges["account_a"], edges["account_b"]]), return_inverse=True)
    ends = ends.reshape(2, -1)
    bits = edges["bits"].to_numpy()
    limit = max(LARGEST_FLOOR, int(LARGEST_SHARE * account_count))
    found: list[frozenset[str]] = []
    waiting = [(np.arange(edges.height), 0.0)]
    while waiting:
        chosen, threshold = waiting.pop()
        for nodes, inside in _split(ends[:, chosen], len(ids)):
            if len(nodes) > limit and bits[chosen[inside]].max() > threshold + CUT_STEP_BITS:
                kept = chosen[inside]
                raised = max(threshold + CUT_STEP_BITS, bits[kept].min() + CUT_STEP_BITS)
                waiting.append((kept[bits[kept] >= raised], raised))
            elif len(nodes) >= SMALLEST_GROUP:
                found.append(frozenset(ids[nodes].tolist()))
    return sorted(found, key=sorted)


def _split(ends: NDArray[np.int64], size: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Components of a graph: the nodes of each and the positions of its edges."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not ends.shape[1]:
        return []
    graph = coo_array((np.ones(ends.shape[1], np.int8), (ends[0], ends[1])), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    edge_labels = labels[ends[0]]
    order = np.argsort(edge_labels, kind="stable")
    cuts = np.flatnonzero(np.diff(edge_labels[order])) + 1
    return [(np.unique(ends[:, positions]), positions) for positions in np.split(order, cuts)]


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


def _merged(
    template_groups: list[frozenset[str]], components: list[frozenset[str]]
) -> list[tuple[str, frozenset[str]]]:
    """Unite sets that are mostly the same: variants of one template, and a template's accounts with a component."""
    sets = [("template", accounts) for accounts in template_groups] + [
        ("infrastructure", accounts) for accounts in components
    ]
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


def _with_membership(connection: duckdb.DuckDBPyConnection, members: pl.DataFrame) -> pl.DataFrame:
    """How much of its group's shared evidence each member carries, and its role.

    An account carries the bits of its rarest non-hub value per family that another member shares; membership is that
    sum over the group's largest. Core: at least half.
    """
    connection.register("members_found", members.to_arrow())
    try:
        carried = read_frame(
            connection,
            """
            WITH value AS (
                SELECT group_id, account_id, family, bits,
                       COUNT(*) OVER (PARTITION BY group_id, signal_kind, signal_value) AS sharing
                FROM members_found JOIN links.account_signals USING (account_id)
                JOIN links.signals USING (signal_kind, signal_value)
                WHERE NOT is_hub
            ),
            family AS (
                SELECT group_id, account_id, family, MAX(bits) AS bits FROM value WHERE sharing >= 2
                GROUP BY group_id, account_id, family
            )
            SELECT group_id, account_id, SUM(ROUND(bits * 1e6)::BIGINT)::DOUBLE / 1e6 AS bits FROM family
            GROUP BY group_id, account_id
            """,
        )
    finally:
        connection.unregister("members_found")
    return (
        members.join(carried, on=["group_id", "account_id"], how="left")
        .with_columns(pl.col("bits").fill_null(0.0))
        .with_columns(membership=(pl.col("bits") / pl.col("bits").max().over("group_id")).fill_nan(0.0).clip(0, 1))
        .with_columns(role=pl.when(pl.col("membership") >= 0.5).then(pl.lit("core")).otherwise(pl.lit("associated")))
        .select("group_id", "account_id", "role", "membership")
    )
