"""The compiled search for cues: every excerpt is read once, and each hit is counted for its lists at once."""

import numpy as np
from numba import njit

from forensics.core.capabilities.cue_table import FACTOR, FIRST_BYTES, FLAG_BITS, KEY_BYTES
from forensics.core.capabilities.excerpts import EDGES, WINDOWS

_FACTOR, _FLAG_SHIFT = np.uint64(FACTOR), np.uint64(64 - FLAG_BITS)
_OTHER, _WORD, _LETTER, _WITHIN = range(4)
_KIND = np.array(
    [
        _WITHIN if 0x80 <= byte <= 0xBF else _OTHER if byte >= 0x80
        else _LETTER if chr(byte).isalpha() else _WORD if chr(byte).isdigit() or byte == 95 else _OTHER
        for byte in range(256)
    ],
    dtype=np.uint8,
)  # fmt: skip
"""Whether a byte is a letter, another part of a word, within a character, or none of these."""


@njit(cache=True, nogil=True)
def is_word_byte(byte):  # type: ignore[no-untyped-def]
    """Whether an ASCII byte is a letter, a digit or an underscore."""
    lowered = byte | 0x20
    return 48 <= byte <= 57 or 97 <= lowered <= 122 or byte == 95


@njit(cache=True, nogil=True)
def _is_letter_before(data, begin, start):  # type: ignore[no-untyped-def]
    if begin == start:
        return False
    before = data[begin - 1]
    if before < 0x80:
        return is_word_byte(before)
    return before <= 0xBF and begin - 2 >= 0 and 0xC3 <= data[begin - 2] <= 0xD4


@njit(cache=True, nogil=True)
def _is_letter_after(data, end):  # type: ignore[no-untyped-def]
    # Every excerpt ends in a line break, so a phrase that ends at the very end has ended.
    after = data[min(end, len(data) - 1)]
    return is_word_byte(after) or 0xC3 <= after <= 0xD4


@njit(cache=True, nogil=True)
def _count_for(owner, is_edge, windows, counts, edges, near):  # type: ignore[no-untyped-def]
    counts[owner] += 1
    edges[owner] |= is_edge
    for window in range(WINDOWS):
        near[window, owner] += (windows >> window) & 1


@njit(cache=True, nogil=True)
def _count(phrase, whole, is_edge, windows, owners, counts, edges, near):  # type: ignore[no-untyped-def]
    """Count a hit for the lists of its phrase, in the whole and in the windows whose bits are set."""
    begun_at, begun, whole_at, wholes = owners
    for place in range(begun_at[phrase], begun_at[phrase + 1]):
        _count_for(begun[place], is_edge, windows, counts, edges, near)
    if whole:
        for place in range(whole_at[phrase], whole_at[phrase + 1]):
            _count_for(wholes[place], is_edge, windows, counts, edges, near)


@njit(cache=True, nogil=True)
def _windows(begin, end, start, stop):  # type: ignore[no-untyped-def]
    """Bits of the windows at an excerpt's ends that hold a hit."""
    bits = 0
    for reach in range(len(EDGES)):
        bits |= (end - start <= EDGES[reach]) << reach
        bits |= (begin >= stop - EDGES[reach]) << (len(EDGES) + reach)
    return bits


@njit(cache=True, nogil=True)
def _hashed(lane, size):  # type: ignore[no-untyped-def]
    """The first bytes of a lane, and their hash."""
    key = lane & (~np.uint64(0) >> np.uint64(64 - 8 * size))
    return key, (key + np.uint64(size)) * _FACTOR


@njit(cache=True, nogil=True)
def _is_set(flags, hashed):  # type: ignore[no-untyped-def]
    flag = hashed >> _FLAG_SHIFT
    return (flags[flag >> np.uint64(3)] >> (flag & np.uint64(7))) & np.uint8(1)


