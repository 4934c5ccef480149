"""The stakes a verdict hangs on: those without which the rule would no longer be met.

The question is answered literally. For every organisation that meets the rule, the stakes that lead to it from seeds
are copied once for each of them, that one left out, and all copies are evaluated together; rings and rescaled sums
need no special care. Organisations with more than `STAKES_MAX` such stakes are asked about their direct stakes only,
by arithmetic that ignores rings (what it names does decide, more may), and are marked as incomplete.
"""

from dataclasses import dataclass

import numpy as np

from forensics.links.ownership.graph import Bools, Holdings, Ints, distinct, passing, ranges, shares_from, starts
from forensics.links.ownership.profiles import Profile
from forensics.links.ownership.verdicts import DayFindings, find_lower_bounds

STAKES_MAX = 24
"""Stakes upstream of one organisation up to which every one is tried: up to 24 copies of 24 stakes."""
ROWS_MAX = 1_500_000
"""Copied stakes evaluated at a time, which bounds memory to a few hundred megabytes."""


@dataclass(frozen=True)
class Deciding:
    """Deciding stakes.

    Attributes:
        organisation, holding: one entry per pair of an organisation and a holding its verdict hangs on.
        incomplete: organisations for which only direct stakes were tried.
    """

    organisation: Ints
    holding: Ints
    incomplete: Bools


def find_deciding(day: DayFindings, profile: Profile) -> Deciding:
    """The stakes without which an organisation would no longer meet the rule, for all that meet it on a day."""
    holdings = day.holdings
    organisation, holding, incomplete = _collect_upstream(day)
    size = np.bincount(organisation, minlength=holdings.count)
    targets = np.flatnonzero(size)
    found: list[tuple[Ints, Ints]] = [_ask_direct(day, np.flatnonzero(incomplete), profile)]
    # Batches of whole organisations, each at most ROWS_MAX copied rows.
    batch = np.cumsum(size[targets].astype(np.int64) ** 2) // ROWS_MAX
    first = starts(organisation, holdings.count)
    for number in np.unique(batch):
        mine = ranges(first[targets[batch == number]], first[targets[batch == number] + 1])
        found.append(_ask_all(day, organisation[mine], holding[mine], profile))
    pairs = [np.concatenate([piece[place] for piece in found]) for place in range(2)]
    order = np.lexsort((pairs[1], pairs[0]))
    return Deciding(pairs[0][order], pairs[1][order], incomplete)


def _collect_upstream(day: DayFindings) -> tuple[Ints, Ints, Bools]:
    """Pairs of an organisation that meets the rule and a stake that leads to it from a seed, and who has too many."""
    holdings, count = day.holdings, day.holdings.count
    # More than nothing is a lead as well: it lifts a sum of exactly the threshold above it.
    holds = (holdings.least > 0) | (holdings.least_open > 0)
    leads = holds & ((day.effective_least > 0) | day.met)[holdings.owner]
    leads &= ~day.seed[holdings.owned] & ~day.broken[holdings.owned]
    kept = np.flatnonzero(leads)
    first = starts(holdings.owned[kept], count)
    met = np.flatnonzero(day.met)
    incomplete = np.zeros(count, np.bool_)
    stakes = np.zeros(count, np.int64)
    seen = met * count + met
    frontier, pieces = seen, []
    while len(frontier):
        target, node = frontier // count, frontier % count
        degree = first[node + 1] - first[node]
        np.add.at(stakes, target, degree)
        incomplete |= stakes > STAKES_MAX
        going = ~incomplete[target]
        target, node, degree = target[going], node[going], degree[going]
        holding = kept[ranges(first[node], first[node] + degree)]
        target = np.repeat(target, degree)
        pieces.append(target * len(holdings.owner) + holding)
        above = distinct(target * count + holdings.owner[holding])
        frontier = above[~np.isin(above, seen, assume_unique=True)]
        seen = np.sort(np.concatenate([seen, frontier]))
    pairs = np.sort(np.concatenate(pieces)) if pieces else np.zeros(0, np.int64)
    organisation, holding = pairs // max(1, len(holdings.owner)), pairs % max(1, len(holdings.owner))
    complete = ~incomplete[organisation]
    return organisation[complete], holding[complete], incomplete


def _ask_all(day: DayFindings, organisation: Ints, holding: Ints, profile: Profile) -> tuple[Ints, Ints]:
    """Leave out each stake in turn, in a copy of its own, and see which organisations no longer meet the rule."""
    holdings = day.holdings
    size = np.bincount(organisation)[organisation]
    begin = np.searchsorted(organisation, organisation)
    copy = np.repeat(np.arange(len(holding)), size)
    row = holding[ranges(begin, begin + size)]
    # A node of a copy is a pair of copy and organisation, numbered in order.
    ends = np.concatenate([holdings.owner[row], holdings.owned[row]])
    keys, place = np.unique(np.tile(copy, 2) * holdings.count + ends, return_inverse=True)
    node = keys % holdings.count
    left_out = row == holding[copy]
    total = holdings.least_total[node]
    np.subtract.at(total, place[len(row) :][left_out], holdings.least[row[left_out]])
    kept = np.flatnonzero(~left_out)
    owner, owned = place[: len(row)][kept], place[len(row) :][kept]
    order = np.lexsort((owner, owned))
    row = row[kept][order]
    world = Holdings(
        len(keys), owner[order], owned[order],
        holdings.least[row], holdings.most[row], holdings.least_open[row], holdings.most_open[row],
    )  # fmt: skip
    lower = find_lower_bounds(world, day.seed[node], day.broken[node], total, profile)
    target = np.searchsorted(keys, np.arange(len(holding)) * holdings.count + organisation)
    falls = ~(lower.by_cascade | lower.by_lookthrough)[target]
    return organisation[falls], holding[falls]


def _ask_direct(day: DayFindings, organisations: Ints, profile: Profile) -> tuple[Ints, Ints]:
    """Direct stakes whose own contribution is more than the margin in both readings."""
    holdings = day.holdings
    first, last = holdings.first_by_owned[organisations], holdings.first_by_owned[organisations + 1]
    rows, owned = ranges(first, last), np.repeat(organisations, last - first)
    counted = (day.entered[holdings.owner[rows]] < np.iinfo(np.int64).max) * holdings.least[rows]
    # An open bound elsewhere may lift a sum at the threshold: taken as lifted, so that nothing is named wrongly.
    lifted = np.ones(len(rows), np.int64)
    passes = passing(profile.threshold, profile.strict)
    cascade_falls = ~passes(day.attributed_least[owned] - counted, lifted)
    carried = shares_from(holdings.least[rows], day.wholes[owned]) * day.effective_least[holdings.owner[rows]]
    lookthrough_falls = day.effective_least[owned] - carried < shares_from(np.array(profile.threshold)) - 1e-9
    falls = cascade_falls & lookthrough_falls
    return owned[falls], rows[falls]
