"""Prompts as one run of bytes: the form in which cues, structure and n-grams read them all at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

HEAD_CHARACTERS = 900
TAIL_CHARACTERS = 500
"""What is read of a prompt: instructions stand at its beginning or its end, and a book costs no more than a page."""


@dataclass(frozen=True)
class Excerpts:
    """The read part of prompts, in lower case.

    Attributes:
        text: the excerpts, each beginning and ending with a line break, so that every line has one before it.
        characters: length of each whole prompt.
        data: their UTF-8 bytes, one after the other.
        starts: where each begins in `data`, and the end of the last: rows + 1 places.
    """

    text: pl.Series
    characters: NDArray[np.int64]
    data: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.text)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of each byte."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


def excerpts_of(prompts: pl.Series) -> Excerpts:
    """Take the beginning and the end of each prompt.

    Args:
        prompts: text; null reads as empty.

    Returns:
        The excerpts in the order of the prompts.
    """
    frame = pl.DataFrame({"prompt": prompts.fill_null("")}).with_columns(
        characters=pl.col("prompt").str.len_chars().cast(pl.Int64)
    )
    prompt = pl.col("prompt")
    cut = pl.concat_str(prompt.str.head(HEAD_CHARACTERS), pl.lit("\n"), prompt.str.tail(TAIL_CHARACTERS))
    text = frame.select(
        text=pl.when(pl.col("characters") > HEAD_CHARACTERS + TAIL_CHARACTERS).then(cut).otherwise(prompt)
    )["text"]
    text = ("\n" + text.str.to_lowercase() + "\n").rename("text")
    lengths = text.str.len_bytes().to_numpy().astype(np.int64)
    joined = text.str.join("").item() if len(text) else ""
    return Excerpts(
        text=text,
        characters=frame["characters"].to_numpy().astype(np.int64),
        data=np.frombuffer(joined.encode("utf-8"), dtype=np.uint8),
        starts=np.concatenate([[0], lengths.cumsum()]).astype(np.int64),
    )
