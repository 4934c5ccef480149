"""How a value found in a file becomes the contract's type, as SQL that yields null where it cannot.

Nothing is rounded and nothing is guessed: "12.0" is a whole number and "12.5" is not; a time is ISO 8601 or a native
Parquet type, never a bare number; what a file stores as text, number, time or truth value is told by its type.
"""

import dataframely as dy

from forensics.contracts.sql import duckdb_type

WHOLE_NUMBER = r"[+-]?[0-9]+(\.0*)?"
NUMBER = r"(?i)[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?|[+-]?(nan|inf|infinity)"
TRUTH = r"(?i)true|false|1|0"
TIME = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
_INTEGERS |= {f"U{name}" for name in _INTEGERS}
_FLOATS = {"FLOAT", "DOUBLE"}
_NANOSECONDS = {"TIMESTAMP_NS", "TIMESTAMPTZ_NS", "TIMESTAMP WITH TIME ZONE NS"}
_TIMES = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE", "DATE"}
_NESTED = ("STRUCT(", "MAP(", "UNION(", "VARIANT")


def typed(column: dy.Column, raw: str, found: str) -> str:
    """SQL for a value of the contract's type, null where `raw` is null or cannot be read as that type.

    Args:
        column: the contract's column.
        raw: SQL of the value as the file has it.
        found: the DuckDB type of `raw`; JSON and CSV bring VARCHAR.
    """
    match column:
        case dy.String() | dy.Enum():
            value = _text(raw, found)
        case dy.Int64():
            value = _whole_number(raw, found)
        case dy.Float64():
            value = _number(raw, found)
        case dy.Bool():
            value = _truth(raw, found)
        case dy.Datetime():
            value = _time(raw, found)
        case dy.Date():
            value = _date(raw, found)
        case _:
            value = None
    return value or f"CAST(NULL AS {duckdb_type(column)})"


def is_nested(found: str) -> bool:
    """Whether a DuckDB type holds more than one value."""
    return found.endswith("]") or found.startswith(_NESTED)


def _text(raw: str, found: str) -> str | None:
    if found == "VARCHAR":
        return raw
    if found == "BLOB":
        return f"TRY(decode({raw}))"
    return None if is_nested(found) else f"CAST({raw} AS VARCHAR)"


def _whole_number(raw: str, found: str) -> str | None:
    if found == "VARCHAR":
        return f"CASE WHEN regexp_full_match({raw}, '{WHOLE_NUMBER}') THEN TRY_CAST({raw} AS BIGINT) END"
    if found in _INTEGERS:
        return f"TRY_CAST({raw} AS BIGINT)"
    if found in _FLOATS or found.startswith("DECIMAL"):
        return f"CASE WHEN {raw} = trunc({raw}) THEN TRY_CAST({raw} AS BIGINT) END"
    return None


def _number(raw: str, found: str) -> str | None:
    if found == "VARCHAR":
        return f"CASE WHEN regexp_full_match({raw}, '{NUMBER}') THEN TRY_CAST({raw} AS DOUBLE) END"
    if found in _INTEGERS | _FLOATS or found.startswith("DECIMAL"):
        return f"CAST({raw} AS DOUBLE)"
    return None


def _truth(raw: str, found: str) -> str | None:
    if found == "VARCHAR":
        return f"CASE WHEN regexp_full_match({raw}, '{TRUTH}') THEN lower({raw}) IN ('true', '1') END"
    if found == "BOOLEAN":
        return raw
    if found in _INTEGERS | _FLOATS:
        return f"CASE {raw} WHEN 1 THEN true WHEN 0 THEN false END"
    return None


def _time(raw: str, found: str) -> str | None:
    if found == "VARCHAR":
        value = (
            f"CASE WHEN regexp_full_match({raw}, '{TIME}') THEN CAST(TRY_CAST({raw} AS TIMESTAMPTZ) AS TIMESTAMP) END"
        )
    elif found in _NANOSECONDS:
        # A cast rounds up to the next microsecond, at midnight into the next day.
        value = f"make_timestamp(epoch_ns({raw}) // 1000)"
    elif found in _TIMES:
        value = f"CAST({raw} AS TIMESTAMP)"
    else:
        return None
    return f"CASE WHEN isfinite({value}) THEN {value} END" if found in _TIMES else value


def _date(raw: str, found: str) -> str | None:
    if found == "DATE":
        return f"CASE WHEN isfinite({raw}) THEN {raw} END"
    value = _time(raw, found)
    return f"CASE WHEN {value} = date_trunc('day', {value}) THEN CAST({value} AS DATE) END" if value else None
