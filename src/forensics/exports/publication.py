"""Publishing warehouse and Parquet files together: the files of an as-of date always come from the published run.

The warehouse is put in force first, then the files. A process that is killed between the two leaves files of the
run before; `settle_reports` writes them again from the published warehouse, which holds the same tables.
"""

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from forensics.errors import ForensicsError
from forensics.exports.dated_folders import mend_folders
from forensics.exports.report_tables import place_report_tables, prepare_report_tables, write_report_tables
from forensics.home import Home
from forensics.warehouse.publication import Version, kept_version, publish, restore, versions


@dataclass(frozen=True)
class ReportedRun:
    """The run whose reports a warehouse shows.

    Attributes:
        as_of: last day it looked at.
        run_id: Dagster's id.
        finished_at: when its reports were complete, UTC.
    """

    as_of: date
    run_id: str
    finished_at: datetime


def reported_run(connection: duckdb.DuckDBPyConnection) -> ReportedRun | None:
    """The run that wrote the report tables: the last one to finish, whatever its as-of date; None before the first."""
    found = connection.execute(
        "SELECT as_of, run_id, finished_at FROM reports.runs ORDER BY finished_at DESC, as_of DESC LIMIT 1"
    ).fetchall()
    return ReportedRun(*found[0]) if found else None


def publish_with_reports(
    connection: duckdb.DuckDBPyConnection, home: Home, as_of: date, *, kept_versions: int, compacts: bool = False
) -> tuple[Version, list[Path]]:
    """Publish the warehouse, and the report tables as Parquet in the folder of the as-of date.

    Args:
        connection: the writer's, with no open transaction; the caller holds the writer lock.
        home: the state folder.
        as_of: last day that was looked at.
        kept_versions: how many published warehouses are kept.
        compacts: as `publish` takes it.

    Returns:
        The version in force, and the files in the order of the contract.

    Raises:
        ForensicsError: when the report tables were made as of another day.
    """
    run = reported_run(connection)
    if run is None or run.as_of != as_of:
        found = f"were made as of {run.as_of}" if run else "were never made"
        raise ForensicsError(
            f"The report tables {found}, and {as_of} was to be published.",
            next_step=f"Materialise features, clusters, links and reports as of {as_of} together with the publication.",
        )
    prepare_report_tables(connection, home, as_of)
    version = publish(connection, home, kept_versions=kept_versions, compacts=compacts)
    files = place_report_tables(home, as_of)
    settle_reports(home)
    return version, files


def restore_with_reports(home: Home, number: int) -> Version:
    """Put an earlier version and its report tables in force again, for readers; the caller holds the writer lock.

    What the writer has loaded is kept, see `forensics.warehouse.restore`. The folder of the version's own as-of date
    is written from it; folders of runs that it does not know are deleted, their tables stay in the later versions.

    Raises:
        NotFoundError: when that version is not kept.
    """
    with closing(duckdb.connect(str(kept_version(home, number).path), read_only=True)) as connection:
        run = reported_run(connection)
        if run:
            prepare_report_tables(connection, home, run.as_of)
    version = restore(home, number)
    if run:
        place_report_tables(home, run.as_of)
    settle_reports(home)
    return version


def settle_reports(home: Home) -> None:
    """Make the folders of Parquet files agree with the published warehouse; the caller holds the writer lock.

    Only folders are touched that a kept version can write again: what disagrees is written from the version whose run
    the published warehouse names for that date, or deleted when it names none.
    """
    mend_folders(home.reports)
    if not home.published.is_file():
        return
    with closing(duckdb.connect(str(home.published), read_only=True)) as connection:
        published = dict(connection.execute("SELECT as_of, run_id FROM reports.runs").fetchall())
    sources = _sources(home)
    for day in sorted({day for day, _ in sources}):
        carried, wanted = _carried(home, day), published.get(day)
        if carried == wanted:
            continue
        if wanted is not None and (day, wanted) in sources:
            with closing(duckdb.connect(str(sources[day, wanted]), read_only=True)) as connection:
                write_report_tables(connection, home, day)
        elif carried is not None and (day, carried) in sources:
            shutil.rmtree(home.reports / day.isoformat())


def _sources(home: Home) -> dict[tuple[date, str], Path]:
    """The kept version that shows each run's reports; the one in force goes before others of the same run."""
    sources: dict[tuple[date, str], Path] = {}
    for version in sorted(versions(home), key=lambda version: (version.in_force, version.number)):
        try:
            with closing(duckdb.connect(str(version.path), read_only=True)) as connection:
                run = reported_run(connection)
        except duckdb.Error:
            # A kept version that no longer opens is no reason to refuse a publication.
            continue
        if run:
            sources[run.as_of, run.run_id] = version.path
    return sources


def _carried(home: Home, day: date) -> str | None:
    """The run whose tables lie in the folder of a date; None without a folder, or when it cannot be read."""
    path = home.reports / day.isoformat() / "runs.parquet"
    try:
        with closing(duckdb.connect()) as connection:
            found = connection.execute(
                "SELECT run_id FROM read_parquet(?) WHERE as_of = ?", [str(path), day]
            ).fetchall()
    except duckdb.Error:
        return None
    return str(found[0][0]) if found else None
