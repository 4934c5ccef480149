"""The run whose results a warehouse shows, as exports and manifests cite it."""

from dataclasses import dataclass, fields
from datetime import date, datetime

import duckdb

from forensics.errors import NotFoundError


@dataclass(frozen=True)
class Run:
    """The run whose findings leave: its as-of date, Dagster's id, version and fingerprints."""

    as_of: date
    run_id: str
    code_version: str
    loads_fingerprint: str
    settings_fingerprint: str
    finished_at: datetime


def read_run(connection: duckdb.DuckDBPyConnection) -> Run:
    """The run that wrote the report tables.

    Raises:
        NotFoundError: when none has.
    """
    names = ", ".join(field.name for field in fields(Run))
    rows = connection.execute(
        f"SELECT {names} FROM reports.runs ORDER BY finished_at DESC, as_of DESC LIMIT 1"
    ).fetchall()
    if not rows:
        raise NotFoundError("No run has made findings yet.", next_step="`forensics run` makes them.")
    return Run(*rows[0])
