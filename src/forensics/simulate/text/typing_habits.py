"""How people type: slips of the keyboard, no capitals, abbreviations, in the way of each person."""

import numpy as np
import polars as pl

from forensics.simulate.randomness import Keys, mix, unit

SLIPS = (
    ("the ", "teh "), ("and ", "adn "), ("because", "becuase"), ("with ", "wiht "), ("which", "wich"),
    (" their ", " thier "), ("should", "shoud"), (" you ", " u "), ("please", "pls"), ("What", "Wat"),
    ("about", "abuot"), ("from", "form"), ("nicht", "nciht"), ("und ", "udn "), ("que ", "q "), ("para ", "pra "),
)  # fmt: skip
"""Words and how they come out when typed in a hurry."""

HURRIED_SHARE = 0.3
"""Share of people who make slips at all; a text of theirs has one in three cases of each word they trip over."""

LOWER_SHARE = 0.15
"""Share of people who write without capitals."""


def add_habits(texts: pl.Series, voices: Keys, keys: Keys) -> pl.Series:
    """Type texts the way their writers do.

    Args:
        texts: clean texts.
        voices: key of the writer; 0 for a machine, which makes no slips.
        keys: key of the text.

    Returns:
        The texts as typed.
    """
    human = voices != 0
    hurried = human & (unit(mix(voices, 1)) < HURRIED_SHARE)
    lower = human & (unit(mix(voices, 2)) < LOWER_SHARE)
    frame = pl.DataFrame({"text": texts, "hurried": hurried, "lower": lower})
    rows = np.flatnonzero(hurried)
    if len(rows):
        typed = _slip(texts.gather(rows), voices[rows], keys[rows])
        frame = frame.with_columns(text=texts.scatter(rows, typed))
    return frame.select(
        pl.when("lower").then(pl.col("text").str.to_lowercase()).otherwise("text").alias("text")
    ).to_series()


def _slip(texts: pl.Series, voices: Keys, keys: Keys) -> pl.Series:
    """Replace the words each writer trips over, each once a text."""
    for number, (word, slip) in enumerate(SLIPS):
        trips = unit(mix(voices, 10 + number)) < 0.35
        rows = np.flatnonzero(trips & (unit(mix(keys, 40 + number)) < 0.33))
        if len(rows):
            texts = texts.scatter(rows, texts.gather(rows).str.replace(word, slip, literal=True))
    return texts
