"""Declaring the views and macros that analysts use; they hold no rows, so they are simply made anew."""

import hashlib

import duckdb

from forensics.contracts.sql import literal
from forensics.contracts.views import MACROS, SCHEMA, VIEWS
from forensics.warehouse.transactions import transaction

DECLARED = "declared"
DECLARED_SENTENCE = "Fingerprint of the views and macros of this schema."


def statements() -> list[str]:
    """The SQL that makes the schema `analysis` with all in it, in order."""
    found = [f"CREATE SCHEMA IF NOT EXISTS {SCHEMA};"]
    for one in (*VIEWS, *MACROS):
        found += [one.create, *one.comments]
    return found


def declare_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make views and macros where they are not those of this version; the tables must be there.

    The macro `analysis.declared()` holds a fingerprint of what was declared: DuckDB keeps no comment on a schema.
    """
    wanted = statements()
    mark = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:16]
    found = connection.execute(
        "SELECT macro_definition FROM duckdb_functions()"
        " WHERE schema_name = ? AND function_name = ? AND database_name = current_database()",
        [SCHEMA, DECLARED],
    ).fetchall()
    if found and mark in found[0][0]:
        return
    with transaction(connection):
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        for statement in wanted:
            connection.execute(statement)
        connection.execute(f"CREATE MACRO {SCHEMA}.{DECLARED}() AS {literal(mark)}")
        connection.execute(f"COMMENT ON MACRO {SCHEMA}.{DECLARED} IS {literal(DECLARED_SENTENCE)}")
