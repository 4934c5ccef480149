"""The part of a look-through system that a few organisations depend on, solved in fractions.

Rings of holdings (strongly connected sets) are found with Tarjan's algorithm, which yields owners before what they
own; each ring is a small linear system, everything else a substitution. Known drawback: fractions grow with the
length of a chain and the size of a ring, so there are budgets; what exceeds them is left out of the answer, and the
caller then decides for neither side.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

import numpy as np

from forensics.links.ownership.graph import Ints, distinct, ranges
from forensics.links.ownership.system import System

NODES_MAX = 1_000_000
"""Organisations looked at in one roll-up, which bounds memory to a gigabyte."""
WORK_MAX = 2 * 10**9
"""Operations times bits of their numbers in one roll-up: half a minute; 300,000 short chains take seconds."""
OPERATION_BITS = 100
"""What an operation on fractions costs by itself, as if its numbers were that much longer."""
RING_MAX = 120
"""Members of one ring: elimination is cubic, 120 take about a second."""
BITS_MAX = 40_000
"""Size of a denominator: a chain of a thousand holdings that all have ten decimals."""

Inner = dict[int, list[tuple[int, int]]]


def solve_exactly(system: System, wanted: Ints, numerator: Ints) -> dict[int, Fraction]:
    """Exact values of the wanted nodes and all they depend on, as far as the budgets allow.

    Args:
        system: the look-through system.
        wanted: nodes to solve.
        numerator: constant of each node plus what its owners of known value contribute, in parts.

    Returns:
        value of each node that could be solved.
    """
    inner = _neighbourhood(system, wanted)
    values: dict[int, Fraction] = {}
    work = 0
    for ring in rings(inner):
        outside = [owner for node in ring for owner, _ in inner[node] if owner not in ring]
        if len(ring) > RING_MAX or not all(owner in values for owner in outside):
            continue
        bits = max((values[owner].denominator.bit_length() for owner in outside), default=0) + 40 * len(ring)
        cost = (len(ring) ** 3 // 3 + len(outside) + 1) * (OPERATION_BITS + bits)
        if bits <= BITS_MAX and work + cost <= WORK_MAX:
            work += cost
            values.update(_solve_ring(system, ring, inner, numerator, values))
    return values


def _neighbourhood(system: System, wanted: Ints) -> Inner:
    """Free owners, with weights, of the wanted nodes and of all free owners upstream, within the budget."""
    holdings, first = system.holdings, system.holdings.first_by_owned
    useful = system.free[holdings.owner] & (system.weight > 0)
    inner: Inner = {}
    frontier = distinct(wanted)
    seen = np.zeros(holdings.count, np.bool_)
    seen[frontier] = True
    while len(frontier := frontier[: NODES_MAX - len(inner)]):
        edges = ranges(first[frontier], first[frontier + 1])
        edges = edges[useful[edges]]
        inner.update((node, []) for node in frontier.tolist())
        for owned, owner, weight in zip(
            holdings.owned[edges].tolist(), holdings.owner[edges].tolist(), system.weight[edges].tolist(), strict=True
        ):
            inner[owned].append((owner, weight))
        above = distinct(holdings.owner[edges])
        frontier = above[~seen[above]]
        seen[frontier] = True
    return inner


def rings(inner: Inner) -> Iterator[set[int]]:
    """Strongly connected sets of nodes, each after all sets that own into it (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in inner:
        if root in index:
            continue
        work = [(root, iter(inner[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, owners = work[-1]
            for owner, _ in owners:
                if owner not in inner:
                    continue
                if owner not in index:
                    index[owner] = low[owner] = len(index)
                    stack.append(owner)
                    on_stack.add(owner)
                    work.append((owner, iter(inner[owner])))
                    break
                if owner in on_stack:
                    low[node] = min(low[node], index[owner])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    place = stack.index(node) if stack[-1] != node else len(stack) - 1
                    ring = set(stack[place:])
                    del stack[place:]
                    on_stack -= ring
                    yield ring


def _solve_ring(
    system: System, ring: set[int], inner: Inner, numerator: Ints, values: dict[int, Fraction]
) -> dict[int, Fraction]:
    """Values of a ring whose outside owners are solved, by elimination over sparse rows."""
    if len(ring) == 1:
        (node,) = ring
        if all(owner != node for owner, _ in inner[node]):
            # Most nodes: one common denominator and one reduction, far cheaper than adding fractions one by one.
            common = lcm(*(values[owner].denominator for owner, _ in inner[node]))
            held = int(numerator[node]) * common
            for owner, weight in inner[node]:
                held += weight * values[owner].numerator * (common // values[owner].denominator)
            return {node: Fraction(held, common * int(system.whole[node]))}
    rows: dict[int, dict[int, Fraction]] = {}
    right: dict[int, Fraction] = {}
    for node in sorted(ring):
        whole = int(system.whole[node])
        row = {node: Fraction(1)}
        total = Fraction(int(numerator[node]), whole)
        for owner, weight in inner[node]:
            if owner in ring:
                row[owner] = row.get(owner, Fraction(0)) - Fraction(weight, whole)
            else:
                total += values[owner] * Fraction(weight, whole)
        rows[node], right[node] = row, total
    order = sorted(rows)
    for place, pivot in enumerate(order):
        for other in order[place + 1 :]:
            factor = rows[other].pop(pivot, None)
            if factor is None:
                continue
            ratio = factor / rows[pivot][pivot]
            for column, entry in rows[pivot].items():
                if column != pivot:
                    rows[other][column] = rows[other].get(column, Fraction(0)) - ratio * entry
            right[other] -= ratio * right[pivot]
    solved: dict[int, Fraction] = {}
    for node in reversed(order):
        rest = right[node] - sum(entry * solved[column] for column, entry in rows[node].items() if column != node)
        solved[node] = rest / rows[node][node]
    return solved
