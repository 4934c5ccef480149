"""The compiled inner loop of own items: rows are added up set by set, without being put in their order first."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def squared_sums(rows, order, bounds):  # type: ignore[no-untyped-def]
    """Squared length of the sum of each set of rows: whole numbers, exact in whatever order they are added.

    Args:
        rows: shape (n, dimensions), whole numbers of one byte.
        order: which row lies where, (n,).
        bounds: where each set begins, and the end.
    """
    squares = np.empty(len(bounds) - 1, np.int64)
    total = np.empty(rows.shape[1], np.int32)
    for one in range(len(bounds) - 1):
        total[:] = 0
        for place in range(bounds[one], bounds[one + 1]):
            row = order[place]
            for dimension in range(rows.shape[1]):
                total[dimension] += rows[row, dimension]
        square = 0
        for dimension in range(rows.shape[1]):
            square += np.int64(total[dimension]) * total[dimension]
        squares[one] = square
    return squares
