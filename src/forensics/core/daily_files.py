"""Parquet files of the step core: one a table, day and content, never changed, and the views over those in force.

What grows with the exchanges stays out of the warehouse file, as they do: every published version is a copy of that
file, and rows in it take twice the room and are hashed one by one for each manifest. A file is named after its content
and written before the transaction that makes it count: a killed run leaves a file that nothing reads, a day that is
summed up again gets another file or the same one, and published warehouses keep theirs.
"""

import hashlib
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts import Table
from forensics.contracts.sql import (
    comment_on,
    duckdb_type,
    empty_select,
    literal,
    quote,
    reads_files,
    relation,
    select_daily_files,
)
from forensics.home import Home
from forensics.raw.days import folder_of

FINGERPRINT_CHARACTERS = 16
UNFINISHED = ".unfinished-"
ROW_GROUP_ROWS = 122_880
TABLES = tuple(table for table in contracts.of_step("core") if table.stored_as == "parquet")
"""The tables that are kept in daily files; the query beside this module that has a table's name makes it."""

SORTED_BY = {
    "exchange_capabilities": ("account_id", "exchange_id", "capability"),
    "exchange_templates": ("account_id", "template_id", "fill_number", "exchange_id"),
}
"""Order of a file's rows where it is not the table's key: ids of exchanges are most of the file, and what recurs beside
them then costs next to nothing."""

RowsOf = Callable[[str], str]
"""Name of a table of this step → the query that gives its rows of a day."""


def home_of(connection: duckdb.DuckDBPyConnection) -> Home:
    """The state folder in which the open warehouse lies."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    return Home(Path(connection.execute(query).fetchall()[0][0]).parent)


def write_daily_files(connection: duckdb.DuckDBPyConnection, home: Home, day: date, rows_of: RowsOf) -> dict[str, str]:
    """Write each table's file of the day; the same rows give the same file.

    Args:
        connection: the writer's.
        home: the state folder.
        day: the UTC day.
        rows_of: the query that gives a table's rows of the day by its name.

    Returns:
        Table name → name of its file.
    """
    return {table.name: _write(connection, home, table, day, rows_of(table.name)) for table in TABLES}


def _write(connection: duckdb.DuckDBPyConnection, home: Home, table: Table, day: date, query: str) -> str:
    folder = home.core / table.name / folder_of(day)
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f"{UNFINISHED}*"):
        leftover.unlink()
    unfinished = folder / f"{UNFINISHED}{table.name}.parquet"
    columns = ", ".join(
        f"CAST({quote(name)} AS {duckdb_type(column)}) AS {quote(name)}" for name, column in table.columns.items()
    )
    # Sorted as numbers where ids are numbers still, which takes half the room of sorting texts.
    order = ", ".join(quote(name) for name in SORTED_BY.get(table.name, table.primary_key))
    rows = f"SELECT * FROM ({query}) ORDER BY {order}"
    # What DuckDB infers about nulls would end up in the file's schema, and depend on where the rows come from.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    try:
        connection.execute(
            f"COPY (SELECT {columns} FROM ({rows})) TO {literal(str(unfinished))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS}, WRITE_BLOOM_FILTER false)"
        )
    finally:
        connection.execute("RESET disabled_optimizers")
    with unfinished.open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()[:FINGERPRINT_CHARACTERS]
    target = folder / f"{table.name}-{fingerprint}.parquet"
    for path in (unfinished, folder):
        _synchronise(path)
    unfinished.rename(target)
    for path in (folder, folder.parent, folder.parent.parent, home.root):
        _synchronise(path)
    return target.name


def daily_files(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[tuple[str, date], Path]:
    """The file of each table (full name) and day that is summed up, in order, whether it is there or not."""
    rows = connection.execute(
        "SELECT table_name, snapshot_date, file_name FROM core.daily_files ORDER BY table_name, snapshot_date"
    ).fetchall()
    # Resolved once: that costs as much as all else that is done with a path.
    root = Home(home.root.resolve()).core
    return {(f"core.{table}", day): root / f"{table}/{folder_of(day)}/{name}" for table, day, name in rows}


def files_of_tables(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[str, list[Path]]:
    """The files of each table (full name) in the order of days, whether they are there or not."""
    files: dict[str, list[Path]] = {table.full_name: [] for table in TABLES}
    for (name, _), file in daily_files(connection, home).items():
        files[name].append(file)
    return files


def lost_file_days(connection: duckdb.DuckDBPyConnection, home: Home) -> list[date]:
    """The days that are summed up and lost a file, in order."""
    return sorted({day for (_, day), file in daily_files(connection, home).items() if not file.is_file()})


def point_views_at_daily_files(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make each view the files in force, in the caller's transaction; a lost file is left out.

    A day that lost a file counts as not summed up (`core.currency`), so the next run writes it again.
    """
    in_force = files_of_tables(connection, home)
    for table in TABLES:
        found = [file for file in in_force[table.full_name] if file.is_file()]
        query = select_daily_files(table, found) if found else empty_select(table)
        connection.execute(f"CREATE OR REPLACE VIEW {relation(table)} AS {query}")
        for comment in comment_on(table):
            connection.execute(comment)


def follow_moved_daily_files(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Point the views at the state folder's own files after the folder was moved or copied."""
    views = connection.execute(
        "SELECT schema_name || '.' || view_name, sql FROM duckdb_views() WHERE database_name = current_database()"
    ).fetchall()
    written = dict(views)
    if all(reads_files(written[name], files) for name, files in files_of_tables(connection, home).items()):
        return
    from forensics.warehouse.transactions import transaction

    with transaction(connection):
        point_views_at_daily_files(connection, home)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
