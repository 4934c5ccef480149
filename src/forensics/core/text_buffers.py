"""Texts as the kernels read them: one block of bytes and the places where texts begin."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def buffers(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """UTF-8 of all texts, and where each begins, with the end as one more place; null reads as empty."""
    array = texts.fill_null("").rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, places, data = array.buffers()
    offsets = np.frombuffer(places, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data if data is not None and data.size else b"\0", dtype=np.uint8), offsets


def words_buffers(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The same of texts as their words are compared: lower case, as a reader sees them, JSON as the text in it."""
    from forensics.core.plain_texts import rewritten, rows_to_rewrite

    data, offsets = buffers(texts)
    is_ascii = texts.str.len_bytes() == texts.str.len_chars()
    rows = np.flatnonzero(rows_to_rewrite(data, offsets, is_ascii.fill_null(True).to_numpy()))
    lower = texts.str.to_lowercase()
    if len(rows):
        seen = texts_of(*rewritten(*buffers(texts.gather(rows))))
        lower = lower.scatter(rows, seen.str.to_lowercase())
    return buffers(lower)


def texts_of(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> pl.Series:
    """The reverse of `buffers`."""
    import pyarrow as pa

    array = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    return pl.Series("text", pl.from_arrow(array), dtype=pl.String)
