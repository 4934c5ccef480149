"""The contract's rules as SQL: one query a file casts every value, finds every broken rule and loses no row.

Empty text where a text, free or of a list, may be missing is no value, in every format: CSV cannot tell the two apart,
and a day must mean the same however it is written. Where text is required (a prompt), empty text is text.

The rules are those of the table's dataframely schema and mean the same, except that a duplicated key is looked for
later, across all files of the table (`forensics.raw.staging`). Rules are named `column|rule`:

    type            the value cannot be read as the column's type
    required        there is no value where there must be one
    allowed_values  not one of the listed values
    min, max, min_length, max_length, regex, nan, inf   as in the schema
    outside_day     an event's time does not lie in the snapshot's day

and, for a whole row, `format` (not a record of its format at all) and `primary_key` (its key was seen before).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import dataframely as dy

from forensics.contracts.raw import WITHIN_DAY
from forensics.contracts.sql import duckdb_type, literal, quote
from forensics.contracts.tables import Table
from forensics.raw.casts import typed

VALUE_CHARACTERS = 200
ROW_CHARACTERS = 20_000
"""How much of an offending value and of its row the quarantine keeps: prompts have no upper bound."""

_LINE = "rtrim(line, E'\\r\\n')"
_NOT_COMPILED = ("min_exclusive", "max_exclusive", "is_in", "unique", "check", "resolution")


@dataclass(frozen=True)
class Field:
    """A column as a file has it.

    Attributes:
        raw: SQL of the value, null when there is none.
        found: DuckDB type of `raw`.
        nested: SQL that is true where a text value is in truth an object or a list (JSON only).
    """

    raw: str
    found: str
    nested: str | None = None


@dataclass(frozen=True)
class Rule:
    """A rule of a column: its name, and SQL that is true where the row breaks it."""

    name: str
    broken: str
    column: str


def rules_of(table: Table, fields: Mapping[str, Field], day: date) -> list[Rule]:
    """All rules that rows of a file can break, over the raw values `r<n>` and the typed columns.

    Raises:
        TypeError: when the contract uses a rule that is not compiled here; none is ever dropped silently.
    """
    rules: list[Rule] = []
    for number, (name, column) in enumerate(table.snapshot_columns.items()):
        rules += _column_rules(name, column, f"r{number}", day) if name in fields else []
    return rules


def checked_rows(
    table: Table,
    relation: str,
    fields: Mapping[str, Field],
    *,
    day: date,
    file_number: int,
    row: str | None = None,
    keys: str | None = None,
) -> str:
    """The query that reads a file: typed columns, the rules each row breaks, and the text of broken rows.

    Args:
        table: the contract.
        relation: SQL of a relation with `row_number`, `malformed`, `line` and whatever the fields name.
        fields: the columns that the file has.
        day: the snapshot's day.
        file_number: the file's place in the day, carried along to order and name rows.
        row: SQL of the row's text; by default the raw values as a JSON object.
        keys: SQL of the list of the record's own keys, if records differ in their columns.

    Returns:
        SQL with the columns file_number, row_number, the contract's columns, record_keys, text_bytes, broken (list
        of rule and value, null for a good row) and row_text.
    """
    rules = rules_of(table, fields, day)
    is_broken = " OR ".join(["malformed", *(f"({rule.broken})" for rule in rules)])
    columns = ", ".join(quote(name) for name in table.columns)
    texts = [name for name, column in table.columns.items() if isinstance(column, dy.String)]
    text_bytes = " + ".join(f"coalesce(strlen({quote(name)}), 0)" for name in texts)
    return f"""
SELECT CAST({file_number} AS INTEGER) AS file_number, row_number, {columns}, record_keys, {text_bytes} AS text_bytes,
    {_verdict(rules, row or _json_object(table, fields))}
