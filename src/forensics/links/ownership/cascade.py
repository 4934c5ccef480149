"""The cascade: an organisation over the threshold counts in full for whatever it holds.

Members are the least set that contains the seeds and every organisation in which members directly hold a share that
passes the threshold (the aggregation of OFAC's FAQ 401). A wave runs downstream from the seeds; each holding is added
once, when its owner becomes a member, so the work is linear in the holdings and rings need no special care. All sums
are integers.

The upper bound is the same wave with every unknown decided against the organisation: organisations that cannot be
cleared are members, remainders that nobody declared are held by members, bands reach their upper ends.
"""

from dataclasses import dataclass

import numpy as np

from forensics.links.ownership.graph import Bools, Holdings, Ints, Passes, World, distinct
from forensics.links.ownership.profiles import WHOLE

NOT_ENTERED = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Attribution:
    """Shares attributed to seeds, one bound of them.

    Attributes:
        parts: the attributed share of each node in parts of `WHOLE`, from its direct owners.
        loose: above 0 if the true share is strictly more than that, below 0 if strictly less.
        member: nodes counted in full.
        entered: the wave in which a node became a member (0 for those that begin), `NOT_ENTERED` for the others.
    """

    parts: Ints
    loose: Ints
    member: Bools
    entered: Ints


def attribute_least(holdings: Holdings, seed: Bools, barred_from_entry: Bools, passes: Passes) -> Attribution:
    """The share of each node that seeds hold at least, by cascade.

    Args:
        holdings: the stakes; their lower bounds count.
        seed: where the wave begins.
        barred_from_entry: nodes that never become members (their figures are in error).
        passes: the rule's comparison.
    """
    parts, loose = np.zeros(holdings.count, np.int64), np.zeros(holdings.count, np.int64)
    member, entered = seed.copy(), np.where(seed, 0, NOT_ENTERED)
    frontier, wave = np.flatnonzero(seed), 0
    while len(frontier):
        edges, wave = holdings.held_by(frontier), wave + 1
        below = holdings.owned[edges]
        np.add.at(parts, below, holdings.least[edges])
        np.add.at(loose, below, holdings.least_open[edges])
        touched = distinct(below)
        fresh = ~member[touched] & ~barred_from_entry[touched] & passes(parts[touched], loose[touched])
        frontier = touched[fresh]
        member[frontier], entered[frontier] = True, wave
    return Attribution(parts, loose, member, entered)


def attribute_most(world: World, passes: Passes) -> Attribution:
    """The share of each node that seeds could hold at most, by cascade.

    The share of a node whose owners are not all listed is the remainder plus the lower bounds of possible members
    (whoever else is clear keeps at least his lower bound). Where all owners are listed it is also at most the sum of
    the possible members' upper bounds.
    """
    holdings = world.holdings
    begin = world.seed | world.broken | world.maybe_seed | world.ownerless
    low, low_loose = _remainders(world)
    high, high_loose = np.zeros(holdings.count, np.int64), np.zeros(holdings.count, np.int64)

    def bound(nodes: Ints) -> tuple[Ints, Ints]:
        first, second = (low[nodes], low_loose[nodes]), (high[nodes], high_loose[nodes])
        less = (second[0] < first[0]) | ((second[0] == first[0]) & (second[1] < first[1]))
        less &= world.closed[nodes]
        return np.where(less, second[0], first[0]), np.where(less, second[1], first[1])

    everyone = np.arange(holdings.count)
    member = begin | passes(*bound(everyone))
    entered = np.where(member, 0, NOT_ENTERED)
    frontier, wave = np.flatnonzero(member), 0
    while len(frontier):
        edges, wave = holdings.held_by(frontier), wave + 1
        below = holdings.owned[edges]
        np.add.at(low, below, holdings.least[edges])
        np.add.at(low_loose, below, holdings.least_open[edges])
        np.add.at(high, below, holdings.most[edges])
        np.add.at(high_loose, below, -holdings.most_open[edges])
        touched = distinct(below)
        frontier = touched[~member[touched] & passes(*bound(touched))]
        member[frontier], entered[frontier] = True, wave
    parts, loose = bound(everyone)
    parts = np.where(begin, WHOLE, np.minimum(parts, WHOLE))
    return Attribution(parts, np.where(begin, 0, loose), member, entered)


def _remainders(world: World) -> tuple[Ints, Ints]:
    """What is left of each node when every stake is at its lower bound, and how many of those are excluded."""
    remainder = world.remainder
    return remainder.copy(), np.where(remainder > 0, -world.holdings.open_total, 0)
