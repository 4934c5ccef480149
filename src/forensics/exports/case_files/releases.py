"""What a finding's accounts did when a model was released, as cells of a table."""

import math
from typing import Any

from forensics.reports.phrases import phrase

Row = dict[str, Any]

NEW_PROMPTS = "release_new_prompts"

MOST_TIMES = 1000.0
"""Odds ratio beyond which a figure only says how few accounts there are."""


def release_cells(row: Row) -> Row:
    """One measure of links.group_tests in words.

    Returns:
        title, value with its 95 percent interval, usual (what it is elsewhere), count, and chance: its q-value, or that
        it only describes.
    """
    reads = _reader(row["measure"])
    bounds = [reads(row[name]) for name in ("low", "high") if row[name] is not None]
    interval = f" ({bounds[0]} to {bounds[1]})" if len(bounds) == 2 else ""
    return {
        "title": phrase("measure", row["measure"]),
        "value": reads(row["value"]) + interval,
        "usual": reads(row["baseline"]),
        "count": row["sample_size"],
        "chance": "describes, tests nothing" if row["q_value"] is None else f"q = {row['q_value']:.2g}",
        "detail": row["detail"] or "",
    }


def _reader(measure: str) -> Any:
    if measure.startswith("release_reaction"):
        return _times
    return (lambda value: f"{value:.0%}") if measure == NEW_PROMPTS else (lambda value: f"{value:.2f}")


def _times(log_odds: float) -> str:
    limit = math.log(MOST_TIMES)
    if abs(log_odds) > limit:
        return f"over {MOST_TIMES:,.0f} times the odds" if log_odds > 0 else f"under 1/{MOST_TIMES:,.0f} of the odds"
    return f"{math.exp(log_odds):.2g} times the odds"
