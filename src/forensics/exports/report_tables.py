"""The report tables as Parquet: one folder an as-of date, one file a table and a descriptor, replaced as a whole."""

import shutil
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts import Table
from forensics.contracts.sql import empty_select, quote, relation
from forensics.exports.datapackage import FILE, datapackage
from forensics.exports.dated_folders import fresh_folder, mend_folders, place_folder, synchronise
from forensics.home import Home

ROWS_A_GROUP = 100_000
"""Fixed, so that the same rows give the same bytes however they came out of the warehouse."""


def write_report_tables(connection: duckdb.DuckDBPyConnection, home: Home, as_of: date) -> list[Path]:
    """Write every table of the schema reports to `reports/<as-of date>/<table>.parquet`.

    The files are complete and on disk before their folder gets its name, in one step: a reader sees all of the old
    ones or all of the new ones. Rows are sorted by their key, so equal rows give equal bytes.

    Args:
        connection: to the warehouse whose tables are written.
        home: the state folder.
        as_of: names the folder.

    Returns:
        The files, in the order of the contract.
    """
    prepare_report_tables(connection, home, as_of)
    return place_report_tables(home, as_of)


def prepare_report_tables(connection: duckdb.DuckDBPyConnection, home: Home, as_of: date) -> None:
    """Write the files into a folder that nobody reads yet, beside the one they are meant for; arguments as above."""
    mend_folders(home.reports)
    fresh = fresh_folder(home.reports, as_of)
    fresh.mkdir(parents=True)
    stored = {
        f"{step}.{name}"
        for step, name in connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
    }
    try:
        files = {fresh / f"{table.name}.parquet": table for table in contracts.of_step("reports")}
        for path, table in files.items():
            # An earlier version of the pipeline may have published a warehouse that has not got every table yet.
            source = relation(table) if table.full_name in stored else f"({empty_select(table)})"
            _write(connection, table, source, path)
        (fresh / FILE).write_text(datapackage(f"reports-{as_of}", f"Report tables as of {as_of}", files), "utf-8")
        synchronise(fresh / FILE)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    synchronise(fresh)


def place_report_tables(home: Home, as_of: date) -> list[Path]:
    """Give the prepared folder its name; what had the name before is deleted."""
    target = place_folder(home.reports, as_of)
    return [target / f"{table.name}.parquet" for table in contracts.of_step("reports")]


def _write(connection: duckdb.DuckDBPyConnection, table: Table, source: str, path: Path) -> None:
    import pyarrow.parquet as pq

    keys = ", ".join(quote(name) for name in table.primary_key or table.columns)
    rows = connection.sql(f"SELECT * FROM {source} ORDER BY {keys}").to_arrow_table()
    pq.write_table(rows.combine_chunks(), path, compression="zstd", row_group_size=ROWS_A_GROUP)
    synchronise(path)
