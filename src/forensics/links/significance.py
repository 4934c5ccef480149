"""Chance: tails and false discovery rates that every test of the step shares."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
    """
    from scipy.stats import hypergeom

    tail = hypergeom.sf(np.asarray(hits) - 1, population, marked, drawn)
    # Never an exact zero: the smallest positive number says "beyond what doubles hold".
    return np.clip(np.asarray(tail, np.float64), np.finfo(np.float64).tiny, 1.0)


def rank_sum_tail(
    wins: ArrayLike, sizes: ArrayLike, population: int, tie_sizes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Chance that a random draw lies as high as a group does, by the rank sum.

    Args:
        wins: Mann and Whitney's U per group: comparisons of a member with another account that the member wins, ties
            counting half.
        sizes: members per group.
        population: accounts in all.
        tie_sizes: how many accounts share each value.

    Returns:
        One upper-tail p-value per group; 1 where all accounts have one value.

    Method: Mann and Whitney 1947, normal approximation with correction for ties and continuity.
    """
    from scipy.stats import norm

    u, n = np.asarray(wins, np.float64), np.asarray(sizes, np.float64)
    m = population - n
    ties = (tie_sizes.astype(np.float64) ** 3 - tie_sizes).sum() / max(population * (population - 1), 1)
    deviation = np.sqrt(np.maximum(n * m / 12 * (population + 1 - ties), 0.0))
    z = np.divide(u - n * m / 2 - 0.5, deviation, out=np.full_like(u, -np.inf), where=deviation > 0)
    return np.clip(np.asarray(norm.sf(z), np.float64), np.finfo(np.float64).tiny, 1.0)


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
