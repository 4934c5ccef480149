"""Which days' sums stand on the load in force, and summing up the others before anybody looks back.

A day is loaded in one transaction and summed up in a later one, so a run that ends in between leaves a day that is
loaded and has no sums, or the sums of an earlier issue. `core.day_loads` is written with the sums and tells them apart.
"""

from collections.abc import Callable
from datetime import date

import duckdb

from forensics.core.daily_files import home_of, lost_file_days
from forensics.core.day import build_day
from forensics.core.embeddings import prompt_vectors
from forensics.settings import Settings


def stale_days(
    connection: duckdb.DuckDBPyConnection, first: date, last: date, settings: Settings | None = None
) -> list[date]:
    """The loaded days whose sums are missing, stand on another load or embedder than those in force, or lost a file.

    Args:
        connection: the warehouse.
        first: first UTC day that counts.
        last: last UTC day that counts.
        settings: which embedder is in force; without them none is asked for.

    Returns:
        The days in order.
    """
    found = connection.execute(
        """
        SELECT snapshot_date
        FROM (
            SELECT snapshot_date, arg_max(load_id, load_number) AS load_id
            FROM raw.loads WHERE snapshot_date BETWEEN ? AND ? GROUP BY snapshot_date
        )
        ANTI JOIN core.day_loads USING (snapshot_date, load_id)
        ORDER BY snapshot_date
        """,
        [first, last],
    ).fetchall()
    lost = [day for day in lost_file_days(connection, home_of(connection)) if first <= day <= last]
    other = _embedded_otherwise(connection, first, last, settings) if settings else []
    return sorted({row[0] for row in found} | set(lost) | set(other))


def _embedded_otherwise(
    connection: duckdb.DuckDBPyConnection, first: date, last: date, settings: Settings
) -> list[date]:
    """Days whose vectors are another embedder's: beside those of the one in force they could not be compared."""
    found = connection.execute(
        "SELECT DISTINCT snapshot_date FROM core.sample_days WHERE snapshot_date BETWEEN ? AND ? AND embedder_id <> ?",
        [first, last, prompt_vectors(settings.embedder).id],
    ).fetchall()
    return [row[0] for row in found]


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection,
    first: date,
    last: date,
    say: Callable[[str], None] = lambda _: None,
    settings: Settings | None = None,
) -> list[date]:
    """Sum up every stale day, each in a transaction of its own.

    Args:
        connection: the writer's, with no open transaction.
        first: first UTC day that counts.
        last: last UTC day that counts.
        say: told each day that is summed up, and why.
        settings: how days are summed up; the defaults, and no matter which embedder, if none.

    Returns:
        The days that were stale.

    Raises:
        SnapshotError: when the exchanges of a stale day are gone.
    """
    days = stale_days(connection, first, last, settings)
    for day in days:
        say(f"{day}: its sums do not stand on the load and embedder in force; summing up the day again")
        build_day(connection, day, settings)
    return days
