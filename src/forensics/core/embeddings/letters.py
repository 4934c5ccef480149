"""Which letters a text is written with, as counts: what a comparison of contents must not be about.

Two groups that write in two languages differ in every word. Letter counts show that difference and little of the
content, so a comparison can take out what letters explain. Nothing scores them.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

SPLIT_LEAD = 0xE0
"""First UTF-8 byte that Devanagari, Thai and twenty other scripts share; the second byte tells them apart."""

MOST = 255
"""Counts are kept in a byte."""

_FIRST_SPLIT = 26 + 0xF5 - 0xC2
CLASS_COUNT = _FIRST_SPLIT + 16


def _classes() -> NDArray[np.int64]:
    """Class of a first byte: 26 letters whatever their case, then every first byte of a longer character.

    Every other byte has the class past the last, which is dropped.
    """
    classes = np.full(256, CLASS_COUNT, np.int64)
    for place in range(26):
        classes[[ord("a") + place, ord("A") + place]] = place
    classes[0xC2:0xF5] = 26 + np.arange(0xF5 - 0xC2)
    return classes


_CLASS = _classes()


def letter_counts(texts: pl.Series) -> NDArray[np.uint8]:
    """Counts of letter classes in texts.

    Args:
        texts: text, never null.

    Returns:
        One row a text with `CLASS_COUNT` counts, each at most `MOST`.
    """
    encoded = [text.encode("utf-8") for text in texts.to_list()]
    letters = np.frombuffer(b"".join(encoded), np.uint8)
    row = np.repeat(np.arange(len(encoded)) * (CLASS_COUNT + 1), [len(text) for text in encoded])
    found = _CLASS[letters]
    split = np.flatnonzero(letters[:-1] == SPLIT_LEAD)
    found[split] = _FIRST_SPLIT + (letters[split + 1].astype(np.int64) - 0xA0 >> 1) % 16
    counts = np.bincount(row + found, minlength=len(encoded) * (CLASS_COUNT + 1)).reshape(len(encoded), -1)
    return np.minimum(counts[:, :CLASS_COUNT], MOST).astype(np.uint8)
