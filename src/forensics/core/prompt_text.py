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

UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U0003ffff]"
"""Kana, Han, Thai, Lao, Burmese and Khmer. Not Hangul: Korean has spaces, and a template cut at twenty characters would
be half as long as another language's and as much more often shared by chance."""

MASKS = (
    (r"```[\s\S]*?(?:```|$)", " {code} "),
    (r"https?://\S+|www\.\S+", " {link} "),
    (r"\b[0-9a-f]{8}(?:-?[0-9a-f]{4,}){1,}\b", " {hash} "),
    (r"\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|«[^»\n]{1,300}»|「[^」\n]{1,300}」", " {quote} "),
    (r"[-+]?\d+(?:[.,:/]\d+)*%?", " {number} "),
    (r"\s+", " "),
)
"""Expressions and their slots in the order in which they are applied."""

FIRST_WORDS = rf"^((?:\S+ ){{0,{SKELETON_WORDS - 1}}}\S+)"
LAST_WORDS = rf"((?:\S+ ){{0,{SKELETON_WORDS - 1}}}\S+)$"
"""The words of a head and of a tail; no match, hence null, where there is no word."""


def with_text_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Add what the text shows to exchanges.

    Step by step, since an expression that is named twice is evaluated twice.

    Args:
        frame: with `prompt` and `system_prompt` (both text, the latter may be null).

    Returns:
        The frame with head, tail, system (skeleton text or null), reasoning, grading (whether a cue occurs) and
        prompt_characters (int).
    """
    prompt = pl.col("prompt")
    lowered, head, tail = pl.col("lowered"), pl.col("head"), pl.col("tail")
    return (
        frame.with_columns(lowered=prompt.str.to_lowercase(), prompt_characters=prompt.str.len_chars().cast(pl.Int64))
        .with_columns(
            head=_masked(prompt.str.head(HEAD_CHARACTERS)),
            tail=pl.when(pl.col("prompt_characters") > LONG_PROMPT_CHARACTERS).then(
                _masked(prompt.str.tail(HEAD_CHARACTERS))
            ),
            system=_masked(pl.col("system_prompt").str.head(SYSTEM_CHARACTERS)),
            reasoning=lowered.str.contains(cue_pattern("reasoning")),
            grading=lowered.str.contains(cue_pattern("grading")),
        )
        .with_columns(head=head.str.extract(FIRST_WORDS), tail=tail.str.extract(LAST_WORDS))
        .with_columns(
            head=pl.when(_is_unspaced(head)).then(head.str.head(UNSPACED_CHARACTERS)).otherwise(head),
            tail=pl.when(_is_unspaced(tail)).then(tail.str.tail(UNSPACED_CHARACTERS)).otherwise(tail),
        )
        .drop("lowered")
    )


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


def _is_unspaced(words: pl.Expr) -> pl.Expr:
    return words.str.count_matches(UNSPACED) >= UNSPACED_CHARACTERS
