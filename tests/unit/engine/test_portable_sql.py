"""What is translated for another engine, and what is refused because its meaning there is not known."""

from importlib.resources import files

import pytest

from forensics.engine.portable_sql import for_spark
from forensics.errors import EngineError

QUERIES = [
    query
    for package in ("forensics.core", "forensics.engine")
    for query in sorted(files(package).iterdir(), key=lambda path: path.name)
    if query.name.endswith(".sql")
] + [files("forensics.links").joinpath("account_signals.sql")]


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.name)
def test_every_event_sized_query_is_portable(query) -> None:  # type: ignore[no-untyped-def]
    translated, parameters, tables = for_spark(query.read_text("utf-8"))
    assert "$" not in translated.replace("'$1'", "")
    assert all(f":{name}" in translated for name in parameters)
    assert all(table.replace(".", "__") in translated for table in tables)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("SELECT no_such_thing(a) FROM t", "function no_such_thing"),
        ("SELECT hash(a) FROM t", "function hash"),
        ("SELECT entropy(a) FROM t", "function entropy"),
        ("SELECT approx_count_distinct(a) FROM t", "APPROX"),
        ("SELECT median(a) FROM t", "MEDIAN"),
        ("SELECT list_value(a) FROM t", "ARRAY"),
        ("SELECT unnest(a) FROM t", "EXPLODE"),
        ("SELECT {'a': b} FROM t", "STRUCT"),
        ("SELECT CAST(a AS HUGEINT) FROM t", "type INT128"),
        ("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", "QUALIFY"),
        ("SELECT t.*, s.b FROM t JOIN s USING (a)", "all columns"),
        ("SELECT regexp_replace(a, 'b', 'c') FROM t", "first match"),
        ("SELECT regexp_replace(a, 'b', c, 'g') FROM t", "not written out"),
    ],
)
def test_what_means_something_else_elsewhere_is_refused(query: str, fault: str) -> None:
    with pytest.raises(EngineError) as refusal:
        for_spark(query)
    assert any(fault in one for one in refusal.value.faults)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(EngineError) as refusal:
        for_spark("SELECT foo(a), bar(b), sum(c) FROM t")
    assert list(refusal.value.faults) == ["function bar", "function foo"]


def test_parameters_tables_and_groups_are_written_as_spark_does() -> None:
    translated, parameters, tables = for_spark(
        "SELECT regexp_replace(a, '\\b0+([1-9])', '\\1$', 'g') AS a FROM raw.payments WHERE d = $day ORDER BY a"
    )
    assert translated == (
        "SELECT REGEXP_REPLACE(a, '\\\\b0+([1-9])', '$1\\\\$') AS a FROM raw__payments AS payments WHERE d = :day"
    )
    assert (parameters, tables) == (("day",), ("raw.payments",))
