"""The path that carries a verdict: from the controlling seed, stake by stake, down to the organisation.

Cascade: at each step the largest stake of an owner that counted in full before (waves only run downstream, so a path
cannot turn in a ring). Look-through: the single chain that multiplies out to the most (a shortest path by −log share).
Other stakes that count at a step are listed beside it as joint: in an aggregation no single chain carries the verdict.
"""

from dataclasses import dataclass

import numpy as np

from forensics.links.ownership.graph import Bools, Ints, ranges, shares_from
from forensics.links.ownership.verdicts import DayFindings

STEPS_MAX = 64
"""Steps of a path that are listed, those nearest to the organisation; no chart or reader uses more."""
JOINT_MAX = 20
"""Joint stakes listed at a step, the largest."""
HOP = 1e-9
"""Length of a step by itself: of equally large chains the shortest is shown."""


@dataclass(frozen=True)
class Paths:
    """Paths of all organisations that meet the rule.

    Attributes:
        root: the controlling seed of each organisation (itself for seeds), −1 without one.
        organisation, depth, holding, joint: one entry per listed step: whose path, how far from the organisation
            (0: a stake in itself), which holding, and whether it is beside the path.
    """

    root: Ints
    organisation: Ints
    depth: Ints
    holding: Ints
    joint: Bools


def trace_paths(day: DayFindings) -> Paths:
    """Find the path of every organisation that meets the rule on a day."""
    holdings = day.holdings
    counted = _largest_counted(day)
    only_lookthrough = day.by_lookthrough & ~day.by_cascade
    chained = _strongest_chain(day) if only_lookthrough.any() else counted
    pieces = []
    roots = np.where(day.seed, np.arange(holdings.count), -1)
    for targets, step in ((day.by_cascade, counted), (only_lookthrough, chained)):
        organisations = np.flatnonzero(targets)
        roots[organisations] = _roots(step, holdings.owner)[organisations]
        pieces += _climb(organisations, step, holdings.owner)
    organisation, depth, holding = (
        np.concatenate([piece[place] for piece in pieces]) if pieces else np.zeros(0, np.int64) for place in range(3)
    )
    beside = _joint(day, organisation, depth, holding)
    joint = np.repeat([False, True], [len(organisation), len(beside[0])])
    return Paths(
        roots,
        np.concatenate([organisation, beside[0]]),
        np.concatenate([depth, beside[1]]),
        np.concatenate([holding, beside[2]]),
        joint,
    )


def _largest_counted(day: DayFindings) -> Ints:
    """The largest stake in each organisation of an owner that counted in full before it did; −1 without one."""
    holdings, entered = day.holdings, day.entered
    counted = np.flatnonzero((entered[holdings.owner] < entered[holdings.owned]) & (holdings.least > 0))
    owned, owner = holdings.owned[counted], holdings.owner[counted]
    order = counted[np.lexsort((owner, entered[owner], -holdings.least[counted], owned))]
    return _first_of_each(order, holdings.owned[order], holdings.count)


def _strongest_chain(day: DayFindings) -> Ints:
    """The last stake of the chain from a seed that multiplies out to the most, for each organisation, else −1."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    holdings = day.holdings
    useful = np.flatnonzero((holdings.least > 0) & ~day.broken[holdings.owned] & ~day.seed[holdings.owned])
    owner, owned = holdings.owner[useful], holdings.owned[useful]
    length = HOP - np.log(shares_from(holdings.least[useful], day.wholes[owned]))
    # One source that owns all seeds: a search from each of many seeds would look at each of them at every step.
    seeds = np.flatnonzero(day.seed)
    source = holdings.count
    graph = csr_matrix(
        (
            np.concatenate([length, np.full(len(seeds), HOP)]),
            (np.concatenate([owner, np.full(len(seeds), source)]), np.concatenate([owned, seeds])),
        ),
        shape=(source + 1, source + 1),
    )
    _, before = dijkstra(graph, indices=source, return_predecessors=True)
    holding = useful[before[owned] == owner]
    return _first_of_each(holding, holdings.owned[holding], holdings.count)


def _first_of_each(values: Ints, groups: Ints, count: int) -> Ints:
    """The first value of each group of sorted groups; −1 for groups without one."""
    found = np.full(count, -1)
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    found[groups[first]] = values[first]
    return found


def _roots(step: Ints, owner: Ints) -> Ints:
    """Where the path of each organisation begins, by doubling the length of jumps."""
    above = np.where(step >= 0, owner[step] if len(owner) else 0, np.arange(len(step)))
    while not np.array_equal(further := above[above], above):
        above = further
    return above


def _climb(organisations: Ints, step: Ints, owner: Ints) -> list[tuple[Ints, Ints, Ints]]:
    """All paths at once, one step at a time: organisation, depth and holding."""
    pieces, here = [], organisations
    for depth in range(STEPS_MAX):
        holding = step[here]
        going = holding >= 0
        organisations, holding = organisations[going], holding[going]
        if not len(holding):
            break
        pieces.append((organisations, np.full(len(holding), depth), holding))
        here = owner[holding]
    return pieces


def _joint(day: DayFindings, organisation: Ints, depth: Ints, holding: Ints) -> tuple[Ints, Ints, Ints]:
    """Further stakes that count in what each step of a path owns, the largest `JOINT_MAX` of them."""
    holdings = day.holdings
    cascade = day.by_cascade[organisation]
    owned = holdings.owned[holding]
    first, last = holdings.first_by_owned[owned], holdings.first_by_owned[owned + 1]
    beside, step = ranges(first, last), np.repeat(np.arange(len(holding)), last - first)
    owner = holdings.owner[beside]
    counts = np.where(cascade[step], day.entered[owner] < day.entered[owned[step]], day.effective_least[owner] > 0)
    useful = counts & (holdings.least[beside] > 0) & (beside != holding[step])
    beside, step = beside[useful], step[useful]
    order = np.lexsort((holdings.owner[beside], -holdings.least[beside], step))
    beside, step = beside[order], step[order]
    begins = np.flatnonzero(np.diff(step, prepend=-1))
    rank = np.arange(len(step)) - np.repeat(begins, np.diff(np.append(begins, len(step))))
    beside, step = beside[rank < JOINT_MAX], step[rank < JOINT_MAX]
    return organisation[step], depth[step], beside
