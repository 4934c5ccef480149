"""links.groups and links.group_accounts: candidate groups, to be judged one by one.

Two ways in: communities of the edge graph (one hand, whatever it does) and accounts that live on one rare template
which unrelated payers share (one purpose, whoever pays). Sets that are mostly the same become one group. Communities,
not components: two customers of one address pool are bridged by a few edges, and no bridge makes them one.
"""

import hashlib

import duckdb
import numpy as np
import polars as pl

from forensics.warehouse.tables import read_frame

SMALLEST_GROUP = 5
"""Accounts from which a group is judged: fewer are a household or a small team."""

DENSITY = 0.1
"""Share of the possible edges between two sets from which they are one community. Modularity is no choice: it tears a
group that holds most of a provider's edges, and joins small groups where there are many."""

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
    candidates = _merged(_template_groups(connection), _communities(connection, seed))
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


def _communities(connection: duckdb.DuckDBPyConnection, seed: int) -> list[frozenset[str]]:
    """Communities of the edge graph.

    Method: Leiden (Traag, Waltman and van Eck 2019) on the constant Potts model, which has no resolution limit;
    deterministic for one seed and one order of edges.
    """
    import graspologic_native
    from scipy.sparse import coo_array

    edges = read_frame(connection, "SELECT account_a, account_b FROM links.edges ORDER BY account_a, account_b")
    if edges.is_empty():
        return []
    ids, ends = np.unique(np.concatenate([edges["account_a"], edges["account_b"]]), return_inverse=True)
    a, b = ends.reshape(2, -1)
    half = coo_array((np.ones(edges.height), (a, b)), shape=(len(ids), len(ids)))
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    _, labels = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        len(ids),
        resolution=DENSITY,
        use_modularity=False,
        seed=seed,
    )
    members = pl.DataFrame(
        {"community": [labels[node] for node in range(len(ids))], "account_id": ids.astype(str)},
        schema={"community": pl.Int64, "account_id": pl.String},
    )
    sets = members.group_by("community", maintain_order=True).agg("account_id")["account_id"].to_list()
    return sorted((frozenset(accounts) for accounts in sets if len(accounts) >= SMALLEST_GROUP), key=sorted)


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
    template_groups: list[frozenset[str]], communities: list[frozenset[str]]
) -> list[tuple[str, frozenset[str]]]:
    """Unite sets that are mostly the same: variants of one template, and a template's accounts with a community."""
    sets = [("template", accounts) for accounts in template_groups] + [
        ("infrastructure", accounts) for accounts in communities
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
