"""Chance: tails and false discovery rates that every test of the step shares."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forensics.chances import SMALLEST
from forensics.features.capabilities import NORMAL_95

SCORE_STEPS = 250
"""Steps in which the rank test reads ranks: finer than any statement rests on, coarse enough for short transforms."""

TAIL_DEVIATIONS = 12
"""Standard deviations around the observed sum that are added up: what lies beyond no double can tell from nothing."""


def hypergeometric_tail(
    hits: ArrayLike, population: ArrayLike, marked: ArrayLike, drawn: ArrayLike
) -> NDArray[np.float64]:
    """Chance of at least `hits` marked ones among `drawn` of a `population` with `marked` ones in it.

    Args:
        hits: found, one per test.
        population: accounts in all.
        marked: accounts with the value.
        drawn: accounts in the group.

    Returns:
        One p-value per test.

    Method: the first term by log-gamma, the others by the ratio of neighbouring terms, all tests at once.
    """
    k, total, m, n = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in (hits, population, marked, drawn)))
    # Below the mean the other tail is the short one: as many unmarked ones as leave room for fewer hits.
    is_low = k * total <= m * n
    tail = _short_tail(np.where(is_low, n - k + 1, k), total, np.where(is_low, total - m, m), n)
    return np.clip(np.where(is_low, 1 - tail, tail), SMALLEST, 1.0)


def _short_tail(
    k: NDArray[np.float64], total: NDArray[np.float64], m: NDArray[np.float64], n: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The hypergeometric upper tail from a point above the mean, where each term is smaller than the one before."""
    top = np.minimum(m, n)
    inside = np.minimum(k, top)
    term = np.exp(_log_choose(m, inside) + _log_choose(total - m, n - inside) - _log_choose(total, n))
    term = np.where(k <= top, term, 0.0)
    summed, current = term.copy(), k.copy()
    left = np.flatnonzero((current < top) & (term > 0))
    while left.size:
        i = current[left]
        term[left] *= (m[left] - i) * (n[left] - i) / ((i + 1) * (total[left] - m[left] - n[left] + i + 1))
        summed[left] += term[left]
        current[left] += 1
        left = left[(term[left] > summed[left] * 1e-17) & (current[left] < top[left])]
    return summed


