"""One finding as a page, and the index of all of them."""

from collections.abc import Sequence
from typing import Any

import duckdb
from markupsafe import Markup

from forensics import contracts
from forensics.exports.case_files.actions import actions
from forensics.exports.case_files.facts import BOUNDS, CaseFacts, Row, RunFacts, accuses
from forensics.exports.case_files.folders import ACCOUNT_MAP, page_name
from forensics.exports.case_files.pictures import activity_of, graph_of, mix_of, owners_of
from forensics.exports.case_files.releases import release_cells
from forensics.exports.case_files.rendering import content_policy, environment, style
from forensics.exports.case_files.sentences import (
    calibrated,
    confidence,
    innocent_in_short,
    key_judgements,
    left_by,
    likelihood,
    robustness_meaning,
    worth,
    would_lower,
    would_raise,
)
from forensics.exports.stix import DEFAULT_TLP, LIMITS
from forensics.reports.following import NO_EVIDENCE

SECTIONS = (
    ("judgements", "Key judgements"),
    ("numbers", "Numbers"),
    ("links", "How they are linked"),
    ("graph", "Link graph"),
    ("pools", "Pools they use, and who else does"),
    ("activity", "Synchrony"),
    ("asked", "What was asked"),
    ("organisation", "Organisation and ownership"),
    ("robustness", "What the finding rests on"),
    ("rivals", "Rival explanations and counter-evidence"),
    ("confidence", "Likelihood and confidence"),
    ("action", "Recommended action"),
    ("changes", "Changes since the last run"),
    ("missing", "Excluded hubs and missing data"),
    ("provenance", "Manifest and reproduction"),
)
"""Names of the sections' templates and anchors, and their headings, in the order in which an investigator reads."""

BLANK = "0" * 64
"""Stands where the manifest's hash belongs until there is one: the manifest holds the hash of the page without it."""

MARKING = f"TLP:{DEFAULT_TLP.upper()}"
"""Who may read the pages: the recipient's organisation."""

SYNCHRONY = "synchrony_5_minutes"

MOST_LISTED = 2000
"""Rows of the index: who has more looks for something in the table."""


def case_page(case: CaseFacts, connection: duckdb.DuckDBPyConnection) -> str:
    """The page of one finding.

    Args:
        case: all that is said of it.
        connection: to the warehouse, for the chart of its owners.

    Returns:
        HTML; equal rows give equal text.
    """
    finding = case.finding
    owners = owners_of(case, connection)
    context = {
        **_common(case.run),
        "finding": finding,
        "headline": str(finding["headline"]).partition(";")[0].removesuffix("."),
        "sections": SECTIONS,
        "judgements": key_judgements(case),
        "sizes": case.sizes,
        "exchange_share": finding["exchange_count"] / case.run.exchange_count if case.run.exchange_count else None,
        "supporting": case.said("supports"),
        "contradicting": case.said("contradicts"),
        "signals": [row for row in case["signals"] if row["kind_place"] <= BOUNDS["most_of_a_kind"]],
        "signal_count": sum({row["signal_kind"]: row["kind_count"] for row in case["signals"]}.values()),
        "graph": _inert(graph_of(case)),
        "activity": _inert(activity_of(case)),
        "mix": _inert(mix_of(case)),
        "owners": (owners[0], _inert(owners[1])) if owners else None,
        "synchrony": case.told(SYNCHRONY),
        "releases": [release_cells(row) for row in case["releases"]],
        "accuses": accuses(finding),
        "membership_meaning": contracts.get("reports.finding_accounts").columns["membership"].description,
        "likelihood": likelihood(case),
        "worth": worth(case),
        "robustness_meaning": robustness_meaning(case),
        "pools": [{**row, "page": page_name(row["campaign_id"])} for row in case["pools"]],
        "rivals": [
            {**row, "left": left_by(row), "calibrated": calibrated(row) if row["calibration"] == "calibrated" else None}
            for row in case["rivals"]
        ],
        "confidence": confidence(case),
        "raising": would_raise(case),
        "lowering": would_lower(case),
        "steps": actions(finding["kind"], finding["confidence"], finding["status"]),
        **_changes(case),
        **{name: case[name] for name in _LISTED},
    }
    return environment().get_template("case_file.html").render(context)


def index_page(run: RunFacts, cases: Sequence[CaseFacts], files: Sequence[str]) -> str:
    """The index: every finding with a link to its page.

    Args:
        run: what they have in common.
        cases: in the order in which they are listed.
        files: the names of their pages, beside the index.
    """
    context = {
        **_common(run),
        "findings": [_listed(case, file) for case, file in zip(cases[:MOST_LISTED], files, strict=False)],
        "finding_count": len(cases),
        "accusing_count": sum(accuses(case.finding) for case in cases),
        "account_map": ACCOUNT_MAP,
    }
    return environment().get_template("index.html").render(context)


_LISTED = (
    "accounts", "capabilities", "templates", "exemplars", "organisations", "hubs", "bystanders", "robustness",
    "bridges", "lineage", "decisions", "takeovers",
)  # fmt: skip


def _listed(case: CaseFacts, file: str) -> Row:
    """A finding as the index lists it."""
    claim, _, reasons = str(case.finding["headline"]).partition(";")
    return {
        **case.finding,
        "file": file,
        "claim": claim.strip().removesuffix("."),
        "reasons": reasons.strip(),
        "doubt": innocent_in_short(case),
        "accuses": accuses(case.finding),
    }


def _common(run: RunFacts) -> dict[str, Any]:
    return {
        "facts": run,
        "marking": MARKING,
        "limits": LIMITS,
        "content_policy": content_policy(),
        "style": style(),
        "manifest": BLANK,
    }


def _inert(svg: str | None) -> Markup | None:
    """A chart of ours, which escapes what it is given itself."""
    return None if svg is None else Markup(svg)


def _changes(case: CaseFacts) -> dict[str, Any]:
    past: Row | None = next(iter(case["past"]), None)
    before = set(filter(None, past["supports"].split(","))) if past else set()
    now = {row["measure"] for row in case.said("supports")} - NO_EVIDENCE
    turnover = [(name, [row for row in case["turnover"] if row["movement"] == name]) for name in ("joined", "left")]
    return {
        "past": past,
        "evidence_new": sorted(now - before),
        "evidence_gone": sorted(before - now),
        "turnover": turnover,
    }
