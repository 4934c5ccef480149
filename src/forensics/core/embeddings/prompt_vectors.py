"""A prompt's stored vector: what it is about beside how it is phrased, in a byte a number.

Two views stand side by side, the embedder's (topic) and hashed pairs of words (form). The default embedder knows
English best: texts of another language all look alike to it, so how *varied* prompts are must be read from their form.
Bytes instead of floats, because a sum of whole numbers is exact whatever the order, and millions of vectors are kept.
"""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.embeddings.hashing import FORM_DIMENSIONS, form_vectors, smallest_phrases, word_hashes
from forensics.core.embeddings.protocol import Embedder, WordEmbedder
from forensics.core.embeddings.words import HEAD_CHARACTERS, TAIL_CHARACTERS, Matrix, unit_rows, words_of

STEPS = 16.0
"""Steps of a byte for a number of typical size, 1/√dimensions: an error of 2 %, and eight times that size fits."""

FORM_WEIGHT = 0.4
"""Part of the squared length that the form has when both views are compared at once."""

ROWS_IN_CACHE = 1_024
"""Vectors that are worked on together where each is by itself, two megabytes at most: what lies in the processor's
cache costs half."""

Bytes = NDArray[np.int8]


class PromptVectors:
    """Makes and reads stored vectors.

    Args:
        embedder: what says the topic.

    Attributes:
        id: the embedder's, and how text and form were treated: vectors of two ids are never compared.
        dimensions: bytes of a vector.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.dimensions = embedder.dimensions + FORM_DIMENSIONS
        self.id = f"{embedder.id}+form-{FORM_DIMENSIONS}+text-{HEAD_CHARACTERS}-{TAIL_CHARACTERS}"

    def encode(self, texts: pl.Series) -> tuple[Bytes, NDArray[np.uint32]]:
        """Stored vectors of texts, and their smallest phrases.

        Args:
            texts: excerpts of prompts.

        Returns:
            One row a text: bytes (topic, then form), and `PHRASE_DRAWS` hashes.
        """
        words = words_of(texts)
        embedder = self._embedder
        topic = embedder.encode_words(words) if isinstance(embedder, WordEmbedder) else embedder.encode(texts)
        hashes = word_hashes(words.distinct)
        stored = np.hstack([_as_bytes(topic), _as_bytes(form_vectors(words, hashes))])
        return stored, smallest_phrases(words, hashes)


def topics(stored: Bytes) -> Matrix:
    """The topic part of stored vectors, as unit vectors."""
    return _in_parts(stored[:, :-FORM_DIMENSIONS], _unit)


def forms(stored: Bytes) -> Matrix:
    """The form part of stored vectors, as unit vectors."""
    return _in_parts(stored[:, -FORM_DIMENSIONS:], _unit)


def both_views(stored: Bytes) -> Matrix:
    """Topic and form side by side, as unit vectors."""
    return _in_parts(stored, _side_by_side)


def _in_parts(stored: Bytes, read: Callable[[Bytes], Matrix]) -> Matrix:
    """What is read of each vector by itself, of so many vectors at a time as lie in the processor's cache."""
    found = np.empty(stored.shape, np.float32)
    for first in range(0, len(stored), ROWS_IN_CACHE):
        found[first : first + ROWS_IN_CACHE] = read(stored[first : first + ROWS_IN_CACHE])
    return found


def _unit(stored: Bytes) -> Matrix:
    return unit_rows(stored.astype(np.float32))


def _side_by_side(stored: Bytes) -> Matrix:
    topic, form = _unit(stored[:, :-FORM_DIMENSIONS]), _unit(stored[:, -FORM_DIMENSIONS:])
    return unit_rows(np.hstack([np.sqrt(1 - FORM_WEIGHT) * topic, np.sqrt(FORM_WEIGHT) * form]))


def _as_bytes(vectors: Matrix) -> Bytes:
    from forensics.core.embeddings.word_kernel import rounded

    stored: Bytes = rounded(vectors, STEPS * float(np.sqrt(vectors.shape[1])))
    return stored
