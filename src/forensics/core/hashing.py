"""XXH64 and chains of hashes as compiled kernels: the same value in every process, version and day."""

import numpy as np
from numba import njit

ONE = np.uint64(0x9E3779B185EBCA87)
_TWO = np.uint64(0xC2B2AE3D27D4EB4F)
_THREE = np.uint64(0x165667B19E3779F9)
_FOUR = np.uint64(0x85EBCA77C2B2AE63)
FIRST = np.uint64(0x27D4EB2F165667C5)
_ZERO = np.uint64(0)


@njit(cache=True, nogil=True, inline="always")
def _rotate(value, bits):  # type: ignore[no-untyped-def]
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@njit(cache=True, nogil=True, inline="always")
def _round(state, value):  # type: ignore[no-untyped-def]
    return _rotate(state + value * _TWO, 31) * ONE


@njit(cache=True, nogil=True)
def avalanche(value):  # type: ignore[no-untyped-def]
    """Mix a value so that each bit of it moves half the bits of the result."""
    value = (value ^ (value >> np.uint64(33))) * _TWO
    value = (value ^ (value >> np.uint64(29))) * _THREE
    return value ^ (value >> np.uint64(32))


@njit(cache=True, nogil=True)
def chained(state, token):  # type: ignore[no-untyped-def]
    """Take one more 64-bit value into a running hash, as XXH64 does; the order counts."""
    return _rotate(state ^ _round(_ZERO, token), 27) * ONE + _FOUR


@njit(cache=True, nogil=True)
def lane(data, at, size):  # type: ignore[no-untyped-def]
    """The bytes from a place as one number, the first one lowest."""
    value = _ZERO
    for step in range(size):
        value |= np.uint64(data[at + step]) << np.uint64(8 * step)
    return value


@njit(cache=True, nogil=True)
def xxh64(data, begin, end):  # type: ignore[no-untyped-def]
    """XXH64 with seed 0 of data[begin:end] (Collet, the xxHash specification)."""
    length = end - begin
    at = begin
    if length >= 32:
        a, b, c, d = ONE + _TWO, _TWO, _ZERO, _ZERO - ONE
        while at + 32 <= end:
            a = _round(a, lane(data, at, 8))
            b = _round(b, lane(data, at + 8, 8))
            c = _round(c, lane(data, at + 16, 8))
            d = _round(d, lane(data, at + 24, 8))
            at += 32
        state = _rotate(a, 1) + _rotate(b, 7) + _rotate(c, 12) + _rotate(d, 18)
        for part in (a, b, c, d):
            state = (state ^ _round(_ZERO, part)) * ONE + _FOUR
    else:
        state = FIRST
    state += np.uint64(length)
    while at + 8 <= end:
        state = _rotate(state ^ _round(_ZERO, lane(data, at, 8)), 27) * ONE + _FOUR
        at += 8
    if at + 4 <= end:
        state = _rotate(state ^ (lane(data, at, 4) * ONE), 23) * _TWO + _THREE
        at += 4
    while at < end:
        state = _rotate(state ^ (np.uint64(data[at]) * FIRST), 11) * ONE
        at += 1
    return avalanche(state)
