"""Text for terminals: attackers' characters are spelled out before a terminal could obey them."""

import json
import sys
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click

from forensics.chances import TOLD_APART

READABLE_WIDTH = 16
"""Characters of a column below which longer values come apart letter by letter."""

WIDTH_OFF_TERMINAL = 200
"""Columns of a table that goes into a file or a pipe, where nothing says how wide it may be."""


def inert(value: Any, *, keep_lines: bool = False) -> str:
    """A value as text that no terminal obeys.

    Control characters (among them the escape that starts a terminal command), characters that reverse or hide text,
    and lone surrogates are shown as `\\x1b`, `\\u202e` and so on.

    Args:
        value: anything.
        keep_lines: whether line ends stay.
    """
    text = "" if value is None else value.isoformat(" ") if isinstance(value, datetime) else str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if (keep_lines and character == "\n") else _spelled_out(character) for character in text)


def _spelled_out(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp"):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def print_table(names: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str | None = None) -> None:
    """Rows as a table on stdout, or one below the other where the columns do not fit beside each other.

    Every cell is plain text, whatever markup it holds.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else WIDTH_OFF_TERMINAL, highlight=False)
    shown = [[Text(_shown(value)) for value in row] for row in rows]
    widths = [max(cell.cell_len for cell in column) for column in zip([*map(Text, names)], *shown, strict=True)]
    if rows and sum(min(width, READABLE_WIDTH) + len("   ") for width in widths) > console.width:
        _print_below(console, names, shown, title)
        return
    table = Table(box=SIMPLE_HEAD, title=Text(title) if title else None, title_justify="left", pad_edge=False)
    numeric = [all(isinstance(row[number], int | float | None) for row in rows) for number in range(len(names))]
    for name, right in zip(names, numeric, strict=True):
        table.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for row in shown:
        table.add_row(*row)
    console.print(table)


def _print_below(console: Any, names: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None) -> None:
    """Each row as a block of lines, a name and its value each."""
    from rich.table import Table
    from rich.text import Text

    if title:
        console.print(Text(title))
    for number, row in enumerate(rows, start=1):
        console.print(Text(f"row {number:,} of {len(rows):,}"))
        block = Table.grid(padding=(0, 2))
        block.add_column(overflow="fold")
        block.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            block.add_row(Text(f"  {name}"), value)
        console.print(block)


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float) and 0 < value < TOLD_APART:
        return f"< {TOLD_APART:g}"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return inert(value)


def print_json(value: Any) -> None:
    """A value as JSON on stdout, ASCII only, so that no character in it reaches a terminal as itself."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True, default=_as_json, allow_nan=False))


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
