"""Checking a day's files: each is read once, checked, and set down as typed rows in the scratch folder.

Nothing of the warehouse is touched here. A staged file holds every record of its original, good or broken, so the
transaction that follows only has to move rows. Text never enters DuckDB's own storage on the way: a staged file is
Parquet, which is cheaper to write and to drop.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts.sql import literal, quote
from forensics.contracts.tables import SET_BY_LOADER, Table
from forensics.raw.csv_files import open_csv
from forensics.raw.days import DayFile
from forensics.raw.jsonl_files import open_jsonl
from forensics.raw.parquet_files import column_names, open_parquet, with_text_as_bytes
from forensics.raw.reading import Reading, UnreadableFile, missing_names, unknown_names
from forensics.raw.rules import checked_rows
from forensics.raw.sources import Copy

WRONG_THROUGHOUT_MINIMUM = 3
"""Values of an optional column that must all be unreadable before the day is refused: one or two are stray rows."""

STAGED_ROW_GROUP = 20_000
"""Rows DuckDB holds while it writes a staged file; prompts are long, memory is bounded."""


@dataclass(frozen=True)
class StagedFile:
    """A file whose rows were checked.

    Attributes:
        number: its place in the day.
        file: the file.
        copy: its size and SHA-256.
        staged: the Parquet file with its checked rows.
        row_count: records found in it.
        broken_count: records that break a rule of a column or of the format.
        repeated_count: records whose key was seen before.
        unknown_columns: columns the contract does not know.
        missing_columns: optional columns it does not have.
        erased_count: good records of erased accounts, which are kept out.
    """

    number: int
    file: DayFile
    copy: Copy
    staged: Path
    row_count: int
    broken_count: int
    repeated_count: int = 0
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    erased_count: int = 0


def stage_file(
    connection: duckdb.DuckDBPyConnection, file: DayFile, copy: Copy, *, number: int, day: date, scratch: Path
) -> StagedFile:
    """Read and check one file.

    Raises:
        UnreadableFile: when it is damaged, cut short, lacks a required column or has a wrong type throughout.
    """
    table = contracts.get(f"raw.{file.table}")
    staged = scratch / f"{number}.parquet"
    try:
        reading = _stage_whole(connection, table, file, copy.path, staged, number, day)
    except (duckdb.OutOfMemoryException, duckdb.InternalException):
        raise
    except duckdb.Error as fault:
        if "No space left" in str(fault):
            raise
        raise UnreadableFile(f"it cannot be read: {str(fault).splitlines()[0][:300]}") from fault
    row_count, broken_count = _count(connection, staged)
    found, unknown = list(reading.fields), reading.unknown
    if reading.keys:
        keys = _record_keys(connection, staged)
        found = [name for name in table.snapshot_columns if name in keys or not keys]
        unknown = unknown_names(table, keys)
        _refuse_absent(table, found)
    if wrong := _wrong_throughout(connection, table, staged) if broken_count else []:
        raise UnreadableFile("; ".join(wrong))
    return StagedFile(
        number,
        file,
        copy,
        staged,
        row_count,
        broken_count,
        unknown_columns=tuple(unknown),
        missing_columns=tuple(missing_names(table, found, required=False)),
    )


def _stage_whole(
    connection: duckdb.DuckDBPyConnection, table: Table, file: DayFile, path: Path, staged: Path, number: int, day: date
) -> Reading:
    """Stage a file; a Parquet file with text that is not UTF-8 is read again in a way that costs only those rows."""
    try:
        return _stage(connection, table, file, path, staged, number, day)
    except duckdb.InvalidInputException as fault:
        if file.format != "parquet" or "not valid UTF8" not in str(fault):
            raise
    as_bytes = with_text_as_bytes(path, staged.parent, table)
    reading = _stage(connection, table, file, as_bytes, staged, number, day)
    return replace(reading, unknown=unknown_names(table, column_names(path)))


def _stage(
    connection: duckdb.DuckDBPyConnection, table: Table, file: DayFile, path: Path, staged: Path, number: int, day: date
) -> Reading:
    with _opened(connection, table, file, path) as reading:
        _refuse_absent(table, reading.fields)
        query = checked_rows(
            table,
            reading.relation,
            reading.fields,
            day=day,
            file_number=number,
            row=reading.row,
            keys=reading.keys,
        )
        connection.execute(
            f"COPY ({query}) TO {literal(str(staged))}"
            f" (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE {STAGED_ROW_GROUP})"
        )
    return reading


def _opened(
    connection: duckdb.DuckDBPyConnection, table: Table, file: DayFile, path: Path
) -> AbstractContextManager[Reading]:
    match file.format:
        case "csv":
            return open_csv(connection, path, file.packing, table)
        case "jsonl":
            return open_jsonl(connection, path, file.packing, table)
        case _:
            return open_parquet(connection, path, table)


def _refuse_absent(table: Table, found: Iterable[str]) -> None:
    if absent := missing_names(table, found, required=True):
        raise UnreadableFile(f"the required column {', '.join(absent)} is missing")


def _record_keys(connection: duckdb.DuckDBPyConnection, staged: Path) -> set[str]:
    query = f"SELECT DISTINCT unnest(record_keys) FROM read_parquet({literal(str(staged))})"
    return {row[0] for row in connection.execute(query).fetchall()}


def mark_repeated(
    connection: duckdb.DuckDBPyConnection, table: Table, staged: list[StagedFile]
) -> tuple[list[StagedFile], str | None]:
    """Find rows whose key an earlier row has, in the order of files and rows.

    Only rows that keep every other rule count: a broken row does not take its key from a good one.

    Returns:
        The files with their counts, and the temporary table of such rows; None when there are none.
    """
    keys = [name for name in table.primary_key if table.columns[name].metadata != SET_BY_LOADER]
    if not keys or not any(file.row_count > file.broken_count for file in staged):
        return staged, None
    key = ", ".join(map(quote, keys))
    rows = staged_rows(staged)
    name = f"repeated_{table.name}"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {name} AS
        WITH good AS (SELECT file_number, row_number, {key} FROM {rows} WHERE broken IS NULL),
        repeated AS (SELECT {key} FROM good GROUP BY {key} HAVING count(*) > 1)
        SELECT file_number, row_number, concat_ws(', ', {key}) AS value
        FROM good SEMI JOIN repeated USING ({key})
        QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY file_number, row_number) > 1""")
    counts = dict(connection.execute(f"SELECT file_number, count(*) FROM {name} GROUP BY file_number").fetchall())
    return [replace(file, repeated_count=counts.get(file.number, 0)) for file in staged], name if counts else None


