"""The step links: which accounts share what, how rare that is, and what the groups that follow do together."""

import duckdb

from forensics.links.account_signals import account_signals
from forensics.links.content.demands import shared_demands
from forensics.links.edges import edges
from forensics.links.group_cohesion import group_cohesion
from forensics.links.group_evidence import group_evidence
from forensics.links.group_items import group_items
from forensics.links.group_prompts import group_prompts
from forensics.links.group_signals import group_signals
from forensics.links.group_tests import group_tests
from forensics.links.groups import groups_and_members
from forensics.links.organisation_candidates import organisation_candidates
from forensics.links.ownership_tables import ownership_tables
from forensics.links.pools import pools
from forensics.links.signals import signals
from forensics.links.timing.failover_pairs import failover_pairs
from forensics.settings import Settings
from forensics.warehouse.tables import replace_table
from forensics.window import Window

__all__ = ["build", "build_ownership"]


def build(connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window) -> dict[str, int]:
    """Replace every table of the step by its state as of the window's last day; rows written by full name."""
    rows = build_ownership(connection, settings, window)
    rows["links.account_signals"] = account_signals(connection, window)
    rows["links.signals"] = replace_table(connection, "links.signals", signals(connection, window))
    rows["links.edges"] = replace_table(connection, "links.edges", edges(connection, window))
    for name, frame in pools(connection, window, seed=settings.seed)._asdict().items():
        rows[f"links.{name}"] = replace_table(connection, f"links.{name}", frame)
    groups, members = groups_and_members(connection, window, seed=settings.seed)
    rows["links.group_accounts"] = replace_table(connection, "links.group_accounts", members)
    for name, frame in group_cohesion(connection, groups, members, window, seed=settings.seed).items():
        rows[name] = replace_table(connection, name, frame)
    rows["links.group_signals"] = replace_table(connection, "links.group_signals", group_signals(connection))
    rows["links.group_items"] = replace_table(connection, "links.group_items", group_items(connection, window))
    rows["links.group_prompts"] = replace_table(connection, "links.group_prompts", group_prompts(connection, window))
    taken_over = failover_pairs(connection, members, window, seed=settings.seed)
    rows["links.failover_pairs"] = replace_table(connection, "links.failover_pairs", taken_over)
    with shared_demands(connection, window):
        tests = group_tests(connection, window, seed=settings.seed)
        rows["links.group_tests"] = replace_table(connection, "links.group_tests", tests)
        evidence, carriers = group_evidence(connection, window)
    rows["links.group_evidence"] = replace_table(connection, "links.group_evidence", evidence)
    rows["links.group_evidence_accounts"] = replace_table(connection, "links.group_evidence_accounts", carriers)
    return rows


def build_ownership(connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window) -> dict[str, int]:
    """Who owns whom and who may be the same; accounts of sister companies are linked by it."""
    tables = ownership_tables(connection, settings, window)
    tables["links.organisation_candidates"] = organisation_candidates(connection, window)
    return {name: replace_table(connection, name, frame) for name, frame in tables.items()}
