"""`forensics query` and `forensics tables`: SQL on the published warehouse, read-only and kept inside it."""

import csv
import math
import sys
from typing import TYPE_CHECKING, Any

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json, print_table
from forensics.errors import ForensicsError, SettingsError
from forensics.home import Home

if TYPE_CHECKING:
    import duckdb

SHOWN_ROWS = 1_000
"""Rows shown as text; a person reads no more, and --csv gives all."""

BATCH_ROWS = 10_000
"""Rows fetched at a time for CSV, so that a large result needs little memory."""


class QueryError(ForensicsError):
    """The query cannot be run."""

    exit_code = 2
    title = "Query refused"
    keeps_lines = True


# A query that begins with a comment, as the example queries do, is no option.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("sql")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")
@home_options
@json_option
def query(sql: str, as_csv: bool, home: Home, as_json: bool) -> None:
    """Run one SELECT on the published warehouse, e.g. forensics query 'FROM reports.findings'.

    Nothing can be changed, and no file outside the warehouse can be read.
    """
    import duckdb

    from forensics.warehouse import open_published

    if as_csv and as_json:
        raise SettingsError("--csv and --json exclude each other.", next_step="Choose one.")
    with open_published(home) as connection:
        confine(connection, home)
        try:
            cursor = connection.execute(one_select(sql))
            names = _distinct([column[0] for column in cursor.description or ()])
            _print(cursor, names, as_csv=as_csv, as_json=as_json)
        except duckdb.Error as fault:
            raise QueryError(
                str(fault), next_step="Mend the query; `forensics tables` lists what can be asked."
            ) from fault


def confine(connection: "duckdb.DuckDBPyConnection", home: Home) -> None:
    """Take everything from a connection but reading this warehouse and the daily files of its views, for good."""
    from forensics.contracts.sql import literal
    from forensics.settings import load_settings

    settings = load_settings(home)
    paths = sorted(
        path for folder in (home.raw, home.core) for path in folder.rglob("*.parquet") if not path.is_symlink()
    )
    files = ", ".join(literal(str(path.resolve())) for path in paths)
    for setting, value in (
        ("memory_limit", literal(settings.memory_limit)),
        ("threads", str(settings.threads)),
        ("temp_directory", literal(str(home.scratch / "query"))),
        ("allowed_paths", f"[{files}]"),
        ("enable_external_access", "false"),
        ("lock_configuration", "true"),
    ):
        connection.execute(f"SET {setting} = {value}")


def one_select(sql: str) -> "duckdb.Statement":
    """The one statement in `sql`, which must only read.

    Raises:
        QueryError: for none, more than one, or one that does more than read.
    """
    import duckdb

    statements = duckdb.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"{len(statements)} statements were given.", next_step="Give exactly one.")
    reading = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI)
    if statements[0].type not in reading:
        raise QueryError(
            f"Only reading is possible, and this is {statements[0].type.name}.",
            next_step="Ask with SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, SHOW, PIVOT or EXPLAIN.",
        )
    # A COPY within WITH or EXPLAIN writes, and counts as reading; within quotes it is no keyword.
    begins = [begin for begin, kind in duckdb.tokenize(sql) if kind == duckdb.token_type.keyword]
    if any(sql.encode()[begin:].lower().startswith(b"copy") for begin in begins):
        raise QueryError("Only reading is possible, and this holds COPY.", next_step="Print with --csv or --json.")
    return statements[0]


def _print(cursor: "duckdb.DuckDBPyConnection", names: list[str], *, as_csv: bool, as_json: bool) -> None:
    if as_csv:
        _print_csv(cursor, names)
    elif as_json:
        print_json(
            [{name: _finite(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]
        )
    else:
        rows = cursor.fetchmany(SHOWN_ROWS + 1)
        print_table(names, rows[:SHOWN_ROWS])
        if len(rows) > SHOWN_ROWS:
            click.echo(f"The first {SHOWN_ROWS:,} rows; --csv or --json gives all.")


def _print_csv(cursor: "duckdb.DuckDBPyConnection", names: list[str]) -> None:
    """All rows, exactly as they are into a file or pipe, and made harmless on a terminal."""
    writer = csv.writer(sys.stdout)
    shown = inert if sys.stdout.isatty() else _same
    writer.writerow(map(shown, names))
    while rows := cursor.fetchmany(BATCH_ROWS):
        writer.writerows(map(shown, row) for row in rows)


def _same(value: Any) -> Any:
    return value


def _finite(value: Any) -> Any:
    """JSON knows no infinity and no not-a-number: both become null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _distinct(names: list[str]) -> list[str]:
    """Column names with a number where one repeats, so that none is lost in JSON."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    if len(seen) == len(names):
        return names
    return [f"{name}_{number}" if names.count(name) > 1 else name for number, name in enumerate(names, start=1)]


@click.command()
@home_options
@json_option
def tables(home: Home, as_json: bool) -> None:
    """List the tables of the published warehouse with their rows and what they hold."""
    from forensics import contracts
    from forensics.contracts.sql import relation
    from forensics.warehouse import open_published

    with open_published(home) as connection:
        rows = [
            {
                "table": table.full_name,
                "row_count": connection.execute(f"SELECT count(*) FROM {relation(table)}").fetchall()[0][0],
                "one_row_per": table.grain,
                "description": table.description,
            }
            for table in contracts.tables()
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
