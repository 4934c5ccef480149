"""Compiled rewriting of texts to what a reader sees of them: no invisible characters, and JSON as the text in it.

Few texts need it, so all are looked at first. Where many are not ASCII that costs up to a quarter of finding templates.
"""

import numpy as np
from numba import njit

UNSEEN = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""First and last of the characters of which nothing is seen: `Default_Ignorable_Code_Point` of the Unicode Character
Database, but for the controls of shorthand and music.

Joiners are among them, which choose a letter's shape in Persian, Indic scripts and emoji: words that only these tell
apart are far rarer than a text that comes with them and without.
"""

_STARTS, _THIRDS = np.zeros(1 << 16, dtype=np.uint16), np.zeros(256, dtype=np.uint16)
"""A bit for each two bytes with which such a character begins, and the bits of those that a third byte may follow."""

_characters = [chr(point).encode() for first, last in UNSEEN for point in range(first, last + 1)]
for _bit, _start in enumerate(sorted({character[:2] for character in _characters})):
    _STARTS[int.from_bytes(_start, "big")] = 1 << _bit
    _rests = [character[2:] for character in _characters if character[:2] == _start]
    _THIRDS[[rest[0] for rest in _rests] if all(_rests) else slice(None)] |= 1 << _bit

QUOTE, BACKSLASH, LINE_END, SPACE = 0x22, 0x5C, 0x0A, 0x20
REPLACEMENT = 0xFFFD
_BLANKS = (9, 10, 13, 32)
_HEXADECIMAL = np.full(256, -1, dtype=np.int64)
for _place, _digit in enumerate(b"0123456789abcdef"):
    _HEXADECIMAL[[_digit, ord(chr(_digit).upper())]] = _place


@njit(cache=True, nogil=True)
def _unseen_at(data, at, end):  # type: ignore[no-untyped-def]
    """Bytes of the character at a place that nobody sees, 0 if there is none."""
    if data[at] < 0xC2 or at + 1 >= end:
        return 0
    third = data[at + 2] if at + 2 < end else 0
    if _STARTS[np.int64(data[at]) << 8 | data[at + 1]] & _THIRDS[third] == 0:
        return 0
    return 2 if data[at] < 0xE0 else 3 if data[at] < 0xF0 else 4


@njit(cache=True, nogil=True)
def _is_json(data, begin, end):  # type: ignore[no-untyped-def]
    """Whether a text is an object or a list with a string, an object or a list at its beginning."""
    while begin < end and data[begin] in _BLANKS:
        begin += 1
    if begin == end or (data[begin] != 0x7B and data[begin] != 0x5B):
        return False
    while end > begin and data[end - 1] in _BLANKS:
        end -= 1
    first = begin + 1
    while first < end and data[first] in _BLANKS:
        first += 1
    is_open = first < end and (data[first] == QUOTE or data[first] == 0x7B or data[first] == 0x5B)
    return is_open and data[end - 1] == data[begin] + 2


@njit(cache=True, nogil=True)
def _has_unseen(data, begin, end):  # type: ignore[no-untyped-def]
    found = np.uint16(0)
    for at in range(begin, end - 2):
        found |= _STARTS[np.int64(data[at]) << 8 | data[at + 1]] & _THIRDS[data[at + 2]]
    return found > 0 or (end - begin >= 2 and _unseen_at(data, end - 2, end) > 0)


@njit(cache=True, nogil=True)
def rows_to_rewrite(data, offsets, is_ascii):  # type: ignore[no-untyped-def]
    """Texts that are JSON or have characters that nobody sees.

    Args:
        data: UTF-8 of all texts.
        offsets: where each begins, and the end.
        is_ascii: texts of ASCII alone.
    """
    found = np.zeros(len(is_ascii), dtype=np.bool_)
    for row in range(len(found)):
        begin, end = offsets[row], offsets[row + 1]
        found[row] = _is_json(data, begin, end) or (not is_ascii[row] and _has_unseen(data, begin, end))
    return found


@njit(cache=True, nogil=True)
def _unit_at(data, at, end):  # type: ignore[no-untyped-def]
    r"""The sixteen bits that an escape `\uXXXX` stands for, −1 if there is none."""
    if at + 6 > end or data[at] != BACKSLASH or data[at + 1] != 0x75:
        return np.int64(-1)
    value = np.int64(0)
    for step in range(2, 6):
        digit = _HEXADECIMAL[data[at + step]]
        if digit < 0:
            return np.int64(-1)
        value = value * 16 + digit
    return value


@njit(cache=True, nogil=True)
def _put_point(point, out, at):  # type: ignore[no-untyped-def]
    """Write a character as UTF-8; returns where the next one goes."""
    if point < 0x80:
        out[at] = point
        return at + 1
    size = 2 if point < 0x800 else 3 if point < 0x10000 else 4
    for step in range(size - 1, 0, -1):
        out[at + step] = 0x80 | (point & 0x3F)
        point >>= 6
    out[at] = ((0xF00 >> size) & 0xFF) | point
    return at + size


@njit(cache=True, nogil=True)
def _put_escape(data, at, end, out, size):  # type: ignore[no-untyped-def]
    """Write what the escape at a place stands for; returns where it ends and the new size."""
    point = _unit_at(data, at, end)
    if point < 0:
        sign = data[at + 1] if at + 1 < end else np.uint8(SPACE)
        if sign == 0x6E or sign == 0x72:
            sign = np.uint8(LINE_END)
        elif sign == 0x74 or sign == 0x62 or sign == 0x66:
            sign = np.uint8(SPACE)
        elif sign >= 0x80:
            return at + 1, size
        out[size] = sign
        return at + 2, size + 1
    at += 6
    if 0xD800 <= point < 0xDC00:
        low = _unit_at(data, at, end)
        if 0xDC00 <= low < 0xE000:
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00)
            at += 6
    if 0xD800 <= point < 0xE000:
        point = REPLACEMENT
    after = _put_point(point, out, size)
    return at, size if _unseen_at(out, size, after) > 0 else after


@njit(cache=True, nogil=True)
def rewritten(data, offsets):  # type: ignore[no-untyped-def]
    """Texts without what nobody sees, each string of JSON a line.

    Args:
        data: UTF-8 of all texts.
        offsets: where each begins, and the end.

    Returns:
        UTF-8 and where each begins, and the end; never longer than before.
    """
    out, bounds = np.empty(offsets[-1] - offsets[0], dtype=np.uint8), np.zeros(len(offsets), dtype=np.int64)
    size = 0
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        is_json, in_string = _is_json(data, at, end), False
        while at < end:
            unseen = _unseen_at(data, at, end)
            if unseen > 0:
                at += unseen
            elif is_json and in_string and data[at] == BACKSLASH:
                at, size = _put_escape(data, at, end, out, size)
            else:
                is_mark = is_json and data[at] == QUOTE
                in_string ^= is_mark
                out[size] = LINE_END if is_mark else data[at]
                size += 1
                at += 1
        bounds[row + 1] = size
    return out[:size], bounds
