"""Moving a day's checked rows into the warehouse: one transaction for all tables, the quarantine and the log."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from forensics import contracts
from forensics.contracts.sql import literal, quote, relation
from forensics.contracts.tables import Table
from forensics.home import Home
from forensics.privacy.tombstones import ERASED_ACCOUNTS, mentions_erased
from forensics.raw.exchange_files import lost_days, point_view_at_files, write_exchanges
from forensics.raw.sources import Say
from forensics.raw.staging import StagedFile, in_order, mark_repeated, staged_rows, whole_rows
from forensics.warehouse.tables import append_rows
from forensics.warehouse.transactions import transaction


@dataclass(frozen=True)
class DayLoad:
    """A load about to be written: its day, id and number, where it was read from, and the file of its exchanges."""

    day: date
    load_id: str
    load_number: int
    root: str
    exchanges_file: Path


def write_day(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    load: DayLoad,
    staged: list[StagedFile],
    *,
    check: Callable[[], None],
    say: Say,
) -> None:
    """Make a day's staged rows count, all in one transaction; a crash before its end leaves the state before.

    Args:
        connection: the writer's.
        home: the state folder.
        load: what is written.
        staged: the day's files.
        check: raises when an original is no longer the one that was checked.
        say: told what is being done.
    """
    files: list[StagedFile] = []
    good: dict[str, str] = {}
    repeated: dict[str, str] = {}
    for table in contracts.snapshot_tables():
        marked, name = mark_repeated(connection, table, [file for file in staged if file.file.table == table.name])
        files += marked
        if marked:
            good[table.name] = _good_rows(table, marked, name)
        files[len(files) - len(marked) :] = _with_erased(connection, table, marked, name)
        if name:
            repeated[table.name] = name
    known = _is_known(connection, load.load_id)
    if not (known and load.exchanges_file.is_file()):
        say(f"{load.day}: writing exchanges")
        _write_exchanges(connection, load, [file for file in files if file.file.table == "exchanges"], repeated, check)
    say(f"{load.day}: writing all other tables")
    with transaction(connection):
        for table in contracts.snapshot_tables():
            if table.stored_as == "native":
                _replace_day(connection, table, load.day, good.get(table.name))
        if not known:
            _quarantine(connection, load, files, repeated)
        append_rows(connection, "raw.loads", _log(load, files))
        point_view_at_files(connection, home)
    for name in repeated.values():
        connection.execute(f"DROP TABLE {name}")


def write_lost_file(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    load: DayLoad,
    staged: list[StagedFile],
    *,
    check: Callable[[], None],
    say: Say,
) -> None:
    """Write the exchanges' file of a load that was committed before and whose file is gone; no row changes."""
    table = contracts.get("raw.exchanges")
    marked, repeated = mark_repeated(connection, table, [file for file in staged if file.file.table == table.name])
    say(f"{load.day}: already loaded, but the file of its exchanges is gone; writing it again")
    _write_exchanges(connection, load, marked, {table.name: repeated} if repeated else {}, check)
    if repeated:
        connection.execute(f"DROP TABLE {repeated}")
    # While another day's file is gone the view cannot be made; it is when that day is mended.
    if not lost_days(connection, home):
        with transaction(connection):
            point_view_at_files(connection, home)


def _write_exchanges(
    connection: duckdb.DuckDBPyConnection,
    load: DayLoad,
    staged: list[StagedFile],
    repeated: dict[str, str],
    check: Callable[[], None],
) -> None:
    table = contracts.get("raw.exchanges")
    name = repeated.get(table.name)
    write_exchanges(
        connection,
        _good_rows(table, staged, name),
        load.exchanges_file,
        sizes=f"SELECT text_bytes FROM {staged_rows(staged)} AS staged WHERE {_is_good(table, staged, name)}",
        in_order=in_order(connection, staged),
        check=check,
    )


def _good_rows(table: Table, staged: list[StagedFile], repeated: str | None) -> str:
    """The query of the rows that keep the contract."""
    columns = ", ".join(quote(name) for name in table.columns)
    return f"SELECT {columns}, text_bytes FROM {whole_rows(staged)} AS staged WHERE {_is_good(table, staged, repeated)}"


def _is_good(table: Table, staged: list[StagedFile], repeated: str | None) -> str:
    """SQL of whether a row of `staged` keeps the contract; rules are not asked again where no row broke one."""
    kept = "broken IS NULL" if any(file.broken_count for file in staged) else "true"
    erased = f" AND {_IS_NOT_ERASED}" if "account_id" in table.columns else ""
    return kept + erased + _is_not_repeated(repeated)


