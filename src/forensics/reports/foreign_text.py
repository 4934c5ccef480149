"""Text that others wrote, made fit to be read: one line, no control characters, a bounded length.

An escape sequence rewrites a terminal and a direction mark turns a sentence around; a megabyte hides what follows it.
"""

import polars as pl

NAME_CHARACTERS = 200
"""Names of companies in registers are shorter."""

PATH_CHARACTERS = 1000
"""About twenty owners in a row."""


def readable(text: pl.Expr, characters: int) -> pl.Expr:
    """The text on one line without control and format characters; what is longer ends with an ellipsis that says so."""
    one_line = text.str.head(4 * characters).str.replace_all(r"\s+", " ").str.replace_all(r"\p{C}", "")
    line = one_line.str.strip_chars()
    beginning = line.str.head(characters - 1).str.strip_chars_end()
    return pl.when(line.str.len_chars() > characters).then(beginning + "…").otherwise(line)
