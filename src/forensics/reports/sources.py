"""Where the figures of a statement come from: the table and the key of the row that anybody can look up."""

import json
from typing import Any

from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.statements import NAMED_BY, Statement

OF_A_GROUP = {
    "stability": "links.groups",
    "talk_share": "links.groups",
    "item_recurrence": "links.group_items",
    "item_member_share": "links.group_items",
    "item_turn_share": "links.group_items",
}
"""What is said of how a group hangs together, of how much it sends is talk, and of what comes under its templates."""

WITHOUT = "linked_without_"
"""Begins the measure of what stays linked without a family of values, which it ends with."""

OWNERSHIP_MEASURES = ("headquarters", "seed_basis", "attributed_percent", "effective_percent", "path")
COVERAGE_ENDING = "_coverage"

_TESTED = {kind.measure for kind in EVIDENCE_KINDS.values() if kind.measure}


def evidence_row(finding_id: str, number: int, statement: Statement, candidate: str = "") -> dict[str, Any]:
    """A statement as a row of reports.finding_evidence.

    Args:
        finding_id: the finding that it is on.
        number: its place among the finding's statements.
        statement: the statement.
        candidate: the group, or the organisation of a finding on ownership; empty for what is said of its past.
    """
    table, key = source_of(candidate, finding_id, statement)
    return {
        "finding_id": finding_id,
        "statement_number": number,
        "stance": statement.stance,
        "statement": statement.statement,
        "measure": statement.measure,
        "value": statement.value,
        "baseline": statement.baseline,
        "source_table": table,
        "source_key": key,
    }


def source_of(candidate: str, finding_id: str, statement: Statement) -> tuple[str | None, str | None]:
    """Table and key of the row that a statement rests on.

    Args:
        candidate: the group, or the organisation of a finding on ownership.
        finding_id: the finding that it became.
        statement: the statement.

    Returns:
        Schema and table, and a JSON object of columns and values; both None for a statement without figures.
    """
    measure, key = statement.measure, dict(statement.key)
    if statement.counts:
        return "reports.finding_counts", _key(finding_id=finding_id, measure=measure, **key)
    if measure.endswith(COVERAGE_ENDING):
        kind = measure.removesuffix(COVERAGE_ENDING)
        return "links.group_evidence", _key(group_id=candidate, evidence=kind)
    if measure in _TESTED:
        return "links.group_tests", _key(group_id=candidate, measure=measure)
    if measure == NAMED_BY:
        return "links.group_tests", _key(group_id=candidate, measure=EVIDENCE_KINDS["many_people"].measure)
    if measure in OF_A_GROUP:
        return OF_A_GROUP[measure], _key(group_id=candidate)
    if measure.startswith(WITHOUT):
        return "links.group_families", _key(group_id=candidate, family=measure.removeprefix(WITHOUT))
    if measure == "pool_share":
        return "reports.pool_campaigns", _key(finding_id=finding_id, **key)
    if measure == "lineage":
        return "reports.finding_lineage", _key(finding_id=finding_id, **key)
    if measure in OWNERSHIP_MEASURES:
        return "reports.barred_organisations", _key(organisation_id=candidate)
    if measure == "missing_evidence":
        return "reports.evidence_availability", _key(row_count=0)
    return None, None


def _key(**columns: object) -> str:
    return json.dumps(columns, sort_keys=True)
