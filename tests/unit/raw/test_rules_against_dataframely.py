"""Oracle: on thousands of random, partly broken rows the SQL rules find exactly what dataframely's filter finds."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dataframely as dy
import duckdb
import polars as pl
import pytest

from forensics import contracts
from forensics.contracts.raw import WITHIN_DAY
from forensics.contracts.tables import Table
from forensics.raw.days import DayFile
from forensics.raw.rules import rules_of
from forensics.raw.sources import LocalFolder
from forensics.raw.staging import stage_file
from tests.unit.raw.snapshots import DAY, MIDNIGHT, write

ROWS = 700
BROKEN_SHARE = 0.04
FAILS = object()
"""Marks a cell that cannot be read as its column's type."""

TAGS = {"exchanges": "user_agent", "accounts": "plan", "payments": "account_id", "organisations": "domain"}
TAGS |= {"ownership": "source", "networks": "as_name", "models": "model"}
"""A column that is never broken and tells the rows apart."""

NAMES = {"nullability": "required"}
Cell = tuple[str | None, Any]

WHOLE = [("7", 7), ("12.0", 12), ("+3", 3), ("0", 0), ("000", 0), ("9223372036854775807", 2**63 - 1), ("-5", -5)]
NOT_WHOLE = ["12.5", "abc", "1_000", "1e3", "9223372036854775808", " 4", "0x1F", "", "1,5", "true", "12.0.0", "٣"]
NUMBERS = [("0.5", 0.5), ("1e2", 100.0), (".25", 0.25), ("33", 33.0), ("-1", -1.0), ("101", 101.0), ("7.", 7.0)]
NUMBERS += [("NaN", float("nan")), ("inf", float("inf")), ("-Infinity", float("-inf"))]
NOT_NUMBERS = ["1.2.3", "ten", "1_0.5", "0x1p3", " 1", "--1", "1e", "$5"]
TIMES = [
    ("2026-03-02T10:00:00Z", MIDNIGHT + timedelta(hours=10)),
    ("2026-03-02 10:00:00", MIDNIGHT + timedelta(hours=10)),
    ("2026-03-02T10:00", MIDNIGHT + timedelta(hours=10)),
    ("2026-03-02T01:30:00+05:30", MIDNIGHT - timedelta(hours=4)),
    ("2026-03-02T22:30:00-0200", MIDNIGHT + timedelta(hours=24.5)),
    ("2026-03-02T23:59:59.999999999Z", MIDNIGHT + timedelta(days=1, microseconds=-1)),
    ("2026-03-02T10:00:00.25+00", MIDNIGHT + timedelta(hours=10, milliseconds=250)),
    ("2026-03-02", MIDNIGHT),
]
NOT_TIMES = ["1772409600", "1772409600000", "02/03/2026", "2026-13-01T00:00:00Z", "2026-02-30", "yesterday", "20260302"]
NOT_TIMES += ["2026-03-02T10:00:00 Z", "2026-03-02T10:00:00+5", "infinity", "2026-03-02T25:00:00Z"]
DATES = [("2026-03-02", DAY), ("2026-03-02T00:00:00Z", DAY), ("2024-02-29", DAY.replace(2024, 2, 29))]
NOT_DATES = ["2026-03-02T10:00:00Z", "2026-3-2", "20260302", "2023-02-29", "46083"]
TRUTHS = [("true", True), ("False", False), ("1", True), ("0", False), ("TRUE", True)]
NOT_TRUTHS = ["yes", "t", "2", "1.0", "on", "null"]
ADDRESSES = ["192.0.2.1", "2001:db8::1", "::1", "not an address", "10.0.0", "192.0.2.1\n", "١.٢.٣.٤", ""]
BLOCKS = ["192.0.2.0/24", "2001:db8::/32", "192.0.2.0", "10.0.0.0/8 ", "/8"]
COUNTRIES = ["FR", "DE", "fr", "FRA", "", "F1", "FR\n"]


