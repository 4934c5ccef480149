"""What one manifest says: everything that a run's results follow from, and what they are."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from forensics import contracts
from forensics.contracts.sql import relation
from forensics.core.daily_files import daily_files
from forensics.custody.environment import code_of, environment_of
from forensics.custody.hashes import Rows, TableHash, hash_table
from forensics.custody.manifests import Entry, append, manifests
from forensics.exports.datapackage import file_sha256
from forensics.exports.runs import Run, read_run
from forensics.home import Home
from forensics.raw.exchange_files import files_in_force
from forensics.settings import Settings

Kind = Literal["run", "erasure", "retention"]

FINGERPRINTS = ("loads_fingerprint", "settings_fingerprint")
"""What case files and exports cite of a run, under the names they have in reports.runs."""

MADE_OF = ("core.day_loads", "core.daily_files")
"""What each day was summed up from and with, and the content of its files: small tables, always hashed."""


def write_manifest(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    settings: Settings,
    *,
    kind: Kind = "run",
    days: Collection[date] | None = None,
    checks: Sequence[Mapping[str, Any]] = (),
    case_files: Sequence[Mapping[str, Any]] = (),
) -> Entry:
    """Write down what the warehouse holds and what that was made from; the caller holds the writer lock.

    Args:
        connection: to the warehouse whose results were published, as they were published.
        home: the state folder.
        settings: that the results were made with.
        kind: why a manifest is written.
        days: days that were loaded or summed up since the last manifest; the hashes of others are taken from it, as far
            as it was written by the same code. None: everything is hashed.
        checks: Dagster's checks of the run: table, check, passed, severity, text.
        case_files: the run's pages: file, bytes, and SHA-256 with a blank for this manifest's own hash.

    Returns:
        The manifest in the chain.
    """
    run = read_run(connection)
    code = code_of()
    earlier = next((one.content for one in reversed(manifests(home)) if one.content), None)
    known = earlier if earlier and days is not None and earlier["code"] == code else None
    first = connection.execute("SELECT window_from FROM reports.runs WHERE as_of = ?", [run.as_of]).fetchall()[0][0]
    loads = _loads(connection)
    content = {
        "kind": kind,
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "window_from": first.isoformat(),
        "finished_at": run.finished_at.isoformat(),
        **{name: getattr(run, name) for name in FINGERPRINTS},
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "code": code,
        "environment": environment_of(),
        "settings": recorded(settings),
        "settings_sha256": settings_sha256(settings),
        "seeds": {"seed": settings.seed},
        "policy": policy(settings),
        "inputs": {
            "loads": [load for load in loads if first.isoformat() <= load["snapshot_date"] <= str(run.as_of)],
            "loads_in_force": {load["snapshot_date"]: load["load_id"] for load in loads},
            "decisions": _last_decisions(connection),
        },
        "rows": row_balance(connection, first, run.as_of),
        "outputs": {
            "tables": {name: found.as_json() for name, found in _tables(connection, loads, days, known).items()},
            "files": _files(connection, home, run, known),
            "case_files": [dict(file) for file in case_files],
        },
        "checks": [dict(check) for check in checks],
    }
    return append(home, content)


def settings_sha256(settings: Settings) -> str:
    """SHA-256 over the settings that are recorded."""
    return hashlib.sha256(json.dumps(recorded(settings), sort_keys=True).encode()).hexdigest()


def recorded(settings: Settings) -> dict[str, Any]:
    """All settings but the snapshots' root: each load names its own, and the first run writes it into the settings."""
    return settings.model_dump(mode="json", exclude={"snapshots"})


def policy(settings: Settings) -> dict[str, str]:
    """The ownership rule in force: name, version and hash of all it says."""
    from forensics.links.ownership import load_profile

    rules = Path(settings.ownership_rules) if settings.ownership_rules else None
    profile = load_profile(settings.ownership_profile, rules)
    return {
        "profile": settings.ownership_profile,
        "version": profile.version,
        "profile_sha256": profile.fingerprint,
    }


def _loads(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The files of the loads in force, in order."""
    cursor = connection.execute(
        """
        SELECT snapshot_date, load_number, load_id, root, table_name, file, bytes, sha256, row_count,
               quarantined_count, coalesce(erased_count, 0) AS erased_count
        FROM raw.loads QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date)
        ORDER BY snapshot_date, table_name, file
        """
    )
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{**row, "snapshot_date": row["snapshot_date"].isoformat()} for row in rows]


def _last_decisions(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The number of the last decision of each log that the run read; 0 before the first."""
    tables = {"findings": "reports.decisions", "organisations": "features.organisation_decisions"}
    query = "SELECT coalesce(max(decision_number), 0) FROM {}"
    return {log: connection.execute(query.format(table)).fetchall()[0][0] for log, table in tables.items()}