def _log_choose(n: NDArray[np.float64], k: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import gammaln

    chosen: NDArray[np.float64] = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return chosen


def rank_scores(ranks: ArrayLike) -> NDArray[np.int64]:
    """Mean ranks as whole steps from 0 to `SCORE_STEPS`, so that sums of them have an exact distribution."""
    values = np.asarray(ranks, np.float64)
    spread = np.ptp(values) if values.size else 0.0
    if spread == 0:
        return np.zeros(values.shape, np.int64)
    return np.asarray(np.rint((values - values.min()) / spread * SCORE_STEPS), np.int64)


def rank_sum_tail(sums: ArrayLike, sizes: ArrayLike, scores: ArrayLike) -> NDArray[np.float64]:
    """Chance that as many random accounts have at least a group's sum of rank scores.

    Groups are small and many measures are zero for most accounts, where the usual normal approximation gives p-values
    that are a hundred times too small. So the sum's own distribution is computed: that of `size` draws with
    replacement, which lie a little wider than those without and therefore err in favour of the accounts.

    Args:
        sums: sum of the members' scores, one per group.
        sizes: members per group.
        scores: score of every account, from `rank_scores`.

    Returns:
        One upper-tail p-value per group; 1 where all accounts have one score.

    Method: Wilcoxon 1945; the n-fold convolution by Fourier transform of the exponentially tilted scores, exact also
    far out in the tail (Esscher 1932).
    """
    observed, n = np.asarray(sums, np.int64), np.asarray(sizes, np.int64)
    found, counts = np.unique(np.asarray(scores, np.int64), return_counts=True)
    if len(found) < 2:
        return np.ones(observed.shape)
    shares = counts / counts.sum()
    return np.array([_sum_tail(int(s), int(k), found, shares) for s, k in zip(observed, n, strict=True)], np.float64)


def rank_sum_bounds(shares: ArrayLike, sizes: ArrayLike, total: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 percent interval of the chance that a random member lies above a random other account.

    Args:
        shares: that chance as it was seen, one per group.
        sizes: members per group, fewer than all.
        total: accounts in all.

    Method: Newcombe 2006, "Confidence intervals for an effect size measure based on the Mann-Whitney statistic, 2",
    method 5: the chances that lie just so far from the one seen as their own spread (Hanley and McNeil 1982) allows.
    It keeps its width where all members lie above all others.
    """
    seen, members = np.asarray(shares, np.float64), np.asarray(sizes, np.float64)
    others, like = total - members, total / 2 - 1

    def is_too_far(chance: NDArray[np.float64]) -> NDArray[np.bool_]:
        spread = chance * (1 - chance) * (1 + like * ((1 - chance) / (2 - chance) + chance / (1 + chance)))
        return np.asarray((seen - chance) ** 2 * members * others > NORMAL_95**2 * spread, np.bool_)

    ends = []
    for end in (0.0, 1.0):
        far, near = np.full(seen.shape, end), seen.copy()
        for _ in range(40):
            middle = (far + near) / 2
            beyond = is_too_far(middle)
            far, near = np.where(beyond, middle, far), np.where(beyond, near, middle)
        ends.append(near)
    return ends[0], ends[1]


def _sum_tail(observed: int, size: int, scores: NDArray[np.int64], shares: NDArray[np.float64]) -> float:
    """Upper tail of the sum of `size` independent draws of the scores."""
    most = size * int(scores[-1])
    if observed >= most:
        return max(float(shares[-1]) ** size, SMALLEST) if observed == most else SMALLEST
    tilt = _tilt(observed / size, scores, shares)
    weights = shares * np.exp(tilt * (scores - scores[-1]))
    log_mass = math.log(weights.sum()) + tilt * float(scores[-1])
    weights /= weights.sum()
    mean = float(weights @ scores)
    deviation = math.sqrt(size * max(float(weights @ (scores - mean) ** 2), 1.0))
    # The tilted sum lies around the observed one: a ring of this length holds it without overlapping itself.
    reach = min(int(TAIL_DEVIATIONS * deviation) + 1, most - observed)
    length = 1 << max(int(2 * TAIL_DEVIATIONS * deviation) + 2, int(scores[-1]) + 1).bit_length()
    one = np.zeros(length)
    one[scores] = weights
    whole = np.fft.irfft(np.fft.rfft(one) ** size, length)
    steps = np.arange(reach + 1)
    tilted = np.maximum(whole[(observed + steps) % length], 0.0) @ np.exp(-tilt * steps)
    if tilted <= 0:
        return SMALLEST
    log_tail = math.log(tilted) + size * log_mass - tilt * observed
    return min(max(math.exp(max(log_tail, math.log(SMALLEST))), SMALLEST), 1.0)


def _tilt(target: float, scores: NDArray[np.int64], shares: NDArray[np.float64]) -> float:
    """The exponent that moves the mean score up to the observed mean; 0 where it need not move."""
    from scipy.optimize import brentq

    def excess(exponent: float) -> float:
        weights = shares * np.exp(exponent * (scores - scores[-1]))
        return float(weights @ scores / weights.sum()) - target

    if excess(0.0) >= 0:
        return 0.0
    upper = 1.0 / SCORE_STEPS
    while excess(upper) < 0:
        upper *= 2
    return float(brentq(excess, 0.0, upper, xtol=1e-12))


def false_discovery_rate(p_values: ArrayLike, test_count: int | None = None) -> NDArray[np.float64]:
    """q-values after Benjamini and Hochberg 1995.

    Args:
        p_values: one per test that was looked at.
        test_count: tests in all; those that were not looked at count as p = 1.

    Returns:
        One q-value per p-value, in the same order.
    """
    p = np.asarray(p_values, np.float64)
    count = max(test_count or len(p), len(p))
    order = np.argsort(p, kind="stable")
    scaled = p[order] * count / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.clip(q, 0.0, 1.0)
