"""Compiled passes over words: texts are split, and the hashes of their phrases are made and used as they are read."""

import numpy as np
from numba import njit

from forensics.core.characters import decode

UNSPACED, SPACE, DIGIT, SIGN = (np.uint8(1 << place) for place in range(4))
"""What a character can be; one that is nothing of it is a letter."""

FIRST_SLOTS = 1 << 15
_LONG = np.uint64(1 << 63)
_FNV, _FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SIGN_BIT, _HALF, _ONE = np.uint64(40), np.uint64(32), np.uint64(1)


@njit(cache=True, nogil=True)
def _kind(data, at, end, kinds):  # type: ignore[no-untyped-def]
    """What the character at a place is, and its bytes."""
    if data[at] < 0x80:
        return kinds[data[at]], 1
    point, size = decode(data, at, end)
    if point < len(kinds):
        return kinds[point], size
    return UNSPACED if 0x20000 <= point < 0x40000 else np.uint8(0), size


@njit(cache=True, nogil=True)
def _word_end(data, at, end, kinds):  # type: ignore[no-untyped-def]
    """End of the word that begins at a place; the place itself where none does."""
    kind, size = _kind(data, at, end, kinds)
    if kind & UNSPACED:
        return at + size
    if kind & SPACE:
        at += size
        if at == end:
            return at - size
        before = size
        kind, size = _kind(data, at, end, kinds)
        # An unspaced digit or sign belongs to the space before it, an unspaced letter stands alone.
        if kind & SPACE or kind == UNSPACED:
            return at - before
    at += size
    if kind & DIGIT:
        return at
    # A sign goes on with signs, unspaced ones too; a letter with what is nothing else.
    wanted, asked = (SIGN, SIGN) if kind & SIGN else (np.uint8(0), np.uint8(255))
    while at < end:
        while at < end and data[at] < 0x80 and kinds[data[at]] & asked == wanted:
            at += 1
        if at == end or data[at] < 0x80:
            break
        kind, size = _kind(data, at, end, kinds)
        if kind & asked != wanted:
            break
        at += size
    return at


@njit(cache=True, nogil=True, inline="always")
def _key(data, begin, stop):  # type: ignore[no-untyped-def]
    """A short word's bytes and length as one number, a longer one's hash; the two never meet."""
    if stop - begin < 8:
        key = np.uint64(stop - begin) << np.uint64(56)
        for step in range(stop - begin):
            key |= np.uint64(data[begin + step]) << np.uint64(8 * step)
        return key
    key = _FNV
    for step in range(begin, stop):
        key = (key ^ np.uint64(data[step])) * _FNV_PRIME
    return key | _LONG


@njit(cache=True, nogil=True, inline="always")
def _first_slot(key, slots):  # type: ignore[no-untyped-def]
    return np.int64((key * _STEP) >> np.uint64(32)) & (len(slots) - 1)


@njit(cache=True, nogil=True)
def _is_same(data, begin, end, at, stop):  # type: ignore[no-untyped-def]
    step = 0
    while begin + step < end and at + step < stop and data[begin + step] == data[at + step]:
        step += 1
    return begin + step == end and at + step == stop


@njit(cache=True, nogil=True)
def _larger(slots, keys, count):  # type: ignore[no-untyped-def]
    """Twice as many slots for the same words."""
    found = np.full(2 * len(slots), -1, dtype=np.int32)
    for place in range(count):
        slot = _first_slot(keys[place], found)
        while found[slot] >= 0:
            slot = (slot + 1) & (len(found) - 1)
        found[slot] = place
    return found


@njit(cache=True, nogil=True)
def _split_text(data, at, end, kinds, slots, keys, starts, stops, count, places):  # type: ignore[no-untyped-def]
    """Write the places of one text's words, and its new words; how many words it has, and how many are distinct."""
    words = 0
    while at < end:
        stop = _word_end(data, at, end, kinds)
        if stop == at:
            at += _kind(data, at, end, kinds)[1]
            continue
        key = _key(data, at, stop)
        slot = _first_slot(key, slots)
        place = np.int64(slots[slot])
        while place >= 0:
            is_short = key < _LONG
            if keys[place] == key and (is_short or _is_same(data, starts[place], stops[place], at, stop)):
                break
            slot = (slot + 1) & (len(slots) - 1)
            place = np.int64(slots[slot])
        if place < 0:
            place = count
            slots[slot], keys[count], starts[count], stops[count] = count, key, at, stop
            count += 1
        places[words] = place
        words += 1
        at = stop
    return words, count


