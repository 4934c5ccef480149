"""The newest organisations and stakes on or before a run's last day."""

import duckdb
import polars as pl

from forensics.warehouse.tables import read_frame
from forensics.window import Window


def newest_register(connection: duckdb.DuckDBPyConnection, window: Window, name: str) -> pl.DataFrame:
    """The newest state of a register within the window.

    A register that was delivered without rows is a register: stakes it no longer lists convict nobody.

    Args:
        connection: with raw.loads.
        window: the run's days.
        name: `organisations` or `ownership`.

    Returns:
        Columns as in the snapshot contract, rows in a fixed order.
    """
    if name not in ("organisations", "ownership"):
        raise ValueError(f"no register is called {name!r}")
    return read_frame(
        connection,
        f"""
        SELECT * EXCLUDE (snapshot_date) FROM raw.{name}
        WHERE snapshot_date = (
            SELECT MAX(snapshot_date) FROM (
                SELECT snapshot_date, table_name FROM raw.loads
                QUALIFY load_number = MAX(load_number) OVER (PARTITION BY snapshot_date)
            ) WHERE table_name = $name AND snapshot_date BETWEEN $first AND $last
        )
        ORDER BY ALL
        """,
        name=name,
        first=window.first,
        last=window.as_of,
    )
