"""The compiled count of signs, numbers and last lines in excerpts."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def count_signs(data, starts, sign_of_byte, kinds):  # type: ignore[no-untyped-def]
    """Signs of each kind, runs of digits and bytes of the last line of each excerpt.

    Args:
        data: bytes of the excerpts, one after the other, each between line breaks.
        starts: where each begins, and the end of the last.
        sign_of_byte: kind of each of the 256 bytes.
        kinds: how many kinds there are.

    Returns:
        Excerpts × kinds, and twice one number an excerpt.
    """
    count = len(starts) - 1
    signs = np.zeros((count, kinds), dtype=np.int64)
    numbers, last_line = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for row in range(count):
        end = starts[row + 1] - 1
        inside, begin = False, starts[row]
        for place in range(starts[row] + 1, end):
            byte = data[place]
            signs[row, sign_of_byte[byte]] += 1
            digit = 48 <= byte <= 57
            if digit and not inside:
                numbers[row] += 1
            inside = digit
            if byte == 10:
                begin = place
        last_line[row] = end - begin - 1
    return signs, numbers, last_line
