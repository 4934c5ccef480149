"""A few rows of a table as Markdown that shows attackers' text and never obeys it."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import dagster as dg
import duckdb

from forensics.contracts import Table
from forensics.contracts.sql import duckdb_type, quote, relation
from forensics.home import Home
from forensics.privacy.redaction import READ_CHARACTERS, shown_texts
from forensics.settings import load_settings

MAXIMUM_ROWS = 10
MAXIMUM_CHARACTERS = 200

PROMPT_TEXT = {
    "raw.exchanges": {"prompt", "system_prompt"},
    "raw.quarantine": {"value", "row"},
    "core.templates": {"text"},
    "features.templates": {"text"},
}
"""Columns that hold what callers wrote, as a whole or in part."""

_DEFANGED = ((re.compile(r":(?=//)"), "[:]"), (re.compile(r"(?i)\b(www)\."), r"\1[.]"), (re.compile("@"), "[at]"))
"""Links that a Markdown reader makes by itself, and how security people write them so that nobody can follow them."""

_NAMED_CONTROLS = {"\n": "⏎", "\r": "⏎", "\t": "⇥"}


def preview(connection: duckdb.DuckDBPyConnection, table: Table, day: date | None) -> dg.MarkdownMetadataValue:
    """The first rows of a table, or of one day of it, as a Markdown table.

    Dagster keeps what it is shown: callers' text is redacted, and without the setting show_exemplars no more than its
    length.
    """
    foreign = PROMPT_TEXT.get(table.full_name, set())
    is_hidden = not load_settings(Home.resolve()).show_exemplars
    ordered = table.primary_key if table.stored_as == "native" else []
    names = list(table.columns)
    cut = ", ".join(
        f"{_shown(name, duckdb_type(column), is_foreign=name in foreign, is_hidden=is_hidden)} AS {quote(name)}"
        for name, column in table.columns.items()
    )
    rows: Sequence[Sequence[Any]] = connection.execute(
        f"SELECT {cut} FROM {relation(table)}"
        + ("" if day is None else " WHERE snapshot_date = $day")
        + (f" ORDER BY {', '.join(map(quote, ordered))}" if ordered else "")
        + f" LIMIT {MAXIMUM_ROWS}",
        {} if day is None else {"day": day},
    ).fetchall()
    if foreign and not is_hidden:
        rows = _redacted(names, rows, foreign)
    return dg.MetadataValue.md(markdown_table(names, rows) if rows else "No rows.")


def _shown(name: str, type_: str, *, is_foreign: bool, is_hidden: bool) -> str:
    """A column in SQL: its length only, its beginning, or as it is."""
    if is_foreign and is_hidden:
        return f"'(' || length({quote(name)}) || ' characters)'"
    if type_ != "VARCHAR":
        return quote(name)
    # What is redacted is cut after that: a cut leaves half a number, which nothing finds.
    return f"left({quote(name)}, {READ_CHARACTERS if is_foreign else MAXIMUM_CHARACTERS + 1})"


def _redacted(names: Sequence[str], rows: Sequence[Sequence[Any]], foreign: set[str]) -> list[list[Any]]:
    """Rows with callers' text as case files would quote it."""
    fit = [list(row) for row in rows]
    for place in (number for number, name in enumerate(names) if name in foreign):
        for row, text in zip(fit, shown_texts([row[place] for row in rows], MAXIMUM_CHARACTERS), strict=True):
            row[place] = text
    return fit


def markdown_table(names: Sequence[str], rows: Sequence[Sequence[Any]], most_rows: int = MAXIMUM_ROWS) -> str:
    """Rows as a Markdown table.

    Args:
        names: column names.
        rows: values in the same order; every one is shown as inert text.
        most_rows: rows that are shown at most.
    """
    lines = ["| " + " | ".join(map(inert, names)) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(map(inert, row)) + " |" for row in rows[:most_rows]]
    return "\n".join(lines)


def inert(value: Any, most_characters: int = MAXIMUM_CHARACTERS) -> str:
    """A value as Markdown that reads as itself and means nothing: no markup, link, picture, cell or line end.

    Every character that is not a letter, a digit or a space becomes a numeric entity, which Markdown takes for text
    and never for structure; control and format characters are spelled out; what looks like a link is broken.
    """
    if value is None:
        return ""
    text = value.isoformat(" ") if isinstance(value, datetime) else str(value)
    if isinstance(value, str):
        for pattern, replacement in _DEFANGED:
            text = pattern.sub(replacement, text)
    if len(text) > most_characters:
        text = text[: most_characters - 1] + "…"
    return "".join(map(_inert_character, text))


def _inert_character(character: str) -> str:
    if character in _NAMED_CONTROLS:
        return _NAMED_CONTROLS[character]
    if unicodedata.category(character)[0] in "CZ" and character != " ":
        return f"&#92;u{ord(character):04x}"
    if character == " " or character.isalnum():
        return character
    return f"&#{ord(character)};"
