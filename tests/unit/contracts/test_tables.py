"""The contract itself: names, descriptions, keys, and SQL that says the same."""

import re
from datetime import date
from pathlib import Path

import dataframely as dy
import duckdb
import pytest

from forensics import contracts
from forensics.contracts.sql import (
    comment_on,
    create_table,
    duckdb_type,
    empty_select,
    literal,
    quote,
    select_daily_files,
)
from forensics.contracts.tables import STEPS, Table, table

TABLES = contracts.tables()
IDS = [one.full_name for one in TABLES]


@pytest.mark.parametrize("declared", TABLES, ids=IDS)
def test_every_table_and_column_is_described_in_one_plain_line(declared: Table) -> None:
    assert declared.description.endswith(".") and "\n" not in declared.description
    for name, column in declared.columns.items():
        assert column.description, name
        assert column.description.endswith((".", "…")), f"{name}: {column.description}"


@pytest.mark.parametrize("declared", TABLES, ids=IDS)
def test_names_follow_the_conventions(declared: Table) -> None:
    for name, column in declared.columns.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        if name.endswith("_at"):
            assert isinstance(column, dy.Datetime), name
        if name.endswith("_count"):
            assert isinstance(column, dy.Int64), name
        if name.endswith("_share"):
            assert isinstance(column, dy.Float64) and (column.min, column.max) == (0, 1), name
        if isinstance(column, dy.Bool):
            assert not name.endswith(("_at", "_count")), name


@pytest.mark.parametrize("declared", TABLES, ids=IDS)
def test_daily_tables_have_their_day_and_keys_are_never_null(declared: Table) -> None:
    if declared.daily:
        assert isinstance(declared.columns["snapshot_date"], dy.Date)
    for name in declared.primary_key:
        assert not declared.columns[name].nullable


@pytest.mark.parametrize("declared", TABLES, ids=IDS)
def test_the_ddl_makes_what_the_contract_says(declared: Table) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE SCHEMA {declared.step}")
        connection.execute(create_table(declared))
        if declared.stored_as == "native":
            for comment in comment_on(declared):
                connection.execute(comment)
        found = connection.execute(
            "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
        ).fetchall()
        assert found == [(n, duckdb_type(column), bool(column.nullable)) for n, column in declared.columns.items()]
        assert connection.execute(empty_select(declared)).fetchall() == []


def test_the_minimum_columns_that_readers_count_on_are_there() -> None:
    minimum = {
        "findings": "finding_id as_of kind control_confidence extraction_confidence organisation_confidence confidence"
        " score account_count exchange_count first_seen last_seen headline status",
        "finding_accounts": "finding_id account_id organisation_id role membership exchange_count",
        "finding_signals": "finding_id signal_kind signal_value accounts_sharing accounts_sharing_outside lift p_value"
        " q_value",
        "finding_evidence": "finding_id stance statement measure value baseline",
        "account_scores": "account_id as_of extraction_score cluster_id",
        "barred_organisations": "organisation_id name jurisdiction verdict controlling_organisation_id"
        " controlling_jurisdiction attributed_percent effective_percent path rule",
        "ownership_verdicts": "organisation_id verdict attributed_percent_min attributed_percent_max"
        " effective_percent_min effective_percent_max unknown_percent from to",
    }
    for name, columns in minimum.items():
        assert set(columns.split()) <= set(contracts.get(f"reports.{name}").columns), name


def test_tables_come_in_the_order_of_the_line() -> None:
    steps = [STEPS.index(one.step) for one in TABLES]
    assert steps == sorted(steps) and set(steps) == set(range(len(STEPS)))
    assert {one.name for one in contracts.snapshot_tables() if one.required} == {"exchanges", "accounts"}


def test_an_unknown_step_and_a_name_that_is_taken_are_refused() -> None:
    class Payers(dy.Schema):
        """Taken."""

        account_id = dy.String(primary_key=True)

    with pytest.raises(ValueError, match="unknown step"):
        table("guesses", kind="derived", grain="row")(Payers)
    with pytest.raises(ValueError, match="declared twice"):
        table("features", kind="derived", grain="row")(Payers)
    with pytest.raises(KeyError):
        contracts.get("features.unheard_of")


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "a'b", "; DROP TABLE x; --", "字"])
def test_names_and_texts_are_quoted_so_that_sql_reads_them_back(name: str) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {literal(name)} AS {quote(name)}")
        assert found.description is not None and found.description[0][0] == name
        assert found.fetchall() == [(name,)]


def test_a_type_the_warehouse_does_not_use_is_refused() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        duckdb_type(dy.Decimal(10, 2))


@pytest.mark.parametrize("above", ["home", "model=other/date=home"])
def test_a_look_back_opens_the_files_of_its_days_and_no_others(tmp_path: Path, above: str) -> None:
    declared = contracts.get("raw.exchanges")
    files = [tmp_path / above / f"date=2026-03-0{day}" / "part's.parquet" for day in (1, 2, 3)]
    with duckdb.connect() as connection:
        for day, file in enumerate(files, start=1):
            file.parent.mkdir(parents=True)
            rows = empty_select(declared).replace(" WHERE false", "").replace(
                'CAST(NULL AS DATE) AS "snapshot_date"', f"DATE '2026-03-0{day}' AS snapshot_date"
            )  # fmt: skip
            connection.execute(f"COPY ({rows}) TO {literal(str(file))} (FORMAT parquet)")
        query = select_daily_files(declared, files)
        assert [name for name, *_ in connection.execute(query).description or ()] == list(declared.columns)
        days = f"SELECT DISTINCT snapshot_date, model FROM ({query}) WHERE snapshot_date >= $first"
        found = connection.execute(days, {"first": date(2026, 3, 3)}).fetchall()
        assert found == [(date(2026, 3, 3), None)]
        # The first file tells what columns there are.
        files[1].write_bytes(b"not opened")
        if "=" not in above:
            assert connection.execute(days, {"first": date(2026, 3, 3)}).fetchall() == found
