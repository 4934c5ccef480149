"""Compiled questions about characters: what they are as UTF-8, which part words, end sentences or stand alone."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def decode(data, at, end):  # type: ignore[no-untyped-def]
    """Code point and length of the character at a place; a cut one counts as the byte it is."""
    lead = data[at]
    if lead < 0xC0:
        return np.int64(lead), 1
    if lead < 0xE0:
        if at + 2 > end:
            return np.int64(lead), 1
        return (np.int64(lead & 0x1F) << 6) | np.int64(data[at + 1] & 0x3F), 2
    if lead < 0xF0:
        if at + 3 > end:
            return np.int64(lead), 1
        return (np.int64(lead & 0x0F) << 12) | (np.int64(data[at + 1] & 0x3F) << 6) | np.int64(data[at + 2] & 0x3F), 3
    if at + 4 > end:
        return np.int64(lead), 1
    high = (np.int64(lead & 0x07) << 18) | (np.int64(data[at + 1] & 0x3F) << 12)
    return high | (np.int64(data[at + 2] & 0x3F) << 6) | np.int64(data[at + 3] & 0x3F), 4


@njit(cache=True, nogil=True)
def is_space(point):  # type: ignore[no-untyped-def]
    """The sign between Ethiopic words is one too."""
    if point < 0x85:
        return point <= 32
    return (
        point == 0x85 or point == 0xA0 or 0x2000 <= point <= 0x200A or point == 0x2028 or point == 0x2029
        or point == 0x202F or point == 0x205F or point == 0x3000 or point == 0x1680 or point == 0x1361
    )  # fmt: skip


@njit(cache=True, nogil=True)
def is_letter(point):  # type: ignore[no-untyped-def]
    """Whether a character beyond ASCII may be a letter: neither punctuation, symbol, frame nor emoji."""
    return 0xC0 <= point < 0x2000 or 0x2C00 <= point < 0xE000 or 0x10000 <= point < 0x1F000


@njit(cache=True, nogil=True)
def is_digit(point):  # type: ignore[no-untyped-def]
    """Decimal digits of the scripts in wide use; full-width ones too."""
    if point < 0x660:
        return 48 <= point <= 57
    return (
        point <= 0x669 or 0x6F0 <= point <= 0x6F9
        # Indic scripts have theirs at the same place of their blocks.
        or (0x966 <= point < 0xDF0 and (point - 0x966) % 0x80 < 10)
        or 0xE50 <= point <= 0xE59 or 0xED0 <= point <= 0xED9 or 0xF20 <= point <= 0xF29
        or 0x1040 <= point <= 0x1049 or 0x17E0 <= point <= 0x17E9 or 0xA9D0 <= point <= 0xA9D9
        or 0xFF10 <= point <= 0xFF19
    )  # fmt: skip


@njit(cache=True, nogil=True)
def is_digit_at(data, at, end):  # type: ignore[no-untyped-def]
    """Bytes of the digit at a place, 0 if there is none."""
    point, size = decode(data, at, end)
    return size if is_digit(point) else 0


@njit(cache=True, nogil=True)
def unspaced_units(point):  # type: ignore[no-untyped-def]
    """Units of a character that is a token by itself, −1 for those that make up words. Korean has spaces."""
    if point < 0xE00:
        return -1
    # Thai to Burmese, Khmer, Tai, Balinese and its neighbours, Javanese and Cham; Tibetan parts its syllables only.
    if (
        point < 0x10A0 or 0x1780 <= point < 0x1800 or 0x1950 <= point < 0x1AB0 or 0x1B00 <= point < 0x1C50
        or 0xA980 <= point < 0xAAE0
    ):  # fmt: skip
        return 1
    if 0x3001 <= point < 0x3040 or 0xFF01 <= point < 0xFF10 or 0xFF1A <= point < 0xFF21:
        return 0
    if 0x3040 <= point < 0x3100 or 0xA000 <= point < 0xA4D0:
        return 2
    if 0x3400 <= point < 0xA000 or 0x20000 <= point < 0x40000:
        return 3
    return -1


@njit(cache=True, nogil=True)
def opens_span(point):  # type: ignore[no-untyped-def]
    return point == 0x201C or point == 0x201E or point == 0xAB or point == 0x300C


@njit(cache=True, nogil=True)
def ends_sentence(point):  # type: ignore[no-untyped-def]
    if point < 0x61F:
        return point == 33 or point == 46 or point == 63
    return (
        point == 0x61F or point == 0x6D4 or point == 0x964 or point == 0xF0D or point == 0x104B or point == 0x1362
        or point == 0x1367 or point == 0x17D4 or point == 0x2026 or point == 0x3002 or point == 0xA9C9
        or point == 0xFF01 or point == 0xFF1F
    )  # fmt: skip


@njit(cache=True, nogil=True, inline="always")
def is_alphanumeric(byte):  # type: ignore[no-untyped-def]
    return byte >= 0x80 or 48 <= byte <= 57 or 97 <= byte <= 122
