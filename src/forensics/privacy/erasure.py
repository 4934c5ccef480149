"""Erasing an account: its rows leave every table, file and log of the state folder, and no later load brings them back.

    tombstone ─ Parquet files ─ the writer's warehouse ─ the published one ─ older versions ─ Dagster's events

Each step can be repeated: an erasure that was cut off is finished by asking again. Days on which the account was active
are marked to be summed up anew, so that the next run's figures are those of a world without it. Known limits: what was
exported before is out; a provider's own snapshots are not ours to change; counts made with the account (a group's size)
stand until the next run.
"""

import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import polars as pl

from forensics import contracts
from forensics.contracts.sql import literal, quote
from forensics.core.daily_files import follow_moved_daily_files
from forensics.errors import NotFoundError
from forensics.exports.publication import reported_run
from forensics.home import Home
from forensics.privacy.erased_files import FileRemoval, rewrite_files
from forensics.privacy.erased_rows import Counts, delete_rows, known_accounts, own_signals
from forensics.privacy.erased_traces import scrub_decisions, scrub_events
from forensics.privacy.keys import load_key
from forensics.privacy.tombstones import add_tombstone
from forensics.raw.exchange_files import follow_moved_files
from forensics.settings import Settings
from forensics.warehouse import check_published, open_building, versions, writer_lock
from forensics.warehouse.connection import STORAGE_VERSION, prepare_session
from forensics.warehouse.tables import append_rows, declare_tables
from forensics.warehouse.transactions import transaction

COMPILED = ("numba", "matplotlib")
"""Folders of scratch that hold no data."""

ERASING = ".erasing.duckdb"
COMPACT = ".compacting.duckdb"


@dataclass(frozen=True)
class Erasure:
    """What an erasure took out.

    Attributes:
        accounts: how many were asked for.
        rows: rows taken out of the writer's warehouse, by table.
        files: Parquet and other files that were written anew or deleted.
        versions_deleted: published versions that held the accounts.
        days: days that the next run sums up anew.
        traces: places in Dagster's events and in decisions that were blacked out.
    """

    accounts: int
    rows: dict[str, int]
    files: tuple[FileRemoval, ...]
    versions_deleted: int
    days: tuple[date, ...]
    traces: int = field(default=0)


def erase(
    home: Home,
    settings: Settings,
    account_ids: list[str],
    *,
    by: str,
    why: str,
    unknown_too: bool = False,
    spellings: Callable[[str], list[str]] = lambda account_id: [account_id],
    say: Callable[[str], None] = lambda _: None,
) -> Erasure:
    """Erase accounts.

    Args:
        home: the state folder.
        settings: its settings.
        account_ids: the accounts.
        by: who asks for it; written down with the tombstone.
        why: why; written down as well. Neither may name the account.
        unknown_too: make tombstones also for accounts that are in no table, so that a first load keeps them out.
        spellings: how an id may be written in Dagster's events, beside as it is.
        say: told what is being done.

    Raises:
        NotFoundError: when an account is in no table and `unknown_too` is not given.
        ContractError: when what is published was made by another version of the pipeline.
    """
    key = load_key(home, settings, say=say)
    with writer_lock(home, purpose="erasure", wait_seconds=settings.lock_wait_seconds, say=say):
        check_published(home)
        with open_building(home, settings) as connection:
            known = known_accounts(connection, account_ids)
            if (absent := sorted(set(account_ids) - known)) and not unknown_too:
                raise NotFoundError(
                    f"{len(absent)} of {len(account_ids)} accounts are in no table: {', '.join(absent[:5])}.",
                    next_step="Check the ids; --unknown-too keeps them out of future loads all the same.",
                )
            for account_id in account_ids:
                add_tombstone(connection, key, account_id, by=by, why=why)
            signals = own_signals(connection, account_ids)
            say("writing Parquet files without the accounts")
            files = log_removals(connection, {}, rewrite_files(connection, home, account_ids), by=by, why=why)
            say("taking rows out of the warehouse")
            counts, days = delete_rows(connection, account_ids, signals)
            log_removals(connection, counts, (), by=by, why=why)
        compact_building(home, settings)
        say("publishing the warehouse without the accounts")
        deleted = _publish_without(home, settings, account_ids, signals)
        _empty_scratch(home)
        traces = scrub_decisions(home, account_ids, signals)
        traces += scrub_events(home, [form for account_id in account_ids for form in spellings(account_id)])
    rows: dict[str, int] = {}
    for (table, _), count in counts.items():
        rows[table] = rows.get(table, 0) + count
    return Erasure(len(account_ids), rows, tuple(files), deleted, tuple(days), traces)


