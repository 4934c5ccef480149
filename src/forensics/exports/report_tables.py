"""The report tables as Parquet: one folder an as-of date, one file a table and a descriptor, replaced as a whole."""

import ctypes
import errno
import os
import shutil
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts import Table
from forensics.contracts.sql import empty_select, quote, relation
from forensics.exports.datapackage import FILE, datapackage
from forensics.home import Home

ROWS_A_GROUP = 100_000
"""Fixed, so that the same rows give the same bytes however they came out of the warehouse."""

AT_FDCWD = -100
RENAME_EXCHANGE = 2
"""Numbers of the Linux call renameat2: paths are relative to the working folder; both names change places."""


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
    mend_report_folders(home)
    fresh = _fresh(home, as_of)
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
        _synchronise(fresh / FILE)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _synchronise(fresh)


def place_report_tables(home: Home, as_of: date) -> list[Path]:
    """Give the prepared folder its name, in one step where the system can; what had the name before is deleted.

    Where it cannot, a whole folder is at every moment under its name or under a name that `mend_report_folders` knows.
    """
    target, fresh, old = home.reports / as_of.isoformat(), _fresh(home, as_of), _old(home, as_of)
    if not target.exists():
        fresh.rename(target)
    elif exchange(fresh, target):
        old = fresh
    else:
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        fresh.rename(target)
    _synchronise(target.parent)
    shutil.rmtree(old, ignore_errors=True)
    return [target / f"{table.name}.parquet" for table in contracts.of_step("reports")]


def mend_report_folders(home: Home) -> None:
    """Put right what a killed process left: a folder that lost its name gets it again, what nobody reads is deleted."""
    for old in home.reports.glob(".*.old"):
        target = home.reports / old.name.removeprefix(".").removesuffix(".old")
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)
    for fresh in home.reports.glob(".*.new"):
        shutil.rmtree(fresh, ignore_errors=True)


def _fresh(home: Home, as_of: date) -> Path:
    return home.reports / f".{as_of.isoformat()}.new"


def _old(home: Home, as_of: date) -> Path:
    return home.reports / f".{as_of.isoformat()}.old"


def _write(connection: duckdb.DuckDBPyConnection, table: Table, source: str, path: Path) -> None:
    import pyarrow.parquet as pq

    keys = ", ".join(quote(name) for name in table.primary_key or table.columns)
    rows = connection.sql(f"SELECT * FROM {source} ORDER BY {keys}").to_arrow_table()
    pq.write_table(rows.combine_chunks(), path, compression="zstd", row_group_size=ROWS_A_GROUP)
    _synchronise(path)


def exchange(first: Path, second: Path) -> bool:
    """Let two existing paths change places in one step; False where the system or the file system cannot.

    Raises:
        OSError: when the system can and refuses for another reason.
    """
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    done = call(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), ctypes.c_uint(RENAME_EXCHANGE))
    if done == 0:
        return True
    fault = ctypes.get_errno()
    if fault in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(fault, os.strerror(fault), str(first), None, str(second))


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
