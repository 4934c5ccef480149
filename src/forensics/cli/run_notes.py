"""What the summary of a run adds where something wants a person's eye: one sentence each, with the next step."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

IN_FORCE = """
    WITH in_force AS (
        FROM raw.loads WHERE list_contains($days::DATE[], snapshot_date)
        QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date)
    )
"""


def run_notes(connection: "duckdb.DuckDBPyConnection", days: Sequence[date], share_max: float) -> list[str]:
    """What to know of a run over some days.

    Args:
        connection: the published warehouse.
        days: the days of the run, the last one its as-of day.
        share_max: the setting quarantine_share_max.
    """
    return [*_quarantine(connection, days, share_max), *_later_days(connection, days[-1])]


def _quarantine(connection: "duckdb.DuckDBPyConnection", days: Sequence[date], share_max: float) -> Iterator[str]:
    """The rule that most rows break, and the tables of which too many rows of a day do."""
    from forensics.exports.documents import counted

    most = connection.execute(
        f"""{IN_FORCE}
        SELECT table_name, rule, count(*) AS row_count
        FROM raw.quarantine SEMI JOIN in_force USING (snapshot_date, load_id)
        GROUP BY ALL ORDER BY row_count DESC, table_name, rule LIMIT 1""",
        {"days": list(days)},
    ).fetchone()
    if most:
        table, rule, rows = most
        yield (
            f"In quarantine most often: {rule} of {table} ({counted(rows, 'row')});"
            ' `forensics query "FROM raw.quarantine"` lists all.'
        )
    over = connection.execute(
        f"""{IN_FORCE}, shares AS (
            SELECT table_name, snapshot_date, sum(quarantined_count) / sum(row_count) AS share
            FROM in_force GROUP BY ALL
            HAVING sum(quarantined_count) > $share_max * sum(row_count)
        )
        SELECT table_name, count(*), max(share), arg_max(snapshot_date, (share, snapshot_date))
        FROM shares GROUP BY ALL ORDER BY ALL""",
        {"days": list(days), "share_max": share_max},
    ).fetchall()
    for table, count, share, day in over:
        yield (
            f"Warning: over {share_max:.2%} of the rows of {table} (quarantine_share_max) are in quarantine on"
            f" {counted(count, 'day')}, the most on {day}, {share:.2%}: have the export mended."
        )


def _later_days(connection: "duckdb.DuckDBPyConnection", as_of: date) -> Iterator[str]:
    last = connection.execute("SELECT max(snapshot_date) FROM raw.loads").fetchall()[0][0]
    if last > as_of:
        yield (
            f"Note: days up to {last} are loaded, and the results are as of {as_of}; look back from the last day again"
            f" with `forensics run --snapshots ROOT --from {last} --to {last}`."
        )