def _cell(column: dy.Column, rng: random.Random, typed: bool) -> Cell:
    """A random cell as text, and what it means; `typed`: the file stores native types, so nothing fails to cast."""
    broken = rng.random() < BROKEN_SHARE
    if rng.random() < (0.2 if column.nullable else BROKEN_SHARE / 4):
        return None, None
    match column:
        case dy.Enum():
            text = rng.choice(["Ok", "unheard_of", ""]) if broken else rng.choice(column.categories)
            return text, text if text in column.categories else FAILS
        case dy.String():
            return _text(column, rng, broken)
        case dy.Int64():
            return _pick(WHOLE if broken else WHOLE[:5], NOT_WHOLE, rng, broken and not typed)
        case dy.Float64():
            return _pick(NUMBERS if broken else NUMBERS[:4], NOT_NUMBERS, rng, broken and not typed)
        case dy.Datetime():
            return _pick(TIMES if broken else TIMES[:3], NOT_TIMES, rng, broken and not typed)
        case dy.Date():
            return _pick(DATES, NOT_DATES, rng, broken and not typed)
        case _:
            return _pick(TRUTHS, NOT_TRUTHS, rng, broken and not typed)


def _text(column: dy.String, rng: random.Random, broken: bool) -> Cell:
    choices = ["x", "a longer text", 'with "quotes", commas\nand breaks', "naïve 文字", "a\0b"]
    if column.regex:
        pool = ADDRESSES if ":" in column.regex and "/" not in column.regex else COUNTRIES
        pool = BLOCKS if "/" in column.regex else pool
        choices = pool if broken else pool[:2]
    elif broken:
        choices = ["", " "]
    text = rng.choice(choices)
    return text, text


def _pick(good: list[tuple[str, Any]], bad: list[str], rng: random.Random, broken: bool) -> Cell:
    return (rng.choice(bad), FAILS) if broken and rng.random() < 0.5 else rng.choice(good)


def _table_rows(table: Table, seed: int, typed: bool) -> list[dict[str, Cell]]:
    rng = random.Random(seed)
    rows = []
    for number in range(ROWS):
        row = {name: _cell(column, rng, typed) for name, column in table.snapshot_columns.items()}
        for name in table.primary_key:
            if name in row and row[name][0]:
                row[name] = (f"{row[name][0]}-{number}",) * 2 if table.name != "networks" else row[name]
        row[TAGS[table.name]] = (f"row-{number}",) * 2
        rows.append(row)
    return rows


def _expected(table: Table, rows: list[dict[str, Cell]], *, empty_text: bool) -> dict[str, set[str]]:
    """Rules by row: failed casts from how the cells were made, all others from dataframely's own filter.

    dataframely judges nothing else of a row with a failed cast, so such cells are filled for it with good values.
    """
    expected: dict[str, set[str]] = {row[TAGS[table.name]][1]: set() for row in rows}
    clean = []
    for row in rows:
        values: dict[str, Any] = {"snapshot_date": DAY}
        for name, column in table.snapshot_columns.items():
            text, value = row[name]
            found = expected[row[TAGS[table.name]][1]]
            if value is FAILS:
                found.add(f"{name}|allowed_values" if isinstance(column, dy.Enum) else f"{name}|type")
                value = _filler(column)
            if empty_text and text is None and _may_be_empty(column):
                value = ""
            dated = column.metadata == WITHIN_DAY and value is not None and row[name][1] is not FAILS
            if dated and not MIDNIGHT <= value < MIDNIGHT + timedelta(days=1):
                found.add(f"{name}|outside_day")
            values[name] = value
        clean.append(values)
    frame = pl.DataFrame(clean, schema={name: column.dtype for name, column in table.columns.items()})
    _, failure = table.schema.filter(frame)
    details = failure.details()
    for rule in [name for name in details.columns if name not in table.columns and name != "primary_key"]:
        column, name = rule.split("|")
        for tag in details.filter(pl.col(rule) == "invalid")[TAGS[table.name]]:
            expected[tag].add(f"{column}|{NAMES.get(name, name)}")
    return expected


def _filler(column: dy.Column) -> Any:
    match column:
        case dy.Enum():
            return column.categories[0]
        case dy.Int64() | dy.Float64():
            return 1
        case dy.Datetime():
            return MIDNIGHT
        case dy.Date():
            return DAY
        case _:
            return True


def _may_be_empty(column: dy.Column) -> bool:
    demands = (column.nullable, column.primary_key, getattr(column, "min_length", None), getattr(column, "regex", None))
    return isinstance(column, dy.String) and not any(demands)


