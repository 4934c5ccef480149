"""Taking accounts out of a warehouse: their rows, values that were theirs alone, and every text that names them."""

import re
from datetime import date

import duckdb

from forensics.contracts.sql import literal, quote
from forensics.privacy.tombstones import mentions, word_pattern
from forensics.warehouse.transactions import transaction

ACCOUNT_COLUMN = re.compile(r"(.*_)?account(_id|_a|_b)")
"""Columns that hold an account's id, in every table."""

BLACKED_OUT = "[erased]"
DERIVED_TEMPLATES = ("core.templates", "features.templates")
"""Tables with the text of templates: what nobody else used goes with the account."""

Columns = dict[str, dict[str, str]]
Counts = dict[tuple[str, date | None], int]
"""Rows taken out by full table name and, of tables by day, the day."""


def known_accounts(connection: duckdb.DuckDBPyConnection, account_ids: list[str]) -> set[str]:
    """Which of these accounts any table has."""
    found: set[str] = set()
    for table, columns in native_columns(connection).items():
        for name in columns:
            if ACCOUNT_COLUMN.fullmatch(name):
                query = (
                    f"SELECT DISTINCT {quote(name)} FROM {table} WHERE list_contains($ids::VARCHAR[], {quote(name)})"
                )
                found |= {row[0] for row in connection.execute(query, {"ids": account_ids}).fetchall()}
    return found


def native_columns(connection: duckdb.DuckDBPyConnection) -> Columns:
    """Columns and types of every native table by its quoted full name."""
    rows = connection.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()"
        " JOIN duckdb_tables() USING (database_name, schema_name, table_name)"
        " WHERE database_name = current_database() AND NOT duckdb_tables.temporary ORDER BY ALL"
    ).fetchall()
    found: Columns = {}
    for step, table, column, data_type in rows:
        found.setdefault(f"{quote(step)}.{quote(table)}", {})[column] = data_type
    return found


def own_signals(connection: duckdb.DuckDBPyConnection, account_ids: list[str]) -> set[tuple[str, str]]:
    """Kind and value of signals that these accounts carry and no other does."""
    found: set[tuple[str, str]] = set()
    for table in ("core.signal_days", "links.account_signals"):
        rows = connection.execute(
            f"""
            SELECT signal_kind, signal_value FROM {table} GROUP BY ALL
            HAVING bool_and(list_contains($ids::VARCHAR[], account_id))""",
            {"ids": account_ids},
        ).fetchall()
        found |= set(rows)
    return found


def delete_rows(
    connection: duckdb.DuckDBPyConnection, account_ids: list[str], signals: set[tuple[str, str]]
) -> tuple[Counts, list[date]]:
    """Take the accounts out of every native table, in one transaction.

    Args:
        connection: to the warehouse.
        account_ids: the accounts.
        signals: kind and value of signals that are theirs alone.

    Returns:
        Rows taken out, and the days that must be summed up anew.
    """
    tables = native_columns(connection)
    counts: Counts = {}
    with transaction(connection):
        connection.execute("CREATE OR REPLACE TEMP TABLE own_signals (signal_kind VARCHAR, signal_value VARCHAR)")
        if signals:
            connection.executemany("INSERT INTO own_signals VALUES (?, ?)", sorted(signals))
        days = _active_days(connection, account_ids)
        for table, columns in tables.items():
            where = [
                f"list_contains($ids::VARCHAR[], {quote(name)})" for name in columns if ACCOUNT_COLUMN.fullmatch(name)
            ]
            if {"signal_kind", "signal_value"} <= columns.keys():
                where.append("(signal_kind, signal_value) IN (FROM own_signals)")
            if where:
                condition = " OR ".join(where)
                values = {"ids": account_ids} if "$ids" in condition else None
                counts |= _delete(connection, table, condition, values, by_day="snapshot_date" in columns)
        for name in DERIVED_TEMPLATES:
            counts |= _delete(connection, name, "template_id NOT IN (SELECT template_id FROM core.template_days)")
        named = " OR ".join(mentions(account_ids)(column) for column in ("row", "value"))
        counts |= _delete(connection, "raw.quarantine", named)
        if days:
            connection.execute(
                "DELETE FROM core.day_loads WHERE list_contains($days::DATE[], snapshot_date)", {"days": days}
            )
        _black_out(connection, tables, account_ids)
        _recount(connection)
        connection.execute("DROP TABLE own_signals")
    return {place: count for place, count in counts.items() if count}, days


def _active_days(connection: duckdb.DuckDBPyConnection, account_ids: list[str]) -> list[date]:
    query = "SELECT DISTINCT snapshot_date FROM {} WHERE list_contains($ids::VARCHAR[], account_id)"
    found = {
        row[0]
        for table in ("core.account_days", "core.signal_days")
        for row in connection.execute(query.format(table), {"ids": account_ids}).fetchall()
    }
    return sorted(found)


def _delete(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    where: str,
    values: dict[str, list[str]] | None = None,
    *,
    by_day: bool = False,
) -> Counts:
    name, day = table.replace('"', ""), "snapshot_date" if by_day else "NULL"
    counted = connection.execute(f"SELECT {day}, count(*) FROM {table} WHERE {where} GROUP BY ALL", values).fetchall()
    connection.execute(f"DELETE FROM {table} WHERE {where}", values)
    return {(name, found): count for found, count in counted}


def _black_out(connection: duckdb.DuckDBPyConnection, tables: Columns, account_ids: list[str]) -> None:
    """Put a mark in the place of an id wherever it still stands in a text."""
    pattern = literal(word_pattern(account_ids))
    for table, columns in tables.items():
        for name in (name for name, data_type in columns.items() if data_type == "VARCHAR"):
            column = quote(name)
            # Twice: two ids with one character between them share it, and the first replacement takes it.
            once = f"regexp_replace({column}, {pattern}, '\\1{BLACKED_OUT}\\3', 'g')"
            connection.execute(
                f"UPDATE {table} SET {column} = regexp_replace({once}, {pattern}, '\\1{BLACKED_OUT}\\3', 'g')"
                f" WHERE regexp_matches({column}, {pattern})"
            )


def _recount(connection: duckdb.DuckDBPyConnection) -> None:
    """Findings count the accounts that are listed for them; their statistics are those of before until the next run."""
    connection.execute(
        """
        UPDATE reports.findings SET account_count = listed.account_count, exchange_count = listed.exchange_count
        FROM (
            SELECT finding_id, count(account_id) AS account_count, coalesce(sum(members.exchange_count), 0)::BIGINT AS
                exchange_count
            FROM reports.findings LEFT JOIN reports.finding_accounts AS members USING (finding_id) GROUP BY finding_id
        ) AS listed WHERE listed.finding_id = findings.finding_id
        """
    )


def is_named(text: str, account_ids: list[str]) -> bool:
    """Whether a text names one of the accounts."""
    return re.search(word_pattern(account_ids), text) is not None
