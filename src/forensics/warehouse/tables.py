"""Writing tables: declared from their contract, checked against it, sorted by their key, replaced as a whole."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import dataframely.exc
import duckdb
import polars as pl

from forensics import contracts
from forensics.contracts.sql import comment_on, create_table, duckdb_type, empty_select, literal, quote, relation
from forensics.contracts.tables import Table
from forensics.errors import ContractError
from forensics.warehouse.emptied import mark_emptied, mark_filled
from forensics.warehouse.transactions import transaction
from forensics.warehouse.views import declare_views


def declare_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing: schemas, tables and comments, and the views and macros of analysts.

    A derived table whose columns are no longer those of its contract is made anew, empty: it is computed again, and
    marked until it is. When it is one of the daily sums, no day counts as summed up any more; neither does one when
    such a table's rows lie in the warehouse and belong into files, or its files have other columns.
    A raw table or a log is evidence and only ever gains columns that may be null.

    Raises:
        ContractError: when a raw table or a log has other columns than its contract.
    """
    for step in contracts.STEPS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(step)}")
    existing, native = _existing_columns(connection), _native_tables(connection)
    for table in contracts.tables():
        found, wanted = existing.get(table.full_name), _wanted_columns(table)
        is_misplaced = table.stored_as == "parquet" and table.full_name in native
        is_changed = table.stored_as == "parquet" and table.step == "core" and found is not None and found != wanted
        if found == wanted and not is_misplaced:
            continue
        with transaction(connection):
            if is_misplaced:
                connection.execute(f"DROP TABLE {relation(table)}; DELETE FROM core.day_loads")
                mark_emptied(connection, contracts.get("core.day_loads"))
            elif is_changed:
                connection.execute(
                    f"DROP VIEW {relation(table)}; DELETE FROM core.day_loads;"
                    f" DELETE FROM core.daily_files WHERE table_name = {literal(table.name)}"
                )
                mark_emptied(connection, contracts.get("core.day_loads"))
            if table.stored_as == "parquet":
                if found is None or is_misplaced or is_changed:
                    connection.execute(f"CREATE VIEW {relation(table)} AS {empty_select(table)}")
            elif found is not None and (table.step == "raw" or table.kind == "log"):
                _widen(connection, table, found, wanted)
            else:
                connection.execute(f"DROP TABLE IF EXISTS {relation(table)}")
                connection.execute(create_table(table))
                if table.step == "core" and "core.day_loads" in existing:
                    connection.execute("DELETE FROM core.day_loads")
            for comment in comment_on(table):
                connection.execute(comment)
            if existing and table.stored_as != "parquet" and table.step != "raw" and table.kind != "log":
                mark_emptied(connection, table)
    declare_views(connection)


def _native_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall()
    return {name for (name,) in rows}


