"""Templates to pages: whatever a table says becomes text, and nothing in it becomes markup, style or a request.

Three walls, each enough by itself: every value is stripped of what turns, hides or breaks text and cut (`finalize`);
every value is escaped (autoescape; an unknown name is an error); and the page's policy forbids script, frames, forms
and every request, and allows the pipeline's own style sheets by their hash.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from forensics.chances import TOLD_APART
from forensics.charts import activity_heat_map, capability_mix, link_graph, ownership_chart
from forensics.charts.labels import visible
from forensics.reports.phrases import listed, phrase

MOST_CHARACTERS = 2000
"""Of any one value: a statement is shorter, and a megabyte would hide what follows it."""

SLOT = re.compile(r"(\{[a-z]{1,12}\})")
"""A slot of a template as core.templates writes it."""


@cache
def environment() -> Environment:
    """The templates of this package, autoescaped, with values made readable."""
    made = Environment(
        loader=PackageLoader("forensics.exports.case_files"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= _FILTERS
    return made


def readable(text: str, characters: int = MOST_CHARACTERS) -> str:
    """Text on one line without what turns, hides or breaks it, cut at a number of characters."""
    text = visible(text[: 4 * characters])
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def _finalize(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return readable(value)
    return value


def _share(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:.{digits}%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    if 0 < value < TOLD_APART:
        return f"< {TOLD_APART:g}"
    if value and (abs(value) < 1e-3 or abs(value) >= 1e6):
        return f"{value:.1e}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _day(value: date | None) -> str:
    return "–" if value is None else f"{value:%Y-%m-%d}"


def _moment(value: datetime | None) -> str:
    return "–" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def _phrase(code: str | None, subject: str) -> str:
    return "–" if code is None else phrase(subject, code)


def _phrases(codes: str | None, subject: str) -> str:
    """Codes that a table holds in one column, comma-separated, as a reader lists them."""
    return listed([phrase(subject, one.strip()) for one in (codes or "").split(",") if one.strip()])


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _key(source_key: str | None) -> str:
    """The columns and values that choose a statement's rows."""
    chosen = json.loads(source_key) if source_key else {}
    return ", ".join(f"{name} = {value}" for name, value in chosen.items())


def _slots(text: str) -> list[tuple[bool, str]]:
    """A template's text in pieces, and whether each is a slot."""
    return [(SLOT.fullmatch(piece) is not None, piece) for piece in SLOT.split(readable(text)) if piece]


_FILTERS: dict[str, Callable[..., Any]] = {
    "cut": readable,
    "share": _share,
    "number": _number,
    "figure": _figure,
    "day": _day,
    "moment": _moment,
    "phrase": _phrase,
    "phrases": _phrases,
    "counted": _counted,
    "key": _key,
    "slots": _slots,
}


@cache
def style() -> Markup:
    """The pages' style sheet."""
    return Markup((files("forensics.exports.case_files") / "templates" / "case_file.css").read_text("utf-8"))


@cache
def content_policy() -> str:
    """The pages' Content-Security-Policy: nothing runs, nothing is fetched, and only these style sheets count."""
    sheets = (
        str(style()),
        *(chart.STYLE for chart in (link_graph, activity_heat_map, capability_mix, ownership_chart)),
    )
    allowed = " ".join(f"'{_hash(sheet)}'" for sheet in sheets)
    return f"default-src 'none'; style-src {allowed}; img-src data:; base-uri 'none'; form-action 'none'"


def _hash(sheet: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}"
