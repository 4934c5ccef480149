"""The compiled pass over excerpts that counts signs and sees which shapes may be there at all.

A *look* is a bit that says what stands beside what: a shape's regular expression, which costs more than all of this
pass, is tried only where its look says that it may match. A look may be wrong about what is there, never about what is
not; a test holds them to the expressions.
"""

import numpy as np
from numba import njit

LOOKS = (
    "lettered_options", "code_line", "call", "tag", "comma_rows", "shell_prompt", "data_file", "question_end",
    "bracketed_heading", "label_line", "short_label", "scale", "answer_gap", "date_or_time", "currency", "long_number",
    "numbered_lines", "bulleted_lines",
)  # fmt: skip
"""Shapes that have a look, in the order of their bits."""

(
    _OPTIONS, _CODE, _CALL, _TAG, _COMMA_ROWS, _SHELL, _FILE, _QUESTION, _HEADING, _LABEL, _SHORT, _SCALE, _GAP, _DATE,
    _CURRENCY, _LONG_NUMBER, _NUMBERED, _BULLETED,
) = (1 << place for place in range(len(LOOKS)))  # fmt: skip

_OPENS_LINE = _CODE | _HEADING | _NUMBERED | _BULLETED
"""Looks at what a line begins with; after a sign beyond ASCII, which may be white space, any of them may be there."""

_CODE_STARTS = ("def", "cla", "imp", "fro", "fun", "con", "let", "var", "pub", "pri", "fn ", "pac", "#in", "ret", "for",
                "if", "whi", "//", "sel", "ass")  # fmt: skip
_ANY = 255
_STARTS_CODE = np.zeros((256, 256), dtype=np.uint8)
"""The third byte of what begins with two bytes, or that it may be any."""
for _start in _CODE_STARTS:
    _STARTS_CODE[ord(_start[0]), ord(_start[1])] = ord(_start[2]) if len(_start) > 2 else _ANY

_IS_LETTER = np.zeros(256, dtype=np.bool_)
_IS_LETTER[ord("a") : ord("z") + 1] = True
_IS_SPACE = np.zeros(256, dtype=np.bool_)
_IS_SPACE[[9, 10, 11, 12, 13, 32]] = True
_MAY_MARK = np.zeros(256, dtype=np.bool_)
_MAY_MARK[[*b").:", 0xC2, 0xE1, 0xE2, 0xE3, 0xEF]] = True
"""First bytes of what stands behind an option's letter, and of white space beyond ASCII."""


@njit(cache=True, nogil=True)
def _beside_letter(data, place, byte):  # type: ignore[no-untyped-def]
    """Looks at a letter c, which may be an option's, or p, which may be a percentage's."""
    before = data[place - 1]
    if byte == 112:
        digit = data[place - 2] if before == 32 else before
        return _CURRENCY if 48 <= digit <= 57 else 0
    return _option(data, place) if _IS_SPACE[before] or before == 40 or before >= 0x80 else 0


@njit(cache=True, nogil=True)
def _option(data, place):  # type: ignore[no-untyped-def]
    """Whether a mark may stand behind a letter, itself or after one white space."""
    after = data[place + 1]
    if _IS_SPACE[after] and place + 2 < len(data):
        after = data[place + 2]
    return _OPTIONS if _MAY_MARK[after] else 0


@njit(cache=True, nogil=True)
def _beside_sign(data, place, byte, after):  # type: ignore[no-untyped-def]
    """Looks at a sign of ASCII and the signs beside it."""
    before = data[place - 1]
    if byte == 46:
        return _FILE if _IS_LETTER[after] else 0
    if byte == 40:
        is_call = _IS_LETTER[before] or 48 <= before <= 57 or before == 95 or before >= 0x80
        return (_CALL if is_call else 0) | (_GAP if _IS_SPACE[after] or after >= 0x80 else 0)
    if byte == 60:
        return _TAG if _IS_LETTER[after] or after == 95 or after == 47 else 0
    if byte == 62:
        return (_SHELL if before == 62 else 0) | (_CALL if before == 61 or before == 45 else 0)
    if byte == 61:
        return _CALL if before == 61 or before == 33 else 0
    if byte == 36:
        is_price = 48 <= after <= 57 or after == 32
        return (_CURRENCY if is_price else 0) | (_SHELL if _IS_SPACE[after] or after >= 0x80 else 0)
    if byte == 37:
        return _CURRENCY if 48 <= before <= 57 or before == 32 else 0
    if byte == 35:
        return _SHELL if _IS_SPACE[after] or after >= 0x80 else 0
    if byte == 64:
        return _SHELL
    if byte == 95:
        return _GAP if before == 95 else 0
    if byte == 58:
        return _GAP if before == 97 or before == 113 else 0
    return 0


@njit(cache=True, nogil=True)
def _beside_digit(data, place, byte):  # type: ignore[no-untyped-def]
    """Looks at a digit and what stands before it."""
    before = data[place - 1]
    joins = before == 45 or before == 58 or before == 47
    looks = _DATE if joins and place > 1 and 48 <= data[place - 2] <= 57 else 0
    if byte == 49 or byte == 53 or byte == 55:
        if before == 32:
            before = data[place - 2]
        if before == 45 or before == 126 or before == 111 or before == 115 or before == 97 or before == 47:
            looks |= _SCALE
        if before >= 0x80:
            looks |= _SCALE
    return looks


