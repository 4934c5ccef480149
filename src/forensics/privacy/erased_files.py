"""Taking accounts out of files: Parquet is written again without their rows, other files that name them are deleted."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from forensics.contracts.sql import literal, quote
from forensics.exports.case_files.folders import ACCOUNT_MAP, page_name
from forensics.exports.datapackage import file_sha256
from forensics.home import Home
from forensics.privacy.erased_rows import ACCOUNT_COLUMN, is_named
from forensics.raw.exchange_files import write_exchanges

DAY = re.compile(r"(?:date=)?(\d{4}-\d{2}-\d{2})")
UNFINISHED = ".unfinished-"
READABLE = {".json", ".jsonl", ".html", ".md", ".txt", ".csv", ".svg", ".graphml", ".xml"}
"""Endings of files that are looked into as text."""


@dataclass(frozen=True)
class FileRemoval:
    """A file from which rows were taken, or which was deleted since it names an account (then it has no hash after)."""

    table_name: str
    day: date | None
    file: str
    removed_count: int
    sha256_before: str
    sha256_after: str | None


def rewrite_files(connection: duckdb.DuckDBPyConnection, home: Home, account_ids: list[str]) -> Iterator[FileRemoval]:
    """Take the accounts out of all files below raw/, core/, reports/ and cases/, those of earlier dates among them.

    A file takes the old one's place in one step and keeps its name, by which loads and views know it. The case files of
    findings that the accounts were in go as a whole: a page that lists a few of many may show what was theirs alone. So
    do account maps, where every account has its place.
    """
    pages = {ACCOUNT_MAP, *(page_name(finding_id) for finding_id in _findings_of(connection, home, account_ids))}
    folders = [folder for folder in (home.raw, home.core, home.reports, home.cases) if folder.is_dir()]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        if path.name.startswith(UNFINISHED):
            path.unlink()
        elif path.suffix == ".parquet":
            yield from _rewrite(connection, home, path, account_ids)
        elif path.suffix in READABLE and (
            (path.is_relative_to(home.cases) and path.name in pages)
            or is_named(path.read_text("utf-8", "replace"), account_ids)
        ):
            digest = file_sha256(path)
            path.unlink()
            yield FileRemoval("reports", _day(path), _relative(home, path), 0, digest, None)


def _findings_of(connection: duckdb.DuckDBPyConnection, home: Home, account_ids: list[str]) -> list[str]:
    """Findings that the accounts are or were in, or stand beside: by the warehouse and the folders of every date."""
    files = sorted(map(str, home.reports.glob("*/finding_accounts.parquet")))
    files += sorted(map(str, home.reports.glob("*/finding_bystanders.parquet")))
    folders = f"UNION ALL SELECT finding_id, account_id FROM read_parquet([{', '.join(map(literal, files))}])"
    rows = connection.execute(
        f"""
        SELECT DISTINCT finding_id FROM (
            SELECT finding_id, account_id FROM reports.finding_history
            UNION ALL SELECT finding_id, account_id FROM reports.finding_accounts
            UNION ALL SELECT finding_id, account_id FROM reports.finding_bystanders
            {folders if files else ""}
        ) WHERE list_contains($ids::VARCHAR[], account_id) ORDER BY finding_id
        """,
        {"ids": account_ids},
    ).fetchall()
    return [row[0] for row in rows]


def _rewrite(
    connection: duckdb.DuckDBPyConnection, home: Home, path: Path, account_ids: list[str]
) -> list[FileRemoval]:
    source = f"read_parquet({literal(str(path))}, hive_partitioning = false)"
    columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    holders = [quote(name) for name in columns if ACCOUNT_COLUMN.fullmatch(name)]
    if not holders:
        return []
    ids = ", ".join(map(literal, account_ids))
    theirs = " OR ".join(f"coalesce({name} IN ({ids}), false)" for name in holders)
    count = connection.execute(f"SELECT count(*) FROM {source} WHERE {theirs}").fetchall()[0][0]
    if not count:
        return []
    before = file_sha256(path)
    if path.is_relative_to(home.raw / "exchanges"):
        text_bytes = "strlen(prompt) + coalesce(strlen(system_prompt), 0)"
        write_exchanges(connection, f"SELECT *, {text_bytes} AS text_bytes FROM {source} WHERE NOT ({theirs})", path)
    else:
        _copy(connection, f"SELECT * FROM {source} WHERE NOT ({theirs})", path)
    table = f"{path.relative_to(home.root).parts[0]}.{_table_of(home, path)}"
    return [FileRemoval(table, _day(path), _relative(home, path), count, before, file_sha256(path))]


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write rows in the order they have; the file is whole before it takes the old one's place."""
    fresh = path.with_name(f"{UNFINISHED}{path.name}")
    connection.execute(f"COPY ({query}) TO {literal(str(fresh))} (FORMAT parquet, COMPRESSION zstd)")
    descriptor = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)


def _table_of(home: Home, path: Path) -> str:
    parts = path.relative_to(home.root).parts
    return path.stem if parts[0] == "reports" else parts[1]


def _relative(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def _day(path: Path) -> date | None:
    match = DAY.fullmatch(path.parent.name)
    return date.fromisoformat(match[1]) if match else None
