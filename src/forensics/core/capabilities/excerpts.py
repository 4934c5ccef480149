"""Prompts as one run of bytes: the form in which cues, structure and n-grams read them all at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.text_buffers import buffers

HEAD_CHARACTERS = 900
TAIL_CHARACTERS = 500
"""What is read of a prompt: instructions stand at its beginning or its end, and a book costs no more than a page."""

EDGES = (160, 400)
"""Bytes at the beginning and at the end of a prompt that are also read by themselves, since a long item drowns the two
sentences that say what to do with it. Two reaches found more demands in other people's words than one."""

WINDOWS = 2 * len(EDGES)
"""Beginnings of a prompt, short and long, then its ends."""


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
    texts = prompts.fill_null("").alias("text")
    characters = texts.str.len_chars().cast(pl.Int64)
    prompt = pl.col("text")
    cut = pl.concat_str(prompt.str.head(HEAD_CHARACTERS), pl.lit("\n"), prompt.str.tail(TAIL_CHARACTERS))
    is_long = characters > HEAD_CHARACTERS + TAIL_CHARACTERS
    if is_long.any():
        texts = texts.scatter(is_long.arg_true(), texts.filter(is_long).to_frame().select(cut).to_series())
    text = ("\n" + texts.str.to_lowercase() + "\n").rename("text")
    data, starts = buffers(text)
    return Excerpts(text=text, characters=characters.to_numpy(), data=data[: starts[-1]], starts=starts)
