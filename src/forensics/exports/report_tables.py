"""The report tables as Parquet: one folder an as-of date, one file a table, replaced as a whole."""

import ctypes
import errno
import os
import shutil
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.contracts import Table
from forensics.contracts.sql import quote, relation
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
        connection: the writer's.
        home: the state folder.
        as_of: names the folder.

    Returns:
        The files, in the order of the contract.
    """
    target = home.reports / as_of.isoformat()
    fresh = home.reports / f".{as_of.isoformat()}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    tables = contracts.of_step("reports")
    for table in tables:
        _write(connection, table, fresh / f"{table.name}.parquet")
    _synchronise(fresh)
    _put_in_place(fresh, target)
    return [target / f"{table.name}.parquet" for table in tables]


def _write(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    import pyarrow.parquet as pq

    keys = ", ".join(quote(name) for name in table.primary_key or table.columns)
    rows = connection.sql(f"SELECT * FROM {relation(table)} ORDER BY {keys}").to_arrow_table()
    pq.write_table(rows.combine_chunks(), path, compression="zstd", row_group_size=ROWS_A_GROUP)
    _synchronise(path)


def _put_in_place(fresh: Path, target: Path) -> None:
    """Give the new folder its name; what had the name before is deleted."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists() and exchange(fresh, target):
        old = fresh
    else:
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    _synchronise(target.parent)
    shutil.rmtree(old, ignore_errors=True)


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
