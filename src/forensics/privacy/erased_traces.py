"""Blacking accounts out where the pipeline wrote of them beside the data: Dagster's events, and people's decisions."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from forensics.home import Home
from forensics.privacy.erased_rows import BLACKED_OUT
from forensics.privacy.tombstones import INSIDE_WORD


def scrub_decisions(home: Home, account_ids: list[str], signals: set[tuple[str, str]]) -> int:
    """Take the accounts, and values that were theirs alone, out of the decisions' files; how many files were changed.

    A decision stays what it was: who decided what, when, on which finding, with the other accounts.
    """
    changed = 0
    folder = home.root / "decisions"
    for path in sorted(folder.rglob("*.json")) if folder.is_dir() else []:
        before = path.read_text("utf-8")
        after = json.dumps(_without(json.loads(before), set(account_ids), signals), indent=2, ensure_ascii=False)
        if json.loads(after) != json.loads(before):
            _replace(path, after + "\n")
            changed += 1
    return changed


def _without(value: Any, account_ids: set[str], signals: set[tuple[str, str]]) -> Any:
    if isinstance(value, dict):
        return {name: _without(one, account_ids, signals) for name, one in value.items()}
    if isinstance(value, list):
        kept = [one for one in value if not _is_theirs(one, account_ids, signals)]
        return [_without(one, account_ids, signals) for one in kept]
    return value


def _is_theirs(value: Any, account_ids: set[str], signals: set[tuple[str, str]]) -> bool:
    if isinstance(value, str):
        return value in account_ids
    is_signal = isinstance(value, list) and len(value) >= 2 and all(isinstance(one, str) for one in value[:2])
    return is_signal and (value[0], value[1]) in signals


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(text, "utf-8")
    fresh.chmod(mode)
    fresh.replace(path)


def scrub_events(home: Home, forms: list[str]) -> int:
    """Black ids out of Dagster's databases, in which previews of tables stand; how many rows were changed.

    Args:
        home: the state folder; no run may be active.
        forms: ids in every way they may be written.
    """
    changed = 0
    words = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    pattern = re.compile(f"(?<![{INSIDE_WORD}])(?:{words})(?![{INSIDE_WORD}])")
    for path in sorted(home.dagster.rglob("*.db")) if home.dagster.is_dir() else []:
        with closing(sqlite3.connect(path, timeout=60)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.create_function(
                "blacked_out", 1, lambda text: pattern.sub(BLACKED_OUT, text), deterministic=True
            )
            here = sum(_scrub(connection, table, forms) for table in _tables(connection))
            connection.commit()
            if here:
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            changed += here
    return changed


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [row[0] for row in connection.execute(query)]


def _scrub(connection: sqlite3.Connection, table: str, forms: list[str]) -> int:
    name = '"' + table.replace('"', '""') + '"'
    columns = [
        row[1] for row in connection.execute(f"PRAGMA table_info({name})") if "CHAR" in row[2] or row[2] == "TEXT"
    ]
    changed = 0
    for column in ('"' + one.replace('"', '""') + '"' for one in columns):
        for form in forms:
            done = connection.execute(
                f"UPDATE {name} SET {column} = blacked_out({column}) WHERE instr({column}, ?) > 0", (form,)
            )
            changed += done.rowcount
    return changed
