"""A table's contract as SQL: DuckDB types, DDL and comments."""

from collections.abc import Sequence
from pathlib import Path

import dataframely as dy

from forensics.contracts.tables import LONG_TEXT, Table


def quote(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string, quoted."""
    return "'" + text.replace("'", "''") + "'"


def duckdb_type(column: dy.Column) -> str:
    """The DuckDB type that holds a column.

    Raises:
        TypeError: for a column class that the warehouse does not use.
    """
    match column:
        case dy.String() | dy.Enum():
            return "VARCHAR"
        case dy.Int64():
            return "BIGINT"
        case dy.Float64():
            return "DOUBLE"
        case dy.Bool():
            return "BOOLEAN"
        case dy.Datetime():
            return "TIMESTAMP"
        case dy.Date():
            return "DATE"
        case dy.Binary():
            return "BLOB"
        case _:
            raise TypeError(f"no DuckDB type for the column class {type(column).__name__}")


def relation(table: Table, database: str | None = None) -> str:
    """The table's quoted name, in a named database if given."""
    parts = [part for part in (database, table.step, table.name) if part]
    return ".".join(quote(part) for part in parts)


def create_table(table: Table) -> str:
    """`CREATE TABLE` with types and `NOT NULL`; keys are checked when rows are written, not by an index."""
    columns = ",\n".join(
        f"    {quote(name)} {duckdb_type(column)}{'' if column.nullable else ' NOT NULL'}{_compression(column)}"
        for name, column in table.columns.items()
    )
    return f"CREATE TABLE IF NOT EXISTS {relation(table)} (\n{columns}\n);"


def _compression(column: dy.Column) -> str:
    return f" USING COMPRESSION {LONG_TEXT['compression']}" if column.metadata == LONG_TEXT else ""


def comment_on(table: Table) -> list[str]:
    """`COMMENT ON` for the table and each of its columns."""
    what = "VIEW" if table.stored_as == "parquet" else "TABLE"
    grain = literal(f"{table.description} One row per {table.grain}.")
    comments = [f"COMMENT ON {what} {relation(table)} IS {grain};"]
    for name, column in table.columns.items():
        text = literal(column.description or "")
        comments.append(f"COMMENT ON COLUMN {relation(table)}.{quote(name)} IS {text};")
    return comments


def empty_select(table: Table) -> str:
    """A query with the table's columns and no row."""
    columns = ", ".join(
        f"CAST(NULL AS {duckdb_type(column)}) AS {quote(name)}" for name, column in table.columns.items()
    )
    return f"SELECT {columns} WHERE false"


def select_daily_files(table: Table, files: Sequence[Path]) -> str:
    """A daily table's rows from its files, one file a day, each in a folder `date=YYYY-MM-DD` of the table's folder.

    The day is taken from the folder's name, so that a look back opens the files of its window and no others: each
    costs a fifth of a millisecond in each query. Below a folder whose own name has such a form the rows name the day.
    """
    columns, options = [quote(name) for name in table.columns], "hive_partitioning = false"
    if not any("=" in part for part in files[0].parent.parent.parts):
        columns = [f"date AS {name}" if name == quote("snapshot_date") else name for name in columns]
        options = "hive_partitioning = true, hive_types = {'date': DATE}"
    return f"SELECT {', '.join(columns)} FROM read_parquet(string_split({_names(files)}, '\n'), {options})"


def reads_files(view: str, files: Sequence[Path]) -> bool:
    """Whether a view was defined by `select_daily_files` of these files, as far as there are any."""
    return not files or _names(files) in view


def _names(files: Sequence[Path]) -> str:
    """One text with a file a line: a list of texts takes DuckDB twice as long to read, in each query."""
    return literal("\n".join(map(str, files)))
