"""The fixed text of a template as a person reads it: words as they were, slots by name."""

import numpy as np
from numba import njit

from forensics.core.lexing import MARK_UNITS, NUMBER, PLAIN, SLOT_TEXTS, chain, is_digit_at, lex, whole
from forensics.core.prompt_kernels import TOKENS

HEAD, TAIL, MIDDLE, FRAME, WHOLE = range(5)
"""How a part lies in its text."""

_SLOTS = np.frombuffer("".join(text.ljust(8) for text in SLOT_TEXTS).encode(), dtype=np.uint8)
_SLOT_SIZES = np.array([len(text) for text in SLOT_TEXTS], dtype=np.int64)
_GAP = np.frombuffer(" … ".encode(), dtype=np.uint8)


@njit(cache=True, nogil=True)
def _put(byte, out, at):  # type: ignore[no-untyped-def]
    if at < len(out):
        out[at] = byte
    return at + 1


@njit(cache=True, nogil=True)
def _put_slot(kind, out, at):  # type: ignore[no-untyped-def]
    for step in range(_SLOT_SIZES[kind]):
        at = _put(_SLOTS[8 * kind + step], out, at)
    return at


@njit(cache=True, nogil=True)
def _put_token(data, start, stop, kind, out, at):  # type: ignore[no-untyped-def]
    """Write a token, with its numbers, and what joins them, as slots."""
    if kind not in (PLAIN, NUMBER):
        return _put_slot(kind, out, at)
    place, in_number = start, False
    while place < stop:
        size = is_digit_at(data, place, stop)
        if size > 0:
            if not in_number:
                at = _put_slot(NUMBER, out, at)
            in_number = True
            place += size
            continue
        byte = data[place]
        joins = in_number and (byte == 44 or byte == 46 or byte == 47 or byte == 58)
        if not (joins and place + 1 < stop and is_digit_at(data, place + 1, stop) > 0):
            in_number = False
            at = _put(byte, out, at)
        place += 1
    return at


@njit(cache=True, nogil=True)
def _put_tokens(data, starts, stops, kinds, first, last, out, at):  # type: ignore[no-untyped-def]
    for token in range(first, last):
        if token > first and starts[token] > stops[token - 1]:
            at = _put(32, out, at)
        at = _put_token(data, starts[token], stops[token], kinds[token], out, at)
    return at


@njit(cache=True, nogil=True)
def _middle(masked, breaks, tokens, key):  # type: ignore[no-untyped-def]
    """First and last token of the line or sentence with this hash."""
    begin = 0
    while begin < tokens:
        stop = begin + 1
        while stop < tokens and not breaks[stop]:
            stop += 1
        if whole(masked[begin:stop], stop - begin) == key:
            return begin, stop
        begin = stop
    return 0, 0


@njit(cache=True, nogil=True)
def write_texts(data, offsets, places, depths, tail_depths, keys, out):  # type: ignore[no-untyped-def]
    """Write the fixed text of each row, one after the other; with too small an `out`, only measure.

    Args:
        data: UTF-8 of the texts that carry the parts, lower case.
        offsets: where each begins, and the end.
        places: HEAD, TAIL, MIDDLE, FRAME or WHOLE.
        depths: place in `MARK_UNITS` at which a head, tail or frame's head ends.
        tail_depths: the same for a frame's tail.
        keys: hash of a middle.
        out: bytes to fill.

    Returns:
        Where each text begins in `out`, and the end.
    """
    starts, stops = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    masked, units = np.empty(TOKENS, dtype=np.uint64), np.empty(TOKENS, dtype=np.int64)
    kinds, breaks = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.bool_)
    marks, cuts = np.empty(len(MARK_UNITS), dtype=np.uint64), np.empty(len(MARK_UNITS), dtype=np.int64)
    bounds = np.zeros(len(offsets), dtype=np.int64)
    at = 0
    for row in range(len(offsets) - 1):
        tokens = lex(data, offsets[row], offsets[row + 1], starts, stops, masked, units, kinds, breaks)
        first, last = 0, tokens
        if places[row] in (HEAD, FRAME):
            chain(masked, units, tokens, False, marks, cuts)
            last = cuts[depths[row]]
        elif places[row] == TAIL:
            chain(masked, units, tokens, True, marks, cuts)
            first = tokens - cuts[depths[row]]
        elif places[row] == MIDDLE:
            first, last = _middle(masked, breaks, tokens, keys[row])
        at = _put_tokens(data, starts, stops, kinds, first, last, out, at)
        if places[row] == FRAME:
            for byte in _GAP:
                at = _put(byte, out, at)
            chain(masked, units, tokens, True, marks, cuts)
            first = tokens - cuts[tail_depths[row]]
            at = _put_tokens(data, starts, stops, kinds, first, tokens, out, at)
        bounds[row + 1] = at
    return bounds
