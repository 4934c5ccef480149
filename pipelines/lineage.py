"""Which table is made from which: the edges of the asset graph."""

from graphlib import TopologicalSorter

from forensics import contracts

UPSTREAM: dict[str, tuple[str, ...]] = {
    "raw.exchanges": (),
    "raw.accounts": (),
    "raw.payments": (),
    "raw.organisations": (),
    "raw.ownership": (),
    "raw.networks": (),
    "raw.models": (),
    "raw.loads": (),
    "raw.quarantine": (),
    "raw.tombstones": (),
    "raw.removals": (),
    "core.account_days": ("raw.exchanges",),
    "core.account_hours": ("raw.exchanges",),
    "core.account_minutes": ("raw.exchanges",),
    "core.signal_days": ("raw.exchanges", "raw.payments"),
    "core.template_days": ("raw.exchanges",),
    "core.templates": ("raw.exchanges",),
    "core.prompt_samples": ("raw.exchanges",),
    "core.sample_days": ("raw.exchanges",),
    "core.day_loads": ("raw.loads",),
    "features.organisation_pairs": ("raw.organisations", "raw.ownership"),
    "features.organisation_decisions": (),
    "features.organisation_identities": (
        "raw.organisations",
        "features.organisation_pairs",
        "features.organisation_decisions",
    ),
    "features.payers": (
        "raw.accounts",
        "core.account_days",
        "core.signal_days",
        "features.organisation_identities",
    ),
    "features.templates": ("core.account_days", "core.template_days", "core.templates", "features.payers"),
    "features.accounts": (
        "core.account_days",
        "core.account_hours",
        "core.template_days",
        "features.payers",
        "features.templates",
    ),
    "clusters.account_clusters": ("features.accounts",),
    "clusters.cluster_profiles": ("clusters.account_clusters", "features.accounts"),
    **dict.fromkeys(
        (
            "links.ownership_verdicts",
            "links.barred_organisations",
            "links.ownership_paths",
            "links.ownership_deciding_stakes",
            "links.ownership_stakes",
            "links.ownership_faults",
        ),
        ("raw.organisations", "raw.ownership", "features.organisation_identities"),
    ),
    "links.controlling_organisations": ("features.organisation_identities", "links.ownership_stakes"),
    "links.organisation_candidates": (
        "raw.accounts",
        "features.organisation_pairs",
        "features.organisation_decisions",
        "features.organisation_identities",
    ),
    "links.account_signals": (
        "raw.accounts",
        "core.account_days",
        "core.signal_days",
        "core.template_days",
        "features.payers",
        "features.templates",
    ),
    "links.signals": ("raw.networks", "features.payers", "links.account_signals"),
    "links.edges": ("core.account_days", "features.payers", "links.account_signals", "links.signals"),
    "links.groups": ("features.payers", "links.account_signals", "links.signals", "links.edges"),
    "links.group_accounts": ("links.account_signals", "links.signals", "links.groups"),
    "links.group_signals": (
        "features.payers",
        "links.account_signals",
        "links.signals",
        "links.groups",
        "links.group_accounts",
    ),
    "links.group_tests": ("core.account_minutes", "features.accounts", "links.group_accounts"),
    "links.group_evidence": (
        "links.account_signals",
        "links.edges",
        "links.groups",
        "links.group_accounts",
        "links.group_signals",
        "links.group_tests",
        "links.group_evidence_accounts",
    ),
    "links.group_evidence_accounts": (
        "features.accounts",
        "links.account_signals",
        "links.edges",
        "links.group_accounts",
        "links.group_signals",
    ),
    "reports.findings": (
        "raw.accounts",
        "core.account_days",
        "features.payers",
        "links.signals",
        "links.groups",
        "links.group_accounts",
        "links.group_evidence",
        "links.group_evidence_accounts",
        "links.group_tests",
        "reports.barred_organisations",
    ),
    "reports.finding_accounts": ("core.account_days", "features.payers", "links.group_accounts", "reports.findings"),
    "reports.finding_signals": ("links.group_signals", "reports.findings"),
    "reports.finding_evidence": ("links.group_evidence", "reports.evidence_availability", "reports.findings"),
    "reports.finding_rivals": ("links.group_evidence", "reports.findings"),
    "reports.finding_bystanders": ("links.group_accounts", "links.group_evidence_accounts", "reports.findings"),
    "reports.account_scores": ("features.accounts", "clusters.account_clusters"),
    "reports.barred_organisations": ("links.barred_organisations",),
    "reports.ownership_verdicts": ("links.ownership_verdicts",),
    "reports.evidence_availability": tuple(table.full_name for table in contracts.snapshot_tables()),
    "reports.finding_history": ("reports.finding_accounts",),
    "reports.runs": ("raw.loads", "reports.findings"),
}
"""Full table name → the tables it is computed from."""


def in_dependency_order(step: str) -> list[contracts.Table]:
    """The tables of a step, each after those it is made from; Dagster wants its results in such an order."""
    names = [table.full_name for table in contracts.of_step(step)]
    sorter = TopologicalSorter({name: [one for one in UPSTREAM.get(name, ()) if one in names] for name in names})
    return [contracts.get(name) for name in sorter.static_order()]
