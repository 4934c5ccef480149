"""From both readings and their bounds to one verdict for each node.

The rule is met when either reading passes at its lower bound, and not met when neither passes at its upper bound and
the organisation's own location is known. All else is undetermined: the unknown never clears and never convicts.
"""

from dataclasses import dataclass

import numpy as np

from forensics.links.ownership.cascade import Attribution, attribute_least, attribute_most
from forensics.links.ownership.graph import Bools, Floats, Holdings, Ints, World, passing
from forensics.links.ownership.lookthrough import Solution, least_system, most_system, solve
from forensics.links.ownership.profiles import WHOLE, Profile
from forensics.links.ownership.system import System

VERDICTS = ("seed", "met_both", "met_cascade", "met_lookthrough", "not_met", "undetermined", "data_error")
SEED, MET_BOTH, MET_CASCADE, MET_LOOKTHROUGH, NOT_MET, UNDETERMINED, DATA_ERROR = range(len(VERDICTS))


@dataclass(frozen=True)
class LowerBounds:
    """What is certain of each node: shares at their lower bounds and whether each reading passes."""

    attributed: Attribution
    effective: Solution
    by_cascade: Bools
    by_lookthrough: Bools


@dataclass(frozen=True)
class Findings:
    """Everything the rule says of each node.

    Attributes:
        lower: the certain shares.
        attributed_most: the cascade's upper bound, and who could be a member.
        effective_most: the look-through's upper bound.
        verdict: place in `VERDICTS`.
    """

    lower: LowerBounds
    attributed_most: Attribution
    effective_most: Solution
    verdict: Ints


@dataclass(frozen=True)
class DayFindings:
    """Findings of one day by organisation, as the tables need them.

    Attributes:
        holdings: the stakes of that day.
        seed, broken: what stands outside the two readings.
        verdict: place in `VERDICTS`.
        attributed_least, attributed_most: bounds of the cascade in parts of `WHOLE`.
        effective_least, effective_most: bounds of the look-through, 0 to 1.
        entered: wave in which an organisation came to count in full.
        by_cascade, by_lookthrough: which reading passes for certain.
        unresolved: whether the look-through was too close to the threshold to decide.
    """

    holdings: Holdings
    seed: Bools
    broken: Bools
    verdict: Ints
    attributed_least: Ints
    attributed_most: Ints
    effective_least: Floats
    effective_most: Floats
    entered: Ints
    by_cascade: Bools
    by_lookthrough: Bools
    unresolved: Bools

    @property
    def met(self) -> Bools:
        """Organisations that meet the rule without being seeds."""
        return self.by_cascade | self.by_lookthrough

    @property
    def wholes(self) -> Ints:
        """What a stake in each organisation is a part of: `WHOLE`, or the sum of stakes where that is more."""
        wholes: Ints = np.maximum(WHOLE, self.holdings.least_total)
        return wholes


def findings_of_day(world: World, findings: Findings, states: Ints, node: Ints) -> DayFindings:
    """Pick one state of each organisation.

    Args:
        world, findings: of all states.
        states: the state of each organisation on the day, in the order of organisations.
        node: organisation of each state.
    """
    lower, seed, broken = findings.lower, world.seed[states], world.broken[states]
    decided = seed | broken
    effective_least = np.where(decided, seed.astype(np.float64), lower.effective.share[states])
    return DayFindings(
        holdings=world.holdings.take(states, len(states), node),
        seed=seed,
        broken=broken,
        verdict=findings.verdict[states],
        attributed_least=np.where(decided, seed * WHOLE, lower.attributed.parts[states]),
        attributed_most=findings.attributed_most.parts[states],
        effective_least=effective_least,
        effective_most=np.maximum(effective_least, findings.effective_most.share[states]),
        entered=lower.attributed.entered[states],
        by_cascade=lower.by_cascade[states],
        by_lookthrough=lower.by_lookthrough[states],
        unresolved=(lower.effective.unresolved | findings.effective_most.unresolved)[states],
    )


