"""Where the accounts of the map are drawn: islands that lie far out are pulled in, each with its own shape.

UMAP keeps who is near whom; how far apart two islands lie says nothing, and one far island squeezes all the others into
a corner. So on each axis by itself a stretch that no account lies in is drawn no wider than `WIDEST_GAP` of the axis.
Accounts keep their order on both axes, and those within an island their distances.

Known drawback: islands that overlap on one axis and lie far apart on the other are pulled in on that one only.
"""

import numpy as np
from numpy.typing import NDArray

WIDEST_GAP = 0.015
"""Of an axis as drawn: wide enough to tell two islands apart."""

ROUNDS = 12
"""Shortening gaps shortens the axis that they are measured against; after a few rounds nothing moves any more."""


def drawn_places(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coordinates on one axis as places from 0 to 1.

    Args:
        coordinates: one an account, in any order and unit.

    Returns:
        Places in the same order; 0.5 where all coordinates are one.
    """
    order = np.argsort(coordinates, kind="stable")
    gaps = np.diff(coordinates[order])
    length = float(gaps.sum())
    if not length > 0:
        return np.full(len(coordinates), 0.5)
    gaps = gaps / length
    for _ in range(ROUNDS):
        gaps = np.minimum(gaps, WIDEST_GAP * gaps.sum())
    places = np.empty(len(coordinates))
    places[order] = np.concatenate([[0.0], np.cumsum(gaps)]) / gaps.sum()
    return np.clip(places, 0.0, 1.0)
