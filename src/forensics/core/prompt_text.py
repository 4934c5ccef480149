"""The one pass over prompt text: which template a prompt follows, what it asks for, how long it is.

A prompt's *skeleton* is its text in lower case with what varies masked: code, quotes, links, hashes and numbers. The
first and the last words of the skeleton, and the system prompt's, name three templates. Prompts of one template share
the id whatever their items are; two people who phrase one question alike share it too, which is why only rarity over
unrelated payers means anything.

Known drawbacks: a slot filled with plain words in the first twelve words hides the head template, and a fixed text in
the middle only is not seen.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

import polars as pl

SKELETON_WORDS = 12
"""Words of a head or tail template: enough to be rare by chance, few enough to end before the item starts."""

UNSPACED_CHARACTERS = 20
"""The same in scripts that write no spaces, in characters."""

HEAD_CHARACTERS = 320
"""Prefix, and suffix, that is masked: twelve words with long slots fit."""

LONG_PROMPT_CHARACTERS = 240
"""A prompt must be longer than this to have a tail template that is not its head again."""

SYSTEM_CHARACTERS = 1000
"""Prefix of a system prompt that names it."""

UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\uac00-\ud7af]"
MASKS = (
    (r"```[\s\S]*?(?:```|$)", " {code} "),
    (r"https?://\S+|www\.\S+", " {link} "),
    (r"\b[0-9a-f]{8}(?:-?[0-9a-f]{4,}){1,}\b", " {hash} "),
    (r"\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|«[^»\n]{1,300}»|「[^」\n]{1,300}」", " {quote} "),
    (r"[-+]?\d+(?:[.,:/]\d+)*%?", " {number} "),
    (r"\s+", " "),
)
"""Expressions and their slots in the order in which they are applied."""


def text_columns() -> list[pl.Expr]:
    """Expressions over `prompt` and `system_prompt` (both text, the latter may be null).

    Returns:
        head, tail, system: skeleton text or null; reasoning, grading: whether a cue occurs; prompt_characters: int.
    """
    prompt = pl.col("prompt")
    lowered = prompt.str.to_lowercase()
    is_long = prompt.str.len_chars() > LONG_PROMPT_CHARACTERS
    return [
        _first_words(_masked(prompt.str.head(HEAD_CHARACTERS))).alias("head"),
        pl.when(is_long).then(_last_words(_masked(prompt.str.tail(HEAD_CHARACTERS)))).alias("tail"),
        _masked(pl.col("system_prompt").str.head(SYSTEM_CHARACTERS)).alias("system"),
        lowered.str.contains(cue_pattern("reasoning")).alias("reasoning"),
        lowered.str.contains(cue_pattern("grading")).alias("grading"),
        prompt.str.len_chars().cast(pl.Int64).alias("prompt_characters"),
    ]


@cache
def cue_pattern(name: str) -> str:
    """The phrases of one list of `cues.toml` as one expression."""
    cues = tomllib.loads(files("forensics.core").joinpath("cues.toml").read_text("utf-8"))
    return "|".join(re.escape(phrase) for phrase in cues[name])


def _masked(text: pl.Expr) -> pl.Expr:
    skeleton = text.str.to_lowercase()
    for expression, slot in MASKS:
        skeleton = skeleton.str.replace_all(expression, slot)
    return skeleton.str.strip_chars()


def _first_words(skeleton: pl.Expr) -> pl.Expr:
    words = skeleton.str.extract(rf"^((?:\S+ ){{0,{SKELETON_WORDS - 1}}}\S+)")
    return _non_empty(pl.when(_is_unspaced(words)).then(words.str.head(UNSPACED_CHARACTERS)).otherwise(words))


def _last_words(skeleton: pl.Expr) -> pl.Expr:
    words = skeleton.str.extract(rf"((?:\S+ ){{0,{SKELETON_WORDS - 1}}}\S+)$")
    return _non_empty(pl.when(_is_unspaced(words)).then(words.str.tail(UNSPACED_CHARACTERS)).otherwise(words))


def _is_unspaced(words: pl.Expr) -> pl.Expr:
    return words.str.count_matches(UNSPACED) >= UNSPACED_CHARACTERS


def _non_empty(words: pl.Expr) -> pl.Expr:
    return pl.when(words.str.len_chars() > 0).then(words)