def judge(world: World, profile: Profile) -> Findings:
    """Both readings with both bounds, and the verdict of each node.

    Args:
        world: holdings and what is known of each node.
        profile: threshold and strictness.

    Returns:
        findings by node.
    """
    passes = passing(profile.threshold, profile.strict)
    lower = find_lower_bounds(world.holdings, world.seed, world.broken, world.holdings.least_total, profile)
    attributed = attribute_most(world, passes)
    system = most_system(world)
    effective = solve(system, profile.threshold)
    loose = _looseness_of_upper(world, system)
    could_pass = passes(attributed.parts, attributed.loose) | _side_passes(effective.side, loose, profile)
    could_pass |= effective.unresolved | world.maybe_seed
    verdict = np.where(could_pass, UNDETERMINED, NOT_MET)
    verdict[lower.by_lookthrough] = MET_LOOKTHROUGH
    verdict[lower.by_cascade] = MET_CASCADE
    verdict[lower.by_cascade & lower.by_lookthrough] = MET_BOTH
    verdict[world.broken] = DATA_ERROR
    verdict[world.seed] = SEED
    return Findings(lower, attributed, effective, verdict)


def find_lower_bounds(holdings: Holdings, seed: Bools, broken: Bools, total: Ints, profile: Profile) -> LowerBounds:
    """The certain shares of both readings.

    Args:
        holdings: the stakes.
        seed: restricted nodes.
        broken: nodes in error, which count for nothing.
        total: sum of all stakes of each node in parts (holdings may leave some out, for the question what if).
        profile: threshold and strictness.
    """
    attributed = attribute_least(holdings, seed, broken, passing(profile.threshold, profile.strict))
    effective = solve(least_system(holdings, seed, broken, total), profile.threshold)
    strictly_more = _strictly_above_lower(holdings, effective, seed | broken, total)
    plain = ~seed & ~broken
    return LowerBounds(
        attributed,
        effective,
        plain & attributed.member,
        plain & _side_passes(effective.side, strictly_more.astype(np.int64), profile) & ~effective.unresolved,
    )


def _side_passes(side: Ints, loose: Ints, profile: Profile) -> Bools:
    at = (loose > 0) if profile.strict else (loose >= 0)
    passed: Bools = (side > 0) | ((side == 0) & at)
    return passed


def _strictly_above_lower(holdings: Holdings, effective: Solution, settled: Bools, total: Ints) -> Bools:
    """Nodes whose true share exceeds the lower bound, because a bound on the way excludes its end.

    Not claimed for settled nodes (seeds, errors), whose stakes decide nothing, nor where stakes are at 100 % or
    rescaled: there a stake can only grow at the cost of another.
    """
    room = (total < WHOLE) & ~settled
    counts = (effective.share[holdings.owner] > 0) & room[holdings.owned]
    begin = np.zeros(holdings.count, np.bool_)
    begin[holdings.owned[counts & (holdings.least_open > 0)]] = True
    return holdings.reach(begin, (holdings.least > 0) & (effective.share[holdings.owner] > 0), ~settled)


def _looseness_of_upper(world: World, system: System) -> Ints:
    """How the true share of each node stands to its upper bound: −1 strictly less, 0 up to it, 1 perhaps a trace more.

    Less is claimed where a wholly clear owner holds strictly more than his lower bound, or, if all owners are listed,
    where a wholly restricted one holds strictly less than his upper bound. A trace more is possible where stakes are
    at 100 % already and one of them strictly exceeds its figure: that is rounding, and must not clear anybody.
    """
    holdings = world.holdings
    full = (holdings.open_total > 0) & (holdings.least_total >= WHOLE) & system.free
    more = holdings.reach(full, system.weight > 0, system.free)
    fixed = ~system.free
    all_clear = fixed[holdings.owner] & (system.known[holdings.owner] == 0)
    all_restricted = fixed[holdings.owner] & (system.known[holdings.owner] == 1)
    squeezed = ~world.closed & (world.remainder > 0)
    by_clear = squeezed[holdings.owned] & (holdings.least_open > 0) & all_clear
    capped = world.closed & (holdings.most_total <= WHOLE)
    by_restricted = capped[holdings.owned] & (holdings.most_open > 0) & all_restricted
    begin = np.zeros(holdings.count, np.bool_)
    begin[holdings.owned[by_clear | by_restricted]] = True
    less = holdings.reach(begin & system.free, system.weight > 0, system.free)
    return np.where(more, 1, np.where(less, -1, 0))
