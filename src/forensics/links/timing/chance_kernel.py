"""The compiled inner loop of chance: how many of several uneven events are hits."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def mass_of_hits(chances):  # type: ignore[no-untyped-def]
    """Chance of 0, 1, 2 … hits among independent events of these chances."""
    mass = np.zeros(len(chances) + 1)
    mass[0] = 1.0
    for events, chance in enumerate(chances):
        for hits in range(events + 1, 0, -1):
            mass[hits] = mass[hits] * (1 - chance) + mass[hits - 1] * chance
        mass[0] *= 1 - chance
    return mass
