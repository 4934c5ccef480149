"""links.groups: components by walking, cuts of what is too large, and sets that are mostly the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.links.groups import (
    LARGEST_FLOOR,
    SAME_GROUP_OVERLAP,
    SMALLEST_GROUP,
    _components,
    _merged,
    groups_and_members,
)
from tests.unit.links.graphs import Pair, naive_components
from tests.worlds.line import Line, put


def _put_edges(line: Line, edges: dict[Pair, float]) -> None:
    put(
        line.connection,
        "links.edges",
        [
            {
                "account_a": a,
                "account_b": b,
                "bits": bits,
                "family_count": 2,
                "families": "device, network",
                "strongest_kind": "ip",
                "strongest_value": "v",
            }
            for (a, b), bits in edges.items()
        ],
    )


@pytest.mark.parametrize("seed", range(4))
def test_components_are_what_walking_finds(blank_line: Line, seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"账 {number:03}" for number in range(150)]
    chosen = {tuple(sorted(rng.choice(names, 2, replace=False).tolist())) for _ in range(110)}
    _put_edges(blank_line, dict.fromkeys(chosen, 12.0))
    expected = {found for found in naive_components({(a, b) for a, b in chosen}) if len(found) >= SMALLEST_GROUP}
    assert set(_components(blank_line.connection, 150)) == expected
    assert expected


def test_a_component_that_is_too_large_is_cut_where_its_links_are_weak(blank_line: Line) -> None:
    size = LARGEST_FLOOR // 2 + 10
    edges: dict[Pair, float] = {}
    for half in "ab":
        names = [f"{half}{number:04}" for number in range(size)]
        edges |= {(names[place], names[place + 1]): 20.0 for place in range(size - 1)}
    edges["a0000", "b0000"] = 9.0
    _put_edges(blank_line, edges)
    found = _components(blank_line.connection, 1000)
    assert sorted(len(group) for group in found) == [size, size]
    assert {name[0] for name in found[0]} != {name[0] for name in found[1]}


def test_no_edges_and_no_templates_give_no_groups(blank_line: Line) -> None:
    groups, members = groups_and_members(blank_line.connection)
    assert groups.is_empty() and members.is_empty()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 12).map(str), min_size=1), max_size=7))
def test_uniting_keeps_every_account_and_only_unites_sets_that_are_mostly_the_same(sets: list[frozenset[str]]) -> None:
    united = _merged(sets, [])
    everybody = frozenset().union(*sets)
    assert frozenset().union(*(accounts for _, accounts in united)) == everybody
    assert len({accounts for _, accounts in united}) == len(united)
    apart = all(
        len(a & b) < SAME_GROUP_OVERLAP * len(a | b)
        for place, a in enumerate(sets)
        for b in sets[place + 1 :]
        if a != b
    )
    if apart:
        assert {accounts for _, accounts in united} == set(sets)
    assert _merged(sets[::-1], []) == united


def test_a_group_found_by_template_and_by_links_says_it_was_found_by_template() -> None:
    accounts = frozenset("abcdef")
    assert _merged([accounts], [accounts | {"g"}]) == [("template", accounts | {"g"})]


def test_membership_lies_between_none_and_all_and_someone_is_at_the_core(tiny_line: Line) -> None:
    members = tiny_line.frame("FROM links.group_accounts")
    assert members["membership"].is_between(0, 1).all()
    assert set(members.filter(membership=1.0)["group_id"]) == set(members["group_id"])
    assert (members.filter(role="core")["membership"] >= 0.5).all()
