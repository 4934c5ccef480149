"""What was loaded before: a day's latest load, and what differs from it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from forensics import contracts
from forensics.raw.days import DayFile
from forensics.raw.report import LoadReport, Status, TableLoad
from forensics.raw.sources import Copy


@dataclass(frozen=True)
class EarlierLoad:
    """A load of a day: its id and number, when it was committed, and its rows of `raw.loads`."""

    day: date
    load_id: str
    load_number: int
    loaded_at: datetime
    files: tuple[dict[str, Any], ...]


def latest_load(connection: duckdb.DuckDBPyConnection, day: date) -> EarlierLoad | None:
    """The load of a day that is in force, if it was ever loaded."""
    cursor = connection.execute(
        "SELECT * FROM raw.loads WHERE snapshot_date = $day"
        " AND load_number = (SELECT max(load_number) FROM raw.loads WHERE snapshot_date = $day)"
        " ORDER BY table_name, file",
        {"day": day},
    )
    names = [column[0] for column in cursor.description or ()]
    rows = tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    if not rows:
        return None
    first = rows[0]
    return EarlierLoad(day, first["load_id"], first["load_number"], first["loaded_at"], rows)


def changes(earlier: EarlierLoad, files: tuple[DayFile, ...], copies: list[Copy]) -> list[str]:
    """Every file that changed, came or went since a load, with both fingerprints."""
    before = {row["file"]: row["sha256"] for row in earlier.files}
    after = {file.path: copy.sha256 for file, copy in zip(files, copies, strict=True)}
    found = []
    for path in sorted(before | after):
        old, new = before.get(path), after.get(path)
        if old is None:
            found.append(f"{path} was added: SHA-256 {new}")
        elif new is None:
            found.append(f"{path} was removed: SHA-256 was {old}")
        elif old != new:
            found.append(f"{path} changed: SHA-256 was {old}, is {new}")
    return found


def report_of(load: EarlierLoad, status: Status, unknown_files: tuple[str, ...]) -> LoadReport:
    """The report of a load, from what `raw.loads` keeps of it."""
    tables = []
    for table in contracts.snapshot_tables():
        files = [row for row in load.files if row["table_name"] == table.name]
        if files:
            quarantined = sum(row["quarantined_count"] for row in files)
            erased = sum(row["erased_count"] or 0 for row in files)
            tables.append(
                TableLoad(
                    table.name,
                    len(files),
                    sum(row["row_count"] for row in files) - quarantined - erased,
                    quarantined,
                    _names(files, "unknown_columns"),
                    _names(files, "missing_columns"),
                    erased,
                )
            )
    return LoadReport(load.day, load.load_id, load.load_number, status, tuple(tables), unknown_files)


def _names(files: list[dict[str, Any]], column: str) -> tuple[str, ...]:
    names = {name for row in files for name in (row[column] or "").split(", ") if name}
    return tuple(sorted(names))
