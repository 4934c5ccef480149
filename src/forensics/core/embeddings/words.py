"""Texts as rows over a table of their distinct words, so that what a word costs is paid once and not once a text.

Words recur: a hundred thousand prompts hold a few tens of thousands of distinct ones. An embedder that adds up its
words needs each distinct word's vector once; adding them up is then one sparse product. This is what makes an embedding
affordable for millions of prompts.

A word is a run of letters, one digit or a run of signs, each with the white space before it; in scripts that write no
spaces it is one character.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.text_buffers import buffers, texts_of

HEAD_CHARACTERS = 160
TAIL_CHARACTERS = 160
"""Parts of a prompt that are embedded: instructions stand first or last, and pasted documents must cost nothing."""

UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff"
"""Thai, Lao, Burmese, Khmer, kana and Han with their punctuation."""

WORD = rf"[{UNSPACED}]|\s?[^\s\d\pP\pS{UNSPACED}]+|\s?\d|\s?[\pP\pS]+"

TABLE_POINTS = 0x20000
"""Characters beyond the first two planes are letters, or Han."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Words:
    """Texts as sequences of distinct words.

    Attributes:
        distinct: the distinct words, in order of first appearance; one that follows white space starts with it.
        places: for each word of each text in order, its place in `distinct`.
        bounds: text i has the words `places[bounds[i]:bounds[i + 1]]`.
    """

    distinct: pl.Series
    places: NDArray[np.int32]
    bounds: NDArray[np.int64]

    @property
    def text_count(self) -> int:
        """How many texts there are."""
        return len(self.bounds) - 1


def excerpt(prompts: pl.Series) -> pl.Series:
    """The part of each prompt that is embedded: all of a short one, head and tail of a long one.

    Args:
        prompts: text; null reads as empty.

    Returns:
        Text of at most `HEAD_CHARACTERS + TAIL_CHARACTERS + 1` characters, never null.
    """
    prompt, most = pl.col("prompt"), HEAD_CHARACTERS + TAIL_CHARACTERS
    # Bytes are counted for nothing and are never fewer than characters.
    is_long = (prompt.str.len_bytes() > most) & (prompt.str.len_chars() > most)
    cut = pl.concat_str(prompt.str.head(HEAD_CHARACTERS), pl.lit(" "), prompt.str.tail(TAIL_CHARACTERS))
    frame = prompts.cast(pl.String).fill_null("").alias("prompt").to_frame()
    return frame.select(pl.when(is_long).then(cut).otherwise(prompt).alias("prompt")).to_series()


def words_of(texts: pl.Series, pattern: str = WORD) -> Words:
    """Split texts into words; null reads as empty.

    Args:
        texts: text.
        pattern: regular expression of a word; the usual one is compiled, and takes a sixth of the time.
    """
    spaced = " " + texts.cast(pl.String).fill_null("")
    if pattern == WORD:
        from forensics.core.embeddings.word_kernel import joined, split

        data, offsets = buffers(spaced)
        places, bounds, starts, stops = split(data, offsets, kinds_of_characters())
        return Words(texts_of(*joined(data, starts, stops)), places, bounds)
    lists = spaced.str.extract_all(pattern)
    bounds = np.concatenate([np.zeros(1, np.int64), lists.list.len().to_numpy().astype(np.int64).cumsum()])
    # Arrow's dictionary is local and in order of appearance; a categorical would fill a process-wide cache.
    coded = lists.explode(empty_as_null=False, keep_nulls=False).to_arrow().dictionary_encode()
    return Words(
        pl.Series("word", coded.dictionary.to_pylist(), dtype=pl.String),
        np.asarray(coded.indices, dtype=np.int32),
        bounds,
    )


@lru_cache(maxsize=1)
def kinds_of_characters() -> NDArray[np.uint8]:
    """What the regular expressions' own version of Unicode says of each character of the first two planes."""
    from forensics.core.embeddings.word_kernel import DIGIT, SIGN, SPACE
    from forensics.core.embeddings.word_kernel import UNSPACED as ALONE

    points = [point for point in range(TABLE_POINTS) if not 0xD800 <= point < 0xE000]
    characters = pl.Series([chr(point) for point in points])
    found = np.zeros(TABLE_POINTS, dtype=np.uint8)
    for kind, expression in ((ALONE, f"[{UNSPACED}]"), (SPACE, r"\s"), (DIGIT, r"\d"), (SIGN, r"[\pP\pS]")):
        found[points] |= characters.str.contains(expression).to_numpy() * kind
    return found


def summed(words: Words, vectors: Matrix) -> Matrix:
    """For each text the sum of its words' vectors, added in the order of the words.

    Args:
        words: the texts.
        vectors: one row a distinct word.

    Returns:
        One row a text.
    """
    from scipy.sparse import csr_matrix

    if not len(vectors):
        return np.zeros((words.text_count, vectors.shape[1]), np.float32)
    ones = np.ones(len(words.places), np.float32)
    counted = csr_matrix((ones, words.places, words.bounds), shape=(words.text_count, len(vectors)))
    product: Matrix = counted @ vectors
    return product


def unit_rows(vectors: Matrix) -> Matrix:
    """Rows scaled to length one; a row of zeros stays zero."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    scaled: Matrix = (vectors / np.where(lengths > 0, lengths, 1.0)[:, None]).astype(np.float32)
    return scaled
