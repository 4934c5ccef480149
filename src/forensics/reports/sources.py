"""Where the figures of a statement come from: the table and the key of the rows that anybody can look up."""

import json

from forensics.links.evidence import EVIDENCE_KINDS

SHARE_TABLES = {
    "customer_share": "links.group_accounts",
    "family_share": "links.group_accounts",
    "barred_owner_share": "links.group_accounts",
    "other_owner_share": "links.group_accounts",
    "education_share": "links.group_accounts",
    "research_share": "links.group_accounts",
}
"""Shares over the members of a group: their rows are the members'."""

STRUCTURE_TABLES = {"stability": "links.groups", "bridge_account": "links.group_bridges"}
"""What is said of how a group hangs together."""

WITHOUT = "linked_without_"
"""Begins the measure of what stays linked without a family of values, which it ends with."""

OWNERSHIP_MEASURES = ("headquarters", "seed_basis", "attributed_percent", "effective_percent", "path")
COVERAGE_ENDING = "_coverage"

_TESTED = {kind.measure for kind in EVIDENCE_KINDS.values() if kind.measure}


def source_of(candidate: str, finding_id: str, measure: str) -> tuple[str | None, str | None]:
    """Table and key of a statement's rows.

    Args:
        candidate: the group, or the organisation of a finding on ownership.
        finding_id: the finding that it became.
        measure: what the statement measures.

    Returns:
        Schema and table, and a JSON object of columns and values; both None for a statement without figures.
    """
    if measure.endswith(COVERAGE_ENDING):
        kind = measure.removesuffix(COVERAGE_ENDING)
        return "links.group_evidence", _key(group_id=candidate, evidence=kind)
    if measure in _TESTED:
        return "links.group_tests", _key(group_id=candidate, measure=measure)
    if measure in STRUCTURE_TABLES:
        return STRUCTURE_TABLES[measure], _key(group_id=candidate)
    if measure.startswith(WITHOUT):
        return "links.group_families", _key(group_id=candidate, family=measure.removeprefix(WITHOUT))
    if measure == "pool_share":
        return "reports.pool_campaigns", _key(finding_id=finding_id)
    if measure in SHARE_TABLES:
        return SHARE_TABLES[measure], _key(group_id=candidate)
    if measure in OWNERSHIP_MEASURES:
        return "reports.barred_organisations", _key(organisation_id=candidate)
    if measure == "missing_evidence":
        return "reports.evidence_availability", _key(row_count=0)
    return None, None


def _key(**columns: object) -> str:
    return json.dumps(columns, sort_keys=True)
