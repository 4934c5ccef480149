"""Every figure of a finding, followed back to the rows it comes from."""

import json
import math
from typing import Any, Literal

import duckdb

from forensics import contracts
from forensics.contracts.sql import quote, relation

Fault = tuple[str, str, Literal["differs", "note"]]

VALUE_COLUMNS = {
    "links.group_evidence": ("coverage",),
    "links.group_tests": ("value",),
    "links.group_families": ("linked_share",),
    "links.group_items": ("recurring_share", "anybody_recurring_share"),
    "reports.finding_counts": ("share",),
    "reports.finding_lineage": ("overlap_share",),
    "reports.pool_campaigns": ("pool_share",),
}
"""Tables whose rows hold a statement's value itself, and the column it stands in, of several the largest; unless one is
named as the measure."""

TOLERANCE = 1e-9
"""Relative: a figure that was copied is equal; one that was rounded for people is not a copy."""


def trace(connection: duckdb.DuckDBPyConnection, finding_id: str) -> list[dict[str, Any]]:
    """The statements of a finding with the rows they rest on.

    Args:
        connection: to a published warehouse.
        finding_id: the finding.

    Returns:
        One entry a statement: its columns, and `rows`, the source's rows (ten at most) by column name.
    """
    statements = _statements(connection, "WHERE finding_id = $finding", {"finding": finding_id})
    return [{**one, "rows": _rows(connection, one)} for one in statements]


def statement_differences(connection: duckdb.DuckDBPyConnection) -> tuple[int, list[Fault]]:
    """Statements whose source has no row, or another value than the statement.

    Returns:
        How many statements have figures with a source, and what differs.
    """
    if "source_table" not in _columns(connection):
        return 0, [("reports.finding_evidence", "was made by a version that named no sources", "note")]
    found: list[Fault] = []
    statements = _statements(connection, "WHERE source_table IS NOT NULL", {})
    for one in statements:
        subject = f"{one['finding_id']}, statement {one['statement_number']}"
        rows = _rows(connection, one)
        if not rows:
            found.append((subject, f"{one['source_table']} has no row {one['source_key']}", "differs"))
        elif (value := _copied(one, rows[0])) is not None and not _equal(value, one["value"]):
            text = f"says {one['value']}, and {one['source_table']} {one['source_key']} says {value}"
            found.append((subject, text, "differs"))
    return len(statements), found


def _columns(connection: duckdb.DuckDBPyConnection) -> set[str]:
    query = "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'reports' AND table_name = 'finding_evidence'"
    return {row[0] for row in connection.execute(query).fetchall()}


def _statements(connection: duckdb.DuckDBPyConnection, where: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    query = f"SELECT * FROM reports.finding_evidence {where} ORDER BY finding_id, statement_number"
    return _by_name(connection.execute(query, values))


def _rows(connection: duckdb.DuckDBPyConnection, statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows a statement's key chooses; table and columns are looked up in the contract, never taken as SQL."""
    try:
        table = contracts.get(statement["source_table"])
        key = json.loads(statement["source_key"])
        columns = [name for name in table.columns if name in key]
        if set(key) - set(columns):
            return []
    except (KeyError, TypeError, ValueError):
        return []
    where = " AND ".join(f"{quote(name)} = ${number}" for number, name in enumerate(columns, start=1))
    query = f"SELECT * FROM {relation(table)} WHERE {where} ORDER BY ALL LIMIT 10"
    return _by_name(connection.execute(query, [key[name] for name in columns]))


def _by_name(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _copied(statement: dict[str, Any], row: dict[str, Any]) -> float | None:
    """The value that the statement should repeat, where the source holds it as it is."""
    if statement["value"] is None:
        return None
    named = VALUE_COLUMNS.get(statement["source_table"], ())
    columns = (statement["measure"],) if statement["measure"] in row else named
    return max((float(row[name]) for name in columns if row.get(name) is not None), default=None)


def _equal(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=1e-12)
