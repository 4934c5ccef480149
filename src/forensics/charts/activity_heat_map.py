"""When the accounts of a finding are active: one row an account, one column an hour or a few, darker for more.

Each row is scaled to its own busiest cell, so that a small account that moves with a large one shows the same pattern.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from forensics.charts.labels import fitted, safe

MOST_ROWS = 40
MOST_COLUMNS = 168
"""A week of hours; longer windows get wider columns."""

CELL_WIDTH = 5
CELL_HEIGHT = 13
LEFT = 190
TOP = 40
BOTTOM = 34
NAME_LETTERS = 25
LEVELS = (0.0, 0.125, 0.35, 0.65)
"""Share of a row's busiest cell above which a cell is as dark as its level: about the same count in each."""

STYLE = """
.heat-map{--ink:#1f2933;--soft:#52606d;--frame:#9aa5b1;--one:#b9d4f5;--two:#79aee8;--three:#2f73c4;--four:#0b2f66;
font-family:system-ui,sans-serif;font-size:11px}
@media screen and (prefers-color-scheme:dark){
.heat-map{--ink:#e4e7eb;--soft:#a7b3bf;--frame:#616e7c;--one:#23456f;--two:#3a72b5;
--three:#7fb2ee;--four:#e6f1ff}}
@media print{.heat-map{--ink:#000;--soft:#333;--frame:#9aa5b1;
--one:#b9d4f5;--two:#79aee8;--three:#2f73c4;--four:#0b2f66}}
.heat-map text{fill:var(--ink)}
.heat-map .soft{fill:var(--soft)}
.heat-map .end{text-anchor:end}
.heat-map .frame{fill:none;stroke:var(--frame)}
.heat-map .day{stroke:var(--frame);stroke-width:1}
.heat-map .one{fill:var(--one)}
.heat-map .two{fill:var(--two)}
.heat-map .three{fill:var(--three)}
.heat-map .four{fill:var(--four)}
"""
NAMES = ("one", "two", "three", "four")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Activity:
    """Exchanges by account and time.

    Attributes:
        first: beginning of the first column, midnight UTC.
        hours: hours a column covers; 24 is a multiple of it.
        columns: how many.
        rows: name of each account and its exchanges by column number.
        account_count: accounts of the finding; those without a row are not drawn.
    """

    first: datetime
    hours: int
    columns: int
    rows: Sequence[tuple[str, dict[int, int]]]
    account_count: int


def column_hours(days: int) -> int:
    """Hours a column must cover so that so many days fit; a divisor of 24 or a number of whole days."""
    fitting = (hours for hours in (1, 2, 3, 4, 6, 8, 12, 24) if days * 24 // hours <= MOST_COLUMNS)
    return next(fitting, 24 * -(-days // MOST_COLUMNS))


def activity_heat_map(activity: Activity) -> str:
    """Draw when accounts are active.

    Args:
        activity: rows beyond `MOST_ROWS` are left out.

    Returns:
        An `<svg>` element; equal input gives equal text.
    """
    rows = activity.rows[:MOST_ROWS]
    width = LEFT + activity.columns * CELL_WIDTH + 14
    height = TOP + len(rows) * CELL_HEIGHT + BOTTOM
    each = "hour" if activity.hours == 1 else f"{activity.hours} hours"
    summary = f"{len(rows)} of {activity.account_count} accounts, one column an {each}" + _in_common(rows)
    if activity.hours > 1:
        summary = summary.replace("one column an", "one column for")
    return "\n".join(
        [
            f'<svg class="heat-map" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" aria-label="When the accounts are active: {safe(summary)}">',
            f"<title>When the accounts are active</title><desc>{safe(summary)}</desc>",
            f"<style>{STYLE}</style>",
            *_days(activity, len(rows)),
            *(_row(name, cells, TOP + number * CELL_HEIGHT) for number, (name, cells) in enumerate(rows)),
            f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{activity.columns * CELL_WIDTH}"'
            f' height="{len(rows) * CELL_HEIGHT}"/>',
            *_legend(height),
            "</svg>",
        ]
    )


def _in_common(rows: Sequence[tuple[str, dict[int, int]]]) -> str:
    """The busiest column, by accounts, in words."""
    active: dict[int, int] = {}
    for _, cells in rows:
        for column in cells:
            active[column] = active.get(column, 0) + 1
    return f"; at most {max(active.values())} of them in one column" if active else "; no activity"


def _days(activity: Activity, row_count: int) -> list[str]:
    """A line and a date at the beginning of each day; dates as far as they do not touch."""
    found = []
    a_day = 24 / activity.hours
    days = max(int(activity.columns / a_day), 1)
    every = -(-48 // max(int(a_day * CELL_WIDTH), 1))
    for day in range(days):
        x = LEFT + round(day * a_day * CELL_WIDTH)
        bottom = TOP + row_count * CELL_HEIGHT
        found.append(f'<path class="day" d="M{x} {TOP - 6}V{bottom}"/>')
        if day % every == 0:
            date = activity.first + timedelta(days=day)
            found.append(f'<text x="{x + 3}" y="{TOP - 8}">{WEEKDAYS[date.weekday()]} {date:%m-%d}</text>')
    return found


def _row(name: str, cells: dict[int, int], y: int) -> str:
    """One account: a path for each level, neighbours of one level drawn as one."""
    most = max(cells.values(), default=0)
    runs: dict[str, list[tuple[int, int]]] = {}
    for column in sorted(cells):
        level = NAMES[sum(cells[column] > limit * most for limit in LEVELS) - 1]
        found = runs.setdefault(level, [])
        if found and sum(found[-1]) == column:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((column, 1))
    tall = CELL_HEIGHT - 2
    paths = "".join(
        f'<path class="{level}" d="'
        + "".join(f"M{LEFT + start * CELL_WIDTH} {y + 1}h{wide * CELL_WIDTH}v{tall}h-{wide * CELL_WIDTH}z"
                  for start, wide in runs[level])
        + '"/>'
        for level in NAMES if level in runs
    )  # fmt: skip
    return f'<text x="{LEFT - 8}" y="{y + 10}" class="end">{safe(fitted(name, NAME_LETTERS))}</text>{paths}'


def _legend(height: int) -> list[str]:
    y = height - 12
    texts = ("least", "more", "much", "most active of the row")
    found = [f'<text x="{LEFT - 8}" y="{y}" class="soft end">UTC; blank: none</text>']
    x = LEFT
    for name, text in zip(NAMES, texts, strict=True):
        found.append(f'<rect class="{name}" x="{x}" y="{y - 10}" width="12" height="12"/>')
        found.append(f'<text x="{x + 17}" y="{y}" class="soft">{text}</text>')
        x += 17 + 7 * len(text) + 14
    return found