@njit(cache=True, nogil=True)
def _beside_other(data, place, byte, after):  # type: ignore[no-untyped-def]
    """Looks at a byte beyond ASCII."""
    before = data[place - 1]
    looks = _CURRENCY if (byte == 0xE2 and after == 0x82) or (byte == 0xE0 and after == 0xB8) else 0
    if byte == 0xC2 and (after == 0xA3 or after == 0xA5):
        looks |= _CURRENCY
    if byte == 0x88 and before == 0xBC:
        looks |= _GAP
    if (byte == 0xB2 and before == 0xD0) or (byte == 0x81 and before == 0xD1):
        looks |= _option(data, place)
    return looks


@njit(cache=True, nogil=True)
def _at_line_start(data, place, byte, after):  # type: ignore[no-untyped-def]
    """Looks at the first sign of a line that is no white space, and the two behind it."""
    if byte >= 0x80:
        return _OPENS_LINE
    third = _STARTS_CODE[byte, after]
    looks = _CODE if third and (third == _ANY or (place + 2 < len(data) and data[place + 2] == third)) else 0
    if (byte == 42 or byte == 45) and (_IS_SPACE[after] or after >= 0x80):
        looks |= _BULLETED
    if byte == 91 or (byte == after and (byte == 42 or byte == 45 or byte == 35 or byte == 61)):
        looks |= _HEADING
    if 48 <= byte <= 57 and (48 <= after <= 57 or after == 41 or after == 46 or after >= 0x80):
        looks |= _NUMBERED
    return looks


@njit(cache=True, nogil=True)
def _read(data, begin, stop, signs, sign_of_byte):  # type: ignore[no-untyped-def]
    """Count the signs of one excerpt; its numbers, where its last line begins, and its looks."""
    looks, numbers, digits, line, spaces, colons, commas, commas_before = 0, 0, 0, begin, 0, 0, 0, 0
    opens_line = asks = names = False
    for place in range(begin, stop):
        byte = data[place]
        if _IS_LETTER[byte] and not opens_line:
            asks, names, digits = False, False, 0
            if byte == 99 or byte == 112:
                looks |= _beside_letter(data, place, byte)
            continue
        signs[sign_of_byte[byte]] += 1
        if _IS_SPACE[byte]:
            digits, spaces = 0, spaces + 1
            if byte == 10:
                looks |= (_LABEL if names else 0) | (_COMMA_ROWS if min(commas, commas_before) > 1 else 0)
                looks |= _CALL if place > begin and data[place - 1] == 59 else 0
                line = place if place < stop - 1 else line
                opens_line, spaces, colons, commas, commas_before = True, 0, 0, 0, commas
            continue
        after = data[place + 1]
        if opens_line:
            looks |= _at_line_start(data, place, byte, after) | (_beside_letter(data, place, byte) if byte == 99 else 0)
            opens_line = False
        is_word = _IS_LETTER[byte] or 48 <= byte <= 57 or byte == 95
        is_colon = byte == 58 or byte == 0x9A
        looks |= _SHORT if is_colon and spaces <= 1 and colons == 0 else 0
        names = is_colon or (names and byte >= 0x80)
        is_question = byte == 63 or (byte == 0x9F and (data[place - 1] == 0xBC or data[place - 1] == 0xD8))
        asks = is_question or (asks and not is_word)
        commas, colons = commas + (byte == 44), colons + (byte == 58)
        if 48 <= byte <= 57:
            numbers, digits = numbers + (digits == 0), digits + 1
            looks |= _beside_digit(data, place, byte) | (_LONG_NUMBER if digits == 5 else 0)
            continue
        digits = 0
        looks |= _beside_other(data, place, byte, after) if byte >= 0x80 else _beside_sign(data, place, byte, after)
    return looks | (_QUESTION if asks else 0), numbers, line


@njit(cache=True, nogil=True)
def count_signs(data, starts, sign_of_byte, kinds, found):  # type: ignore[no-untyped-def]
    """Signs of each kind, runs of digits, bytes of the last line and looks of each excerpt.

    Args:
        data: bytes of the excerpts, one after the other, each between line breaks, in lower case.
        starts: where each begins, and the end of the last.
        sign_of_byte: kind of each of the 256 bytes; the last kind but one is of bytes beyond ASCII, and letters of
            ASCII have none, the last kind.
        kinds: how many kinds there are.
        found: excerpts × at least twice as many columns as kinds, less three; for each kind but the last two the root
            of its share of the bytes and whether it is there, then the root of the share beyond ASCII.

    Returns:
        Excerpts × kinds, and three times one number an excerpt.
    """
    count, own = len(starts) - 1, kinds - 2
    signs = np.zeros((count, kinds), dtype=np.int32)
    numbers, last_line, looks = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    for row in range(count):
        # The line breaks around an excerpt are not its own.
        signs[row, sign_of_byte[10]] = -2
        looks[row], numbers[row], line = _read(data, starts[row], starts[row + 1], signs[row], sign_of_byte)
        last_line[row] = starts[row + 1] - line - 2
        length = max(starts[row + 1] - starts[row] - 2, 1)
        # Square roots: one sign among a hundred letters tells more than the tenth among ninety.
        for kind in range(own):
            found[row, kind] = np.sqrt(signs[row, kind] / length)
            found[row, own + kind] = signs[row, kind] > 0
        found[row, 2 * own] = np.sqrt(signs[row, own] / length)
    return signs, numbers, last_line, looks
