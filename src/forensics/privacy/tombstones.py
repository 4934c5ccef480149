"""Tombstones: how a load recognises an account that was erased without anybody having kept its name."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from forensics.contracts.sql import literal
from forensics.home import Home
from forensics.privacy.keys import KeyFileError, derived, existing_key, key_name, key_path, keyed_hash
from forensics.settings import Settings
from forensics.warehouse.tables import append_rows
from forensics.warehouse.transactions import transaction

ERASED_ACCOUNTS = "erased_accounts"
"""Temporary table with the erased accounts among the rows at hand."""

INSIDE_WORD = "A-Za-z0-9_-"
"""An id that goes on with one of these is another id."""


def tombstone(key: bytes, account_id: str) -> str:
    """The keyed hash that an erased account leaves behind."""
    return keyed_hash(derived(key, "tombstones"), account_id).hex()


def add_tombstone(connection: duckdb.DuckDBPyConnection, key: bytes, account_id: str, *, by: str, why: str) -> bool:
    """Remember an erased account; False when it was erased before."""
    mark = tombstone(key, account_id)
    known = connection.execute("SELECT count(*) FROM raw.tombstones WHERE tombstone = ?", [mark]).fetchall()[0][0]
    if known:
        return False
    row = {
        "tombstone": mark,
        "key_name": key_name(key),
        "erased_by": by,
        "reason": why,
        "erased_at": datetime.now(UTC).replace(tzinfo=None),
    }
    with transaction(connection):
        append_rows(connection, "raw.tombstones", pl.DataFrame([row]))
    return True


def mark_erased(connection: duckdb.DuckDBPyConnection, home: Home, settings: Settings, staged: list[Path]) -> None:
    """Make the temporary table `erased_accounts`: which accounts in these staged files were erased.

    Raises:
        KeyFileError: when there are tombstones and not the key they were made with.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {ERASED_ACCOUNTS} (account_id VARCHAR)")
    rows = connection.execute("SELECT tombstone, key_name FROM raw.tombstones").fetchall()
    if not rows or not staged:
        return
    key = existing_key(home, settings)
    if key is None or {name for _, name in rows} != {key_name(key)}:
        raise KeyFileError(
            f"{len(rows)} accounts were erased, and {key_path(home, settings)} is not the key that recognises them.",
            next_step="Put the key back that was there when they were erased; nothing is loaded without it.",
        )
    files = ", ".join(literal(str(path)) for path in staged)
    found = connection.execute(
        f"SELECT DISTINCT account_id FROM read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
        " WHERE account_id IS NOT NULL"
    ).fetchall()
    marks = {mark for mark, _ in rows}
    erased = [account_id for (account_id,) in found if tombstone(key, account_id) in marks]
    if erased:
        connection.executemany(f"INSERT INTO {ERASED_ACCOUNTS} VALUES (?)", [[one] for one in sorted(erased)])


def mentions_erased(connection: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    """SQL, given the SQL of a text, of whether it names one of the accounts in `erased_accounts`."""
    rows = connection.execute(f"SELECT account_id FROM {ERASED_ACCOUNTS} ORDER BY ALL").fetchall()
    return mentions([row[0] for row in rows])


def mentions(account_ids: list[str]) -> Callable[[str], str]:
    """The same for these accounts."""
    if not account_ids:
        return lambda text: "false"
    pattern = literal(word_pattern(account_ids))
    return lambda text: f"coalesce(regexp_matches({text}, {pattern}), false)"


def word_pattern(account_ids: list[str]) -> str:
    """An expression that finds these ids where they stand as a word of their own, for RE2 and Python."""
    ids = "|".join(re.escape(account_id) for account_id in account_ids)
    return f"(^|[^{INSIDE_WORD}])({ids})($|[^{INSIDE_WORD}])"