@njit(cache=True, nogil=True)
def _places(data, start, stop, flags, places, lanes):  # type: ignore[no-untyped-def]
    """Write where a phrase may begin, and the bytes there, from the last to the first; how many such places there are.

    Inside a word no phrase begins. Nothing branches on a byte: which it will be cannot be foreseen, and each wrong
    guess costs as much as five bytes. Backwards, because the bytes behind a place are then one shift away.
    """
    count, lane, following = 0, np.uint64(0), np.uint8(_WITHIN)
    for step in range(stop - start):
        byte = data[stop - 1 - step]
        kind = _KIND[byte]
        is_inside = (following == _LETTER) & ((kind == _LETTER) | (kind == _WORD))
        places[count], lanes[count] = stop - step, lane
        count += (following != _WITHIN) & (not is_inside)
        lane, following = lane << np.uint64(8) | np.uint64(byte), kind
    places[count], lanes[count] = start, lane
    count += following != _WITHIN
    kept = np.int64(0)
    for number in range(count):
        places[kept], lanes[kept] = places[number], lanes[number]
        may_begin = np.uint8(0)
        for size in range(1, FIRST_BYTES + 1):
            may_begin |= _is_set(flags, _hashed(lanes[number], size)[1])
        kept += may_begin
    return kept


@njit(cache=True, nogil=True)
def _slot(key, size, hashed, keys, sizes):  # type: ignore[no-untyped-def]
    """Slot of a beginning, −1 if no phrase begins so."""
    slot = np.int64(hashed >> np.uint64(32)) & (len(keys) - 1)
    while sizes[slot] and (sizes[slot] != size or keys[slot] != key):
        slot = (slot + 1) & (len(keys) - 1)
    return slot if sizes[slot] else -1


@njit(cache=True, nogil=True)
def _stands(data, begin, stop, text, first, last):  # type: ignore[no-untyped-def]
    """Whether a phrase whose beginning stands here stands here as a whole."""
    if begin + last - first > stop:
        return False
    step = KEY_BYTES
    while first + step < last and data[begin + step] == text[first + step]:
        step += 1
    return first + step >= last


@njit(cache=True, nogil=True)
def count_cues(data, starts, table, sides, owners, lists, edge_bytes):  # type: ignore[no-untyped-def]
    """Hits of each list in each excerpt and in the windows at its ends, and whether one is near its beginning or end.

    Args:
        data: bytes of the excerpts, one after the other, each between line breaks.
        starts: where each begins, and the end of the last.
        table: the arrays of a `CueTable`, in the order of its attributes.
        sides: for each phrase whether it begins, and whether it ends, with a letter that is written with spaces.
        owners: for each phrase the lists that count it also as the beginning of a word, and those that count it only as
            a whole word, each as where a phrase's begin and as all of them.
        lists: how many there are.
        edge_bytes: how near to an end a hit is at the edge.

    Returns:
        Excerpts × lists, twice: hits, and 1 where one of them is at the edge; excerpts × `WINDOWS` × lists of hits.
    """
    flags, keys, sizes, first, last, text, bounds = table
    left, right = sides
    rows, longest = len(starts) - 1, 0
    for row in range(rows):
        longest = max(longest, starts[row + 1] - starts[row])
    places, lanes = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.uint64)
    counts, edges = np.zeros((rows, lists), np.int32), np.zeros((rows, lists), np.uint8)
    near = np.zeros((rows, WINDOWS, lists), np.int16)
    for row in range(rows):
        start, stop = starts[row], starts[row + 1]
        for number in range(_places(data, start, stop, flags[0], places, lanes)):
            begin = places[number]
            for size in range(1, KEY_BYTES + 1):
                key, hashed = _hashed(lanes[number], size)
                slot = _slot(key, size, hashed, keys, sizes) if _is_set(flags[1], hashed) else -1
                if slot < 0:
                    continue
                for phrase in range(first[slot], last[slot]):
                    end = begin + bounds[phrase + 1] - bounds[phrase]
                    is_within = left[phrase] and _is_letter_before(data, begin, start)
                    if is_within or not _stands(data, begin, stop, text, bounds[phrase], bounds[phrase + 1]):
                        continue
                    whole = not (right[phrase] and _is_letter_after(data, end))
                    is_edge = begin - start < edge_bytes or end > stop - edge_bytes
                    windows = _windows(begin, end, start, stop)
                    _count(phrase, whole, is_edge, windows, owners, counts[row], edges[row], near[row])
    return counts, edges, near