_IS_NOT_ERASED = f"account_id NOT IN (SELECT account_id FROM {ERASED_ACCOUNTS})"


def _is_not_repeated(repeated: str | None) -> str:
    if repeated is None:
        return ""
    return (
        f" AND NOT EXISTS (SELECT 1 FROM {repeated} AS repeated"
        " WHERE repeated.file_number = staged.file_number AND repeated.row_number = staged.row_number)"
    )


def _with_erased(
    connection: duckdb.DuckDBPyConnection, table: Table, staged: list[StagedFile], repeated: str | None
) -> list[StagedFile]:
    """The files with the good rows that were kept out because their account was erased."""
    if not staged or "account_id" not in table.columns:
        return staged
    query = (
        f"SELECT file_number, count(*) FROM {staged_rows(staged)} AS staged"
        f" WHERE broken IS NULL AND NOT ({_IS_NOT_ERASED}){_is_not_repeated(repeated)} GROUP BY file_number"
    )
    counts = dict(connection.execute(query).fetchall())
    return [replace(file, erased_count=counts.get(file.number, 0)) for file in staged]


def _replace_day(connection: duckdb.DuckDBPyConnection, table: Table, day: date, rows: str | None) -> None:
    connection.execute(f"DELETE FROM {relation(table)} WHERE snapshot_date = ?", [day])
    if rows:
        columns = ", ".join(quote(name) for name in table.columns)
        order = ", ".join(quote(name) for name in table.primary_key or table.columns)
        connection.execute(
            f"INSERT INTO {relation(table)} ({columns}) SELECT {columns} FROM ({rows}) AS good ORDER BY {order}"
        )


def _quarantine(
    connection: duckdb.DuckDBPyConnection, load: DayLoad, files: list[StagedFile], repeated: dict[str, str]
) -> None:
    """Add every broken rule of every row; a load that is made again has the same ones and adds none.

    Rows that name an erased account are only counted.
    """
    mentions = mentions_erased(connection)
    for file in files:
        if not file.broken_count + file.repeated_count:
            continue
        names = (
            f"DATE {literal(str(load.day))}",
            literal(load.load_id),
            literal(file.file.table),
            literal(file.file.path),
        )
        head = f"INSERT INTO raw.quarantine SELECT {', '.join(names)}"
        rows = staged_rows([file])
        if file.broken_count:
            connection.execute(
                f"{head}, row_number, finding.rule, finding.value, row_text FROM"
                f" (SELECT row_number, row_text, unnest(broken) AS finding FROM {rows} WHERE broken IS NOT NULL)"
                f" WHERE NOT {mentions('row_text')} AND NOT {mentions('finding.value')}"
                " ORDER BY row_number, finding.rule"
            )
        if file.repeated_count:
            columns = ", ".join(map(quote, contracts.get(f"raw.{file.file.table}").snapshot_columns))
            connection.execute(
                f"{head}, row_number, 'primary_key', left(value, 200),"
                f" left(CAST(to_json(good) AS VARCHAR), 20000) FROM"
                f" (SELECT row_number, value, (SELECT s FROM (SELECT {columns}) AS s) AS good"
                f" FROM {whole_rows([file])} AS whole JOIN {repeated[file.file.table]} USING (file_number, row_number))"
                f" WHERE NOT {mentions('CAST(to_json(good) AS VARCHAR)')} ORDER BY row_number"
            )


def _is_known(connection: duckdb.DuckDBPyConnection, load_id: str) -> bool:
    """Whether a load of exactly these files was committed before: then its file and quarantine rows are there."""
    query = "SELECT count(*) > 0 FROM raw.loads WHERE load_id = ?"
    return bool(connection.execute(query, [load_id]).fetchall()[0][0])


def _log(load: DayLoad, files: list[StagedFile]) -> pl.DataFrame:
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            "snapshot_date": load.day,
            "load_number": load.load_number,
            "table_name": file.file.table,
            "file": file.file.path,
            "load_id": load.load_id,
            "bytes": file.copy.size,
            "sha256": file.copy.sha256,
            "row_count": file.row_count,
            "quarantined_count": file.broken_count + file.repeated_count,
            "unknown_columns": ", ".join(file.unknown_columns) or None,
            "missing_columns": ", ".join(file.missing_columns) or None,
            "erased_count": file.erased_count,
            "root": load.root,
            "loaded_at": loaded_at,
        }
        for file in files
    ]
    table = contracts.get("raw.loads")
    return pl.DataFrame(rows, schema={name: column.dtype for name, column in table.columns.items()})
