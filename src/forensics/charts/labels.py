"""Strangers' text in a chart: escaped, without characters that turn, hide or break text, cut to a width."""

import unicodedata
from xml.sax.saxutils import escape


def safe(text: str) -> str:
    """Escaped, without characters that XML does not know or that turn or hide text."""
    return escape(visible(text))


def visible(text: str) -> str:
    """The text without control, format, private and unassigned characters."""
    return "".join(one for one in text if unicodedata.category(one)[0] != "C")


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
