"""Strangers' text in a chart: escaped, without characters that turn, hide or break text, cut to a width."""

import unicodedata
from xml.sax.saxutils import escape

MOST_MARKS = 2
"""Combining marks on one letter: languages need no more, and towers of them cover other lines."""


def safe(text: str) -> str:
    """Escaped, without characters that XML does not know or that turn or hide text."""
    return escape(visible(text))


def visible(text: str) -> str:
    """The text on one line, without control, format, private and unassigned characters and towers of marks."""
    if not text.isprintable():
        text = "".join(one if one.isprintable() else " " * one.isspace() for one in text)
    return text if text.isascii() else _without_towers(text)


def _without_towers(text: str) -> str:
    kept, marks = [], 0
    for one in text:
        marks = marks + 1 if unicodedata.combining(one) else 0
        if marks <= MOST_MARKS:
            kept.append(one)
    return "".join(kept)


def fitted(text: str, width: int) -> str:
    """A text cut to a number of letters; wide characters count twice."""
    used = 0
    kept: list[str] = []
    for one in visible(text[: 20 * width]):
        used += 2 if unicodedata.east_asian_width(one) in "WF" else 0 if unicodedata.combining(one) else 1
        if used > width or len(kept) > 2 * width:
            return "".join(kept).rstrip() + "…"
        kept.append(one)
    return "".join(kept)
