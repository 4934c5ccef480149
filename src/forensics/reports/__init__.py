"""The step reports: groups and owners judged, with what speaks for and against each."""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb
import polars as pl

from forensics import __version__, contracts
from forensics.decisions import Decision
from forensics.reports.account_scores import account_scores
from forensics.reports.availability import evidence_availability
from forensics.reports.calibration import load_calibration
from forensics.reports.findings import compose_findings
from forensics.reports.ownership import barred_organisations, ownership_verdicts
from forensics.reports.provenance import loads_fingerprint, settings_fingerprint
from forensics.settings import Settings
from forensics.warehouse.tables import append_rows, replace_table
from forensics.warehouse.transactions import transaction
from forensics.window import Window

__all__ = ["build"]


def build(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    window: Window,
    *,
    run_id: str,
    decisions: Sequence[Decision] = (),
) -> dict[str, int]:
    """Replace every table of the step by its state as of the window's last day; rows written by full name.

    The logs on findings and on runs are kept: an as-of date that is run again replaces its own rows only.

    Args:
        connection: the writer's.
        settings: the settings of the run.
        window: the run's days.
        run_id: written beside the results.
        decisions: what people decided on findings so far.
    """
    calibration = load_calibration(settings.band_calibration)
    barred = barred_organisations(connection)
    availability = evidence_availability(connection, window)
    composed = compose_findings(connection, window, barred, availability, decisions, calibration)
    tables = {
        "reports.barred_organisations": barred,
        "reports.ownership_verdicts": ownership_verdicts(connection),
        "reports.account_scores": account_scores(
            connection, window, composed["reports.findings"], composed["reports.finding_accounts"]
        ),
        "reports.evidence_availability": availability,
        **composed,
    }
    logs = {name: frame for name, frame in tables.items() if contracts.get(name).kind == "log"}
    rows = {name: replace_table(connection, name, frame) for name, frame in tables.items() if name not in logs}
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
        for name, frame in {**logs, "reports.runs": run}.items():
            connection.execute(f"DELETE FROM {name} WHERE as_of = ?", [window.as_of])
            rows[name] = append_rows(connection, name, frame)
    return rows
