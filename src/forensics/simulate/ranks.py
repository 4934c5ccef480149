"""Ranks that favour nobody: equal values share their mean rank, in whatever order they come."""

import numpy as np
from numpy.typing import NDArray


def mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank values from 1; equal ones all get the mean of their places."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2.0)[place])


def area_under_curve(guilty: NDArray[np.bool_], values: NDArray[np.float64]) -> float:
    """Return the chance that a guilty unit has the higher value, ties counted half (Mann and Whitney 1947).

    Args:
        guilty: whether each unit is one.
        values: one number a unit.

    Returns:
        0.5 for chance, also when there are only units of one kind.
    """
    positives, negatives = int(guilty.sum()), int((~guilty).sum())
    if not positives or not negatives:
        return 0.5
    above = mean_ranks(values)[guilty].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def grouped_error(guilty: NDArray[np.bool_], values: NDArray[np.float64], unit: NDArray[np.generic]) -> float:
    """Return the standard error of an area under the curve whose accounts come in groups (Obuchowski 1997).

    Each account's placement, the share of the other side that it outranks, is summed within its group; the spread of
    these sums between groups gives the variance. A group is guilty or innocent as a whole.

    Args:
        guilty: whether each account belongs to the mode.
        values: one number an account.
        unit: the group of each account.

    Returns:
        The standard error, infinite where a side has fewer than two groups.
    """
    ranks = mean_ranks(values)
    variance = 0.0
    for side in (guilty, ~guilty):
        size, other = int(side.sum()), int((~side).sum())
        _, group = np.unique(unit[side], return_inverse=True)
        count = int(group.max(initial=-1)) + 1
        if count < 2 or not other:
            return float("inf")
        placement = (ranks[side] - mean_ranks(values[side])) / other
        sums = np.bincount(group, placement - placement.mean())
        variance += count / (count - 1) * float((sums**2).sum()) / size**2
    return float(np.sqrt(variance))
