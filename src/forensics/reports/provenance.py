"""Fingerprints that say what a run saw: the snapshots in force and the settings that change results."""

import hashlib
import json
from pathlib import Path

import duckdb

from forensics.settings import Settings
from forensics.window import Window

RESULT_SETTINGS = ("window_days", "seed", "minimum_exchanges", "ownership_profile", "show_exemplars")
"""Settings that change what is found or shown; the others only change how fast."""

RESULT_FILES = ("ownership_rules", "organisation_decisions")
"""Settings that name files which change what is found."""


def loads_fingerprint(connection: duckdb.DuckDBPyConnection, window: Window) -> str:
    """SHA-256 over the ids of the loads in force on the window's days."""
    loads = connection.execute(
        """
        SELECT DISTINCT snapshot_date, load_id FROM raw.loads
        WHERE snapshot_date BETWEEN ? AND ?
        QUALIFY load_number = MAX(load_number) OVER (PARTITION BY snapshot_date)
        ORDER BY snapshot_date, load_id
        """,
        list(window.bounds),
    ).fetchall()
    return hashlib.sha256("\n".join(load_id for _, load_id in loads).encode()).hexdigest()


def settings_fingerprint(settings: Settings) -> str:
    """SHA-256 over the settings that change results."""
    values = settings.model_dump(include=set(RESULT_SETTINGS))
    for name in RESULT_FILES:
        path = getattr(settings, name)
        # What is in a file counts, not where it lies.
        values[name] = hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else None
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
