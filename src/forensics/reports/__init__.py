"""The step reports: groups and owners judged, with what speaks for and against each."""

from datetime import UTC, datetime

import duckdb
import polars as pl

from forensics import __version__
from forensics.reports.account_scores import account_scores
from forensics.reports.availability import evidence_availability
from forensics.reports.findings import compose_findings
from forensics.reports.identity import finding_history
from forensics.reports.ownership import barred_organisations, ownership_verdicts
from forensics.reports.provenance import loads_fingerprint, settings_fingerprint
from forensics.settings import Settings
from forensics.warehouse.tables import append_rows, replace_table, transaction
from forensics.window import Window

__all__ = ["build"]


def build(connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window, *, run_id: str) -> dict[str, int]:
    """Replace every table of the step by its state as of the window's last day; rows written by full name.

    The history of findings and of runs is kept: an as-of date that is run again replaces its own rows only.
    """
    barred = barred_organisations(connection)
    availability = evidence_availability(connection, window)
    tables = {
        "reports.barred_organisations": barred,
        "reports.ownership_verdicts": ownership_verdicts(connection),
        "reports.account_scores": account_scores(connection, window),
        "reports.evidence_availability": availability,
        **compose_findings(connection, window, barred, availability),
    }
    rows = {name: replace_table(connection, name, frame) for name, frame in tables.items()}
    history = finding_history(tables["reports.finding_accounts"], window)
    run = pl.DataFrame(
        {
            "as_of": [window.as_of],
            "window_from": [window.first],
            "loads_fingerprint": [loads_fingerprint(connection, window)],
            "settings_fingerprint": [settings_fingerprint(settings)],
            "code_version": [__version__],
            "finding_count": [tables["reports.findings"].height],
            "run_id": [run_id],
            "finished_at": [datetime.now(UTC).replace(tzinfo=None)],
        }
    )
    with transaction(connection):
        for name, frame in (("reports.finding_history", history), ("reports.runs", run)):
            connection.execute(f"DELETE FROM {name} WHERE as_of = ?", [window.as_of])
            rows[name] = append_rows(connection, name, frame)
    return rows
