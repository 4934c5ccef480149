"""The exchanges' own files: one immutable Parquet file a day and load, and the view over those in force.

A file gets its name when it is whole and on disk, and before the transaction that makes it count; it is never
changed or deleted afterwards, because published warehouses point to it for ever.
"""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts.sql import (
    comment_on,
    empty_select,
    literal,
    quote,
    reads_files,
    relation,
    select_daily_files,
)
from forensics.home import Home
from forensics.raw.days import folder_of

ROW_GROUP_ROWS = 100_000
ROW_GROUP_BYTES = 128 * 2**20
"""Bounds of a row group; DuckDB holds a few while it writes, so long prompts get smaller groups."""

VECTOR_ROWS = 2_048
"""DuckDB's own unit: row groups are multiples of it."""

UNFINISHED = ".unfinished-"
_TABLE = contracts.get("raw.exchanges")


def exchanges_file(home: Home, day: date, load_id: str) -> Path:
    """The file of a load's exchanges."""
    fingerprint = load_id.removeprefix(f"{day}-")
    return home.raw / "exchanges" / folder_of(day) / f"exchanges-{fingerprint}.parquet"


def write_exchanges(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    target: Path,
    *,
    sizes: str | None = None,
    in_order: bool = False,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Write good rows in the order of time and id, so that the same rows give the same bytes.

    Args:
        connection: the writer's.
        rows: SQL of a query with the contract's columns and `text_bytes`, the bytes of a row's text.
        target: the file; it appears whole or not at all.
        sizes: SQL of a query with `text_bytes` of the same rows, where it costs less.
        in_order: whether the query gives the rows in that order already.
        check: called once the rows were read; what it raises keeps the file from appearing.
    """
    columns = ", ".join(map(quote, _TABLE.columns))
    order = "" if in_order else " ORDER BY occurred_at, exchange_id"
    row_group = _row_group(connection, sizes or rows)
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f"{UNFINISHED}*"):
        leftover.unlink()
    unfinished = target.parent / f"{UNFINISHED}{target.name}"
    # What DuckDB infers about nulls from the input's files would end up in the output's schema.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    try:
        connection.execute(
            f"COPY (SELECT {columns} FROM ({rows}) AS good{order}) TO {literal(str(unfinished))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group}, WRITE_BLOOM_FILTER false)"
        )
    finally:
        connection.execute("RESET disabled_optimizers")
    check()
    _synchronise(unfinished)
    unfinished.rename(target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _synchronise(folder)


def _row_group(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    """Rows of a row group: a function of the rows alone, never of the files they came in."""
    query = f"SELECT count(*), coalesce(sum(text_bytes), 0) FROM ({rows}) AS good"
    count, text_bytes = connection.execute(query).fetchall()[0]
    fitting = ROW_GROUP_BYTES * count // max(int(text_bytes), 1) // VECTOR_ROWS * VECTOR_ROWS
    return int(min(ROW_GROUP_ROWS, max(VECTOR_ROWS, fitting))) if count else ROW_GROUP_ROWS


def files_in_force(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[date, Path]:
    """The file of the newest load of each day, by day in order, whether it is there or not.

    A file that was removed at the end of its retention is missed by nobody.
    """
    loads = connection.execute(
        "SELECT snapshot_date, arg_max(load_id, load_number) FROM raw.loads GROUP BY ALL ORDER BY snapshot_date"
    ).fetchall()
    # Resolved once: that costs as much as all else that is done with a path.
    resolved = Home(home.root.resolve())
    files = {day: exchanges_file(resolved, day, load_id) for day, load_id in loads}
    retired = retired_days(connection)
    return {day: file for day, file in files.items() if day not in retired or file.is_file()}


def retired_days(connection: duckdb.DuckDBPyConnection) -> set[date]:
    """The days whose exchanges were removed at the end of their retention; an older warehouse has no such log."""
    has_log = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name = 'removals'"
    if not connection.execute(has_log).fetchall()[0][0]:
        return set()
    query = "SELECT DISTINCT snapshot_date FROM raw.removals WHERE cause = 'retention' AND table_name = 'raw.exchanges'"
    return {row[0] for row in connection.execute(query).fetchall()}


def lost_days(connection: duckdb.DuckDBPyConnection, home: Home) -> list[date]:
    """The loaded days whose file is gone, in order."""
    return [day for day, file in files_in_force(connection, home).items() if not file.is_file()]


def exchanges_of_day(connection: duckdb.DuckDBPyConnection, day: date) -> str:
    """SQL of the relation that holds a day's exchanges: its own file, so that no other day's is opened.

    The file lies in the state folder of the open warehouse. Where it does not, the view is named, which reads what the
    warehouse was last pointed at and fails when that is gone.
    """
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    place = connection.execute(query).fetchall()[0][0]
    file = files_in_force(connection, Home(Path(place).parent)).get(day) if place else None
    if file is None or not file.is_file():
        return relation(_TABLE)
    return f"read_parquet({literal(str(file))}, hive_partitioning = false)"


def follow_moved_files(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Point `raw.exchanges` at the state folder's own files again after the folder was moved or copied.

    When a file is gone the view stays as it is: reading it then fails, which is better than a day that is missing
    without a word.
    """
    wanted = files_in_force(connection, home)
    view = connection.execute(
        "SELECT sql FROM duckdb_views() WHERE database_name = current_database() AND schema_name = ? AND view_name = ?",
        [_TABLE.step, _TABLE.name],
    ).fetchall()[0][0]
    if reads_files(view, list(wanted.values())) or lost_days(connection, home):
        return
    from forensics.warehouse.transactions import transaction

    with transaction(connection):
        point_view_at_files(connection, home)


def point_view_at_files(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make `raw.exchanges` the files of the loads in force, the newest of each day; in the caller's transaction."""
    files = files_in_force(connection, home)
    query = select_daily_files(_TABLE, list(files.values())) if files else empty_select(_TABLE)
    connection.execute(f"CREATE OR REPLACE VIEW {relation(_TABLE)} AS {query}")
    for comment in comment_on(_TABLE):
        connection.execute(comment)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
