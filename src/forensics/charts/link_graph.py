"""The link graph of a finding: accounts as circles, the values they share as squares, a line where one has the other.

Two columns, each sorted by where its neighbours stand (the barycentre method of layered graph drawing), so that what
belongs together lies together and lines cross little. Hubs are drawn dashed: they link nobody.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from forensics.charts.labels import fitted, safe

MOST_VALUES = 30
MOST_ACCOUNTS = 120
"""Together 150 nodes: more cannot be told apart on a page."""

SWEEPS = 6
"""Rounds of sorting; the order rarely changes after the third."""

WIDTH = 960
VALUE_X = 420
ACCOUNT_X = 690
TOP = 46
VALUE_STEP = 24
ACCOUNT_STEP = 13
VALUE_LETTERS = 34
ACCOUNT_LETTERS = 34

STYLE = """
.link-graph{--ink:#1f2933;--soft:#52606d;--edge:#5b7083;--account:#1d4ed8;--payment:#b54708;--network:#0b7285;
--organisation:#7a3e9d;--device:#41631f;--content:#a61e4d;color:var(--ink);font-family:system-ui,sans-serif;
font-size:11px}
@media screen and (prefers-color-scheme:dark){
.link-graph{--ink:#e4e7eb;--soft:#a7b3bf;--edge:#8fa1b3;--account:#7ba7ff;
--payment:#fdb022;--network:#5ad1e0;--organisation:#d3a4f4;--device:#a9d36f;--content:#ff9bbd}}
@media print{.link-graph{--ink:#000;--soft:#333;--edge:#5b7083;--account:#1d4ed8;--payment:#b54708;--network:#0b7285;
--organisation:#7a3e9d;--device:#41631f;--content:#a61e4d}}
.link-graph text{fill:var(--ink)}
.link-graph .soft{fill:var(--soft)}
.link-graph .head{font-weight:600;font-size:12px}
.link-graph .end{text-anchor:end}
.link-graph circle{fill:var(--account)}
.link-graph .edge{fill:none;stroke:var(--edge);stroke-width:1;stroke-opacity:.6}
.link-graph .hub{stroke-dasharray:3 3}
.link-graph .payment rect{fill:var(--payment)}
.link-graph .edge.payment{stroke:var(--payment)}
.link-graph .network rect{fill:var(--network)}
.link-graph .edge.network{stroke:var(--network)}
.link-graph .organisation rect{fill:var(--organisation)}
.link-graph .edge.organisation{stroke:var(--organisation)}
.link-graph .device rect{fill:var(--device)}
.link-graph .edge.device{stroke:var(--device)}
.link-graph .content rect{fill:var(--content)}
.link-graph .edge.content{stroke:var(--content)}
"""


@dataclass(frozen=True)
class Value:
    """A shared value as it is drawn.

    Attributes:
        kind: what it is, in words.
        label: the value.
        family: payment, network, organisation, device or content.
        inside, outside: accounts of the finding with the value, and others.
        is_hub: whether too many share it for it to link any two.
    """

    kind: str
    label: str
    family: str
    inside: int
    outside: int
    is_hub: bool = False


def link_graph(accounts: Sequence[str], values: Sequence[Value], links: Collection[tuple[int, int]]) -> str:
    """Draw which accounts carry which values.

    Args:
        accounts: their names, the most important first; those beyond `MOST_ACCOUNTS` are left out.
        values: the same, up to `MOST_VALUES`.
        links: places of an account and of a value that it carries.

    Returns:
        An `<svg>` element; equal input gives equal text.
    """
    shown = sorted((a, v) for a, v in set(links) if a < MOST_ACCOUNTS and v < MOST_VALUES)
    account_order, value_order = _orders(min(len(accounts), MOST_ACCOUNTS), min(len(values), MOST_VALUES), shown)
    tall = max(len(value_order) * VALUE_STEP, len(account_order) * ACCOUNT_STEP, VALUE_STEP)
    account_y = _heights(account_order, tall)
    value_y = _heights(value_order, tall)
    height = TOP + tall + 12
    summary = (
        f"{len(account_order)} of {len(accounts)} accounts and {len(value_order)} of {len(values)} shared values,"
        f" {len(shown)} links"
    )
    carriers: dict[int, list[int]] = {}
    for account, value in shown:
        carriers.setdefault(value, []).append(account)
    return "\n".join(
        [
            f'<svg class="link-graph" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" aria-label={quoteattr("Link graph: " + summary)}>',
            f"<title>Link graph</title><desc>{summary}</desc>",
            f"<style>{STYLE}</style>",
            f'<text x="{VALUE_X}" y="22" class="head end">■ shared value (accounts here / elsewhere)</text>',
            f'<text x="{ACCOUNT_X}" y="22" class="head">● account</text>',
            *(_curves(values[v], value_y[v], [account_y[a] for a in carriers.get(v, [])]) for v in value_order),
            *(_value(values[v], value_y[v]) for v in value_order),
            *(_account(accounts[a], account_y[a]) for a in account_order),
            "</svg>",
        ]
    )


def _orders(account_count: int, value_count: int, links: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Accounts and values from top to bottom, each by the mean place of its neighbours."""
    account_order, value_order = list(range(account_count)), list(range(value_count))
    for _ in range(SWEEPS):
        account_order = _sorted_by(account_order, value_order, links)
        value_order = _sorted_by(value_order, account_order, [(v, a) for a, v in links])
    return account_order, value_order


def _sorted_by(order: list[int], others: list[int], links: Sequence[tuple[int, int]]) -> list[int]:
    place = {other: number for number, other in enumerate(others)}
    sums: dict[int, list[int]] = {}
    for one, other in links:
        sums.setdefault(one, []).append(place[other])
    # What has no link goes last: it would only stand between those that have.
    means = {one: sum(found) / len(found) for one, found in sums.items()}
    return sorted(order, key=lambda one: (means.get(one, float("inf")), one))


def _heights(order: Sequence[int], tall: int) -> dict[int, int]:
    step = tall / max(len(order), 1)
    return {one: TOP + round((number + 0.5) * step) for number, one in enumerate(order)}


def _curves(value: Value, y: int, ends: Sequence[int]) -> str:
    if not ends:
        return ""
    left, right, middle = VALUE_X + 18, ACCOUNT_X - 12, (VALUE_X + ACCOUNT_X) // 2
    path = "".join(f"M{left} {y}C{middle} {y} {middle} {end} {right} {end}" for end in ends)
    return f'<path class="edge {value.family}{" hub" if value.is_hub else ""}" d="{path}"/>'


def _value(value: Value, y: int) -> str:
    counts = f"{value.inside:,} / {value.outside:,}" + (" hub" if value.is_hub else "")
    label = f"{value.kind} {fitted(value.label, VALUE_LETTERS)}"
    return (
        f'<g class="{value.family}"><title>{safe(f"{value.kind}: {fitted(value.label, 200)}")}</title>'
        f'<text x="{VALUE_X}" y="{y + 4}" class="end">{safe(label)} <tspan class="soft">{safe(counts)}</tspan></text>'
        f'<rect x="{VALUE_X + 6}" y="{y - 5}" width="10" height="10"/></g>'
    )


def _account(name: str, y: int) -> str:
    return (
        f"<g><title>{safe(fitted(name, 200))}</title>"
        f'<circle cx="{ACCOUNT_X - 6}" cy="{y}" r="4.5"/>'
        f'<text x="{ACCOUNT_X + 6}" y="{y + 4}">{safe(fitted(name, ACCOUNT_LETTERS))}</text></g>'
    )
