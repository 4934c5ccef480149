"""Cues in a prompt: whether it asks to write reasoning out, or to grade and compare answers."""

import re
import tomllib
from functools import cache
from importlib.resources import files

import polars as pl


def with_text_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what the text shows to exchanges.

    Step by step, since an expression that is named twice is evaluated twice.

    Args:
        frame: with `prompt` (text).

    Returns:
        The frame with reasoning, grading (whether a cue occurs) and prompt_characters (int).
    """
    prompt, lowered = pl.col("prompt"), pl.col("lowered")
    return (
        frame.with_columns(lowered=prompt.str.to_lowercase(), prompt_characters=prompt.str.len_chars().cast(pl.Int64))
        .with_columns(
            reasoning=lowered.str.contains(cue_pattern("reasoning")),
            grading=lowered.str.contains(cue_pattern("grading")),
        )
        .drop("lowered")
    )


@cache
def cue_pattern(name: str) -> str:
    """The phrases of one list of `cues.toml` as one expression."""
    cues = tomllib.loads(files("forensics.core").joinpath("cues.toml").read_text("utf-8"))
    return "|".join(re.escape(phrase) for phrase in cues[name])
