"""The compiled pass over excerpts: n-grams are hashed and weighed as they are read, and none is kept.

It finds the same n-grams in the same buckets as `grams`, which says how they are made; a test holds them together.
"""

import numpy as np
from numba import njit

from forensics.core.capabilities.excerpts import HEAD_CHARACTERS, TAIL_CHARACTERS, WINDOWS
from forensics.core.capabilities.grams import (
    BASE,
    BLOCK_COLUMNS,
    FIRST_WORDS,
    MIX,
    NUMBER,
    SALTS,
    STEM_BYTES,
    WORD_BYTE,
    WORD_BYTES_MAXIMUM,
)
from forensics.core.capabilities.window_kernel import weigh_windows

_WORD, _PAIR, _STEM, _FIRST, _CHARACTERS = (SALTS[kind] for kind in ("word", "pair", "stem", "first", "characters"))
_ONE, _THREE = np.uint64(1), np.uint64(3)
_HALF, _LATE, _TOP = np.uint64(32), np.uint64(29), np.uint64(64 - 15)
_MOST_BYTES = 4 * (HEAD_CHARACTERS + TAIL_CHARACTERS + 1) + 3
_POWERS = np.array([pow(int(BASE), power, 1 << 64) for power in range(_MOST_BYTES)], dtype=np.uint64)
_INVERSES = np.array([pow(int(BASE), -power, 1 << 64) for power in range(_MOST_BYTES)], dtype=np.uint64)


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
def _find_words(data, begin, end, prefix, edges):  # type: ignore[no-untyped-def]
    """Write the prefix sums of an excerpt's hash, and where its words begin and end.

    Returns how many words there are, and whether any character has three bytes or more.

    Nothing branches on a byte: where words end cannot be foreseen, and each wrong guess costs as much as five bytes.
    """
    count, total, before, highest = 0, np.uint64(0), False, np.uint8(0)
    for step in range(end - begin):
        byte = data[begin + step]
        total += (np.uint64(byte) + _ONE) * _POWERS[step]
        prefix[step + 1] = total
        highest = max(highest, byte)
        inside = WORD_BYTE[byte]
        edges[count] = step
        count += inside != before
        before = inside
    edges[count] = end - begin
    return (count + 1) // 2, highest >= 0xE0


@njit(cache=True, nogil=True)
def _hash_words(data, begin, prefix, edges, words, buckets, firsts):  # type: ignore[no-untyped-def]
    """Write the buckets of an excerpt's words, pairs, beginnings and first words; how many they are.

    For each word `firsts` takes how many there are before its pair with the word before it, and before itself.
    """
    count, place = 0, 0
    before = np.uint64(0)
    for number in range(words):
        start, stop = edges[2 * number], edges[2 * number + 1]
        firsts[0, number] = firsts[1, number] = count
        length, first = stop - start, data[begin + start]
        if length > WORD_BYTES_MAXIMUM:
            continue
        reach = 2 * STEM_BYTES if first >= 0x80 else STEM_BYTES
        is_number = 48 <= first <= 57
        word = (prefix[stop] - prefix[start]) * _INVERSES[start]
        word = NUMBER * np.uint64(min(length, 6)) if is_number else word
        buckets[count] = _bucket(before * _THREE ^ word, _PAIR)
        count += place > 0
        firsts[1, number] = count
        buckets[count] = _bucket(word, _WORD)
        count += 1
        buckets[count] = _bucket((prefix[min(start + reach, stop)] - prefix[start]) * _INVERSES[start], _STEM)
        count += length > reach and not is_number
        if place < FIRST_WORDS:
            buckets[count] = _bucket(word + _ONE if place else word, _FIRST)
            count += 1
        before = word
        place += 1
    firsts[0, words] = firsts[1, words] = count
    return count


@njit(cache=True, nogil=True)
def _hash_characters(data, begin, end, buckets, places, count):  # type: ignore[no-untyped-def]
    """Add the buckets of runs of two and three characters of three bytes, and where they begin; their number now."""
    for place in range(begin, end):
        if data[place] & 0xF0 != 0xE0:
            continue
        for length in (2, 3):
            last = place + 3 * (length - 1)
            if last >= end or data[last] & 0xF0 != 0xE0 or data[place + 3] & 0xF0 != 0xE0:
                break
            buckets[count] = _bucket(_hashed(data, place, last + 3), _CHARACTERS)
            places[count] = place - begin
            count += 1
    return count


