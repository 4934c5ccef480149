"""What holds groups together: values that carry edges, families left out, accounts that bridge, stability."""

from collections import defaultdict

import numpy as np
import polars as pl
import pytest
from scipy.sparse.csgraph import connected_components

from forensics.contracts.core import SIGNAL_FAMILIES
from forensics.links.edge_values import EdgeValues, edge_values
from forensics.links.group_bridges import group_bridges
from forensics.links.group_families import group_families
from forensics.links.group_graph import GroupGraph, group_graph
from forensics.links.group_stability import group_stability
from forensics.links.kinds import SIGNAL_KINDS
from forensics.links.recurring_pairs import FEWEST_SHARED
from tests.worlds.line import Line


@pytest.fixture(scope="module")
def carried(tiny_line: Line) -> EdgeValues:
    return edge_values(tiny_line.connection)


def _naive_kept(carried: EdgeValues, is_left: np.ndarray) -> list[bool]:
    """The rule of one pair, edge by edge."""
    families, kinds, alone = defaultdict(set), defaultdict(lambda: defaultdict(int)), set()
    for edge, value, links_alone in zip(carried.edge, carried.value, carried.links_alone, strict=True):
        if is_left[value]:
            families[edge].add(carried.family[value])
            kinds[edge][carried.kind[value]] += 1
            alone |= {edge} if links_alone else set()
    return [
        (edge in alone or len(families[edge]) >= 2)
        if layer == "infrastructure"
        else max(kinds[edge].values(), default=0) >= FEWEST_SHARED
        for edge, layer in enumerate(carried.edges["layer"])
    ]


def test_all_values_give_all_edges_and_some_give_what_the_rule_says(carried: EdgeValues) -> None:
    assert carried.edges.height > 20
    assert carried.kept(np.ones(len(carried.family), bool)).all()
    assert not carried.kept(np.zeros(len(carried.family), bool)).any()
    rng = np.random.default_rng(1)
    for share in (0.3, 0.6, 0.9):
        is_left = rng.random(len(carried.family)) < share
        assert carried.kept(is_left).tolist() == _naive_kept(carried, is_left)


def _graph(pairs: list[tuple[int, int]], sizes: list[int]) -> GroupGraph:
    """Groups of these sizes side by side, with links between the numbered members."""
    names = [f"g{group}" for group, size in enumerate(sizes) for _ in range(size)]
    members = pl.DataFrame({"group_id": names, "account_id": [f"a{number:03}" for number in range(len(names))]})
    members = members.with_columns(size=pl.len().over("group_id").cast(pl.Int64))
    ends = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    return GroupGraph(members, len(names), ends, np.arange(ends.shape[1]))


@pytest.mark.parametrize("seed", range(8))
def test_bridges_are_the_accounts_whose_removal_cuts_others_off(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 30
    pairs = {tuple(sorted(rng.choice(size, 2, replace=False).tolist())) for _ in range(34)}
    graph = _graph(list(pairs), [size])
    found = dict(group_bridges(graph).select("account_id", "separated_count").iter_rows())
    matrix = graph.adjacency()
    _, whole = connected_components(matrix, directed=False)
    for node in range(size):
        rest = np.delete(np.arange(size), node)
        _, part = connected_components(matrix[rest][:, rest], directed=False)
        own = part[whole[rest] == whole[node]]
        lost = len(own) - (np.bincount(own).max() if len(own) else 0)
        assert found.get(f"a{node:03}", 0) == lost


def test_a_template_holds_members_together_and_is_no_account() -> None:
    chain = _graph([(0, 1), (1, 2), (3, 4), (4, 5)], [6])
    ends = np.concatenate([chain.ends, [[0, 3], [6, 6]]], axis=1)
    held = GroupGraph(chain.members, 7, ends, np.append(chain.edge, [-1, -1]))
    found = dict(group_bridges(held).select("account_id", "separated_count").iter_rows())
    assert found == {"a000": 2, "a001": 1, "a003": 2, "a004": 1}


def test_families_left_out_leave_what_other_families_link(tiny_line: Line, carried: EdgeValues) -> None:
    graph = group_graph(tiny_line.connection, carried.edges)
    found = group_families(graph, carried)
    assert found.height and found["linked_share"].is_between(0, 1).all()
    without = {row["group_id"]: row for row in found.filter(pl.col("family") == "payment").iter_rows(named=True)}
    kept = set(np.flatnonzero(_naive_kept(carried, carried.family != SIGNAL_FAMILIES.index("payment"))).tolist())
    assert without
    for group, row in without.items():
        names = graph.members.with_row_index("node").filter(pl.col("group_id") == group)["node"].to_list()
        parts = {node: {node} for node in [*names, *range(graph.members.height, graph.node_count)]}
        for a, b, edge in zip(*graph.ends.tolist(), graph.edge.tolist(), strict=True):
            if a in names and (edge < 0 or edge in kept) and parts[a] is not parts[b]:
                parts[a] |= parts[b]
                parts.update(dict.fromkeys(parts[b], parts[a]))
        assert row["linked_count"] == max(len(parts[node] & set(names)) for node in names)


def _carried(values_of: dict[tuple[str, str], list[int]], families: list[int]) -> EdgeValues:
    pairs = sorted(values_of)
    frame = pl.DataFrame(pairs, schema=["account_a", "account_b"], orient="row")
    edge = [number for number, pair in enumerate(pairs) for _ in values_of[pair]]
    value = [one for pair in pairs for one in values_of[pair]]
    kind = np.full(len(families), list(SIGNAL_KINDS).index("ip"))
    return EdgeValues(
        frame.with_columns(layer=pl.lit("infrastructure")),
        np.array(families),
        kind,
        np.array(edge),
        np.array(value),
        np.zeros(len(edge), bool),
    )


def test_a_group_of_many_values_comes_back_and_one_of_few_does_not(blank_line: Line) -> None:
    names = {group: [f"{group}{number}" for number in range(10)] for group in ("firm", "loose")}
    firm = {(a, b): [0, 1, 2, 3, 4, 5] for a in names["firm"] for b in names["firm"] if a < b}
    # Each pair of neighbours on the ring has two values of its own, and no more.
    ring = [tuple(sorted((names["loose"][n], names["loose"][(n + 1) % 10]))) for n in range(10)]
    loose = {pair: [6 + 2 * number, 7 + 2 * number] for number, pair in enumerate(ring)}
    carried = _carried(firm | loose, [number % 2 for number in range(26)])
    members = pl.DataFrame(
        [(group, account) for group, accounts in names.items() for account in accounts],
        schema=["group_id", "account_id"],
        orient="row",
    )
    found = group_stability(blank_line.connection, members, carried, blank_line.window, seed=1)
    stability = dict(found.select("group_id", "stability").iter_rows())
    assert stability["firm"] > 0.9 > 0.6 > stability["loose"]
    assert found.equals(group_stability(blank_line.connection, members, carried, blank_line.window, seed=1))
