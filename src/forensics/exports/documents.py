"""Text in files of other formats and on screens: foreign text on one line, bounded, without characters that a reader
obeys or XML forbids; numbers of things in words that agree."""

import re

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]"
)
"""Control characters, marks that hide or turn text, lone surrogates, and what XML 1.0 does not know."""


def plain(text: str, characters: int) -> str:
    """Text on one line; where it is longer than a number of characters, it ends with an ellipsis that says so."""
    read = text[: 4 * characters]
    line = " ".join(FORBIDDEN.sub("", read).split())
    if len(line) <= characters and len(read) == len(text):
        return line
    return line[: characters - 1].rstrip() + "…"


def counted(number: int, thing: str) -> str:
    """A number of things, such as 1 finding and 2 findings.

    Args:
        number: how many.
        thing: one of them.
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
