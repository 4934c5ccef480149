"""Hashed n-grams of all prompts at once: words, pairs of words, beginnings of words, and characters of other scripts.

Hashes are polynomial over the bytes, so that prefix sums give the hash of any stretch by one subtraction and one
multiplication (Karp and Rabin 1987); no word is ever made into a Python string. The polynomial's ring is the integers
modulo 2^64, in which an odd number has an inverse.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forensics.core.capabilities.excerpts import Excerpts

BUCKETS = 1 << 15
"""Columns that n-grams share by hash: two megabytes of weights, with rare collisions among the useful ones."""

STEM_BYTES = 5
"""Bytes of a word's beginning that stand for its inflected forms; twice as many in letters of two bytes."""

WORD_BYTES_MAXIMUM = 60
"""Longer runs are no words: addresses, encoded data, text without spaces."""

BLOCK_COLUMNS = 8
"""Columns of weights that are added up at once: a megabyte of them."""

FIRST_WORDS = 3
"""Words at the beginning that count also as such: an instruction's verb."""

BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(int(BASE), -1, 1 << 64))
MIX = np.uint64(0xD6E8FEB86659FD93)
NUMBER = np.uint64(0x5851F42D4C957F2D)
SALTS = {
    kind: np.uint64(0x2545F4914F6CDD1D * number % (1 << 64))
    for number, kind in enumerate(("word", "pair", "stem", "first", "characters"), start=1)
}

WORD_BYTE = np.zeros(256, dtype=np.bool_)
WORD_BYTE[list(b"abcdefghijklmnopqrstuvwxyz0123456789_'")] = True
WORD_BYTE[0x80:] = True


@dataclass(frozen=True)
class Grams:
    """N-grams of one kind: the row of each, its bucket, and where it stands (bytes of the joined excerpts)."""

    kind: str
    rows: NDArray[np.int64]
    buckets: NDArray[np.int32]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]


def grams(excerpts: Excerpts) -> list[Grams]:
    """All n-grams of the excerpts, kind by kind, each in the order of the text."""
    data = excerpts.data
    if not len(data):
        return []
    powers, inverses = _powers(len(data))
    prefix = np.zeros(len(data) + 1, dtype=np.uint64)
    np.cumsum((data.astype(np.uint64) + np.uint64(1)) * powers, out=prefix[1:])

    def hashed(begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        return (prefix[ends] - prefix[begins]) * inverses[begins]

    begins, ends = _words(data)
    rows = excerpts.rows[begins]
    word = hashed(begins, ends)
    number = (data[begins] >= 48) & (data[begins] <= 57)
    word[number] = NUMBER * (np.minimum(ends[number] - begins[number], 6).astype(np.uint64))
    found = [_grams("word", rows, word, begins, ends)]
    adjacent = np.flatnonzero(rows[1:] == rows[:-1])
    pair = word[adjacent] * np.uint64(3) ^ word[adjacent + 1]
    found.append(_grams("pair", rows[adjacent], pair, begins[adjacent], ends[adjacent + 1]))
    reach = np.where(data[begins] >= 0x80, 2 * STEM_BYTES, STEM_BYTES)
    long = np.flatnonzero((ends - begins > reach) & ~number)
    stop = begins[long] + reach[long]
    found.append(_grams("stem", rows[long], hashed(begins[long], stop), begins[long], stop))
    order = np.arange(len(rows)) - np.searchsorted(rows, rows)
    first = np.flatnonzero(order < FIRST_WORDS)
    salted = word[first] + (order[first] > 0).astype(np.uint64)
    found.append(_grams("first", rows[first], salted, begins[first], ends[first]))
    found += [_characters(excerpts, length, hashed) for length in (2, 3)]
    return found


def gram_matrix(excerpts: Excerpts) -> sp.csr_array:
    """rows × `BUCKETS`: which n-grams each excerpt has, every row divided by the root of their number.

    Once is as good as often: a list of forty numbers says "numbers" no louder than a list of four.
    """
    total = sp.csr_array((len(excerpts), BUCKETS), dtype=np.float32)
    for kind in grams(excerpts):
        total = total + _matrix(kind, len(excerpts))
    total.sum_duplicates()
    total.data[:] = 1
    return sp.diags_array(_scale(total.sum(axis=1))).astype(np.float32) @ total


def _scale(count: NDArray[np.float64]) -> NDArray[np.float32]:
    return (1 / np.sqrt(np.maximum(count, 1))).astype(np.float32)


def _matrix(kind: Grams, height: int) -> sp.csr_array:
    counts = np.bincount(kind.rows, minlength=height)
    pointers = np.concatenate([[0], counts.cumsum()]).astype(np.int32)
    ones = np.ones(len(kind.rows), dtype=np.float32)
    return sp.csr_array((ones, kind.buckets, pointers), shape=(height, BUCKETS))


def _grams(
    kind: str, rows: NDArray[np.int64], hashes: NDArray[np.uint64], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> Grams:
    mixed = (hashes ^ (hashes >> np.uint64(32))) * MIX + SALTS[kind]
    mixed = (mixed ^ (mixed >> np.uint64(29))) * BASE
    return Grams(kind, rows, (mixed >> np.uint64(64 - 15)).astype(np.int32), begins, ends)


def _words(data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where words begin and end: runs of letters, digits and everything that is no ASCII."""
    inside = np.concatenate([[False], WORD_BYTE[data], [False]])
    change = np.flatnonzero(inside[1:] != inside[:-1])
    begins, ends = change[::2], change[1::2]
    fitting = ends - begins <= WORD_BYTES_MAXIMUM
    return begins[fitting], ends[fitting]


def _characters(excerpts: Excerpts, length: int, hashed: object) -> Grams:
    """Runs of characters of three bytes: scripts without spaces, and those of India."""
    data = excerpts.data
    begins = np.flatnonzero((data & 0xF0) == 0xE0)
    if len(begins) < length:
        begins = begins[:0]
    else:
        last = begins[length - 1 :]
        begins = begins[: len(begins) - length + 1]
        begins = begins[last - begins == 3 * (length - 1)]
    ends = begins + 3 * length
    return _grams("characters", excerpts.rows[begins], hashed(begins, ends), begins, ends)  # type: ignore[operator]


_kept_powers: list[NDArray[np.uint64]] = []


def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Powers of the base and of its inverse, kept from call to call."""
    if not _kept_powers or len(_kept_powers[0]) < count:
        size = 1 << max(count - 1, 1).bit_length()
        _kept_powers[:] = [
            np.concatenate([np.ones(1, dtype=np.uint64), np.full(size - 1, step)]).cumprod(dtype=np.uint64)
            for step in (BASE, _INVERSE)
        ]
    return _kept_powers[0][:count], _kept_powers[1][:count]
