"""Following the figures of a finding as a reader does: by table and key, and looking for the number there."""

import json
import math

import duckdb

from forensics import contracts

RELATIVE = 1e-9


def astray(connection: duckdb.DuckDBPyConnection, *, left_out: tuple[str, ...] = ()) -> list[str]:
    """Statements whose value stands in no row, or not in the one row, that their source names.

    Args:
        connection: with reports.finding_evidence and what it rests on.
        left_out: measures that a test made up.
    """
    cursor = connection.execute("SELECT * FROM reports.finding_evidence WHERE value IS NOT NULL ORDER BY ALL")
    names = [column[0] for column in cursor.description or ()]
    said = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [
        f"{one['finding_id']}, {one['measure']}: {one['value']}"
        for one in said
        if one["measure"] not in left_out and not _stands_there(connection, one)
    ]


def _stands_there(connection: duckdb.DuckDBPyConnection, said: dict[str, object]) -> bool:
    if said["source_table"] is None:
        return False
    table, key = contracts.get(str(said["source_table"])), json.loads(str(said["source_key"]))
    where = " AND ".join(f"{name}::VARCHAR = ?" for name in key)
    rows = connection.execute(f"SELECT * FROM {table.full_name} WHERE {where}", [str(one) for one in key.values()])
    found = rows.fetchall()
    numbers = [float(one) for one in found[0] if isinstance(one, int | float)] if len(found) == 1 else []
    return any(math.isclose(one, float(str(said["value"])), rel_tol=RELATIVE, abs_tol=1e-12) for one in numbers)
