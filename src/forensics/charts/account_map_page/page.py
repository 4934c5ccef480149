"""The page put together: a fixed frame, the data as text that no browser runs, and a policy that forbids the rest."""

import base64
import hashlib
import html
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from string import Template

import duckdb

from forensics.charts.account_map import PALETTE
from forensics.charts.account_map_page.points import DRAWN_ACCOUNTS, read_points

SCRIPTS = ("text.js", "map.js", "panel.js")
"""Parts of the one script, in order."""


def account_map_page(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    *,
    case_file: Callable[[str], str] | None = None,
    index: str | None = None,
    marking: str = "TLP:AMBER+STRICT",
    limits: str = "It proves neither guilt nor intent.",
    most: int = DRAWN_ACCOUNTS,
) -> str:
    """The account map as a page: hover, search, zoom, and what is known of each account.

    Ids and headlines hold strangers' text. In the file they are JSON without any `<`, in a block that browsers do not
    run; on the page the script sets them as text and never as markup. The policy allows the script and the style by
    their hashes and no request at all.

    Args:
        connection: with the steps features, clusters and reports of one run.
        as_of: last day the run looked at.
        case_file: the address of a finding's case file, given its id; None: no finding is linked.
        index: the address of the list of case files; None: there is none.
        marking: who may read it (Traffic Light Protocol 2.0).
        limits: what the map does not prove.
        most: accounts that are drawn at most.

    Returns:
        The page; the same for the same rows.
    """
    data = {"as_of": as_of.isoformat(), "palette": PALETTE, **read_points(connection, most=most)}
    for finding in data["findings"]:
        finding["page"] = case_file(finding["finding_id"]) if case_file else None
    script, style = "\n".join(map(_part, SCRIPTS)), _part("page.css")
    policy = f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; base-uri 'none'"
    return Template(_part("page.html")).substitute(
        policy=html.escape(f"{policy}; form-action 'none'"),
        as_of=as_of.isoformat(),
        marking=html.escape(marking),
        limits=html.escape(limits),
        style=style,
        script=script,
        index=f'<p><a href="{html.escape(index)}">All findings</a></p>' if index else "",
        data=inert_json(data),
    )


def inert_json(value: object) -> str:
    """JSON that stays in its script block: without `<` no tag can end the block or begin a comment in it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


@cache
def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8").strip()


def _source(text: str) -> str:
    """How a policy names a script or a style that stands in the page itself."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
