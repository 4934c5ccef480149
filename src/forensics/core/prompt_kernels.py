"""Compiled passes over a batch of prompts: depth hashes, and what is left when the fixed part is taken away."""

import numpy as np
from numba import njit

from forensics.core.fixed_parts import EITHER, ONLY_HEAD, ONLY_TAIL
from forensics.core.hashing import chained, xxh64
from forensics.core.lexing import LINE_BREAK, MARK_UNITS, PLAIN, SENTENCE_BREAK, WINDOW_BYTES, chain, lex, whole

MIDDLE_UNITS = 60
"""Units of a line or sentence that can be a template by itself: twelve words."""

MIDDLES = 24
"""Such lines of a prompt that are looked at."""

FILL_UNITS = 10
"""A fill with fewer units says nothing by itself: the numbers and quotations in the fixed part then belong to it."""

TOKENS = 2 * WINDOW_BYTES + 2


@njit(cache=True, nogil=True)
def text_hashes(data, offsets):  # type: ignore[no-untyped-def]
    """XXH64 of each text."""
    found = np.empty(len(offsets) - 1, dtype=np.uint64)
    for row in range(len(found)):
        found[row] = xxh64(data, offsets[row], offsets[row + 1])
    return found


@njit(cache=True, nogil=True)
def depth_hashes(data, offsets, with_wholes=True):  # type: ignore[no-untyped-def]
    """Hashes of each text from its start, from its end, and of all of it.

    Args:
        data: UTF-8 of all texts, lower case.
        offsets: where each begins, and the end; one more than texts.
        with_wholes: whether the whole is hashed too.

    Returns:
        Two arrays (texts × depths) as `chain` fills them, and one (texts), 0 where a text ends before the depth.
    """
    count = len(offsets) - 1
    starts, stops = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    masked, units = np.empty(TOKENS, dtype=np.uint64), np.empty(TOKENS, dtype=np.int64)
    kinds, breaks = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    cuts = np.empty(len(MARK_UNITS), dtype=np.int64)
    heads = np.empty((count, len(MARK_UNITS)), dtype=np.uint64)
    tails = np.empty((count, len(MARK_UNITS)), dtype=np.uint64)
    wholes = np.zeros(count, dtype=np.uint64)
    for row in range(count):
        tokens = lex(data, offsets[row], offsets[row + 1], starts, stops, masked, units, kinds, breaks)
        chain(masked, units, breaks, tokens, False, heads[row], cuts)
        chain(masked, units, breaks, tokens, True, tails[row], cuts)
        if with_wholes:
            wholes[row] = whole(masked, tokens)
    return heads, tails, wholes


@njit(cache=True, nogil=True)
def _fill_hash(data, begin, end, starts, stops, kinds, units, first, last, tokens, buffer):  # type: ignore[no-untyped-def]
    """XXH64 of what lies between the fixed beginning and the fixed end, whatever the spaces."""
    said = 0
    for token in range(first, last):
        said += units[token]
    with_slots = said < FILL_UNITS
    size = 0
    for token in range(tokens):
        if first <= token < last or (with_slots and kinds[token] != PLAIN):
            for at in range(starts[token], stops[token]):
                buffer[size] = data[at]
                size += 1
            buffer[size] = 32
            size += 1
    found = xxh64(buffer, 0, size)
    if end - begin > 2 * WINDOW_BYTES:
        found = chained(found, xxh64(data, begin + WINDOW_BYTES, end - WINDOW_BYTES))
    return found


@njit(cache=True, nogil=True)
def _slots(kinds, begin, end):  # type: ignore[no-untyped-def]
    """Tokens whose content does not count."""
    found = 0
    for token in range(begin, end):
        found += kinds[token] != PLAIN
    return found


@njit(cache=True, nogil=True)
def stretch_end(breaks, tokens, begin, level):  # type: ignore[no-untyped-def]
    """End of the sentence, or with the higher level the line, that begins at a token."""
    stop = begin + 1
    while stop < tokens and breaks[stop] < level:
        stop += 1
    return stop


@njit(cache=True, nogil=True)
def _middles(masked, units, breaks, tokens, keys, weights):  # type: ignore[no-untyped-def]
    """Hashes and units of the lines, and the sentences in them, that are long enough; 0 fills the rest."""
    found = 0
    for level in (LINE_BREAK, SENTENCE_BREAK):
        begin = 0
        while begin < tokens and found < len(keys):
            stop = stretch_end(breaks, tokens, begin, level)
            weight = units[begin:stop].sum()
            if weight >= MIDDLE_UNITS:
                keys[found] = whole(masked[begin:stop], stop - begin)
                weights[found] = min(weight, 32_000)
                found += 1
            begin = stop
    for rest in range(found, len(keys)):
        keys[rest] = 0
        weights[rest] = 0


@njit(cache=True, nogil=True)
def fills_and_middles(data, offsets, head_depths, tail_depths, kept, framing, has_lines):  # type: ignore[no-untyped-def]
    """What each prompt says beside its fixed beginning and end, and the lines of some.

    Args:
        data: UTF-8 of all texts, lower case.
        offsets: where each begins, and the end.
        head_depths: place of each text's fixed beginning in `MARK_UNITS`, −1 if it has none.
        tail_depths: the same for its end.
        kept: which of them stays where they overlap.
        framing: which of them is no part of the item; of either the one with fewer slots, as numbers are what is asked.
        has_lines: texts whose lines are looked at.

    Returns:
        Fill hashes; whether beginning and end overlap, so that the whole text is fixed; hashes and units of lines.
    """
    count = len(offsets) - 1
    starts, stops = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    masked, units = np.empty(TOKENS, dtype=np.uint64), np.empty(TOKENS, dtype=np.int64)
    kinds, breaks = np.empty(TOKENS, dtype=np.int64), np.empty(TOKENS, dtype=np.int64)
    buffer = np.empty(2 * TOKENS, dtype=np.uint8)
    marks, cuts = np.empty(len(MARK_UNITS), dtype=np.uint64), np.empty(len(MARK_UNITS), dtype=np.int64)
    fills, overlaps = np.empty(count, dtype=np.uint64), np.zeros(count, dtype=np.bool_)
    keys = np.zeros((count, MIDDLES), dtype=np.uint64)
    weights = np.zeros((count, MIDDLES), dtype=np.int16)
    for row in range(count):
        begin, end = offsets[row], offsets[row + 1]
        tokens = lex(data, begin, end, starts, stops, masked, units, kinds, breaks)
        first, last = 0, tokens
        if head_depths[row] >= 0:
            chain(masked, units, breaks, tokens, False, marks, cuts)
            first = cuts[head_depths[row]]
        if tail_depths[row] >= 0:
            chain(masked, units, breaks, tokens, True, marks, cuts)
            last = tokens - cuts[tail_depths[row]]
        overlaps[row] = first > last
        if overlaps[row] and kept[row] == ONLY_HEAD:
            last = tokens
        if overlaps[row] and kept[row] == ONLY_TAIL:
            first = 0
        frames = framing[row]
        if frames == EITHER:
            frames = ONLY_TAIL if _slots(kinds, 0, first) > _slots(kinds, last, tokens) else ONLY_HEAD
        if frames == ONLY_HEAD:
            last = tokens
        if frames == ONLY_TAIL:
            first = 0
        fills[row] = _fill_hash(data, begin, end, starts, stops, kinds, units, first, last, tokens, buffer)
        if has_lines[row]:
            _middles(masked, units, breaks, tokens, keys[row], weights[row])
    return fills, overlaps, keys, weights
