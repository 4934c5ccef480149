"""Checking a day's files: each is read once, checked, and set down as typed rows in the scratch folder.

Nothing of the warehouse is touched here. A staged file holds every record of its original, good or broken, so the
transaction that follows only has to move rows. Of exchanges that come as Parquet it holds what was found and the keys:
their text is most of a day, and is read from where it lies once more when it is written. Text never enters DuckDB's own
storage on the way: a staged file is Parquet, which is cheaper to write and to drop.
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


VERDICT = ("file_number", "row_number", "record_keys", "text_bytes", "broken", "row_text")
"""What is kept of a record beside the columns that tell records apart and say whose they are."""

KEPT_COLUMNS = ("account_id", "occurred_at")


@dataclass(frozen=True)
class StagedFile:
    """A file whose rows were checked.

    Attributes:
        number: its place in the day.
        file: the file.
        copy: its size and SHA-256.
        staged: the Parquet file with its checked rows, or what was found in them and their keys.
        whole: SQL of a relation of its checked rows with all columns.
        in_place: whether that relation is read from the original.
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
    whole: str
    in_place: bool
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
        reading, whole = _stage_whole(connection, table, file, copy.path, staged, number, day)
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
    if wrong := _wrong_throughout(connection, table, staged, whole or _rows(staged)) if broken_count else []:
        raise UnreadableFile("; ".join(wrong))
    return StagedFile(
        number,
        file,
        copy,
        staged,
        whole or _rows(staged),
        whole is not None,
        row_count,
        broken_count,
        unknown_columns=tuple(unknown),
        missing_columns=tuple(missing_names(table, found, required=False)),
    )


def _stage_whole(
    connection: duckdb.DuckDBPyConnection, table: Table, file: DayFile, path: Path, staged: Path, number: int, day: date
) -> tuple[Reading, str | None]:
    """Stage a file; a Parquet file with text that is not UTF-8 is read again in a way that costs only those rows.

    Returns:
        What was read, and SQL of all its rows and columns where they are not in the staged file.
    """
    in_place = file.format == "parquet" and table.stored_as == "parquet"
    try:
        reading, query = _stage(connection, table, file, path, staged, number, day, in_place=in_place)
        return reading, f"({query})" if in_place else None
    except duckdb.InvalidInputException as fault:
        if file.format != "parquet" or "not valid UTF8" not in str(fault):
            raise
    as_bytes = with_text_as_bytes(path, staged.parent, table)
    reading, _ = _stage(connection, table, file, as_bytes, staged, number, day, in_place=False)
    return replace(reading, unknown=unknown_names(table, column_names(path))), None


def _stage(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    file: DayFile,
    path: Path,
    staged: Path,
    number: int,
    day: date,
    *,
    in_place: bool,
) -> tuple[Reading, str]:
    """Write the staged file; what was read, and the query of its checked rows."""
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
        kept = [name for name in table.columns if name in (*table.primary_key, *KEPT_COLUMNS)]
        columns = ", ".join([*VERDICT, *map(quote, kept)]) if in_place else "*"
        connection.execute(
            f"COPY (SELECT {columns} FROM ({query}) AS checked) TO {literal(str(staged))}"
            f" (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE {STAGED_ROW_GROUP})"
        )
    return reading, query


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
    query = f"SELECT DISTINCT unnest(record_keys) FROM {_rows(staged)}"
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


def _rows(staged: Path) -> str:
    return f"read_parquet({literal(str(staged))}, hive_partitioning = false)"


def whole_rows(staged: list[StagedFile]) -> str:
    """The same with all columns, some of them read from the originals."""
    return f"({' UNION ALL '.join(f'SELECT * FROM {file.whole} AS checked' for file in staged)})"


def in_order(connection: duckdb.DuckDBPyConnection, staged: list[StagedFile]) -> bool:
    """Whether the one original has its rows in the order in which exchanges are kept: then nothing is sorted."""
    if len(staged) != 1 or not staged[0].in_place:
        return False
    sorted_by = ("row_number", "occurred_at", "exchange_id")
    before = ", ".join(f"lag({name}) OVER () AS {name}_before" for name in sorted_by)
    misplaced = connection.execute(
        f"SELECT count(*) FROM (SELECT {', '.join(sorted_by)}, {before} FROM {_rows(staged[0].staged)}"
        " WHERE broken IS NULL) AS good WHERE row_number <= row_number_before"
        " OR (occurred_at, exchange_id) < (occurred_at_before, exchange_id_before)"
    ).fetchall()[0][0]
    return bool(misplaced == 0)


def _count(connection: duckdb.DuckDBPyConnection, staged: Path) -> tuple[int, int]:
    query = f"SELECT count(*), count(broken) FROM {_rows(staged)}"
    row_count, broken_count = connection.execute(query).fetchall()[0]
    return row_count, broken_count


def _wrong_throughout(connection: duckdb.DuckDBPyConnection, table: Table, staged: Path, whole: str) -> list[str]:
    """Columns of which no value can be read as their type, each with an example."""
    breaches = connection.execute(
        f"SELECT split_part(finding.rule, '|', 1), count(*), min(finding.value)"
        f" FROM (SELECT unnest(broken) AS finding FROM {_rows(staged)} WHERE broken IS NOT NULL)"
        f" WHERE finding.rule LIKE '%|type' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    wrong = []
    for name, count, example in breaches:
        least = WRONG_THROUGHOUT_MINIMUM if table.columns[name].nullable else 1
        if count < least:
            continue
        good = connection.execute(f"SELECT count({quote(name)}) FROM {whole} AS checked").fetchall()[0][0]
        if not good:
            kind = type(table.columns[name]).__name__
            wrong.append(f"no value of {name} can be read as {kind}, for example {example[:60]!r}")
    return wrong
