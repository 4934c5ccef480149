"""The schema as a picture: steps from left to right, tables below each other, and a dot for each key one can join on.

    python -m forensics.contracts.documents

writes it as `warehouse/pictures/schema.svg`. Two tables join where both have a dot of one colour.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from forensics import contracts
from forensics.contracts.tables import Table
from forensics.contracts.views import MACROS, SCHEMA, VIEWS

KEYS = {
    "account_id": "#1f6feb",
    "finding_id": "#cf222e",
    "group_id": "#2da44e",
    "organisation_id": "#8250df",
    "signal_value": "#bf8700",
    "template_id": "#0a7ea4",
    "cluster_id": "#c2410c",
    "pool_id": "#d63384",
    "snapshot_date": "#8c959f",
}
"""Columns that tables are joined on, with their colours; signal_value goes together with signal_kind."""

ALSO = {
    "account_a": "account_id",
    "account_b": "account_id",
    "controlling_organisation_id": "organisation_id",
    "organisation_a": "organisation_id",
    "organisation_b": "organisation_id",
    "owner_id": "organisation_id",
    "owned_id": "organisation_id",
}
"""Columns of another name that join all the same."""

WIDTH, BOX_HEIGHT, GAP, MARGIN, HEADER = 232, 26, 6, 16, 64
DOT_RADIUS, DOT_STEP = 4, 11
FONT = "font-family='Helvetica, Arial, sans-serif'"


def schema_map() -> str:
    """The picture as SVG; it follows from the contract alone, and shows on light and dark pages."""
    columns = [(step, [(table.name, dots(table)) for table in contracts.of_step(step)]) for step in contracts.STEPS]
    further = [(view.name, _dots(view.columns)) for view in VIEWS] + [(f"{macro.name}(…)", []) for macro in MACROS]
    columns.append((SCHEMA, further))
    height = HEADER + max(len(boxes) for _, boxes in columns) * (BOX_HEIGHT + GAP) + MARGIN
    width = 2 * MARGIN + len(columns) * (WIDTH + GAP)
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}'"
        " role='img' aria-label='Tables of the warehouse by step, with the keys they join on'>",
        f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
        *_legend(),
    ]
    for place, (step, boxes) in enumerate(columns):
        left = MARGIN + place * (WIDTH + GAP)
        lines.append(f"<text x='{left}' y='{HEADER - 10}' {FONT} font-size='15' font-weight='bold'>{step}</text>")
        for number, (name, keys) in enumerate(boxes):
            lines += _box(left, HEADER + number * (BOX_HEIGHT + GAP), name, keys)
    return "\n".join([*lines, "</svg>"]) + "\n"


def dots(table: Table) -> list[str]:
    """The keys a table can be joined on, in the order of the legend."""
    return _dots(table.columns)


def _dots(columns: Iterable[str]) -> list[str]:
    names = {ALSO.get(name, name) for name in columns}
    return [key for key in KEYS if key in names]


def _legend() -> list[str]:
    lines, left = [], MARGIN
    for key, colour in KEYS.items():
        lines.append(f"<circle cx='{left + 5}' cy='20' r='5' fill='{colour}'/>")
        lines.append(f"<text x='{left + 15}' y='24' {FONT} font-size='13'>{key}</text>")
        left += 30 + 8 * len(key)
    return lines


def _box(left: int, top: int, name: str, keys: list[str]) -> list[str]:
    middle = top + BOX_HEIGHT // 2
    first = left + WIDTH - 8 - DOT_STEP * len(keys)
    colours = "fill='#f6f8fa' stroke='#d0d7de'"
    return [
        f"<rect x='{left}' y='{top}' width='{WIDTH - 8}' height='{BOX_HEIGHT}' rx='4' {colours}/>",
        f"<text x='{left + 8}' y='{middle + 4}' {FONT} font-size='12'>{escape(name)}</text>",
        *(
            f"<circle cx='{first + DOT_STEP * number + 4}' cy='{middle}' r='{DOT_RADIUS}' fill='{KEYS[key]}'/>"
            for number, key in enumerate(keys)
        ),
    ]