@njit(cache=True, nogil=True)
def read_grams(data, starts, used, edge_table, edge_used):  # type: ignore[no-untyped-def]
    """The buckets of each excerpt's different n-grams that have any weight, and what those near its ends weigh.

    Args:
        data: bytes of the excerpts, one after the other.
        starts: where each begins, and the end of the last.
        used: whether a bucket has any weight.
        edge_table: buckets × `BLOCK_COLUMNS` weights in a window at an excerpt's end.
        edge_used: whether a bucket has any weight there.

    Returns:
        Buckets of all excerpts; where each excerpt's begin, with the end of the last; number of different n-grams;
        excerpts × `WINDOWS` × `BLOCK_COLUMNS` sums of weights, each divided by the root of the window's number.
    """
    rows = len(starts) - 1
    # Marked with one of 255 numbers, so that it fits the fastest memory.
    seen, near = np.zeros(len(used), dtype=np.uint8), np.zeros(len(used), dtype=np.uint8)
    longest = np.int64(0)
    for row in range(rows):
        longest = max(longest, starts[row + 1] - starts[row])
    # A word of one byte and the space behind it have at most four n-grams, a character of three bytes two more.
    buckets, places = np.empty(3 * longest + 8, dtype=np.uint16), np.empty(3 * longest + 8, dtype=np.int32)
    prefix, edges = np.zeros(longest + 1, dtype=np.uint64), np.empty(longest + 2, dtype=np.int32)
    firsts = np.zeros((2, longest + 2), dtype=np.int32)
    found = np.empty(starts[rows] - starts[0] + len(buckets), dtype=np.uint16)
    bounds, counts = np.zeros(rows + 1, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    windows = np.empty((rows, WINDOWS, BLOCK_COLUMNS), dtype=np.float32)
    at = 0
    for row in range(rows):
        begin, end = starts[row], starts[row + 1]
        words, has_characters = _find_words(data, begin, end, prefix, edges)
        middle = size = _hash_words(data, begin, prefix, edges, words, buckets, firsts)
        if has_characters:
            size = _hash_characters(data, begin, end, buckets, places, size)
        mark = np.uint8(row % 255 + 1)
        if mark == 1:
            seen[:] = 0
        if at + size > len(found):
            larger = np.empty(2 * len(found) + size, dtype=np.uint16)
            larger[:at] = found[:at]
            found = larger
        for step in range(size):
            bucket = buckets[step]
            is_new = seen[bucket] != mark
            seen[bucket] = mark
            counts[row] += is_new
            found[at] = bucket
            at += is_new & used[bucket]
        bounds[row + 1] = at
        if row % 127 == 0:
            near[:] = 0
        lead = edges[: 2 * words], firsts, places[middle:size], middle, size
        weigh_windows(buckets, lead, end - begin, near, 2 * (row % 127) + 1, edge_table, edge_used, windows[row])
    return found, bounds, counts, windows


@njit(cache=True, nogil=True)
def add_up(buckets, bounds, counts, table, found, column):  # type: ignore[no-untyped-def]
    """Sum of the weights of each excerpt's n-grams in a few columns, divided by the root of their number.

    Args:
        buckets, bounds, counts: as `read_grams` returns them.
        table: buckets × `BLOCK_COLUMNS` weights.
        found: excerpts × columns; those from `column` on are written.
        column: the first one that is written.
    """
    for row in range(len(bounds) - 1):
        a = b = c = d = e = f = g = h = np.float32(0)
        for step in range(bounds[row], bounds[row + 1]):
            weights = table[buckets[step]]
            a, b, c, d = a + weights[0], b + weights[1], c + weights[2], d + weights[3]
            e, f, g, h = e + weights[4], f + weights[5], g + weights[6], h + weights[7]
        root = np.float32(np.sqrt(max(counts[row], 1)))
        for place, total in enumerate((a, b, c, d, e, f, g, h)):
            found[row, column + place] = total / root


@njit(cache=True, nogil=True)
def weigh(data, starts, blocks, used, edge_table, edge_used):  # type: ignore[no-untyped-def]
    """Sum of the weights of each excerpt's different n-grams, divided by the root of their number.

    Args:
        data: bytes of the excerpts, one after the other.
        starts: where each begins, and the end of the last.
        blocks: blocks × buckets × `BLOCK_COLUMNS` weights.
        used: whether a bucket has any weight: most n-grams need no look at the large table.
        edge_table, edge_used: the same of windows at the ends, one block.

    Returns:
        Excerpts × columns of all blocks, and excerpts × `WINDOWS` × columns of the one block.
    """
    buckets, bounds, counts, windows = read_grams(data, starts, used, edge_table, edge_used)
    found = np.empty((len(starts) - 1, len(blocks) * BLOCK_COLUMNS), dtype=np.float32)
    for place in range(len(blocks)):
        add_up(buckets, bounds, counts, blocks[place], found, place * BLOCK_COLUMNS)
    return found, windows
