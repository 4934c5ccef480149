"""What each family of evidence adds: the same groups judged again without it, and scored by the same rules.

Only the judging is done again. Groups are formed on all links, so the figures say what a family is worth as evidence,
and not what it is worth for finding the group in the first place; for the latter see links.group_families.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from forensics.evaluate.reported import FINDING_SCHEMA, Reported, ranked
from forensics.window import Window

if TYPE_CHECKING:
    from forensics.reports.group_facts import GroupFacts

WITH_ALL = "with all evidence"

PREFIX = "without "
"""Begins the name of every ablated detector."""

PARTS = {
    "templates and lists": ("template", "work_queue"),
    "conversations handed over": ("handover", "synchrony"),
    "prompts sent again": ("resent", "stored_prompts"),
    "techniques scaled up": ("scaling_up", "technique_search"),
}
"""Parts of what is sent and asked for, which bring most and are told apart for that."""


def is_ablated(detector: str) -> bool:
    """Whether a detector is the pipeline judging with or without some evidence, and none of its own."""
    return detector == WITH_ALL or detector.startswith(PREFIX)


def families() -> dict[str, frozenset[str]]:
    """Kinds of evidence that are left out together, by a name for people."""
    from forensics.reports.leave_out import KINDS_OF

    names = {"demand": "what is asked for", "organisation": "registration", "content": "all shared content"}
    whole = {names.get(family, family): kinds for family, kinds in KINDS_OF.items()}
    return {**whole, **{name: frozenset(kinds) for name, kinds in PARTS.items()}}


def ablations(connection: duckdb.DuckDBPyConnection, window: Window) -> Iterator[tuple[str, Reported]]:
    """What would be reported with all evidence and without each family of it.

    Args:
        connection: after a run of the whole line.
        window: its days.

    Yields:
        A name and findings on groups; ownership, which rests on other evidence, is left out.
    """
    from forensics.reports.group_facts import group_facts
    from forensics.reports.leave_out import left_out

    facts = group_facts(connection, window)
    left: dict[str, frozenset[str]] = {WITH_ALL: frozenset()}
    left |= {PREFIX + name: kinds for name, kinds in families().items()}
    for name, kinds in left.items():
        found = [left_out(one, kinds) for one in facts] if kinds else facts
        yield name, _judged(connection, found, window)


def _judged(connection: duckdb.DuckDBPyConnection, facts: "Sequence[GroupFacts]", window: Window) -> Reported:
    from forensics.reports.findings import distinct, score_of
    from forensics.reports.judgement import judge_groups
    from forensics.reports.members import members_and_bystanders

    judged = judge_groups(facts)
    members = members_and_bystanders(connection, facts, judged).filter(~pl.col("is_bystander"))
    kept = distinct(judged, members)
    findings = pl.DataFrame(
        [(group, window.as_of, one.kind, one.confidence, score_of(one)) for group, one in kept.items()],
        schema=FINDING_SCHEMA,
        orient="row",
    )
    named = members.filter(pl.col("group_id").is_in(list(kept))).select(finding_id="group_id", account_id="account_id")
    return Reported(
        first=window.first,
        as_of=window.as_of,
        findings=ranked(findings),
        members=named.sort("finding_id", "account_id"),
        verdicts=None,
    )