def _found(table: Table, path: Path, tmp_path: Path, rows: list[dict[str, Cell]]) -> dict[str, set[str]]:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    file = DayFile(table.name, path.name, path.name.split(".")[1], path.name.partition(".")[2].partition(".")[2])
    copy = LocalFolder(tmp_path).fetch(path.name, tmp_path)
    staged = stage_file(connection, file, copy, number=0, day=DAY, scratch=tmp_path)
    assert staged.row_count == len(rows)
    columns = ", ".join(f'"{name}"' for name in table.snapshot_columns)
    query = f"SELECT row_number, list_transform(broken, lambda b: b.rule), {columns} FROM {staged.whole} AS checked"
    tags = [row[TAGS[table.name]][1] for row in rows]
    found = {}
    for number, rules, *values in connection.execute(query).fetchall():
        found[tags[number - 1]] = set(rules or ())
        cells = zip(rows[number - 1].values(), values, strict=True)
        assert rules or all(cell[1] == value or (cell[1] is None and value == "") for cell, value in cells)
    return found


def _as_read(column: dy.Column, cell: Cell) -> Cell:
    """Where a text may be missing, empty text is none, in every format."""
    return (None, None) if cell[0] == "" and isinstance(column, dy.String | dy.Enum) and column.nullable else cell


def _as_csv_means(column: dy.Column, cell: Cell) -> Cell:
    """Where no text is wanted, an empty field is no value, in quotes or not."""
    return (None, None) if cell[0] == "" and not isinstance(column, dy.String | dy.Enum) else cell


def _write_text(path: Path, rows: list[dict[str, Cell]]) -> None:
    write(path, [{name: cell[0] for name, cell in row.items()} for row in rows])


def _write_typed(path: Path, rows: list[dict[str, Cell]]) -> None:
    write(path, [{name: text if value is FAILS else value for name, (text, value) in row.items()} for row in rows])


@pytest.mark.parametrize("table", contracts.snapshot_tables(), ids=lambda table: table.name)
@pytest.mark.parametrize("ending", ["csv", "jsonl.zst", "parquet"])
def test_text_files(table: Table, ending: str, tmp_path: Path) -> None:
    rows = _table_rows(table, seed=len(ending) * 100 + len(table.name), typed=False)
    path = tmp_path / f"{table.name}.{ending}"
    _write_text(path, rows)
    if ending == "csv":
        rows = [{name: _as_csv_means(table.columns[name], cell) for name, cell in row.items()} for row in rows]
    rows = [{name: _as_read(table.columns[name], cell) for name, cell in row.items()} for row in rows]
    expected = _expected(table, rows, empty_text=ending == "csv")
    found = _found(table, path, tmp_path, rows)
    assert found == expected
    assert 8 < sum(map(bool, found.values())) < ROWS


@pytest.mark.parametrize("table", contracts.snapshot_tables(), ids=lambda table: table.name)
def test_typed_parquet(table: Table, tmp_path: Path) -> None:
    rows = _table_rows(table, seed=len(table.name), typed=True)
    path = tmp_path / f"{table.name}.parquet"
    _write_typed(path, rows)
    rows = [{name: _as_read(table.columns[name], cell) for name, cell in row.items()} for row in rows]
    found = _found(table, path, tmp_path, rows)
    assert found == _expected(table, rows, empty_text=False)


@pytest.mark.parametrize("table", contracts.snapshot_tables(), ids=lambda table: table.name)
def test_every_rule_of_the_contract_is_compiled(table: Table) -> None:
    """A rule that someone adds to the contract is found here before it is missed in production."""
    from forensics.raw.rules import Field

    fields = {name: Field(name, "VARCHAR") for name in table.snapshot_columns}
    compiled = {rule.name for rule in rules_of(table, fields, DAY)}
    frame = pl.DataFrame(schema={name: column.dtype for name, column in table.columns.items()})
    wanted = set(table.schema.filter(frame)[1].details().columns) - set(table.columns) - {"primary_key"}
    wanted = {f"{rule.split('|')[0]}|{NAMES.get(rule.split('|')[1], rule.split('|')[1])}" for rule in wanted}
    assert {rule for rule in wanted if not rule.startswith("snapshot_date")} <= compiled


def test_midnight_is_what_the_fixtures_say() -> None:
    assert datetime.combine(DAY, datetime.min.time()) == MIDNIGHT
