"""Look-through: the share of an organisation that ends with seeds when every chain is multiplied out.

v = Wv + c, with seeds at 1. Both bounds are such systems. Lower: stakes at their lower bounds, all else with clear
owners. Upper: what no stake covers lies with seeds, organisations that cannot be cleared stand at 1. Nodes that no
seed reaches are exactly 0 and nodes that nothing clear reaches are exactly 1; without them I − W is never singular
(a ring without an outside owner is the singular case). Stakes that sum to 100–100.5 % are rescaled to 100.

Floating point solves the rest by sparse LU. W is nonnegative with row sums up to 1, so I − W has a nonnegative
inverse, and h = (I − W)⁻¹1 turns the largest residual into an error bound for each node: where the threshold
lies within it, the node's own part of the system is solved in fractions (`exact`).
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from forensics.links.ownership.exact import solve_exactly
from forensics.links.ownership.graph import Bools, Floats, Holdings, Ints, World, add_up, shares_from
from forensics.links.ownership.profiles import WHOLE
from forensics.links.ownership.system import System

EPSILON = float(np.finfo(np.float64).eps)
DISPLAY_MARGIN = 1e-11
"""Shares this close to the threshold are solved exactly even with a smaller error bound: they would print as it."""


@dataclass(frozen=True)
class Solution:
    """Values of a system, and how they stand to the threshold.

    Attributes:
        share: 0 to 1.
        side: −1 below the threshold, 0 exactly on it, 1 above.
        unresolved: so close that floats cannot tell, in too large a neighbourhood to solve exactly; side is then 0.
    """

    share: Floats
    side: Ints
    unresolved: Bools


def least_system(holdings: Holdings, seed: Bools, broken: Bools, total: Ints) -> System:
    """The system of the lower bound; `total` is the sum of all stakes of each node, in parts."""
    reached = holdings.reach(seed, holdings.least > 0, ~broken)
    return System(
        holdings, holdings.least, np.maximum(WHOLE, total), np.zeros(holdings.count, np.int64),
        reached & ~seed & ~broken, seed.astype(np.float64),
    )  # fmt: skip


def most_system(world: World) -> System:
    """The system of the upper bound.

    Where all owners are listed, each counts with its upper end if these fit into 100 %; else those that may be
    restricted do and the clear ones keep their lower ends; else the remainder lies with seeds.
    """
    holdings = world.holdings
    stuck = world.seed | world.broken | world.maybe_seed | world.ownerless
    suspect = holdings.reach(stuck | (~world.closed & (world.remainder > 0)), holdings.most > 0)
    generous = np.where(suspect[holdings.owner], holdings.most, holdings.least)
    all_fit = world.closed & (holdings.most_total <= WHOLE)
    some_fit = world.closed & ~all_fit & (add_up(holdings.owned, generous, holdings.count) <= WHOLE)
    weight = np.where(
        all_fit[holdings.owned], holdings.most, np.where(some_fit[holdings.owned], generous, holdings.least)
    )
    covered = add_up(holdings.owned, weight, holdings.count)
    whole = np.maximum(WHOLE, covered)
    constant = np.where(all_fit | some_fit, 0, whole - covered)
    clear = ~stuck & (whole - covered - constant > 0)
    partly_clear = holdings.reach(clear, weight > 0, ~stuck)
    free = partly_clear & suspect & ~stuck
    known = np.where(stuck | (suspect & ~partly_clear), 1.0, 0.0)
    return System(holdings, weight, whole, constant, free, known)


def solve(system: System, threshold: int) -> Solution:
    """Solve a system, exactly where the threshold (in parts of `WHOLE`) is near."""
    limit = threshold / WHOLE
    share, error = _solve_in_floats(system)
    side = np.sign(share - limit).astype(np.int64)
    fixed = ~system.free
    side[fixed] = np.sign(system.known[fixed] * WHOLE - threshold).astype(np.int64)
    near = system.free & (np.abs(share - limit) <= error + DISPLAY_MARGIN)
    unresolved = np.zeros(len(share), np.bool_)
    if not near.any():
        return Solution(share, side, unresolved)
    direct = near & ~_has_free_owner(system)
    numerator = _known_numerator(system)
    side[direct] = _compare_products(numerator[direct], system.whole[direct], threshold)
    hard = np.flatnonzero(near & ~direct)
    values = solve_exactly(system, hard, numerator)
    exact_limit = Fraction(threshold, WHOLE)
    for node in hard.tolist():
        value = values.get(node)
        if value is None:
            side[node], unresolved[node] = 0, True
        else:
            side[node], share[node] = (value > exact_limit) - (value < exact_limit), float(value)
    return Solution(share, side, unresolved)


def _compare_products(numerator: Ints, whole: Ints, threshold: int) -> Ints:
    """Side of numerator / whole against the threshold, in unbounded integers where 64 bits would overflow."""
    plain = np.sign(numerator - threshold)
    rescaled = whole != WHOLE
    plain[rescaled] = [
        (a * WHOLE > threshold * b) - (a * WHOLE < threshold * b)
        for a, b in zip(numerator[rescaled].tolist(), whole[rescaled].tolist(), strict=True)
    ]
    return plain


def _known_numerator(system: System) -> Ints:
    """The constant of each node and what its owners of known value contribute, in parts."""
    holdings = system.holdings
    certain = system.known[holdings.owner] > 0
    return system.constant + add_up(holdings.owned[certain], system.weight[certain], holdings.count)


def _has_free_owner(system: System) -> Bools:
    holdings = system.holdings
    bound = np.zeros(holdings.count, np.bool_)
    bound[holdings.owned[system.free[holdings.owner] & (system.weight > 0)]] = True
    return bound


def _solve_in_floats(system: System) -> tuple[Floats, Floats]:
    """Values of all nodes, and a bound on each one's error."""
    from scipy.sparse import csc_matrix, identity
    from scipy.sparse.linalg import splu

    holdings, share = system.holdings, system.known.copy()
    error = np.zeros(len(share))
    constant = shares_from(_known_numerator(system), system.whole)
    dependent = _has_free_owner(system)
    simple = system.free & ~dependent
    share[simple], error[simple] = constant[simple], EPSILON
    # Nodes without free owners are done; only the others need the matrix, with the done ones as constants.
    nodes = np.flatnonzero(system.free & dependent)
    if not len(nodes):
        return share, error
    place = np.full(len(share), -1)
    place[nodes] = np.arange(len(nodes))
    edges = np.flatnonzero((place[holdings.owned] >= 0) & system.free[holdings.owner] & (system.weight > 0))
    weight = shares_from(system.weight[edges], system.whole[holdings.owned[edges]])
    row, owner = place[holdings.owned[edges]], holdings.owner[edges]
    inner = place[owner] >= 0
    right = constant[nodes] + np.bincount(row[~inner], weight[~inner] * share[owner[~inner]], len(nodes))
    inside = csc_matrix((weight[inner], (row[inner], place[owner[inner]])), shape=(len(nodes), len(nodes)))
    matrix = (identity(len(nodes), format="csc") - inside).tocsc()
    factors = splu(matrix, permc_spec="COLAMD", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    value = factors.solve(right)
    value += factors.solve(right - matrix @ value)
    growth = np.abs(factors.solve(np.ones(len(nodes))))
    roundoff = EPSILON * (float(np.bincount(row, minlength=len(nodes)).max()) + 8)
    residual = float(np.abs(right - matrix @ value).max()) + roundoff
    share[nodes], error[nodes] = np.clip(value, 0.0, 1.0), 2 * residual * growth
    return share, error