def log_removals(
    connection: duckdb.DuckDBPyConnection, counts: Counts, files: Iterable[FileRemoval], *, by: str, why: str
) -> list[FileRemoval]:
    """Write down what was taken out, file by file as they come; the account is not named."""
    shared = {"cause": "erasure", "removed_by": by, "reason": why}
    done = []
    for file in files:
        place = {"table_name": file.table_name, "snapshot_date": file.day, "file": file.file}
        hashes = {"sha256_before": file.sha256_before, "sha256_after": file.sha256_after}
        _append(connection, [{**shared, **place, **hashes, "removed_count": file.removed_count}])
        done.append(file)
    native = [
        {**shared, "table_name": table, "snapshot_date": day, "removed_count": count}
        for (table, day), count in sorted(counts.items(), key=lambda item: (item[0][0], str(item[0][1])))
    ]
    _append(connection, native)
    return done


def _append(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    start = connection.execute("SELECT coalesce(max(removal_number), 0) FROM raw.removals").fetchall()[0][0]
    now = datetime.now(UTC).replace(tzinfo=None)
    schema = {name: column.dtype for name, column in contracts.get("raw.removals").columns.items()}
    numbered = [
        {**row, "removal_number": start + number, "removed_at": now} for number, row in enumerate(rows, start=1)
    ]
    with transaction(connection):
        append_rows(connection, "raw.removals", pl.DataFrame(numbered, schema=schema))


def compact_building(home: Home, settings: Settings) -> None:
    """Copy the writer's warehouse, so that no free page keeps what was deleted; the caller holds the writer lock."""
    target = home.root / COMPACT
    target.unlink(missing_ok=True)
    with open_building(home, settings) as connection:
        connection.execute("CHECKPOINT")
        name = connection.execute("SELECT current_database()").fetchall()[0][0]
        connection.execute(f"ATTACH {literal(str(target))} AS compact (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute(f"COPY FROM DATABASE {quote(name)} TO compact")
        connection.execute("CHECKPOINT compact")
        connection.execute("DETACH compact")
    target.replace(home.building)
    (home.root / f"{home.building.name}.wal").unlink(missing_ok=True)


def _empty_scratch(home: Home) -> None:
    """Delete what other commands left there, e.g. a run made again; compiled code stays."""
    for entry in home.scratch.iterdir() if home.scratch.is_dir() else ():
        if entry.is_dir() and entry.name not in COMPILED:
            shutil.rmtree(entry)


def _publish_without(
    home: Home,
    settings: Settings,
    account_ids: list[str],
    signals: set[tuple[str, str]],
) -> int:
    """Publish the version in force without the accounts, write its manifest, and delete all versions before it."""
    from forensics.custody.publishing import publish_run

    if not home.published.is_file():
        return 0
    copy = home.root / ERASING
    shutil.copyfile(home.published, copy)
    copy.chmod(0o600)
    try:
        with closing(duckdb.connect(str(copy))) as connection:
            prepare_session(connection)
            declare_tables(connection)
            follow_moved_files(connection, home)
            follow_moved_daily_files(connection, home)
            delete_rows(connection, account_ids, signals)
            _copy_logs(connection, home)
            run = reported_run(connection)
            if run is None:
                return 0
            version = publish_run(connection, home, settings, run.as_of, kind="erasure").version
    finally:
        copy.unlink(missing_ok=True)
        (home.root / f"{ERASING}.wal").unlink(missing_ok=True)
    old = [one for one in versions(home) if one.number != version.number]
    for one in old:
        one.path.unlink()
    return len(old)


def _copy_logs(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Take over what the writer's warehouse has logged."""
    connection.execute(f"ATTACH {literal(str(home.building))} AS building (READ_ONLY)")
    for table in ("raw.tombstones", "raw.removals"):
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} BY NAME FROM building.{table}")
    connection.execute("DETACH building")
