"""What grew too old to be kept, and the log of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb
import polars as pl

from forensics.warehouse.tables import append_rows
from forensics.warehouse.transactions import transaction


@dataclass(frozen=True)
class Expired:
    """Rows, or a file, that are older than what is kept: the table, the day, the file, and how many rows."""

    table: str
    day: date | None
    file: str | None
    rows: int


def log_expired(
    connection: duckdb.DuckDBPyConnection, found: list[Expired], hashes: dict[str, str], by: str, reason: str
) -> None:
    """Write down what is about to go; the hash of a file as it was, by file."""
    start = connection.execute("SELECT coalesce(max(removal_number), 0) FROM raw.removals").fetchall()[0][0]
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            "removal_number": start + number,
            "cause": "retention",
            "table_name": one.table,
            "snapshot_date": one.day,
            "file": one.file,
            "removed_count": one.rows,
            "sha256_before": hashes.get(one.file or ""),
            "sha256_after": None,
            "removed_by": by,
            "reason": reason,
            "removed_at": now,
        }
        for number, one in enumerate(found, start=1)
    ]
    with transaction(connection):
        append_rows(connection, "raw.removals", pl.DataFrame(rows, infer_schema_length=None))
