"""The fixed text of a template as a person reads it: words as they were, slots by name."""

import numpy as np
from numba import njit

from forensics.core.lexing import (
    LINE_BREAK,
    MARK_UNITS,
    NUMBER,
    PLAIN,
    SENTENCE_BREAK,
    SLOT_TEXTS,
    chain,
    is_digit_at,
    lex,
    whole,
)
from forensics.core.prompt_kernels import TOKENS, stretch_end

HEAD, TAIL, MIDDLE, FRAME, WHOLE = range(5)
"""How a part lies in its text."""

EXTENSION_TOKENS = 150
"""Tokens beyond its depth that a text may show: more than are kept of it."""

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
    for level in (LINE_BREAK, SENTENCE_BREAK):
        begin = 0
        while begin < tokens:
            stop = stretch_end(breaks, tokens, begin, level)
            if whole(masked[begin:stop], stop - begin) == key:
                return begin, stop
            begin = stop
    return 0, 0


@njit(cache=True, nogil=True)
def agreeing_tokens(data, offsets, places, depths, is_leader):  # type: ignore[no-untyped-def]
    """How many tokens each text has in common with its group's first one beyond the depth that all of them share.

    Args:
        data: UTF-8 of the texts, lower case.
        offsets: where each begins, and the end.
        places: HEAD or TAIL; others have nothing beyond.
        depths: place in `MARK_UNITS` at which the part ends.
        is_leader: the first text of each group.
    """
    lead = np.empty(TOKENS, dtype=np.uint64)
    starts, stops = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    masked, units = np.empty(TOKENS, dtype=np.uint64), np.empty(TOKENS, dtype=np.int64)
    kinds, breaks = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    marks, cuts = np.empty(len(MARK_UNITS), dtype=np.uint64), np.empty(len(MARK_UNITS), dtype=np.int64)
    found = np.zeros(len(offsets) - 1, dtype=np.int64)
    cut = lead_tokens = 0
    for row in range(len(found)):
        if places[row] not in (HEAD, TAIL):
            continue
        tokens = lex(data, offsets[row], offsets[row + 1], starts, stops, masked, units, kinds, breaks)
        is_tail = places[row] == TAIL
        if is_leader[row]:
            chain(masked, units, tokens, is_tail, marks, cuts)
            cut, lead_tokens = cuts[depths[row]], tokens
            lead[:tokens] = masked[:tokens]
            continue
        step = cut
        while step < min(tokens, lead_tokens, cut + EXTENSION_TOKENS):
            one = lead_tokens - 1 - step if is_tail else step
            other = tokens - 1 - step if is_tail else step
            if lead[one] != masked[other]:
                break
            step += 1
        found[row] = step - cut
    return found


@njit(cache=True, nogil=True)
def write_texts(data, offsets, places, depths, tail_depths, extra, keys, out):  # type: ignore[no-untyped-def]
    """Write the fixed text of each row, one after the other; with too small an `out`, only measure.

    Args:
        data: UTF-8 of the texts that carry the parts, lower case.
        offsets: where each begins, and the end.
        places: HEAD, TAIL, MIDDLE, FRAME or WHOLE.
        depths: place in `MARK_UNITS` at which a head, tail or frame's head ends.
        tail_depths: the same for a frame's tail.
        extra: tokens of a head or tail beyond its depth.
        keys: hash of a middle.
        out: bytes to fill.

    Returns:
        Where each text begins in `out`, and the end.
    """
    starts, stops = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    masked, units = np.empty(TOKENS, dtype=np.uint64), np.empty(TOKENS, dtype=np.int64)
    kinds, breaks = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    marks, cuts = np.empty(len(MARK_UNITS), dtype=np.uint64), np.empty(len(MARK_UNITS), dtype=np.int64)
    bounds = np.zeros(len(offsets), dtype=np.int64)
    at = 0
    for row in range(len(offsets) - 1):
        tokens = lex(data, offsets[row], offsets[row + 1], starts, stops, masked, units, kinds, breaks)
        first, last = 0, tokens
        if places[row] in (HEAD, FRAME):
            chain(masked, units, tokens, False, marks, cuts)
            last = cuts[depths[row]] + extra[row]
        elif places[row] == TAIL:
            chain(masked, units, tokens, True, marks, cuts)
            first = tokens - cuts[depths[row]] - extra[row]
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
