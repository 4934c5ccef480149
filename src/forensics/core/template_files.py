"""The Parquet files of core.exchange_templates: one a day and content, never changed, and the view over those in force.

A row an exchange and template is event-sized, so it stays out of the warehouse file, as the exchanges do. A file is
named after its content and written before the transaction that makes it count: a killed run leaves a file that nothing
reads, a day that is summed up again gets another file or the same one, and published warehouses keep theirs.
"""

import hashlib
import os
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts.sql import comment_on, empty_select, literal, quote, relation
from forensics.home import Home
from forensics.raw.days import folder_of

FINGERPRINT_CHARACTERS = 16
UNFINISHED = ".unfinished-"
ROW_GROUP_ROWS = 122_880
_TABLE = contracts.get("core.exchange_templates")


def home_of(connection: duckdb.DuckDBPyConnection) -> Home:
    """The state folder in which the open warehouse lies."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    return Home(Path(connection.execute(query).fetchall()[0][0]).parent)


def write_template_file(connection: duckdb.DuckDBPyConnection, home: Home, day: date) -> str:
    """Write the temporary table `day_exchange_templates`; the same rows give the same file.

    Returns:
        The file's name.
    """
    folder = home.core / _TABLE.name / folder_of(day)
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f"{UNFINISHED}*"):
        leftover.unlink()
    unfinished = folder / f"{UNFINISHED}{_TABLE.name}.parquet"
    columns = ", ".join(map(quote, _TABLE.columns))
    connection.execute(
        f"COPY (SELECT {columns} FROM day_exchange_templates ORDER BY exchange_id, template_id)"
        f" TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
    )
    with unfinished.open("rb") as file:
        fingerprint = hashlib.file_digest(file, "sha256").hexdigest()[:FINGERPRINT_CHARACTERS]
    target = folder / f"{_TABLE.name}-{fingerprint}.parquet"
    for path in (unfinished, folder):
        _synchronise(path)
    unfinished.rename(target)
    for path in (folder, folder.parent, folder.parent.parent, home.root):
        _synchronise(path)
    return target.name


def template_files(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[date, Path]:
    """The file of each day that is summed up, in order, whether it is there or not."""
    rows = connection.execute(
        "SELECT snapshot_date, file_name FROM core.template_files ORDER BY snapshot_date"
    ).fetchall()
    return {day: (home.core / _TABLE.name / folder_of(day) / name).resolve() for day, name in rows}


def lost_template_days(connection: duckdb.DuckDBPyConnection, home: Home) -> list[date]:
    """The days that are summed up and whose file is gone, in order."""
    return [day for day, file in template_files(connection, home).items() if not file.is_file()]


def point_view_at_template_files(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make `core.exchange_templates` the files in force, in the caller's transaction; a lost file is left out.

    A day whose file is gone counts as not summed up (`core.currency`), so the next run writes it again.
    """
    files = [file for file in template_files(connection, home).values() if file.is_file()]
    query = empty_select(_TABLE)
    if files:
        columns = ", ".join(map(quote, _TABLE.columns))
        names = ", ".join(literal(str(file)) for file in files)
        query = f"SELECT {columns} FROM read_parquet([{names}], hive_partitioning = false)"
    connection.execute(f"CREATE OR REPLACE VIEW {relation(_TABLE)} AS {query}")
    for comment in comment_on(_TABLE):
        connection.execute(comment)


def follow_moved_template_files(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Point `core.exchange_templates` at the state folder's own files after the folder was moved or copied."""
    view = connection.execute(
        "SELECT sql FROM duckdb_views() WHERE database_name = current_database() AND schema_name = ? AND view_name = ?",
        [_TABLE.step, _TABLE.name],
    ).fetchall()[0][0]
    if all(literal(str(file)) in view for file in template_files(connection, home).values()):
        return
    from forensics.warehouse.tables import transaction

    with transaction(connection):
        point_view_at_template_files(connection, home)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
