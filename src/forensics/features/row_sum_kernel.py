"""The compiled sum of stored vectors over the prompts of each account: whole numbers, exact in whatever order."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def row_sums(rows, bounds):  # type: ignore[no-untyped-def]
    """Sum of each stretch of rows.

    Args:
        rows: shape (n, dimensions), whole numbers of one byte.
        bounds: where each stretch begins, and the end.

    Returns:
        One row a stretch.
    """
    sums = np.zeros((len(bounds) - 1, rows.shape[1]), np.int32)
    for one in range(len(bounds) - 1):
        for row in range(bounds[one], bounds[one + 1]):
            for dimension in range(rows.shape[1]):
                sums[one, dimension] += rows[row, dimension]
    return sums
