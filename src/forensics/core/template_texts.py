"""The fixed text of a template as a person reads it: words as they were, slots by name."""

import numpy as np
from numba import njit

from forensics.core.characters import is_digit_at
from forensics.core.lexing import (
    LINE_BREAK,
    MARK_UNITS,
    NUMBER,
    PLAIN,
    SENTENCE_BREAK,
    SLOT_TEXTS,
    WINDOW_BYTES,
    chain,
    lex,
    whole,
)
from forensics.core.prompt_kernels import TOKENS, stretch_end

HEAD, TAIL, MIDDLE, FRAME, WHOLE = range(5)
"""How a part lies in its text."""

EXTENSION_TOKENS = 150
"""Tokens beyond its depth that a text may show at most: more than are kept of it."""

_SLOTS = np.frombuffer("".join(text.ljust(8) for text in SLOT_TEXTS).encode(), dtype=np.uint8)
_SLOT_SIZES = np.array([len(text) for text in SLOT_TEXTS], dtype=np.int64)
_LONGEST_SLOT = max(len(text) for text in SLOT_TEXTS)
_GAP = np.frombuffer(" … ".encode(), dtype=np.uint8)


@njit(cache=True, nogil=True)
def _put(byte, out, at):  # type: ignore[no-untyped-def]
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
def _put_part(data, lead, tokens, place, depth, tail_depth, extra, key, marks, cuts, out, at):  # type: ignore[no-untyped-def]
    """Write the fixed text of one part, with some tokens beyond its depth."""
    starts, stops, masked, units, kinds, breaks = lead
    first, last = 0, tokens
    if place in (HEAD, FRAME):
        chain(masked, units, breaks, tokens, False, marks, cuts)
        last = cuts[depth] + extra
    elif place == TAIL:
        chain(masked, units, breaks, tokens, True, marks, cuts)
        first = tokens - cuts[depth] - extra
    elif place == MIDDLE:
        first, last = _middle(masked, breaks, tokens, key)
    at = _put_tokens(data, starts, stops, kinds, first, last, out, at)
    if place == FRAME:
        for byte in _GAP:
            at = _put(byte, out, at)
        chain(masked, units, breaks, tokens, True, marks, cuts)
        at = _put_tokens(data, starts, stops, kinds, tokens - cuts[tail_depth], tokens, out, at)
    return at


@njit(cache=True, nogil=True)
def _agreeing(lead, tokens, masked, count, is_tail, cut):  # type: ignore[no-untyped-def]
    """How many tokens two texts have in common beyond those that end at a cut."""
    step = cut
    while step < min(tokens, count, cut + EXTENSION_TOKENS):
        one = tokens - 1 - step if is_tail else step
        other = count - 1 - step if is_tail else step
        if lead[one] != masked[other]:
            break
        step += 1
    return step - cut


@njit(cache=True, nogil=True)
def _same(data, offsets, one, other):  # type: ignore[no-untyped-def]
    """Whether two texts are the same."""
    begin, size = offsets[one], offsets[one + 1] - offsets[one]
    if offsets[other + 1] - offsets[other] != size:
        return False
    step = 0
    while step < size and data[begin + step] == data[offsets[other] + step]:
        step += 1
    return step == size


@njit(cache=True, nogil=True)
def _arrays():  # type: ignore[no-untyped-def]
    """Room for the tokens of one text."""
    return (
        np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.uint64),
        np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _with_room(out, at, size):  # type: ignore[no-untyped-def]
    """The bytes, in a larger array where there is no room for more."""
    if at + size <= len(out):
        return out
    larger = np.empty(2 * (at + size), dtype=np.uint8)
    larger[:at] = out[:at]
    return larger


@njit(cache=True, nogil=True)
def write_texts(data, offsets, bounds, places, depths, tail_depths, keys):  # type: ignore[no-untyped-def]
    """Write the fixed text of each part as it is named and as it is shown, from a few texts that have it.

    The first text of a part is written. What all of them have in common beyond the depth is shown too.

    Args:
        data: UTF-8 of the texts, lower case.
        offsets: where each begins, and the end.
        bounds: first text of each part, and the end.
        places: HEAD, TAIL, MIDDLE, FRAME or WHOLE, of each part.
        depths: place in `MARK_UNITS` at which a head, tail or frame's head ends.
        tail_depths: the same for a frame's tail.
        keys: hash of a middle.

    Returns:
        Bytes and where each text begins in them, twice: as named, as shown.
    """
    lead, others = _arrays(), _arrays()
    marks, cuts = np.empty(len(MARK_UNITS), dtype=np.uint64), np.empty(len(MARK_UNITS), dtype=np.int64)
    named, shown = np.empty(4096, dtype=np.uint8), np.empty(4096, dtype=np.uint8)
    named_bounds, shown_bounds = np.zeros(len(bounds), dtype=np.int64), np.zeros(len(bounds), dtype=np.int64)
    named_at = shown_at = 0
    for part in range(len(bounds) - 1):
        row, place, depth = bounds[part], places[part], depths[part]
        tokens = lex(data, offsets[row], offsets[row + 1], *lead)
        extra = 0
        if place in (HEAD, TAIL) and bounds[part + 1] > row + 1:
            chain(lead[2], lead[3], lead[5], tokens, place == TAIL, marks, cuts)
            extra = EXTENSION_TOKENS
            for other in range(row + 1, bounds[part + 1]):
                # Few exchanges stand for a rare part, each several times.
                if _same(data, offsets, row, other):
                    extra = min(extra, tokens - cuts[depth])
                    continue
                if _same(data, offsets, other - 1, other):
                    continue
                count = lex(data, offsets[other], offsets[other + 1], *others)
                extra = min(extra, _agreeing(lead[2], tokens, others[2], count, place == TAIL, cuts[depth]))
        # A digit, at one byte the least, may become a slot; a space may come before each token.
        size = 2 * len(_GAP) + (1 + _LONGEST_SLOT) * min(offsets[row + 1] - offsets[row], 2 * WINDOW_BYTES)
        named, shown = _with_room(named, named_at, size), _with_room(shown, shown_at, size)
        facts = (place, depth, tail_depths[part])
        named_at = _put_part(data, lead, tokens, *facts, 0, keys[part], marks, cuts, named, named_at)
        shown_at = _put_part(data, lead, tokens, *facts, extra, keys[part], marks, cuts, shown, shown_at)
        named_bounds[part + 1], shown_bounds[part + 1] = named_at, shown_at
    return named[:named_at], named_bounds, shown[:shown_at], shown_bounds
