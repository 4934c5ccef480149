"""The end of every run, erasure and retention: warehouse, report tables, manifest and case files, in this order.

Pages are rendered before anything is put in force, so that a fault in them leaves everything as it was, and put in
their place after the manifest, whose hash they carry. A process that is killed between leaves pages of an earlier run,
which `settle_case_files` deletes, and a run without a manifest, which `verify` reports.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from forensics.custody.manifest import Kind, policy, write_manifest
from forensics.custody.manifests import Entry, newest_of_run
from forensics.exports import publication
from forensics.exports.case_files.folders import case_files_index
from forensics.exports.case_files.writing import described, place_case_files, render_case_files, settle_case_files
from forensics.exports.runs import read_run
from forensics.home import Home
from forensics.privacy.history import thin_history
from forensics.settings import Settings
from forensics.warehouse.publication import Version


@dataclass(frozen=True)
class Published:
    """What was put in force: the warehouse's version, the report tables, the manifest and the case files' index."""

    version: Version
    report_files: Sequence[Path]
    manifest: Entry
    index: Path


def publish_run(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    settings: Settings,
    as_of: date,
    *,
    kind: Kind = "run",
    days: Collection[date] | None = None,
    checks: Sequence[Mapping[str, Any]] = (),
) -> Published:
    """Put the results of a run in force, with all that goes with them.

    Args:
        connection: the writer's, with no open transaction; the caller holds the writer lock.
        home: the state folder.
        settings: that the results were made with.
        as_of: last day that was looked at.
        kind, days, checks: as `write_manifest` takes them.

    Raises:
        ForensicsError: when the report tables were made as of another day.
    """
    if kind == "run":
        thin_history(connection, as_of)
    pages = render_case_files(connection, settings, policy(settings)) if publication.reported_run(connection) else {}
    version, files = publication.publish_with_reports(
        connection, home, as_of, kept_versions=settings.kept_versions, compacts=kind != "run"
    )
    manifest = write_manifest(
        connection,
        home,
        settings,
        kind=kind,
        days=days,
        checks=checks,
        case_files=described(home, as_of, pages),
    )
    index = place_case_files(home, as_of, pages, manifest.sha256)
    settle_case_files(home)
    return Published(version, files, manifest, index)


def rewrite_case_files(home: Home, settings: Settings) -> Path | None:
    """Write the case files of the published warehouse again, e.g. of an earlier version; the caller holds the lock.

    Returns:
        The index; None when the version was made by an earlier pipeline and lacks tables or columns that pages need.
    """
    settle_case_files(home)
    with closing(duckdb.connect(str(home.published), read_only=True)) as connection:
        run = read_run(connection)
        try:
            pages = render_case_files(connection, settings, policy(settings))
        except (duckdb.CatalogException, duckdb.BinderException):
            return None
    entry = newest_of_run(home, run.run_id)
    place_case_files(home, run.as_of, pages, entry.sha256 if entry else None)
    return case_files_index(home, run.as_of)
