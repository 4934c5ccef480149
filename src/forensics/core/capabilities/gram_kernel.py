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
_POWERS = np.array([pow(int(BASE), power, 1 << 64) for power in range(WORD_BYTES_MAXIMUM + 1)], dtype=np.uint64)


@njit(cache=True, nogil=True)
def _bucket(value, salt):  # type: ignore[no-untyped-def]
    mixed = (value ^ (value >> _HALF)) * MIX + salt
    mixed = (mixed ^ (mixed >> _LATE)) * BASE
    return np.int32(mixed >> _TOP)


@njit(cache=True, nogil=True)
def _hashed(data, begin, end):  # type: ignore[no-untyped-def]
    total = np.uint64(0)
    for step in range(end - begin):
        total += (np.uint64(data[begin + step]) + _ONE) * _POWERS[step]
    return total


@njit(cache=True, nogil=True)
def _hash_words(data, begin, end, buckets):  # type: ignore[no-untyped-def]
    """Write the buckets of an excerpt's words, pairs, beginnings and first words; how many they are."""
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
        buckets[count] = _bucket(word, _WORD)
        count += 1
        if words:
            buckets[count] = _bucket(before * _THREE ^ word, _PAIR)
            count += 1
        reach = 2 * STEM_BYTES if data[start] >= 0x80 else STEM_BYTES
        if place - start > reach and not is_number:
            buckets[count] = _bucket(_hashed(data, start, start + reach), _STEM)
            count += 1
        if words < FIRST_WORDS:
            buckets[count] = _bucket(word + _ONE if words else word, _FIRST)
            count += 1
        before = word
        words += 1
    return count


@njit(cache=True, nogil=True)
def _hash_characters(data, begin, end, buckets, count):  # type: ignore[no-untyped-def]
    """Add the buckets of runs of two and three characters of three bytes; how many there are now."""
    for place in range(begin, end):
        if data[place] & 0xF0 != 0xE0:
            continue
        for length in (2, 3):
            last = place + 3 * (length - 1)
            if last >= end or data[last] & 0xF0 != 0xE0 or data[place + 3] & 0xF0 != 0xE0:
                break
            buckets[count] = _bucket(_hashed(data, place, last + 3), _CHARACTERS)
            count += 1
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
    # Marked with one of 255 numbers, so that it fits the fastest memory.
    seen = np.zeros(weights.shape[0], dtype=np.uint8)
    longest = np.int64(0)
    for row in range(len(starts) - 1):
        longest = max(longest, starts[row + 1] - starts[row])
    # A word of one byte and the space behind it have at most four n-grams, a character of three bytes two more.
    buckets = np.empty(3 * longest + 8, dtype=np.int32)
    for row in range(len(starts) - 1):
        # First all hashes, then all weights: places in the table that depend on nothing are fetched side by side.
        size = _hash_words(data, starts[row], starts[row + 1], buckets)
        size = _hash_characters(data, starts[row], starts[row + 1], buckets, size)
        mark, count = np.uint8(row % 255 + 1), 0
        if mark == 1:
            seen[:] = 0
        for bucket in buckets[:size]:
            if seen[bucket] == mark:
                continue
            seen[bucket] = mark
            count += 1
            if used[bucket]:
                for column in range(weights.shape[1]):
                    found[row, column] += weights[bucket, column]
        found[row] /= np.float32(np.sqrt(max(count, 1)))
    return found


def weigh_excerpts(
    data: NDArray[np.uint8], starts: NDArray[np.int64], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """`weigh` with types."""
    return np.asarray(weigh(data, starts, weights, weights.any(axis=1)), dtype=np.float32)
