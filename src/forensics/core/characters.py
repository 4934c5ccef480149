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
    if point < 0x85:
        return point <= 32
    return (
        point == 0x85 or point == 0xA0 or 0x2000 <= point <= 0x200B or point == 0x2028 or point == 0x2029
        or point == 0x202F or point == 0x205F or point == 0x3000 or point == 0xFEFF or point == 0x1680
    )  # fmt: skip


@njit(cache=True, nogil=True)
def is_digit(point):  # type: ignore[no-untyped-def]
    """Decimal digits of the scripts in wide use; full-width ones too."""
    if point < 0x660:
        return 48 <= point <= 57
    return (
        point <= 0x669 or 0x6F0 <= point <= 0x6F9 or 0x966 <= point <= 0x96F or 0x9E6 <= point <= 0x9EF
        or 0xE50 <= point <= 0xE59 or 0x1040 <= point <= 0x1049 or 0x17E0 <= point <= 0x17E9
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
    if point < 0xF00 or 0x1000 <= point < 0x10A0 or 0x1780 <= point < 0x1800:
        return 1
    if 0x3001 <= point < 0x3040 or 0xFF01 <= point < 0xFF10 or 0xFF1A <= point < 0xFF21:
        return 0
    if 0x3040 <= point < 0x3100:
        return 2
    if 0x3400 <= point < 0xA000 or 0x20000 <= point < 0x40000:
        return 3
    return -1


@njit(cache=True, nogil=True)
def opens_span(point):  # type: ignore[no-untyped-def]
    return point == 0x201C or point == 0x201E or point == 0xAB or point == 0x300C


@njit(cache=True, nogil=True)
def ends_sentence(point):  # type: ignore[no-untyped-def]
    return (
        point == 33 or point == 46 or point == 63 or point == 0x3002 or point == 0xFF01 or point == 0xFF1F
        or point == 0x964 or point == 0x61F or point == 0x2026
    )  # fmt: skip


@njit(cache=True, nogil=True, inline="always")
def is_alphanumeric(byte):  # type: ignore[no-untyped-def]
    return byte >= 0x80 or 48 <= byte <= 57 or 97 <= byte <= 122