def staged_rows(staged: list[StagedFile]) -> str:
    """SQL of the relation of all rows of staged files."""
    files = ", ".join(literal(str(file.staged)) for file in staged)
    return f"read_parquet([{files}], hive_partitioning = false)"


def _count(connection: duckdb.DuckDBPyConnection, staged: Path) -> tuple[int, int]:
    query = f"SELECT count(*), count(broken) FROM read_parquet({literal(str(staged))})"
    row_count, broken_count = connection.execute(query).fetchall()[0]
    return row_count, broken_count


def _wrong_throughout(connection: duckdb.DuckDBPyConnection, table: Table, staged: Path) -> list[str]:
    """Columns of which no value can be read as their type, each with an example."""
    rows = f"read_parquet({literal(str(staged))})"
    breaches = connection.execute(
        f"SELECT split_part(finding.rule, '|', 1), count(*), min(finding.value)"
        f" FROM (SELECT unnest(broken) AS finding FROM {rows} WHERE broken IS NOT NULL)"
        f" WHERE finding.rule LIKE '%|type' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    wrong = []
    for name, count, example in breaches:
        least = WRONG_THROUGHOUT_MINIMUM if table.columns[name].nullable else 1
        if count < least:
            continue
        good = connection.execute(f"SELECT count({quote(name)}) FROM {rows}").fetchall()[0][0]
        if not good:
            kind = type(table.columns[name]).__name__
            wrong.append(f"no value of {name} can be read as {kind}, for example {example[:60]!r}")
    return wrong
