"""The compiled sums over n-grams near an excerpt's ends, from those that the pass over it has hashed."""

import numpy as np
from numba import njit

from forensics.core.capabilities.excerpts import EDGES
from forensics.core.capabilities.grams import BLOCK_COLUMNS

_REACHES = len(EDGES)


@njit(cache=True, nogil=True)
def _add(buckets, first, last, seen, mark, table, used, total):  # type: ignore[no-untyped-def]
    """Add the weights of n-grams that were not seen yet to the total; how many they are."""
    count = 0
    a, b, c, d, e, f, g, h = total[0], total[1], total[2], total[3], total[4], total[5], total[6], total[7]
    for step in range(first, last):
        bucket = buckets[step]
        if seen[bucket] == mark:
            continue
        seen[bucket] = mark
        count += 1
        if used[bucket]:
            weights = table[bucket]
            a, b, c, d = a + weights[0], b + weights[1], c + weights[2], d + weights[3]
            e, f, g, h = e + weights[4], f + weights[5], g + weights[6], h + weights[7]
    total[0], total[1], total[2], total[3], total[4], total[5], total[6], total[7] = a, b, c, d, e, f, g, h
    return count


@njit(cache=True, nogil=True)
def _write(total, count, out):  # type: ignore[no-untyped-def]
    root = np.float32(np.sqrt(max(count, 1)))
    for column in range(BLOCK_COLUMNS):
        out[column] = total[column] / root


@njit(cache=True, nogil=True)
def weigh_windows(buckets, lead, length, seen, mark, table, used, out):  # type: ignore[no-untyped-def]
    """Sum of the weights of each window's different n-grams, divided by the root of their number.

    Args:
        buckets: of the excerpt's n-grams: of words in the order of the text, then of characters in the same order.
        lead: where words begin and end, in turns; how many n-grams stand before the pair of each word and before the
            word; where characters begin; how many n-grams are of words; how many there are.
        length: bytes of the excerpt.
        seen: for each bucket the last mark that saw it.
        mark: the first of two marks that nothing has.
        table: buckets × `BLOCK_COLUMNS` weights.
        used: whether a bucket has any.
        out: `WINDOWS` × `BLOCK_COLUMNS`, which is written.
    """
    edges, firsts, places, middle, size = lead
    total = np.zeros(BLOCK_COLUMNS, dtype=np.float32)
    count, words, characters = 0, 0, middle
    for reach in range(_REACHES):
        last_word = firsts[0, np.searchsorted(edges[1::2], EDGES[reach], side="right")]
        last = middle + np.searchsorted(places, EDGES[reach])
        count += _add(buckets, words, last_word, seen, mark, table, used, total)
        count += _add(buckets, characters, last, seen, mark, table, used, total)
        words, characters = last_word, last
        _write(total, count, out[reach])
        if length <= EDGES[reach]:
            # What follows would be the same again.
            for rest in range(reach + 1, _REACHES):
                out[rest] = out[reach]
            break
    total[:] = 0
    count, words, characters = 0, middle, size
    for reach in range(_REACHES):
        if length <= EDGES[reach]:
            out[_REACHES + reach] = out[reach]
            continue
        first_word = firsts[1, np.searchsorted(edges[::2], length - EDGES[reach])]
        first = middle + np.searchsorted(places, length - EDGES[reach])
        count += _add(buckets, first_word, words, seen, mark + 1, table, used, total)
        count += _add(buckets, first, characters, seen, mark + 1, table, used, total)
        words, characters = first_word, first
        _write(total, count, out[_REACHES + reach])
