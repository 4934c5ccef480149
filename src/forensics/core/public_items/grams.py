"""Runs of words as hashes, once with the numbers as they are and once with every number alike."""

from hashlib import blake2b

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.embeddings.hashing import Hashes, mixed, phrase_hashes
from forensics.core.embeddings.words import UNSPACED, Words, words_of

GRAM_WORDS = 4
"""Words of a run: rare enough to mean something, short enough to survive between two exchanged words."""

WORD = rf"[{UNSPACED}]|[^\s\d\pP\pS{UNSPACED}]+|\d+"
"""Words and whole numbers; signs are left out, since copies lose and gain them."""

FILTER_BITS = 24
"""A filter of 16 MB lets one gram in fifty through where a list has five thousand items."""

AS_WRITTEN, NUMBERS_ALIKE = np.uint64(1), np.uint64(2)
"""Start of each kind's hash, so that one gram of both kinds has two hashes."""


def words_with_numbers(texts: pl.Series) -> Words:
    """Split texts into the words that grams are made of."""
    return words_of(texts, WORD)


def grams_of(
    words: Words, *, numbers_alike: bool, present: NDArray[np.bool_] | None = None
) -> tuple[Hashes, NDArray[np.int64], NDArray[np.int64]]:
    """Distinct grams of texts.

    Args:
        words: the texts, split by `words_with_numbers`.
        numbers_alike: whether every number counts as one and the same.
        present: one entry a value of a hash's top bits; grams without it are left out, before any work is spent.

    Returns:
        Gram hashes in order of text and hash, for each the number of its text, and the word it first begins with there.
    """
    plain = words.distinct.str.strip_chars().str.to_lowercase()
    if numbers_alike:
        plain = plain.str.replace(r"^\d+$", "0")
    hashes = mixed(_hashes(plain) + (NUMBERS_ALIKE if numbers_alike else AS_WRITTEN))
    grams, bounds = phrase_hashes(words, hashes, GRAM_WORDS)
    text = np.repeat(np.arange(words.text_count), np.diff(bounds))
    place = np.arange(len(grams)) - bounds[text]
    if present is not None:
        maybe = present[top_bits(grams)]
        grams, text, place = grams[maybe], text[maybe], place[maybe]
    order = np.lexsort((grams, text))
    grams, text, place = grams[order], text[order], place[order]
    is_new = np.ones(len(grams), bool)
    is_new[1:] = (grams[1:] != grams[:-1]) | (text[1:] != text[:-1])
    return grams[is_new], text[is_new], place[is_new]


def top_bits(grams: Hashes) -> NDArray[np.int64]:
    """The place of a hash in a filter."""
    return (grams >> np.uint64(64 - FILTER_BITS)).astype(np.int64)


def _hashes(words: pl.Series) -> Hashes:
    digests = b"".join(blake2b(word.encode("utf-8"), digest_size=8).digest() for word in words.to_list())
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
