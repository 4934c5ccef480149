"""Fingerprints that say what a run saw: the snapshots in force and the settings that change results."""

import hashlib
import json
from pathlib import Path

import duckdb

from forensics.settings import Settings
from forensics.window import Window

WORKING_SETTINGS = frozenset(
    {
        "snapshots", "memory_limit", "threads", "lock_wait_seconds", "kept_versions", "quarantine_share_max",
        "engine", "spark_remote", "key_file", "retention_days", "case_files_url",
    }
)  # fmt: skip
"""Settings that change where and how fast a run works, what it warns of and what is kept, and not what is found or
shown. Every other one counts, one that is new among them."""

FILE_SETTINGS = (
    "ownership_rules", "organisation_decisions", "capability_taxonomy", "capability_model", "public_item_lists",
    "band_calibration",
)  # fmt: skip
"""Settings that name files which change what is found: what is in a file counts, not where it lies."""


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
    values = settings.model_dump(mode="json", exclude=set(WORKING_SETTINGS))
    for name in FILE_SETTINGS:
        value = getattr(settings, name)
        values[name] = [_content(one) for one in value] if isinstance(value, tuple) else _content(value)
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _content(named: str | None) -> str | None:
    """The hash of what a setting names; its text where that is no file, as of a folder of weights."""
    path = Path(named) if named else None
    return hashlib.sha256(path.read_bytes()).hexdigest() if path and path.is_file() else named
