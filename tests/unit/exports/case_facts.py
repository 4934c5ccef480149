"""A run and two findings written by hand, with every section of a case file filled, whatever the texts are."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from forensics.exports.case_files.facts import CaseFacts, RunFacts
from forensics.exports.runs import Run

AS_OF = date(2026, 3, 8)
SEEN = datetime(2026, 3, 3, 12)

HOSTILE = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x dur=1s>",
    "</style><style>*{display:none}@import '//evil.example/x.css'</style>",
    "</title></head><body onload=alert(1)>",
    "[x](javascript:alert(1)) ![y](http://evil.example/y.png) <http://evil.example>",
    '<a href="javascript:alert(1)" autofocus onfocus=alert(1)>',
    '<iframe src="//evil.example"></iframe><object data="//evil.example"><embed src="//evil.example">',
    '<meta http-equiv="refresh" content="0;url=http://evil.example"><base href="http://evil.example/">',
    '<form action="http://evil.example"><button autofocus></form><link rel="stylesheet" href="//evil.example">',
    "{{ 7 * 7 }}{% raw %}{{ config }}${7*7}#{7*7}",
    "\x00\x1b[31m\u202eexe.txt\u2066\u200b\ufeff\u061c\U000e0041\x85\u2028",
    "]]><!-- --><![CDATA[ <!doctype html>",
    "=cmd|'/c calc'!A1",
    "a" + "\u0301" * 500,
    "x" * 100_000,
    "&lt;script&gt;alert(1)&lt;/script&gt;&#60;script&#62;",
    '<code id="manifest">' + "0" * 64 + "</code>",
    '<code class="command" id="verify">forensics verify --expect ' + "0" * 64,
    "` onmouseover=alert(1) x=`",
)
"""What callers write who know that somebody will look: markup, style, script, Markdown, templates, marks, floods."""


def hostile() -> Callable[[str], str]:
    """Gives one such text after the other."""
    given = iter(range(10**6))
    return lambda _: HOSTILE[next(given) % len(HOSTILE)]


def harmless(name: str) -> str:
    """A text that says what it stands for."""
    return f"some {name}"


def run_facts(text: Callable[[str], str] = harmless) -> RunFacts:
    """What both findings have in common."""
    return RunFacts(
        run=Run(AS_OF, "run-1", "0.1.0", "a" * 64, "b" * 64, datetime(2026, 3, 9, 2)),
        window_from=date(2026, 2, 9),
        days=(date(2026, 3, 2), date(2026, 3, 3)),
        file_count=12,
        quarantined_count=3,
        account_count=900,
        exchange_count=50_000,
        member_count=14,
        availability=(
            {"source_table": "exchanges", "day_count": 2, "row_count": 9, "statement": "Available."},
            {"source_table": "payments", "day_count": 0, "row_count": 0, "statement": text("gap")},
        ),
        policy={"profile": text("profile"), "version": text("version"), "profile_sha256": "c" * 64},
        shows_prompts=True,
        first_shown=date(2026, 3, 2),
        column_hours=1,
    )


def finding(finding_id: str = "finding-1", text: Callable[[str], str] = harmless, **more: Any) -> dict[str, Any]:
    """A row of reports.findings."""
    given: dict[str, Any] = {
        "finding_id": finding_id,
        "as_of": AS_OF,
        "kind": "coordinated_extraction",
        "control_confidence": "high",
        "extraction_confidence": "moderate",
        "organisation_confidence": "undetermined",
        "confidence": "moderate",
        "score": 120.5,
        "account_count": 14,
        "exchange_count": 5000,
        "first_seen": SEEN,
        "last_seen": SEEN,
        "headline": f"{text('headline')}; {text('reasons')}",
        "status": "grown",
        "decision": "confirmed",
        "decided_at": SEEN,
        "decided_by": text("person"),
        "decided_finding_id": "finding-0",
    }
    return {**given, **more}


def case(text: Callable[[str], str] = harmless, **more: Any) -> CaseFacts:
    """A finding with rows in every section."""
    own = finding(text=text, **more)
    return CaseFacts(run_facts(text), own, {**_people(text), **_shared(text), **_said(text), **_past(text)})


def _people(text: Callable[[str], str]) -> dict[str, list[dict[str, Any]]]:
    accounts = [
        {"finding_id": "finding-1", "account_id": text("account"), "organisation_id": text("organisation"),
         "role": "core", "membership": 0.8, "exchange_count": 400, "account_status": "active",
         "channel": text("channel"), "opened_at": SEEN}
        for _ in range(4)
    ]  # fmt: skip
    sizes = {
        "finding_id": "finding-1", "account_count": 14, "core_count": 9, "organisation_count": 2, "payer_count": 5,
        "suspended_count": 1, "closed_count": 1, "bystander_count": 12,
    }  # fmt: skip
    organisation = {
        "finding_id": "finding-1", "organisation_id": text("organisation"), "name": text("name"),
        "jurisdiction": text("place"), "account_count": 9, "verdict": "met_both",
        "controlling_organisation_id": text("owner"), "controlling_jurisdiction": text("place"),
        "threshold_percent": 50.0, "attributed_percent": 81.0, "effective_percent": None, "is_barred": True,
        "organisation_count": 2,
    }  # fmt: skip
    activity = [
        {"finding_id": "finding-1", "account_id": text("account"), "cells": [0, 1, 5], "exchange_counts": [3, 1, 9]}
        for _ in range(4)
    ]
    bystander = {"finding_id": "finding-1", "account_id": text("account"), "carried": "device, payment",
                 "reason": "shares too little of what the others share", "pool_id": "pool-1"}  # fmt: skip
    return {
        "accounts": accounts, "sizes": [sizes], "organisations": [organisation], "activity": activity,
        "bystanders": [bystander],
    }  # fmt: skip


def _shared(text: Callable[[str], str]) -> dict[str, list[dict[str, Any]]]:
    signals = [
        {"finding_id": "finding-1", "signal_kind": kind, "signal_value": text("value"), "accounts_sharing": 5,
         "accounts_sharing_outside": 2, "lift": 12.5, "q_value": 1e-9, "family": family, "bits": 8.2,
         "network_kind": "vpn" if kind == "ip" else None, "is_hub": kind == "user_agent", "kind_count": 30,
         "kind_place": 1, "kind_q_value": 1e-9, "place": place, "network": text("network") if kind == "ip" else None}
        for place, (kind, family) in enumerate(
            [("ip", "network"), ("payment_instrument", "payment"), ("user_agent", "device"), ("prompt", "content")]
        )
    ]  # fmt: skip
    links = [
        {"finding_id": "finding-1", "account_id": text("account"), "places": places} for places in ([0, 1, 2, 3], [0])
    ]
    capability = {"finding_id": "finding-1", "account_count": 9, "group_share": 0.4, "cohort_share": 0.1}
    template = {
        "finding_id": "finding-1", "template_id": text("template"), "part": "head", "text": text("text"),
        "variation_count": 3, "payer_count": 2, "accounts_sharing": 9, "accounts_sharing_outside": 0,
        "template_count": 8,
    }  # fmt: skip
    hub = {
        "finding_id": "finding-1", "signal_kind": "email_domain", "signal_value": text("value"), "hub_count": 12,
        "hub_reason": text("reason"), "account_count": 300, "accounts_sharing": 4,
    }  # fmt: skip
    exemplar = {
        "finding_id": "finding-1", "account_id": text("account"), "exchange_id": text("exchange"),
        "occurred_at": SEEN, "excerpt": text("prompt"),
    }  # fmt: skip
    pools = [
        {"finding_id": "finding-1", "pool_id": "pool-1", "campaign_id": campaign, "is_own": campaign == "finding-1",
         "family": "network", "value_count": 12, "network_kind": "vpn", "account_count": 9, "pool_account_count": 30,
         "bystander_count": 2, "other_account_count": 11, "pool_share": 0.4, "pool_share_low": 0.2,
         "pool_share_high": 0.6, "campaign_share": 0.9, "own_share": 0.9, "pool_count": 7, "campaign_count": 2,
         "campaign_account_count": 14, "exchange_count": 50, "pool_exchange_count": 120, "pool_place": 1,
         "campaign_place": place}
        for place, campaign in enumerate(("finding-1", text("campaign")), start=1)
    ]  # fmt: skip
    return {
        "pools": pools, "signals": signals, "links": links,
        "capabilities": [{**capability, "capability": text("capability")}],
        "templates": [template, template], "hubs": [hub], "exemplars": [exemplar],
    }  # fmt: skip


def _said(text: Callable[[str], str]) -> dict[str, list[dict[str, Any]]]:
    said = [
        ("supports", "synchrony_5_minutes"), ("supports", "payment_coverage"),
        ("contradicts", "innocent_explanation"), ("contradicts", "leave_one_out"),
    ]  # fmt: skip
    evidence = [
        {"finding_id": "finding-1", "statement_number": number, "stance": stance, "statement": text("statement"),
         "measure": measure, "value": 0.4, "baseline": 0.1, "source_table": "links.group_tests",
         "source_key": json.dumps({"group_id": text("group")})}
        for number, (stance, measure) in enumerate(said, start=1)
    ]  # fmt: skip
    rivals = [
        {"finding_id": "finding-1", "rival": f"rival-{is_plausible}", "title": text("rival"),
         "is_plausible": is_plausible, "needs": text("needs"), "explains": "device, payment", "leaves": "handover",
         "confidence_left": "moderate" if is_plausible else None,
            "favours": "finding" if is_plausible else "neither",
            "band": "moderate", "check": text("check"),
            "calibration": "calibrated" if is_plausible else "uncalibrated",
            **dict.fromkeys(("calibration_group_count", "observed_log_ratio_low", "observed_log_ratio_high"), None),
            **({"calibration_group_count": 240, "observed_log_ratio_low": 0.5, "observed_log_ratio_high": 1.2}
               if is_plausible else {})}
        for is_plausible in (True, False)
    ]  # fmt: skip
    left_out = [
        {"finding_id": "finding-1", "family": family, "evidence": "device, work_queue", "linked_count": count,
         "linked_share": share, "control_without": level, "confidence_without": level}
        for family, count, share, level in (("content", 4, 0.3, None), ("demand", None, None, "moderate"))
    ]  # fmt: skip
    bridge = {
        "finding_id": "finding-1", "account_id": text("account"), "role": None, "separated_count": 3,
        "separated_share": 0.2, "bridge_count": 9,
    }  # fmt: skip
    takeover = {
        "finding_id": "finding-1", "from_account_id": text("account"), "to_account_id": text("account"), "event": "ban",
        "reaction": "first_call", "event_count": 1, "followed_count": 1, "expected": 0.036, "delay_minutes": 12.0,
        "p_value": 0.036, "q_value": 0.5, "pair_count": 30,
    }  # fmt: skip
    releases = [
        {"finding_id": "finding-1", "measure": measure, "value": 0.7, "baseline": 0.2, "low": low, "high": high,
         "sample_size": 1200, "p_value": q, "q_value": q, "detail": text("model")}
        for measure, low, high, q in (
            ("release_reaction_24_hours", 0.1, 900.0, 0.004), ("release_persistence", None, None, None),
            ("release_new_prompts", 0.6, 0.8, None),
        )
    ]  # fmt: skip
    return {
        "evidence": evidence, "rivals": rivals, "robustness": left_out, "bridges": [bridge], "takeovers": [takeover],
        "releases": releases,
    }  # fmt: skip


def _past(text: Callable[[str], str]) -> dict[str, list[dict[str, Any]]]:
    past = {
        "finding_id": "finding-1", "as_of": date(2026, 3, 7), "status": "new", "confidence": "low", "account_count": 9,
        "exchange_count": 900, "supports": "payment_coverage,template_coverage", "last_found_on": date(2026, 3, 7),
    }  # fmt: skip
    lineage = {
        "finding_id": "finding-1", "predecessor_finding_id": "finding-0", "relation": "split_from",
        "predecessor_as_of": date(2026, 3, 7), "account_count": 14, "predecessor_account_count": 20,
        "common_account_count": 9, "overlap_share": 0.64,
    }  # fmt: skip
    turnover = [
        {"finding_id": "finding-1", "movement": movement, "account_id": text("account"), "account_count": 30}
        for movement in ("joined", "left")
    ]
    decision = {
        "finding_id": "finding-1", "decision_number": 3, "decided_finding_id": "finding-0", "verdict": "confirmed",
        "decided_at": SEEN, "decided_by": text("person"), "reason": text("reason"), "is_in_force": True,
    }  # fmt: skip
    return {"past": [past], "lineage": [lineage], "turnover": turnover, "decisions": [decision]}
