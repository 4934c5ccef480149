"""Blacking accounts out where the pipeline wrote of them beside the data: Dagster's events, and people's decisions."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from forensics.decisions.log import FOLDER
from forensics.home import Home
from forensics.privacy.erased_rows import BLACKED_OUT
from forensics.privacy.tombstones import INSIDE_WORD


def scrub_decisions(home: Home, account_ids: list[str], signals: set[tuple[str, str]]) -> int:
    """Take the accounts, and values that were theirs alone, out of the logs of decisions; how many were blacked out.

    A decision stays what it was: who decided what, when, on which finding, with the other accounts. A name or a reason
    that names the account has a mark in its place.

    Returns:
        Decisions that were changed.
    """
    chosen = Erased(account_ids, signals)
    folder = home.root / FOLDER
    for unfinished in folder.glob(".*"):
        unfinished.unlink()
    changed = sum(_scrub_values(path, chosen, indent=1) for path in sorted(folder.glob("*.json")))
    return changed + _scrub_values(home.organisation_decisions, chosen)


class Erased:
    """What a decision may no longer say."""

    def __init__(self, account_ids: list[str], signals: set[tuple[str, str]]) -> None:
        """Keep the accounts, and kind and value of signals that were theirs alone."""
        self.account_ids, self.signals = set(account_ids), signals
        self.pattern = inside_text(account_ids)

    def without(self, value: Any) -> Any:
        """A value as JSON gives it: entries on the accounts are taken out of lists, their ids out of texts."""
        if isinstance(value, dict):
            return {name: self.without(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.without(one) for one in value if not self._is_theirs(one)]
        return self.pattern.sub(BLACKED_OUT, value) if isinstance(value, str) else value

    def _is_theirs(self, value: Any) -> bool:
        if isinstance(value, str):
            return value in self.account_ids
        is_signal = isinstance(value, list) and len(value) >= 2 and all(isinstance(one, str) for one in value[:2])
        return is_signal and (value[0], value[1]) in self.signals


def _scrub_values(path: Path, chosen: Erased, *, indent: int | None = None) -> int:
    """Scrub a file of one JSON value, or without an indent of one a line; how many values were changed."""
    if not path.is_file():
        return 0
    text = path.read_text("utf-8")
    before = [text] if indent else text.split("\n")
    after = [_scrubbed(one, chosen, indent) for one in before]
    if after != before:
        _replace(path, "\n".join(after))
    return sum(one != other for one, other in zip(before, after, strict=True))


def _scrubbed(text: str, chosen: Erased, indent: int | None) -> str:
    """The text as it is unless it says what it may no longer say; a line that is no JSON is no decision either."""
    try:
        value = json.loads(text)
    except ValueError:
        return chosen.pattern.sub(BLACKED_OUT, text)
    without = chosen.without(value)
    # ASCII, as the log of decisions on findings is read; it is JSON to the other one just as well.
    return text if without == value else json.dumps(without, indent=indent, ensure_ascii=True)


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(text, "utf-8")
    fresh.chmod(mode)
    fresh.replace(path)


def inside_text(forms: list[str]) -> re.Pattern[str]:
    """An expression that finds these ids where they stand as a word of their own, the longest first."""
    words = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    return re.compile(f"(?<![{INSIDE_WORD}])(?:{words})(?![{INSIDE_WORD}])")


def scrub_events(home: Home, forms: list[str]) -> int:
    """Black ids out of Dagster's databases, in which previews of tables stand; how many rows were changed.

    Args:
        home: the state folder; no run may be active.
        forms: ids in every way they may be written.
    """
    changed = 0
    pattern = inside_text(forms)
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