@njit(cache=True, nogil=True)
def split(data, offsets, kinds):  # type: ignore[no-untyped-def]
    """Split texts into words.

    Args:
        data: UTF-8 of all texts, each with a space before it.
        offsets: where each begins, and the end.
        kinds: what each character is, by code point; higher ones are letters, or unspaced up to U+3FFFF.

    Returns:
        For each word its place among the distinct ones; where each text's words begin, with the end; where each
        distinct word begins in the data, and where it ends.
    """
    places = np.empty(max(offsets[-1] - offsets[0], 1), dtype=np.int32)
    bounds = np.zeros(len(offsets), dtype=np.int64)
    slots = np.full(FIRST_SLOTS, -1, dtype=np.int32)
    keys = np.empty(FIRST_SLOTS, dtype=np.uint64)
    starts, stops = np.empty(FIRST_SLOTS, dtype=np.int64), np.empty(FIRST_SLOTS, dtype=np.int64)
    count = 0
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        while 2 * (count + end - at) > len(slots):
            slots = _larger(slots, keys, count)
            room = np.empty(len(slots), dtype=np.int64)
            keys = np.concatenate((keys, room.view(np.uint64)))
            starts, stops = np.concatenate((starts, room)), np.concatenate((stops, room))
        into = places[bounds[row] :]
        words, count = _split_text(data, at, end, kinds, slots, keys, starts, stops, count, into)
        bounds[row + 1] = bounds[row] + words
    return places[: bounds[-1]].copy(), bounds, starts[:count].copy(), stops[:count].copy()


@njit(cache=True, nogil=True)
def joined(data, starts, stops):  # type: ignore[no-untyped-def]
    """Pieces of the data one after the other, and where each begins, with the end."""
    offsets = np.zeros(len(starts) + 1, dtype=np.int64)
    for place in range(len(starts)):
        offsets[place + 1] = offsets[place] + stops[place] - starts[place]
    found = np.empty(offsets[-1], dtype=np.uint8)
    for place in range(len(starts)):
        found[offsets[place] : offsets[place + 1]] = data[starts[place] : stops[place]]
    return found, offsets


@njit(cache=True, nogil=True)
def _mixed(value):  # type: ignore[no-untyped-def]
    """`hashing.mixed` of one value."""
    value += _STEP
    value = (value ^ (value >> _SHIFTS[0])) * _FACTORS[0]
    value = (value ^ (value >> _SHIFTS[1])) * _FACTORS[1]
    return value ^ (value >> _SHIFTS[2])


@njit(cache=True, nogil=True)
def count_pairs(places, bounds, hashes, dimensions):  # type: ignore[no-untyped-def]
    """Pairs of neighbouring words of each text, hashed with signs: texts × dimensions."""
    found = np.zeros((len(bounds) - 1, dimensions), dtype=np.int32)
    for row in range(len(bounds) - 1):
        for at in range(bounds[row], bounds[row + 1] - 1):
            pair = _mixed(_mixed(hashes[places[at]]) + hashes[places[at + 1]])
            is_plus = np.int64((pair >> _SIGN_BIT) & _ONE)
            found[row, np.int64(pair % np.uint64(dimensions))] += 2 * is_plus - 1
    return found


@njit(cache=True, nogil=True)
def smallest(places, bounds, hashes, draws, found):  # type: ignore[no-untyped-def]
    """Write the smallest hash of each text's phrases of three words under each of the draws; of its words if it has
    fewer."""
    for row in range(len(bounds) - 1):
        first, last = bounds[row], bounds[row + 1]
        length = 3 if last - first >= 3 else 1
        for at in range(first, last - length + 1):
            phrase = _mixed(hashes[places[at]])
            if length == 3:
                phrase = _mixed(phrase + hashes[places[at + 1]])
                phrase = _mixed(phrase + hashes[places[at + 2]])
            for draw in range(len(draws)):
                found[row, draw] = min(found[row, draw], np.uint32((phrase * draws[draw]) >> _HALF))


@njit(cache=True, nogil=True)
def rounded(vectors, steps):  # type: ignore[no-untyped-def]
    """Numbers in whole steps, at most 127 of them: one byte a number."""
    found = np.empty(vectors.shape, dtype=np.int8)
    for row in range(vectors.shape[0]):
        for column in range(vectors.shape[1]):
            found[row, column] = np.int8(min(max(np.rint(np.float64(vectors[row, column]) * steps), -127.0), 127.0))
    return found
