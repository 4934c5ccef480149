"""A small grammar language: sentences with slots, compiled once, written by whole columns.

A pattern is a text with slots in braces. `{word}` is filled from the table `word` by the call's fill key: the
variable part of a prompt. `{!word}` is filled by its frame key: the fixed part, the same for all prompts of a
template. `{~word}` is filled by the topic key, which a person keeps for a while. `{12-99}` is a whole number.
Each slot mixes its position into the key, so two slots of one pattern are independent of each other, except that
`{word=}` repeats the pattern's first `{word}`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.randomness import Keys, choose, mix

ITEM_MARK = "<item>"
"""Stands in a wrapper for the item that it wraps."""

_SLOT = re.compile(r"\{([!~]?)([a-z_0-9]+|\d+-\d+)(=?)\}")
_SALTS = {"": 101, "!": 211, "~": 307}

VARIANTS = 4
"""How many ways one phrase of a template is exchanged in its variations."""


@dataclass(frozen=True)
class Slot:
    """A gap in a pattern: which key fills it, from which table, and the number that sets it apart."""

    source: str
    table: str
    salt: int


@dataclass(frozen=True)
class Pattern:
    """A compiled text: literal pieces and slots in order."""

    parts: tuple[str | Slot, ...]

    @property
    def frame_slots(self) -> int:
        """Number of slots that belong to the fixed part."""
        return sum(isinstance(part, Slot) and part.source == "!" for part in self.parts)


@dataclass(frozen=True)
class TextKeys:
    """Keys of the texts to write, one row a text.

    Attributes:
        frame, fill, topic: keys of the three kinds of slot.
        variation: 0, or a key that exchanges one phrase of the frame.
    """

    frame: Keys
    fill: Keys
    topic: Keys
    variation: Keys

    def take(self, rows: NDArray[np.int64]) -> "TextKeys":
        """Return the keys of these rows."""
        return TextKeys(self.frame[rows], self.fill[rows], self.topic[rows], self.variation[rows])


def compile_pattern(text: str) -> Pattern:
    """Split a pattern into literal pieces and slots."""
    parts: list[str | Slot] = []
    end = 0
    for match in _SLOT.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        salt = _SALTS[match[1]] + len(parts)
        if match[3]:
            salt = next(part.salt for part in parts if isinstance(part, Slot) and part.table == match[2])
        parts.append(Slot(match[1], match[2], salt))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    return Pattern(tuple(parts))


class Grammar:
    """Patterns by family and language, with the tables their slots name.

    Args:
        tables: options by table and language; a language without a table of its own uses English.
        families: patterns by family and language.
        stand_ins: family that takes the place of one a language does not have, before English does.
    """

    def __init__(
        self,
        tables: Mapping[tuple[str, str], Sequence[str]],
        families: Mapping[tuple[str, str], Sequence[str]],
        stand_ins: Mapping[str, str] | None = None,
    ) -> None:
        self._stand_ins = stand_ins or {}
        self._tables = {key: pl.Series(list(options)) for key, options in tables.items()}
        self.patterns: list[tuple[str, Pattern]] = []
        self._places: dict[tuple[str, str], tuple[int, int]] = {}
        for (family, language), texts in families.items():
            self._places[family, language] = (len(self.patterns), len(texts))
            self.patterns += [(language, compile_pattern(text)) for text in texts]

    def has(self, family: str, language: str) -> bool:
        """Whether a family is written in a language."""
        return (family, language) in self._places

    def table(self, name: str, language: str) -> pl.Series:
        """Return a table's options in a language, or in English where the language has none."""
        return self._tables[(name, language) if (name, language) in self._tables else (name, "en")]

    def choose_patterns(self, family: str, language: str, keys: Keys) -> NDArray[np.int64]:
        """Choose a pattern of a family for each key; a related family or English stands in for a missing one."""
        place = (
            self._places.get((family, language))
            or self._places.get((self._stand_ins.get(family, family), language))
            or self._places[family, "en"]
        )
        return place[0] + choose(mix(keys, 17), place[1])

    def _fill(self, name: str, language: str, keys: Keys) -> pl.Series:
        """Fill one slot of many rows: from its table, or with a number where the slot names a range."""
        if "-" in name and (name, "en") not in self._tables:
            low, high = (int(bound) for bound in name.split("-"))
            return pl.Series(low + choose(keys, high - low + 1)).cast(pl.String)
        table = self.table(name, language)
        return table.gather(choose(keys, len(table)))

    def write(self, patterns: NDArray[np.int64], keys: TextKeys) -> pl.Series:
        """Write one text a row.

        Args:
            patterns: position of each row's pattern.
            keys: the rows' keys.

        Returns:
            Texts in the order of the rows.
        """
        if len(patterns) == 0:
            return pl.Series("text", [], dtype=pl.String)
        order = np.argsort(patterns, kind="stable")
        numbers, starts = np.unique(patterns[order], return_index=True)
        bounds = np.append(starts, len(order))
        pieces = [
            self._write_pattern(int(number), keys.take(order[bounds[i] : bounds[i + 1]]))
            for i, number in enumerate(numbers)
        ]
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        return pl.concat(pieces).gather(back)

    def _write_pattern(self, number: int, keys: TextKeys) -> pl.Series:
        language, pattern = self.patterns[number]
        frame_slots = max(pattern.frame_slots, 1)
        columns: list[pl.Series | pl.Expr] = []
        seen = 0
        for position, part in enumerate(pattern.parts):
            if isinstance(part, str):
                columns.append(pl.lit(part))
                continue
            source = {"": keys.fill, "!": keys.frame, "~": keys.topic}[part.source]
            if part.source == "!":
                here = (keys.variation > 0) & (keys.variation % np.uint64(frame_slots) == seen)
                other = mix(source + keys.variation // np.uint64(frame_slots) % np.uint64(VARIANTS), 19)
                source = np.where(here, other, source)
                seen += 1
            words = self._fill(part.table, language, mix(source, part.salt))
            columns.append(words.alias(f"p{position}"))
        series = [column for column in columns if isinstance(column, pl.Series)]
        if not series:
            return (
                pl.select(pl.lit("".join(str(p) for p in pattern.parts)).repeat_by(len(keys.fill)).explode())
                .to_series()
                .alias("text")
            )
        expressions = [pl.col(c.name) if isinstance(c, pl.Series) else c for c in columns]
        return pl.DataFrame(series).select(pl.concat_str(expressions).alias("text")).to_series()
