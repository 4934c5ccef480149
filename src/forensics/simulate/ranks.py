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
