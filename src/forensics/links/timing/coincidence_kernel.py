"""The compiled inner loop of synchrony: days are exchanged, and shares that fall into one bin of one day multiplied."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def coincide(turn, row, place, share, day, segment, first, size, day_count, places):  # type: ignore[no-untyped-def]
    """Sum over ordered pairs of rows of the shares in the same bin and day: a line a draw, a column a day.

    A share that joins others in a bin adds twice its product with what is there already; the bins are emptied by the
    same walk, so that only those in use are ever touched.

    Args:
        turn: by how many of its own days each segment is turned, a line a draw.
        row, place, share, day, segment, first, size: as in `Cells`.
        day_count, places: days of the window, and bins of a day.
    """
    found = np.zeros((turn.shape[0], day_count))
    filled = np.zeros(day_count * places)
    at = np.empty(len(row), np.int64)
    for draw in range(turn.shape[0]):
        last, on, start = -1, 0, 0
        for cell in range(len(row)):
            if row[cell] != last:
                last = row[cell]
                own = segment[last]
                turned = last - first[own] + turn[draw, own]
                if turned >= size[own]:
                    turned -= size[own]
                on = day[first[own] + turned]
                start = on * places
            bin_of_day = start + place[cell]
            at[cell] = bin_of_day
            found[draw, on] += 2 * filled[bin_of_day] * share[cell]
            filled[bin_of_day] += share[cell]
        for cell in range(len(row)):
            filled[at[cell]] = 0.0
    return found