def row_balance(connection: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[str, dict[str, Any]]:
    """Rows of the window that came in, that were kept, and why the others were not, by snapshot table.

    A row that breaks two rules is one row in quarantine and counts under both rules.
    """
    found = {}
    for table in contracts.snapshot_tables():
        values = {"table": table.name, "full_name": table.full_name, "first": first, "last": last}
        came_in, quarantined, erased = connection.execute(
            f"""
            SELECT coalesce(sum(row_count), 0)::BIGINT, coalesce(sum(quarantined_count), 0)::BIGINT,
                   coalesce(sum(erased_count), 0)::BIGINT
            FROM ({_IN_FORCE}) WHERE table_name = $table""",
            {name: values[name] for name in ("table", "first", "last")},
        ).fetchall()[0]
        rules = connection.execute(
            f"""
            SELECT rule, count(*) FROM raw.quarantine
            SEMI JOIN ({_IN_FORCE}) AS in_force USING (snapshot_date, load_id)
            WHERE table_name = $table GROUP BY rule ORDER BY rule""",
            {name: values[name] for name in ("table", "first", "last")},
        ).fetchall()
        removed = connection.execute(
            f"""
            SELECT coalesce(sum(removed_count), 0)::BIGINT FROM raw.removals
            JOIN (SELECT snapshot_date, max(loaded_at) AS loaded_at FROM ({_IN_FORCE}) GROUP BY ALL)
            USING (snapshot_date)
            WHERE table_name = $full_name AND removed_at >= loaded_at""",
            {name: values[name] for name in ("full_name", "first", "last")},
        ).fetchall()[0][0]
        kept = connection.execute(
            f"SELECT count(*) FROM {relation(table)} WHERE snapshot_date BETWEEN ? AND ?", [first, last]
        ).fetchall()[0][0]
        found[table.name] = {
            "in": came_in,
            "kept": kept,
            "quarantined": quarantined,
            "quarantined_by_rule": dict(rules),
            "kept_out_as_erased": erased,
            "removed_later": removed,
            "unexplained": came_in - kept - quarantined - erased - removed,
        }
    return found


_IN_FORCE = """
    SELECT * FROM raw.loads WHERE snapshot_date BETWEEN $first AND $last
    QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date)
"""


def _tables(
    connection: duckdb.DuckDBPyConnection,
    loads: Sequence[Mapping[str, Any]],
    days: Collection[date] | None,
    known: Mapping[str, Any] | None,
) -> dict[str, TableHash]:
    tables = known["outputs"]["tables"] if known else {}
    before = known["inputs"]["loads_in_force"] if known else {}
    made = [
        (tables.get(name, {}).get("days", {}), hash_table(connection, contracts.get(name)).days) for name in MADE_OF
    ]
    unchanged = {
        load["snapshot_date"]
        for load in loads
        if before.get(load["snapshot_date"]) == load["load_id"]
        # A day is summed up anew after an erasure and under other settings, too, whatever days the run was for.
        and all(_rows_of(then, load["snapshot_date"]) == now.get(load["snapshot_date"]) for then, now in made)
    }
    found = {}
    for table in contracts.tables():
        if table.stored_as == "parquet":
            continue
        hashed = tables.get(table.full_name, {}).get("days", {})
        usable = {day: Rows(**rows) for day, rows in hashed.items() if day in unchanged}
        found[table.full_name] = hash_table(connection, table, days=days if known else None, known=usable)
    return found


def _rows_of(days: Mapping[str, Any], day: str) -> Rows | None:
    return Rows(**days[day]) if day in days else None


def _files(
    connection: duckdb.DuckDBPyConnection, home: Home, run: Run, known: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """The report files of the as-of date, and the files behind the views of all days, as far as they are there."""
    home = Home(home.root.resolve())
    reports = sorted((home.reports / run.as_of.isoformat()).glob("*.parquet"))
    daily = [*files_in_force(connection, home).values(), *daily_files(connection, home).values()]
    before = {file["file"]: file for file in known["outputs"]["files"]} if known else {}
    return [
        *(_file(home, path, {}) for path in reports),
        *(_file(home, path, before) for path in daily if path.is_file()),
    ]


def _file(home: Home, path: Path, before: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Path, size, rows and hash; a file that never changes is not hashed again while its name and size are the same."""
    import pyarrow.parquet as pq

    name = path.relative_to(home.root).as_posix()
    size, earlier = path.stat().st_size, before.get(name)
    if earlier and earlier["bytes"] == size:
        return dict(earlier)
    return {"file": name, "bytes": size, "rows": pq.read_metadata(path).num_rows, "sha256": file_sha256(path)}
