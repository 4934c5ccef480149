"""Opening the warehouse: the writer's building copy, and the published copy that everybody reads."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from forensics.errors import ContractError, NotFoundError
from forensics.home import Home
from forensics.settings import Settings

STORAGE_VERSION = "v1.4.0"
"""Files of this version also open in the tools of DuckDB 1.4 and 1.5."""


def prepare_session(connection: duckdb.DuckDBPyConnection) -> None:
    """Times are UTC, and no progress bar is drawn where nobody watches it: a log would hold line upon line of it."""
    connection.execute("SET TimeZone = 'UTC'")
    if not sys.stdout.isatty():
        connection.execute("SET enable_progress_bar = false")


@contextmanager
def open_building(home: Home, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The writer's warehouse with every declared table in it; the caller holds the writer lock.

    What was committed survives a killed process: DuckDB replays its log when the file is opened again. A state folder
    that was moved is followed: the exchanges are read where they lie now.
    """
    from forensics.core.daily_files import follow_moved_daily_files
    from forensics.raw.exchange_files import follow_moved_files
    from forensics.warehouse.tables import declare_tables

    home.create()
    connection = duckdb.connect(
        str(home.building),
        config={
            "storage_compatibility_version": STORAGE_VERSION,
            "memory_limit": settings.memory_limit,
            "threads": settings.threads,
            "temp_directory": str(home.scratch / "duckdb"),
        },
    )
    try:
        prepare_session(connection)
        declare_tables(connection)
        follow_moved_files(connection, home)
        follow_moved_daily_files(connection, home)
        yield connection
    finally:
        connection.close()


@contextmanager
def open_published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The last published warehouse, read-only; keeps showing one state until it is closed.

    Raises:
        NotFoundError: when nothing was published yet.
    """
    if not home.published.is_file():
        raise NotFoundError(
            f"There is no published warehouse in {home.root}.",
            next_step="Run `forensics run --snapshots ROOT --from DAY --to DAY`, or name the state folder with --home.",
        )
    connection = duckdb.connect(str(home.published), read_only=True)
    try:
        prepare_session(connection)
        yield connection
    finally:
        connection.close()


def check_published(home: Home) -> None:
    """Refuse to publish anew, without a run, results that this version of the pipeline would make empty.

    Raises:
        ContractError: when derived tables of the published warehouse have other columns than their contract.
    """
    from forensics.warehouse.tables import outdated_tables

    if not home.published.is_file():
        return
    with open_published(home) as connection:
        outdated = outdated_tables(connection)
    if outdated:
        raise ContractError(
            "The published results were made by another version of the pipeline.",
            faults=[f"{name} has other columns than its contract" for name in outdated],
            next_step="Run `forensics run` first, which computes them again; then repeat this command.",
        )
