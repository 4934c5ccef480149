"""The compiled pass over excerpts: n-grams are hashed and weighed as they are read, and none is kept.

It finds the same n-grams in the same buckets as `grams`, which says how they are made; a test holds them together.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from forensics.core.capabilities.grams import (
    BASE,
    FIRST_WORDS,
    MIX,
    NUMBER,
    SALTS,
    STEM_BYTES,
    WORD_BYTE,
    WORD_BYTES_MAXIMUM,
)

_WORD, _PAIR, _STEM, _FIRST, _CHARACTERS = (SALTS[kind] for kind in ("word", "pair", "stem", "first", "characters"))
_ONE, _THREE = np.uint64(1), np.uint64(3)
_HALF, _LATE, _TOP = np.uint64(32), np.uint64(29), np.uint64(64 - 15)


@njit(cache=True, nogil=True)
def _bucket(value, salt):  # type: ignore[no-untyped-def]
    mixed = (value ^ (value >> _HALF)) * MIX + salt
    mixed = (mixed ^ (mixed >> _LATE)) * BASE
    return np.int64(mixed >> _TOP)


@njit(cache=True, nogil=True)
def _hashed(data, begin, end):  # type: ignore[no-untyped-def]
    total, power = np.uint64(0), _ONE
    for place in range(begin, end):
        total += (np.uint64(data[place]) + _ONE) * power
        power *= BASE
    return total


@njit(cache=True, nogil=True)
def _add(total, weights, used, seen, row, bucket):  # type: ignore[no-untyped-def]
    """Add a bucket's weights unless the row had it before; how many n-grams that is."""
    if seen[bucket] == row:
        return 0
    seen[bucket] = row
    if used[bucket]:
        for column in range(total.shape[0]):
            total[column] += weights[bucket, column]
    return 1


@njit(cache=True, nogil=True)
def _weigh_words(data, begin, end, weights, used, seen, row, total):  # type: ignore[no-untyped-def]
    """Words, pairs, beginnings and first words of one excerpt; how many different n-grams they are."""
    count, words = 0, 0
    before = np.uint64(0)
    place = begin
    while place < end:
        if not WORD_BYTE[data[place]]:
            place += 1
            continue
        start = place
        while place < end and WORD_BYTE[data[place]]:
            place += 1
        if place - start > WORD_BYTES_MAXIMUM:
            continue
        is_number = 48 <= data[start] <= 57
        word = NUMBER * np.uint64(min(place - start, 6)) if is_number else _hashed(data, start, place)
        count += _add(total, weights, used, seen, row, _bucket(word, _WORD))
        if words:
            count += _add(total, weights, used, seen, row, _bucket(before * _THREE ^ word, _PAIR))
        reach = 2 * STEM_BYTES if data[start] >= 0x80 else STEM_BYTES
        if place - start > reach and not is_number:
            count += _add(total, weights, used, seen, row, _bucket(_hashed(data, start, start + reach), _STEM))
        if words < FIRST_WORDS:
            salted = word + _ONE if words else word
            count += _add(total, weights, used, seen, row, _bucket(salted, _FIRST))
        before = word
        words += 1
    return count


@njit(cache=True, nogil=True)
def _weigh_characters(data, begin, end, weights, used, seen, row, total):  # type: ignore[no-untyped-def]
    """Runs of two and three characters of three bytes; how many they are."""
    count = 0
    for place in range(begin, end):
        if data[place] & 0xF0 != 0xE0:
            continue
        for length in (2, 3):
            last = place + 3 * (length - 1)
            if last >= end or data[last] & 0xF0 != 0xE0 or data[place + 3] & 0xF0 != 0xE0:
                break
            count += _add(total, weights, used, seen, row, _bucket(_hashed(data, place, last + 3), _CHARACTERS))
    return count


@njit(cache=True, nogil=True)
def weigh(data, starts, weights, used):  # type: ignore[no-untyped-def]
    """Sum of the weights of each excerpt's different n-grams, divided by the root of their number.

    Args:
        data: bytes of the excerpts, one after the other.
        starts: where each begins, and the end of the last.
        weights: buckets × columns.
        used: whether a bucket has any weight: most n-grams need no look at the large table.

    Returns:
        Excerpts × columns.
    """
    found = np.zeros((len(starts) - 1, weights.shape[1]), dtype=np.float32)
    seen = np.full(weights.shape[0], -1, dtype=np.int32)
    for row in range(len(starts) - 1):
        count = _weigh_words(data, starts[row], starts[row + 1], weights, used, seen, row, found[row])
        count += _weigh_characters(data, starts[row], starts[row + 1], weights, used, seen, row, found[row])
        found[row] /= np.float32(np.sqrt(max(count, 1)))
    return found


def weigh_excerpts(
    data: NDArray[np.uint8], starts: NDArray[np.int64], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """`weigh` with types."""
    return np.asarray(weigh(data, starts, weights, weights.any(axis=1)), dtype=np.float32)
