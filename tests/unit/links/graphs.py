"""The documented rule for links and groups, written out naively: pairs, families, bits, trusses, components."""

import math
from collections import defaultdict
from itertools import combinations
from typing import Any

import numpy as np

from forensics.links.edges import CERTAIN_EXPONENT, COMMON_NEIGHBOURS, STRONG_BITS
from forensics.links.kinds import SIGNAL_KINDS

Pair = tuple[str, str]
Holders = dict[tuple[str, str], set[str]]


def random_holders(rng: np.random.Generator, accounts: list[str], values: int) -> Holders:
    """Values of random kinds, each held by a few random accounts, some of them by a close crowd."""
    kinds = list(SIGNAL_KINDS)
    holders: Holders = {}
    for number in range(values):
        size = int(rng.integers(2, 9))
        start = int(rng.integers(0, len(accounts) - size))
        chosen = accounts[start : start + size] if rng.random() < 0.6 else rng.choice(accounts, size, replace=False)
        holders[str(rng.choice(kinds)), f"value-{number}"] = {str(account) for account in chosen}
    return holders


def signal_rows(holders: Holders, account_count: int, hubs: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """Rows of links.signals."""
    return [
        {
            "signal_kind": kind,
            "signal_value": value,
            "family": SIGNAL_KINDS[kind].family,
            "account_count": len(accounts),
            "payer_count": len(accounts),
            "bits": math.log2(account_count / len(accounts)),
            "is_hub": (kind, value) in hubs,
        }
        for (kind, value), accounts in holders.items()
    ]


def naive_edges(holders: Holders, account_count: int, hubs: set[tuple[str, str]]) -> dict[Pair, tuple[float, str]]:
    """Bits and families of every pair that the rule links, pair by pair."""
    best: dict[Pair, dict[str, float]] = defaultdict(dict)
    alone: set[Pair] = set()
    for (kind, value), accounts in holders.items():
        bits = math.log2(account_count / len(accounts))
        if (kind, value) in hubs or bits < STRONG_BITS or SIGNAL_KINDS[kind].recurs:
            continue
        for pair in combinations(sorted(accounts), 2):
            family = SIGNAL_KINDS[kind].family
            best[pair][family] = max(best[pair].get(family, 0.0), bits)
            if len(accounts) <= SIGNAL_KINDS[kind].links_alone:
                alone.add(pair)
    edges = {pair: families for pair, families in best.items() if pair in alone or len(families) >= 2}
    limit = CERTAIN_EXPONENT * math.log2(account_count)
    certain = {pair for pair, families in edges.items() if pair in alone or sum(families.values()) >= limit - 1e-6}
    kept = held_up(set(edges), certain)
    return {pair: (sum(edges[pair].values()), ", ".join(sorted(edges[pair]))) for pair in kept}


def held_up(edges: set[Pair], certain: set[Pair]) -> set[Pair]:
    """Edges that are certain or have enough common neighbours among the edges that stay, one removal at a time."""
    kept = set(edges)
    while True:
        neighbours: dict[str, set[str]] = defaultdict(set)
        for first, second in kept:
            neighbours[first].add(second)
            neighbours[second].add(first)
        weak = [
            (first, second)
            for first, second in sorted(kept - certain)
            if len(neighbours[first] & neighbours[second]) < COMMON_NEIGHBOURS
        ]
        if not weak:
            return kept
        kept.remove(weak[0])


def naive_components(edges: set[Pair]) -> set[frozenset[str]]:
    """Connected accounts, by walking."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for first, second in edges:
        neighbours[first].add(second)
        neighbours[second].add(first)
    found: set[frozenset[str]] = set()
    seen: set[str] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        reached, waiting = {start}, [start]
        while waiting:
            for other in neighbours[waiting.pop()] - reached:
                reached.add(other)
                waiting.append(other)
        seen |= reached
        found.add(frozenset(reached))
    return found