FROM (
    SELECT *, coalesce({is_broken}, false) AS is_broken
    FROM (
        SELECT *, {", ".join(_typed_columns(table, fields, day))}
        FROM (SELECT {", ".join(_raw_columns(table, fields, keys))} FROM {relation}) AS raw_values
    ) AS typed_values
) AS checked_values"""


def _verdict(rules: list[Rule], row: str) -> str:
    """The columns broken and row_text; only broken rows pay for them."""
    findings = ", ".join(_finding(rule) for rule in rules)
    return f"""CASE
        WHEN malformed THEN [{{'rule': 'format', 'value': left({_LINE}, {VALUE_CHARACTERS})}}]
        WHEN is_broken THEN list_filter([{findings}], lambda finding: finding IS NOT NULL)
    END AS broken,
    CASE
        WHEN malformed THEN left({_LINE}, {ROW_CHARACTERS})
        WHEN is_broken THEN left({row}, {ROW_CHARACTERS})
    END AS row_text"""


def _raw_columns(table: Table, fields: Mapping[str, Field], keys: str | None) -> list[str]:
    columns = ["row_number", "malformed", "line", f"{keys or 'CAST(NULL AS VARCHAR[])'} AS record_keys"]
    for number, (name, column) in enumerate(table.snapshot_columns.items()):
        if name in fields:
            columns.append(f"{_raw_value(column, fields[name])} AS r{number}")
            if fields[name].nested:
                columns.append(f"{fields[name].nested} AS n{number}")
    return columns


def _raw_value(column: dy.Column, field: Field) -> str:
    """SQL of a value as the file has it; empty text is no value where a text or a listed one may be missing."""
    if isinstance(column, dy.String | dy.Enum) and column.nullable and field.found in ("VARCHAR", "BLOB"):
        return f"nullif({field.raw}, CAST('' AS {field.found}))"
    return field.raw


def _typed_columns(table: Table, fields: Mapping[str, Field], day: date) -> list[str]:
    columns = [f"DATE {literal(day.isoformat())} AS snapshot_date"]
    for number, (name, column) in enumerate(table.snapshot_columns.items()):
        value = f"CAST(NULL AS {duckdb_type(column)})"
        if name in fields:
            value = typed(column, f"r{number}", fields[name].found)
            if fields[name].nested:
                value = f"CASE WHEN NOT n{number} THEN {value} END"
        columns.append(f"{value} AS {quote(name)}")
    return columns


def _column_rules(name: str, column: dy.Column, raw: str, day: date) -> list[Rule]:
    used = [attribute for attribute in _NOT_COMPILED if getattr(column, attribute, None) not in (None, False)]
    if used:
        raise TypeError(f"the rules {', '.join(used)} of the column {name} are not compiled to SQL")
    value = quote(name)
    rules = {"type": f"{raw} IS NOT NULL AND {value} IS NULL"}
    if not column.nullable:
        rules["required"] = f"{raw} IS NULL"
    match column:
        case dy.Enum():
            rules["allowed_values"] = f"{value} NOT IN ({', '.join(map(literal, column.categories))})"
        case dy.String():
            rules |= _text_rules(column, value)
        case dy.Int64() | dy.Float64():
            rules |= _number_rules(column, value)
        case _:
            pass
    if column.metadata == WITHIN_DAY:
        first, after = (literal(d.isoformat()) for d in (day, day + timedelta(days=1)))
        rules["outside_day"] = f"{value} < TIMESTAMP {first} OR {value} >= TIMESTAMP {after}"
    return [Rule(f"{name}|{rule}", broken, raw) for rule, broken in rules.items()]


def _text_rules(column: dy.String, value: str) -> dict[str, str]:
    rules = {}
    if column.min_length is not None:
        rules["min_length"] = f"strlen({value}) < {column.min_length}"
    if column.max_length is not None:
        rules["max_length"] = f"strlen({value}) > {column.max_length}"
    if column.regex is not None:
        rules["regex"] = f"NOT regexp_matches({value}, {literal(column.regex)})"
    return rules


def _number_rules(column: dy.Int64 | dy.Float64, value: str) -> dict[str, str]:
    rules = {}
    if column.min is not None:
        rules["min"] = f"{value} < {column.min}"
    if column.max is not None:
        rules["max"] = f"{value} > {column.max}"
    if isinstance(column, dy.Float64):
        if not column.allow_nan:
            rules["nan"] = f"isnan({value})"
        if not column.allow_inf:
            rules["inf"] = f"isinf({value})"
    return rules


def _finding(rule: Rule) -> str:
    value = f"left(CAST({rule.column} AS VARCHAR), {VALUE_CHARACTERS})"
    return f"CASE WHEN {rule.broken} THEN {{'rule': {literal(rule.name)}, 'value': {value}}} END"


def _json_object(table: Table, fields: Mapping[str, Field]) -> str:
    """SQL of a JSON object of raw values; JSON has no NaN and no infinity, so those are written as text."""
    members = []
    for number, name in enumerate(table.snapshot_columns):
        if name in fields:
            value = f"to_json(r{number})"
            if fields[name].found in ("FLOAT", "DOUBLE"):
                value = f"CASE WHEN isfinite(r{number}) THEN {value} ELSE to_json(CAST(r{number} AS VARCHAR)) END"
            members.append(f"{literal(name)}: {value}")
    return f"CAST(to_json({{{', '.join(members)}}}) AS VARCHAR)"
