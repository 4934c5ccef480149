"""A finding's accounts and the values they share as GraphML, for Gephi, Cytoscape, yEd or networkx.

Two kinds of nodes, one kind of edge: an account carries a value. Values that are hubs stay in and are marked, since a
picture without them hides how ordinary a link may be.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from forensics.exports.cases import Cases
from forensics.exports.documents import plain

VALUE_CHARACTERS = 200

_NODE_KEYS = (
    ("kind", "string"),
    ("label", "string"),
    ("role", "string"),
    ("membership", "double"),
    ("exchange_count", "long"),
    ("organisation_id", "string"),
    ("signal_kind", "string"),
    ("family", "string"),
    ("accounts_sharing", "long"),
    ("accounts_sharing_outside", "long"),
    ("lift", "double"),
    ("q_value", "double"),
    ("is_hub", "boolean"),
)
_GRAPH_KEYS = ("finding_id", "as_of", "confidence", "headline", "run_id")


def graphml(case: Cases) -> str:
    """One finding as the text of a GraphML file; equal rows give equal text."""
    finding = case.finding
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *(f'  <key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>' for name, kind in _NODE_KEYS),
        *(f'  <key id="graph_{name}" for="graph" attr.name="{name}" attr.type="string"/>' for name in _GRAPH_KEYS),
        f'  <graph id={quoteattr(plain(finding["finding_id"], 100))} edgedefault="undirected">',
        *(_datum(f"graph_{name}", {**finding, "run_id": case.run.run_id}[name], 4) for name in _GRAPH_KEYS),
    ]
    accounts = {account: f"account{number}" for number, account in enumerate(case.accounts["account_id"])}
    for row in case.accounts.iter_rows(named=True):
        lines += _node(accounts[row["account_id"]], {**row, "kind": "account", "label": row["account_id"]})
    signals = case.signals.sort("signal_kind", "signal_value").unique(
        ["signal_kind", "signal_value"], maintain_order=True
    )
    values: dict[tuple[str, str], str] = {}
    for number, row in enumerate(signals.iter_rows(named=True)):
        values[row["signal_kind"], row["signal_value"]] = f"signal{number}"
        lines += _node(f"signal{number}", {**row, "kind": "signal", "label": row["signal_value"]})
    for account, kind, value in _edges(case.carriers):
        lines.append(f'    <edge source="{accounts[account]}" target="{values[kind, value]}"/>')
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"


def _edges(carriers: pl.DataFrame) -> Iterable[tuple[Any, ...]]:
    return carriers.select("account_id", "signal_kind", "signal_value").unique().sort(pl.all()).iter_rows()


def _node(id_: str, row: dict[str, Any]) -> Sequence[str]:
    data = [_datum(name, row[name], 6) for name, _ in _NODE_KEYS if row.get(name) is not None]
    return [f'    <node id="{id_}">', *data, "    </node>"]


def _datum(key: str, value: Any, indent: int) -> str:
    text = str(value).lower() if isinstance(value, bool) else plain(str(value), VALUE_CHARACTERS)
    return f'{" " * indent}<data key="{key}">{escape(text)}</data>'
