"""Who holds how much of whom, as sorted integer arrays, and what can be reached along holdings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from forensics.links.ownership.profiles import WHOLE

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

ROUNDING_MAX = WHOLE + WHOLE // 200
"""100.5 %: registers round each figure, so that sums up to here are rounding and sums beyond it are errors."""


@dataclass(frozen=True)
class Holdings:
    """Holdings between nodes 0 … count − 1, one per pair, sorted by owned, then owner.

    Attributes:
        count: how many nodes there are.
        owner, owned: the nodes of each holding.
        least, most: its bounds in parts of `WHOLE`.
        least_open, most_open: 1 where the bound itself is excluded, else 0.
    """

    count: int
    owner: Ints
    owned: Ints
    least: Ints
    most: Ints
    least_open: Ints
    most_open: Ints

    @cached_property
    def by_owner(self) -> Ints:
        """Holdings in the order of their owners."""
        return np.argsort(self.owner, kind="stable")

    @cached_property
    def first_by_owner(self) -> Ints:
        """Where each node's own holdings begin in `by_owner`."""
        return starts(self.owner, self.count)

    @cached_property
    def first_by_owned(self) -> Ints:
        """Where the holdings in each node begin."""
        return starts(self.owned, self.count)

    @cached_property
    def least_total(self) -> Ints:
        """Sum of the lower bounds of all stakes in each node."""
        return add_up(self.owned, self.least, self.count)

    @cached_property
    def open_total(self) -> Ints:
        """How many of them exclude their lower bound."""
        return add_up(self.owned, self.least_open, self.count)

    @cached_property
    def most_total(self) -> Ints:
        """Sum of the upper bounds of all stakes in each node."""
        return add_up(self.owned, self.most, self.count)

    def take(self, states: Ints, count: int, rename: Ints) -> "Holdings":
        """The holdings in some nodes, all of whose owners are among them, with nodes renamed.

        Args:
            states: the nodes to keep.
            count: how many nodes there are afterwards.
            rename: the new name of each node; the order of names is that of nodes.
        """
        kept = np.zeros(self.count, np.bool_)
        kept[states] = True
        rows = np.flatnonzero(kept[self.owned])
        return Holdings(
            count, rename[self.owner[rows]], rename[self.owned[rows]],
            self.least[rows], self.most[rows], self.least_open[rows], self.most_open[rows],
        )  # fmt: skip

    def held_by(self, nodes: Ints) -> Ints:
        """Holdings that any of the nodes owns."""
        return self.by_owner[ranges(self.first_by_owner[nodes], self.first_by_owner[nodes + 1])]

    def reach(self, sources: Bools, along: Bools, through: Bools | None = None) -> Bools:
        """Nodes that some source reaches downstream, along the holdings given, without passing through closed nodes.

        Args:
            sources: where to start (a source is reached).
            along: which holdings may be followed.
            through: which nodes may be entered; all by default.
        """
        reached = sources.copy()
        frontier = np.flatnonzero(sources)
        while len(frontier):
            edges = self.held_by(frontier)
            below = self.owned[edges[along[edges]]]
            fresh = below[~reached[below] if through is None else ~reached[below] & through[below]]
            frontier = distinct(fresh)
            reached[frontier] = True
        return reached


@dataclass(frozen=True)
class World:
    """Holdings and what is known of each node on its day.

    Attributes:
        holdings: the stakes.
        seed: located in a restricted jurisdiction, or named by the rule.
        closed: every owner is listed (or there is none to find): the remainder is clear.
        maybe_seed: no location on record: could be a seed, is never clear.
    """

    holdings: Holdings
    seed: Bools
    closed: Bools
    maybe_seed: Bools

    @cached_property
    def broken(self) -> Bools:
        """Stakes sum to more than 100.5 %, beyond rounding; a seed is decided without its stakes."""
        total, loose = self.holdings.least_total, self.holdings.open_total
        over: Bools = (total > ROUNDING_MAX) | ((total == ROUNDING_MAX) & (loose > 0))
        return over & ~self.seed

    @cached_property
    def remainder(self) -> Ints:
        """The part of each node that no stake on record covers at least."""
        remainder: Ints = np.maximum(0, WHOLE - self.holdings.least_total)
        return remainder

    @cached_property
    def ownerless(self) -> Bools:
        """In or below a ring of holdings that no owner from outside holds any part of."""
        covered = np.where(self.closed, self.holdings.most_total, self.holdings.least_total)
        anchored = self.seed | self.broken | self.maybe_seed | (covered < WHOLE)
        certain = np.where(self.closed[self.holdings.owned], self.holdings.most, self.holdings.least) > 0
        return ~self.holdings.reach(anchored, certain)


def distinct(values: Ints) -> Ints:
    """The different values in ascending order: by sorting, which on long arrays beats the hashing of `numpy.unique`."""
    ordered = np.sort(values)
    different: Ints = ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]
    return different


def add_up(groups: Ints, values: Ints, count: int) -> Ints:
    """Exact sums of integers by group."""
    totals = np.zeros(count, np.int64)
    np.add.at(totals, groups, values)
    return totals


def starts(groups: Ints, count: int) -> Ints:
    """Where each group begins once its members are sorted; one more entry for the end."""
    first = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(groups, minlength=count), out=first[1:])
    return first


def ranges(first: Ints, last: Ints) -> Ints:
    """The integers of all half-open ranges [first, last), one after another."""
    lengths = last - first
    ends = np.cumsum(lengths)
    return np.repeat(first - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)


def shares_from(parts: Ints, whole: Ints | int = WHOLE) -> Floats:
    """Integer parts as shares between 0 and 1, correctly rounded."""
    return np.asarray(parts / np.asarray(whole), np.float64)


Passes = Callable[[Ints, Ints], Bools]
"""Whether a sum of parts passes the rule; the second argument is above 0 when the true sum is strictly more than the
parts say, below 0 when it is strictly less."""


def passing(threshold: int, strict: bool) -> Passes:
    """The rule's comparison: strictly more than the threshold, or the threshold itself as well."""

    def passes(parts: Ints, loose: Ints) -> Bools:
        at = (loose > 0) if strict else (loose >= 0)
        passed: Bools = (parts > threshold) | ((parts == threshold) & at)
        return passed

    return passes
