"""Retention: daily rows and Parquet files older than the settings keep are taken out, and what was is written down.

Findings, their history and the logs of custody are evidence and stay unless they are asked for by name (`reports` in
the setting, and the option); loads, removals, tombstones and manifests always stay.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts.sql import literal, relation
from forensics.core.daily_files import daily_files, point_views_at_daily_files
from forensics.errors import SettingsError
from forensics.exports.case_files.writing import remove_case_files
from forensics.exports.datapackage import file_sha256
from forensics.exports.publication import reported_run
from forensics.home import Home
from forensics.privacy.erasure import compact_building
from forensics.privacy.expired import Expired, log_expired
from forensics.raw.exchange_files import exchanges_file, point_view_at_files
from forensics.settings import Settings
from forensics.warehouse import check_published, open_building, versions, writer_lock
from forensics.warehouse.connection import prepare_session
from forensics.warehouse.tables import declare_tables
from forensics.warehouse.transactions import transaction

RETAINING = ".retaining.duckdb"
HISTORY = "reports"
"""Name in the setting for the history of findings and runs, and the folders of earlier as-of dates."""

QUOTED = ("raw.exchanges", "core.templates")
"""Tables whose text case files quote."""


def keep_days(settings: Settings) -> dict[str, int]:
    """Days that are kept, by full table name; a table's own entry goes before its step's.

    Raises:
        SettingsError: when a table that a run looks back on would be kept for less than the window.
    """
    found: dict[str, int] = {}
    for table in contracts.tables():
        if table.daily:
            days = settings.retention_days.get(table.full_name, settings.retention_days.get(table.step))
            if days is not None:
                found[table.full_name] = days
    short = {name: days for name, days in found.items() if days < settings.window_days and name != "raw.quarantine"}
    if short:
        raise SettingsError(
            f"A run looks back on {settings.window_days} days, and less than that would be kept.",
            faults=[f"{name}: {days} days" for name, days in sorted(short.items())],
            next_step="Raise these numbers of retention_days, or lower window_days.",
        )
    return found


def retain(
    home: Home,
    settings: Settings,
    *,
    dry_run: bool = False,
    history_too: bool = False,
    by: str = "retention",
    say: Callable[[str], None] = lambda _: None,
) -> list[Expired]:
    """Take out what is older than the settings keep, counted back from the newest loaded day.

    Args:
        home: the state folder.
        settings: with retention_days.
        dry_run: only say what would go.
        history_too: take the history of findings as well, if the setting names `reports`.
        by: written down with each removal.
        say: told what is being done.

    Returns:
        What went, or would go.
    """
    kept = keep_days(settings)
    with writer_lock(home, purpose="retention", wait_seconds=settings.lock_wait_seconds, say=say):
        check_published(home)
        with open_building(home, settings) as connection:
            newest = connection.execute("SELECT max(snapshot_date) FROM raw.loads").fetchall()[0][0]
            if newest is None:
                return []
            bounds = {name: newest - timedelta(days=days - 1) for name, days in kept.items()}
            history = None
            if history_too and HISTORY in settings.retention_days:
                history = newest - timedelta(days=settings.retention_days[HISTORY] - 1)
            found = _expired(connection, home, bounds, history)
            if dry_run or not found:
                return found
            say(f"taking out {len(found)} days of tables and files")
            hashes = {one.file: file_sha256(home.root / one.file) for one in found if one.file}
            log_expired(connection, found, hashes, by, "older than retention_days keeps")
            _remove(connection, home, bounds, history)
        for one in found:
            if one.file:
                (home.root / one.file).unlink(missing_ok=True)
        compact_building(home, settings)
        as_of = _publish(home, settings, bounds, history)
        if as_of:
            _remove_pages(home, settings, bounds, as_of)
        if history:
            _remove_folders(home, history)
    return found


def _expired(
    connection: duckdb.DuckDBPyConnection, home: Home, bounds: dict[str, date], history: date | None
) -> list[Expired]:
    found = []
    for name, first in sorted(bounds.items()):
        table = contracts.get(name)
        if table.stored_as == "parquet":
            found += [
                Expired(name, day, path.relative_to(home.root.resolve()).as_posix(), _rows_of(path))
                for day, path in _files(connection, home, name)
                if day < first and path.is_file()
            ]
            continue
        rows = connection.execute(
            f"SELECT snapshot_date, count(*) FROM {relation(table)} WHERE snapshot_date < ? GROUP BY ALL ORDER BY ALL",
            [first],
        ).fetchall()
        found += [Expired(name, day, None, count) for day, count in rows]
    for name in _history_tables() if history else ():
        count = connection.execute(f"SELECT count(*) FROM {name} WHERE {older_rows(name)}", [history]).fetchall()[0][0]
        found += [Expired(name, None, None, count)] if count else []
    return found


def _history_tables() -> list[str]:
    """Logs of findings and runs by as-of date."""
    return [
        table.full_name
        for table in contracts.of_step("reports")
        if table.kind == "log" and "as_of" in table.columns and table.full_name != "reports.runs"
    ]


def older_rows(name: str) -> str:
    """Which rows of a log go. The day a finding was first found stays: its id is never given again."""
    if name != "reports.finding_states":
        return "as_of < ?"
    return f"as_of < ? AND (finding_id, as_of) NOT IN (SELECT finding_id, min(as_of) FROM {name} GROUP BY finding_id)"


def _files(connection: duckdb.DuckDBPyConnection, home: Home, name: str) -> list[tuple[date, Path]]:
    """Every file of a table that is kept in files, those of superseded loads among them."""
    if name == "raw.exchanges":
        loads = connection.execute("SELECT DISTINCT snapshot_date, load_id FROM raw.loads ORDER BY ALL").fetchall()
        return [(day, exchanges_file(home, day, load_id).resolve()) for day, load_id in loads]
    return [(day, path) for (table, day), path in daily_files(connection, home).items() if table == name]


def _rows_of(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _remove(connection: duckdb.DuckDBPyConnection, home: Home, bounds: dict[str, date], history: date | None) -> None:
    """Delete the rows, and point the views at what stays; the files go when that is committed."""
    with transaction(connection):
        for name, first in bounds.items():
            table = contracts.get(name)
            if table.stored_as == "native":
                connection.execute(f"DELETE FROM {relation(table)} WHERE snapshot_date < ?", [first])
            else:
                connection.execute(
                    "DELETE FROM core.daily_files WHERE 'core.' || table_name = ? AND snapshot_date < ?", [name, first]
                )
        for name in _history_tables() if history else ():
            connection.execute(f"DELETE FROM {name} WHERE {older_rows(name)}", [history])
    gone = [
        path for day, path in _files(connection, home, "raw.exchanges") if day < bounds.get("raw.exchanges", date.min)
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    with transaction(connection):
        point_view_at_files(connection, home)
        point_views_at_daily_files(connection, home)


def _publish(home: Home, settings: Settings, bounds: dict[str, date], history: date | None) -> date | None:
    """Publish the version in force without what expired, write its manifest, and delete the versions before it.

    Returns:
        Its as-of date; None when nothing was published before.
    """
    from forensics.custody.publishing import publish_run

    if not home.published.is_file():
        return None
    copy = home.root / RETAINING
    shutil.copyfile(home.published, copy)
    copy.chmod(0o600)
    try:
        with closing(duckdb.connect(str(copy))) as connection:
            prepare_session(connection)
            declare_tables(connection)
            connection.execute(f"ATTACH {literal(str(home.building))} AS building (READ_ONLY)")
            connection.execute("DELETE FROM raw.removals")
            connection.execute("INSERT INTO raw.removals BY NAME FROM building.raw.removals")
            connection.execute("DETACH building")
            _remove(connection, home, bounds, history)
            run = reported_run(connection)
            if run is None:
                return None
            version = publish_run(connection, home, settings, run.as_of, kind="retention").version
    finally:
        copy.unlink(missing_ok=True)
        (home.root / f"{RETAINING}.wal").unlink(missing_ok=True)
    for old in versions(home):
        if old.number != version.number:
            old.path.unlink()
    return run.as_of


def _remove_pages(home: Home, settings: Settings, bounds: dict[str, date], as_of: date) -> None:
    """Delete case files of earlier runs that may quote what is no longer kept; those of the last run were rewritten."""
    quoted = [bounds[name] for name in QUOTED if name in bounds]
    if quoted:
        remove_case_files(home, before=min(max(quoted) + timedelta(days=settings.window_days - 1), as_of))


def _remove_folders(home: Home, first: date) -> None:
    """Delete the Parquet folders and the case files of as-of dates before a day."""
    remove_case_files(home, before=first)
    for folder in home.reports.iterdir() if home.reports.is_dir() else ():
        try:
            if folder.is_dir() and date.fromisoformat(folder.name) < first:
                shutil.rmtree(folder)
        except ValueError:
            continue
