"""What a day's folder holds: its files by table, and every fault that shows without opening one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from forensics import contracts
from forensics.errors import SnapshotError
from forensics.raw.sources import Entry, Source, open_source

COMPLETE = "_SUCCESS"
"""The marker that a day is complete; a folder without it is still being written."""

FORMATS = {
    f"{name}{packing}": (name.replace("ndjson", "jsonl"), packing.lstrip("."))
    for name in ("parquet", "jsonl", "ndjson", "csv")
    for packing in ("", ".gz", ".zst")
    if name != "parquet" or not packing
}
"""File endings that are read, with format and packing."""

_DAY = re.compile(r"date=(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class DayFile:
    """One file of a day: its table, its path in the day's folder, its format and how it is packed."""

    table: str
    path: str
    format: str
    packing: str


@dataclass(frozen=True)
class DayLayout:
    """The files of a day in the order of the contract's tables and of their names, the faults, and what is left."""

    files: tuple[DayFile, ...]
    faults: tuple[str, ...]
    unknown: tuple[str, ...]


def list_days(root: str, wanted: Callable[[date], bool] = lambda day: True) -> list[date]:
    """The days below a root that are wanted and complete, in order.

    Args:
        root: a local folder or an s3://, gs:// or az:// URL.
        wanted: whether a day matters; the folders of other days cost no look into them.

    Raises:
        SnapshotError: when there is nothing at the root, or it cannot be read.
    """
    source = open_source(root)
    entries = source.entries("")
    if entries is None:
        raise SnapshotError(
            f"There are no snapshots at {root}.",
            next_step="Name the folder that holds the date=YYYY-MM-DD folders, with --snapshots.",
        )
    days = []
    for entry in entries:
        day = _day_of(entry.name) if entry.is_folder else None
        if day and wanted(day) and any(inner.name == COMPLETE for inner in source.entries(entry.name) or ()):
            days.append(day)
    return sorted(days)


def read_layout(source: Source, day: date) -> DayLayout:
    """Find a day's files without opening them."""
    folder = folder_of(day)
    entries = source.entries(folder)
    if entries is None:
        return DayLayout((), (f"there is no folder {folder}",), ())
    faults = [] if any(entry.name == COMPLETE for entry in entries) else [f"{folder} has no {COMPLETE}"]
    files: list[DayFile] = []
    known: set[str] = {COMPLETE}
    for table in contracts.snapshot_tables():
        mine = [entry for entry in entries if entry.name == table.name or entry.name.startswith(f"{table.name}.")]
        known.update(entry.name for entry in mine)
        found, wrong = _files_of(source, folder, table.name, mine)
        files += found
        faults += wrong
        if table.required and not mine:
            faults.append(f"the required table {table.name} is missing")
    unknown = [entry.name for entry in entries if entry.name not in known and not _ignored(entry.name)]
    return DayLayout(tuple(files), tuple(faults), tuple(unknown))


def folder_of(day: date) -> str:
    """The name of a day's folder."""
    return f"date={day.isoformat()}"


def _files_of(source: Source, folder: str, table: str, entries: list[Entry]) -> tuple[list[DayFile], list[str]]:
    """One table's files, and the faults of their names, number and sizes."""
    if len(entries) > 1:
        names = ", ".join(entry.name for entry in entries)
        return [], [f"{table} is there more than once: {names}; keep one file or one folder"]
    if not entries or not entries[0].is_folder:
        parts, prefix = entries, ""
    else:
        prefix = f"{table}/"
        parts = [part for part in source.entries(f"{folder}/{table}") or () if not _ignored(part.name)]
        if not parts:
            return [], [f"the folder {table} holds no part file"]
    files, faults = [], []
    for part in parts:
        path = f"{prefix}{part.name}"
        ending = part.name.removeprefix(table) if not prefix else part.name
        kind = next((FORMATS[name] for name in FORMATS if ending.endswith(f".{name}")), None)
        if part.is_folder:
            faults.append(f"{path} is a folder; part files lie directly in {table}/")
        elif kind is None or (not prefix and ending.count(".") != 1 + bool(kind[1])):
            faults.append(f"{path} has an ending that is not read (one of {', '.join(sorted(FORMATS))})")
        elif part.size == 0:
            faults.append(f"{path} is empty (zero bytes)")
        else:
            files.append(DayFile(table, path, *kind))
    return files, faults


def _ignored(name: str) -> bool:
    """Markers and check sums that writers leave beside their part files."""
    return name.startswith(("_", "."))


def _day_of(name: str) -> date | None:
    match = _DAY.fullmatch(name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
