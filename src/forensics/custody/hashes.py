"""Hashes of tables that follow from their rows alone: not from their order, nor from how they lie on disk.

Each row becomes a text (every value with its length before it, null apart from empty), each text a hash, and the sorted
hashes one SHA-256. That is one pass in SQL, about 3 µs a row. Daily tables are hashed day by day, so that a night costs
a night's rows and a difference names its day.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import duckdb

from forensics.contracts.sql import quote, relation
from forensics.contracts.tables import Table

ROW_HASH_CHARACTERS = 32
"""128 bits of each row's SHA-256: to replace a row unnoticed takes 2^128 attempts, and sorting takes half the room."""

ROWS_AT_ONCE = 2_000_000
"""Rows of a daily table that are hashed together: the engine sorts their hashes in memory, some 100 bytes a row."""


@dataclass(frozen=True)
class Rows:
    """Rows and what they hash to."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class TableHash:
    """A table's rows and hash.

    Attributes:
        rows: how many.
        sha256: over all columns; of a daily table over its days' hashes.
        evidence_sha256: over what two runs on the same input agree on, where that is less; else the same.
        columns: what was hashed, in this order.
        days: rows and hash by day, of a daily table.
    """

    rows: int
    sha256: str
    evidence_sha256: str
    columns: tuple[str, ...] = ()
    days: dict[str, Rows] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it stands in a manifest."""
        found = asdict(self)
        return found if self.days else {name: value for name, value in found.items() if name != "days"}


def hash_table(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    *,
    days: Collection[date] | None = None,
    known: dict[str, Rows] | None = None,
    columns: Sequence[str] = (),
) -> TableHash:
    """Hash a native table.

    Args:
        connection: to the warehouse.
        table: the table.
        days: of a daily table the days to hash; None: all. Others are taken from `known` or hashed when not there.
        known: hashes of days by ISO date, from an earlier manifest.
        columns: what to hash; none: all of the contract's. A later version of the code may have more of them.
    """
    chosen = list(columns or table.columns)
    if not table.daily:
        (whole,) = _hash(connection, table, chosen, "").values() or [EMPTY]
        evidence = whole
        evident = [name for name in table.evidence_columns if name in chosen]
        if len(evident) < len(chosen):
            (evidence,) = _hash(connection, table, evident, "").values() or [EMPTY]
        return TableHash(whole.rows, whole.sha256, evidence.sha256, tuple(chosen))
    counts = _days(connection, table)
    fresh = {day for day in counts if days is None or date.fromisoformat(day) in days}
    kept = {
        day: rows
        for day, rows in (known or {}).items()
        if day in counts and day not in fresh and rows.rows == counts[day]
    }
    wanted = [day for day in counts if day not in kept]
    hashed: dict[str, Rows] = {}
    for part in _parts(sorted(wanted), counts):
        hashed |= _hash(connection, table, chosen, "snapshot_date", part)
    found = {day: kept.get(day) or hashed[day] for day in sorted(counts)}
    return _over_days(found, chosen)


def _parts(days: list[str], counts: dict[str, int]) -> Iterator[list[str]]:
    """Days in runs of so many rows as fit, one day at least."""
    part: list[str] = []
    for day in days:
        if part and sum(counts[one] for one in part) + counts[day] > ROWS_AT_ONCE:
            yield part
            part = []
        part.append(day)
    if part:
        yield part


def _over_days(days: dict[str, Rows], columns: list[str]) -> TableHash:
    """The hash of a daily table from its days'."""
    digest = _combined(f"{day} {rows.rows} {rows.sha256}" for day, rows in sorted(days.items()))
    return TableHash(
        sum(rows.rows for rows in days.values()), digest, digest, tuple(columns), dict(sorted(days.items()))
    )


def _combined(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


EMPTY = Rows(0, hashlib.sha256(b"").hexdigest())


def _days(connection: duckdb.DuckDBPyConnection, table: Table) -> dict[str, int]:
    rows = connection.execute(f"SELECT snapshot_date, count(*) FROM {relation(table)} GROUP BY ALL").fetchall()
    return {day.isoformat(): count for day, count in rows}


def _hash(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: list[str], by: str, days: list[str] | None = None
) -> dict[str, Rows]:
    """Rows and hash by value of a column; one entry, under "", without one."""
    text = " || ".join(
        f"coalesce(length({name}) || ':' || {name}, '-')"
        for name in (f"CAST({quote(column)} AS VARCHAR)" for column in columns)
    )
    group = f"CAST({by} AS VARCHAR)" if by else "''"
    where = " WHERE list_contains($days::DATE[], snapshot_date)" if by else ""
    found = connection.execute(
        f"SELECT part, count(*), sha256(string_agg(row_hash, '' ORDER BY row_hash)) FROM ("
        f"SELECT {group} AS part, left(sha256({text}), {ROW_HASH_CHARACTERS}) AS row_hash FROM {relation(table)}{where}"
        ") GROUP BY part ORDER BY part",
        {"days": days} if by else None,
    ).fetchall()
    return {part: Rows(count, digest) for part, count, digest in found}