def outdated_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Derived tables, by full name, that lack or have other columns than their contract: they would be made empty."""
    existing, native = _existing_columns(connection), _native_tables(connection)
    return [
        table.full_name
        for table in contracts.tables()
        if (table.stored_as == "parquet" and table.full_name in native)
        or (table.step != "raw" and table.kind != "log" and existing.get(table.full_name) != _wanted_columns(table))
    ]


def _wanted_columns(table: Table) -> dict[str, str]:
    return {name: duckdb_type(column) for name, column in table.columns.items()}


def _existing_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    for step, name, column, data_type in connection.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()"
        " WHERE database_name = current_database() ORDER BY column_index"
    ).fetchall():
        columns.setdefault(f"{step}.{name}", {})[column] = data_type
    return columns


def _widen(connection: duckdb.DuckDBPyConnection, table: Table, found: dict[str, str], wanted: dict[str, str]) -> None:
    added = [name for name in wanted if name not in found]
    broken = [name for name in found if wanted.get(name) != found[name]]
    broken += [name for name in added if not table.columns[name].nullable]
    if broken:
        raise ContractError(
            f"{table.full_name} was written by another version of the pipeline.",
            faults=[f"column {name} differs from the contract" for name in broken],
            next_step="Start a new state folder with --home and load the snapshots again.",
        )
    for name in added:
        connection.execute(f"ALTER TABLE {relation(table)} ADD COLUMN {quote(name)} {wanted[name]}")


@contextmanager
def temporary_tables(
    connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str], **parameters: Any
) -> Iterator[None]:
    """Within the block there are temporary tables; a block within it for the same tables reads what this one made.

    Args:
        connection: the writer's.
        queries: the query of each table by its name, in the order in which they are made.
        parameters: of the queries; each gets those that it names.
    """
    there = "SELECT COUNT(*) FROM duckdb_tables() WHERE temporary AND list_contains($names, table_name)"
    if connection.execute(there, {"names": list(queries)}).fetchall()[0][0]:
        yield
        return
    try:
        for name, query in queries.items():
            named = {key: value for key, value in parameters.items() if f"${key}" in query}
            connection.execute(f"CREATE TEMP TABLE {quote(name)} AS {query}", named or None)
        yield
    finally:
        for name in queries:
            connection.execute(f"DROP TABLE IF EXISTS {quote(name)}")


def read_frame(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> pl.DataFrame:
    """The rows of a query as a frame; parameters are named `$name` in the query and never pasted into it."""
    frame: pl.DataFrame = connection.sql(query, params=parameters or None).pl()
    return frame


def replace_table(connection: duckdb.DuckDBPyConnection, full_name: str, frame: pl.DataFrame) -> int:
    """Put a frame in the place of all rows of a table, in one transaction.

    Args:
        connection: the writer's.
        full_name: schema and table, e.g. `links.edges`.
        frame: the rows; columns that the contract does not know are refused.

    Returns:
        The number of rows written.

    Raises:
        ContractError: when the frame does not keep the table's contract.
    """
    table = contracts.get(full_name)
    rows = checked(table, frame)
    with transaction(connection):
        connection.execute(f"DELETE FROM {relation(table)}")
        _insert(connection, table, rows)
        mark_filled(connection, table)
    return rows.height


def append_rows(connection: duckdb.DuckDBPyConnection, full_name: str, frame: pl.DataFrame) -> int:
    """Add rows to a table inside the caller's transaction; same refusals as `replace_table`."""
    table = contracts.get(full_name)
    rows = checked(table, frame)
    _insert(connection, table, rows)
    return rows.height


@contextmanager
def day_rows_replaced(connection: duckdb.DuckDBPyConnection, full_names: list[str], day: date) -> Iterator[None]:
    """One transaction in which the day's rows of these tables are gone and the block writes the new ones."""
    with transaction(connection):
        for full_name in full_names:
            table = contracts.get(full_name)
            connection.execute(f"DELETE FROM {relation(table)} WHERE snapshot_date = ?", [day])
        yield


def checked(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the contract's column order and types, sorted by the table's key.

    Raises:
        ContractError: naming every rule that is broken and by how many rows.
    """
    unknown = sorted(set(frame.columns) - set(table.columns))
    missing = sorted(set(table.columns) - set(frame.columns))
    if unknown or missing:
        raise ContractError(
            f"The rows for {table.full_name} have other columns than its contract.",
            faults=[f"unknown column {name}" for name in unknown] + [f"missing column {name}" for name in missing],
            next_step="Mend the step that makes the table, or its contract.",
        )
    try:
        _, failure = table.schema.filter(frame.select(list(table.columns)), cast=True)
    except dataframely.exc.SchemaError as fault:
        raise ContractError(
            f"The rows for {table.full_name} have other types than its contract: {fault}",
            next_step="Mend the step that makes the table, or its contract.",
        ) from fault
    if counts := failure.counts():
        raise ContractError(
            f"Rows for {table.full_name} break its contract.",
            faults=[f"{rule}: {count} rows" for rule, count in sorted(counts.items())],
            next_step="Mend the step that makes the table, or its contract.",
        )
    keys = table.primary_key
    return table.schema.cast(frame).sort(keys) if keys else table.schema.cast(frame)


def _insert(connection: duckdb.DuckDBPyConnection, table: Table, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    names = ", ".join(quote(name) for name in table.columns)
    connection.register("rows_to_insert", rows.to_arrow())
    try:
        connection.execute(f"INSERT INTO {relation(table)} ({names}) SELECT {names} FROM rows_to_insert")
    finally:
        connection.unregister("rows_to_insert")
