"""Hashes of words and phrases: an embedder without weights, the form of a prompt, and its phrases.

All hashes are blake2b of a word, mixed further by the finaliser of splitmix64, so they are the same in every process
and for ever.

Known drawback: hashed vectors know no synonym; two texts are near when they share letters or phrases.
"""

from hashlib import blake2b

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.embeddings.words import Matrix, Words, summed, unit_rows, words_of

GRAM_BYTES = (3, 5)
"""Lengths of the byte runs of a word that are hashed: stems and endings, and about one or two signs of any script."""

GRAM_WORD_BYTES = 48
"""Beginning of a word that is looked at: blobs and keys are nobody's words."""

FORM_DIMENSIONS = 128
"""Enough for 64 prompts to be told apart; two unrelated prompts have a similarity of about 0 ± 0.09."""

PHRASE_WORDS = 3
PHRASE_DRAWS = 4
"""Smallest phrase hashes kept of a prompt; two prompts share each with the chance of their phrases' overlap."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_ROUNDS = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_DRAWS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F], dtype=np.uint64)
"""Odd factors: the upper half of a product with each is a hash of its own of a value that is mixed already."""

_NO_PHRASE = np.uint32(0xFFFFFFFF)

Hashes = NDArray[np.uint64]


def mixed(values: Hashes) -> Hashes:
    """The finaliser of splitmix64: every bit of the input moves half of the output's (Steele and others 2014)."""
    mixed_values = values + _STEP
    for shift, factor in _ROUNDS:
        mixed_values ^= mixed_values >> shift
        mixed_values *= factor
    mixed_values ^= mixed_values >> np.uint64(31)
    return mixed_values


def word_hashes(distinct: pl.Series) -> Hashes:
    """For each word its hash, whatever its case, the space before it and, for a digit, which digit it is."""
    plain = distinct.str.strip_chars().str.to_lowercase().str.replace(r"^\d$", "0").to_list()
    digests = b"".join(blake2b(word.encode("utf-8"), digest_size=8).digest() for word in plain)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def phrase_hashes(words: Words, hashes: Hashes, length: int) -> tuple[Hashes, NDArray[np.int64]]:
    """Every run of words within a text.

    Args:
        words: the texts.
        hashes: one a distinct word.
        length: words of a run.

    Returns:
        Hash of each run in the order of the words, and for each text (and one past the last) where its runs begin.
    """
    runs = np.maximum(np.diff(words.bounds) - (length - 1), 0)
    bounds = np.concatenate([np.zeros(1, np.int64), runs.cumsum()])
    starts = np.arange(bounds[-1]) + np.repeat(words.bounds[:-1] - bounds[:-1], runs)
    found = hashes[words.places[starts]]
    for offset in range(1, length):
        found = mixed(found) + hashes[words.places[starts + offset]]
    return mixed(found), bounds


def form_vectors(words: Words, hashes: Hashes) -> Matrix:
    """How a prompt is phrased, as unit vectors: pairs of neighbouring words, hashed with signs.

    Digits count alike, and counts enter by their root, so that a template shows whatever fills it. Unlike a learned
    embedding, which has few words of most languages, this tells prompts of any language apart alike.

    Source of hashing with signs: Weinberger and others 2009.
    """
    from forensics.core.embeddings.word_kernel import count_pairs

    counts = count_pairs(words.places, words.bounds, hashes, FORM_DIMENSIONS)
    return unit_rows((np.sign(counts) * np.sqrt(np.abs(counts))).astype(np.float32))


def smallest_phrases(words: Words, hashes: Hashes) -> NDArray[np.uint32]:
    """For each text the smallest hash of its phrases under `PHRASE_DRAWS` hash functions (Broder 1997).

    A text with fewer than `PHRASE_WORDS` words is one phrase; an empty one has the largest value.
    """
    from forensics.core.embeddings.word_kernel import smallest

    result = np.full((words.text_count, PHRASE_DRAWS), _NO_PHRASE, np.uint32)
    smallest(words.places, words.bounds, hashes, _DRAWS, result)
    return result


class HashingEmbedder:
    """Bags of hashed letters of words as unit vectors; needs no weights.

    Args:
        dimensions: length of a vector.
    """

    def __init__(self, dimensions: int = 256) -> None:
        self.dimensions = dimensions
        self.id = f"hashing-1-{dimensions}"

    def encode(self, texts: pl.Series) -> Matrix:
        """Vectors of texts; zeros for a text without a word."""
        return self.encode_words(words_of(texts))

    def encode_words(self, words: Words) -> Matrix:
        """The same for texts that are split already."""
        return unit_rows(summed(words, self.word_vectors(words.distinct)))

    def word_vectors(self, distinct: pl.Series) -> Matrix:
        """For each word the signed counts of its hashed byte runs, scaled so that long words count as short ones."""
        plain = (" " + distinct.str.strip_chars().str.to_lowercase() + " ").to_list()
        encoded = [word.encode("utf-8")[:GRAM_WORD_BYTES] for word in plain]
        lengths = np.array([len(word) for word in encoded], np.int64)
        letters = np.frombuffer(b"".join(encoded), np.uint8)
        bounds = np.concatenate([np.zeros(1, np.int64), lengths.cumsum()])
        runs = Words(pl.Series("byte", [], pl.String), letters.astype(np.int32), bounds)
        values = mixed(np.arange(256, dtype=np.uint64))
        counts = np.zeros(len(encoded) * self.dimensions)
        for length in GRAM_BYTES:
            grams, ends = phrase_hashes(runs, values, length)
            place = np.repeat(np.arange(len(encoded)), np.diff(ends)) * self.dimensions
            place += (grams % np.uint64(self.dimensions)).astype(np.int64)
            signs = np.where((grams >> np.uint64(40)) & np.uint64(1), 1.0, -1.0)
            counts += np.bincount(place, weights=signs, minlength=len(counts))
        return unit_rows(counts.reshape(len(encoded), self.dimensions).astype(np.float32))
