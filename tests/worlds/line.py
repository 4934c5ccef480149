"""Running the line below Dagster: a world's days through every step into a state folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from forensics import clusters, contracts, core, features, links, reports
from forensics.contracts.sql import duckdb_type, quote
from forensics.contracts.tables import Table
from forensics.home import Home
from forensics.raw import load_day
from forensics.settings import Settings
from forensics.warehouse import open_building, replace_table
from forensics.window import Window


@dataclass(frozen=True)
class Line:
    """A state folder with its writer's connection, and the days a run looks back on."""

    home: Home
    settings: Settings
    window: Window
    connection: duckdb.DuckDBPyConnection

    def load(self, root: Path, days: list[date]) -> None:
        """The daily steps."""
        for day in days:
            load_day(self.connection, self.home, self.settings, root=str(root), day=day)
            core.build_day(self.connection, day, self.settings)

    def look_back(self, *, with_map: bool = True) -> None:
        """The steps over the window; without the map no UMAP runs and accounts have no cluster."""
        features.build(self.connection, self.settings, self.window)
        if with_map:
            clusters.build(self.connection, self.settings, self.window)
        links.build(self.connection, self.settings, self.window)
        reports.build(self.connection, self.settings, self.window, run_id="test")

    def frame(self, query: str) -> pl.DataFrame:
        """Rows of a query."""
        found: pl.DataFrame = self.connection.sql(query).pl()
        return found


@contextmanager
def open_line(folder: Path, as_of: date, **settings: Any) -> Iterator[Line]:
    """The line on a state folder."""
    home, chosen = Home(folder), Settings(**settings)
    with open_building(home, chosen) as connection:
        yield Line(home, chosen, Window(as_of, chosen.window_days), connection)


def put_exchanges(connection: duckdb.DuckDBPyConnection, folder: Path, frame: pl.DataFrame, day: date) -> None:
    """Make `raw.exchanges` these rows of one day; optional columns that are not given are null."""
    table = contracts.get("raw.exchanges")
    given = frame.with_columns(snapshot_date=pl.lit(day))
    missing = [
        pl.lit(None, column.dtype).alias(name) for name, column in table.columns.items() if name not in given.columns
    ]
    _put_file(connection, table, given.with_columns(missing).select(list(table.columns)), folder)


def _put_file(connection: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame, folder: Path) -> None:
    path = folder / f"{table.name}.parquet"
    frame.write_parquet(path)
    columns = ", ".join(
        f"CAST({quote(name)} AS {duckdb_type(column)}) AS {quote(name)}" for name, column in table.columns.items()
    )
    connection.execute(f"CREATE OR REPLACE VIEW {table.full_name} AS SELECT {columns} FROM read_parquet('{path}')")


NOTHING_ASKED = {
    name: 0
    for name in contracts.get("core.template_days").columns
    if name.endswith("_request_count") or name == "refused_count"
}
"""Columns of core.template_days for exchanges that ask for nothing in particular."""


def put(connection: duckdb.DuckDBPyConnection, full_name: str, rows: list[dict[str, Any]]) -> None:
    """Make a table these rows; columns that are not given are null."""
    schema = {name: column.dtype for name, column in contracts.get(full_name).columns.items()}
    put_frame(connection, full_name, pl.DataFrame(rows, schema=schema))


def put_frame(connection: duckdb.DuckDBPyConnection, full_name: str, frame: pl.DataFrame) -> None:
    """Make a table the rows of a frame, which has all its columns."""
    table = contracts.get(full_name)
    if table.stored_as == "native":
        replace_table(connection, full_name, frame)
        return
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    _put_file(connection, table, frame, Path(connection.execute(query).fetchall()[0][0]).parent)
