"""Every table of the line, written once: types, nullability, allowed values and what each column means."""

from forensics.contracts import (
    clusters,
    core,
    features,
    features_of_accounts,
    lineage,
    links,
    ownership,
    pools,
    raw,
    reports,
    structure,
)
from forensics.contracts.tables import STEPS, Table, registered

__all__ = ["STEPS", "Table", "get", "of_step", "snapshot_tables", "tables"]

_STEP_MODULES = (
    raw, core, features, features_of_accounts, clusters, links, ownership, pools, reports, structure, lineage,
)  # fmt: skip
"""Importing a module registers its tables."""


def tables() -> list[Table]:
    """All tables in the order of the line."""
    return sorted(registered().values(), key=lambda table: STEPS.index(table.step))


def of_step(step: str) -> list[Table]:
    """The tables of one step, in their order of declaration."""
    return [table for table in tables() if table.step == step]


def snapshot_tables() -> list[Table]:
    """The tables a snapshot folder may bring."""
    return [table for table in of_step("raw") if table.kind in ("events", "state", "reference")]


def get(full_name: str) -> Table:
    """The table of that full name, e.g. `raw.exchanges`.

    Raises:
        KeyError: when no such table is declared.
    """
    return registered()[full_name]
