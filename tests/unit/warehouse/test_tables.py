"""Tables as declared: contracts kept or refused with all faults, comments, older files, all-or-nothing writes."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from forensics import contracts, reports
from forensics.contracts.sql import create_table, duckdb_type
from forensics.errors import ContractError
from forensics.home import Home
from forensics.links.account_signals import account_signals
from forensics.settings import Settings
from forensics.warehouse import day_rows_replaced, open_building, replace_table
from forensics.warehouse.emptied import mark_emptied, refuse_emptied
from forensics.warehouse.tables import append_rows, outdated_tables
from forensics.warehouse.transactions import transaction
from tests.worlds.line import Line
from tests.worlds.tiny import FIRST_DAY

PAYER = {
    "account_id": ["b", "a"],
    "payer_id": ["x", "y"],
    "payer_basis": ["account"] * 2,
    "organisation_id": [None] * 2,
}


def _payers(**changed: object) -> pl.DataFrame:
    return pl.DataFrame({**PAYER, **changed}, schema_overrides={"organisation_id": pl.String})


def _count(line: Line, table: str = "features.payers") -> int:
    return int(line.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def test_rows_are_replaced_as_a_whole_and_sorted_by_key(blank_line: Line) -> None:
    assert replace_table(blank_line.connection, "features.payers", _payers()) == 2
    assert replace_table(blank_line.connection, "features.payers", _payers(payer_id=["z", "w"])) == 2
    rows = blank_line.connection.execute("SELECT account_id, payer_id FROM features.payers").fetchall()
    assert rows == [("a", "w"), ("b", "z")]


def test_other_columns_are_refused_and_all_named(blank_line: Line) -> None:
    frame = _payers(one_more=["v", "v"]).drop("payer_id", "payer_basis")
    with pytest.raises(ContractError) as fault:
        replace_table(blank_line.connection, "features.payers", frame)
    assert set(fault.value.faults) == {
        "unknown column one_more",
        "missing column payer_id",
        "missing column payer_basis",
    }
    assert fault.value.next_step


def test_broken_rows_are_refused_with_every_rule_and_change_nothing(blank_line: Line) -> None:
    replace_table(blank_line.connection, "features.payers", _payers())
    broken = _payers(account_id=["a", "a"], payer_id=[None, "x"], payer_basis=["account", "uncle"])
    with pytest.raises(ContractError) as fault:
        replace_table(blank_line.connection, "features.payers", broken)
    text = " ".join(fault.value.faults)
    assert all(rule in text for rule in ("primary_key", "payer_id", "payer_basis"))
    assert _count(blank_line) == 2


def test_a_share_above_one_and_a_missing_number_are_refused(blank_line: Line) -> None:
    frame = pl.DataFrame(
        {
            "account_id": ["a", "b", "c"],
            "map_x": [0.0, float("nan"), None],
            "map_y": [0.0, 0.0, 0.0],
            "cluster_id": [-2, 0, 0],
            "membership": [1.5, 0.0, 0.0],
        }
    )
    with pytest.raises(ContractError) as fault:
        replace_table(blank_line.connection, "clusters.account_clusters", frame)
    text = " ".join(fault.value.faults)
    assert all(name in text for name in ("map_x", "cluster_id", "membership"))


def test_text_where_a_number_belongs_is_refused(blank_line: Line) -> None:
    with pytest.raises(ContractError):
        replace_table(
            blank_line.connection,
            "core.account_hours",
            pl.DataFrame(
                {"snapshot_date": [FIRST_DAY], "account_id": ["a"], "hour": ["noon"], "exchange_count": ["many"]}
            ),
        )
    assert _count(blank_line, "core.account_hours") == 0


def test_a_block_that_fails_leaves_the_days_rows(blank_line: Line) -> None:
    row = pl.DataFrame({"snapshot_date": [FIRST_DAY], "account_id": ["a"], "hour": [3], "exchange_count": [1]})
    replace_table(blank_line.connection, "core.account_hours", row)
    with (
        pytest.raises(RuntimeError, match="on purpose"),
        day_rows_replaced(blank_line.connection, ["core.account_hours"], FIRST_DAY),
    ):
        assert _count(blank_line, "core.account_hours") == 0
        raise RuntimeError("on purpose")
    assert _count(blank_line, "core.account_hours") == 1
    with transaction(blank_line.connection):
        append_rows(blank_line.connection, "core.account_hours", row.with_columns(hour=pl.lit(4)))
    assert _count(blank_line, "core.account_hours") == 2


def test_every_declared_table_is_there_with_types_and_comments(blank_line: Line) -> None:
    found = blank_line.connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns()"
        " WHERE database_name = current_database() AND schema_name <> 'analysis'"
    ).fetchall()
    expected = {
        (table.full_name, name, duckdb_type(column), column.description)
        for table in contracts.tables()
        for name, column in table.columns.items()
    }
    assert set(found) == expected


def _old_file(tmp_path: Path, *statements: str) -> Home:
    home = Home(tmp_path / "old").create()
    with open_building(home, Settings()):
        pass
    with duckdb.connect(str(home.building)) as connection:
        for statement in statements:
            connection.execute(statement)
    return home


def test_a_derived_table_of_an_older_version_is_made_anew(tmp_path: Path) -> None:
    home = _old_file(
        tmp_path,
        "DROP TABLE features.payers",
        "CREATE TABLE features.payers (account_id VARCHAR, retired INTEGER)",
        "INSERT INTO features.payers VALUES ('a', 1)",
    )
    with open_building(home, Settings()) as connection:
        names = [row[0] for row in connection.execute("DESCRIBE features.payers").fetchall()]
        assert names == list(contracts.get("features.payers").columns)
        assert connection.execute("FROM features.payers").fetchall() == []


def test_rows_that_belong_into_files_are_summed_up_anew(tmp_path: Path) -> None:
    table = contracts.get("core.fill_days")
    home = _old_file(
        tmp_path,
        "DROP VIEW core.fill_days",
        create_table(table),
        "INSERT INTO core.day_loads VALUES ('2026-03-02', 'load', 'classifier', 'embedder', NULL, 'definition')",
    )
    with duckdb.connect(str(home.building)) as connection:
        assert outdated_tables(connection) == ["core.fill_days"]
    for _ in range(2):
        with open_building(home, Settings()) as connection:
            views = connection.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'core'").fetchall()
            assert (table.name,) in views
            assert connection.execute("FROM core.day_loads").fetchall() == []
            assert outdated_tables(connection) == []


def test_files_with_other_columns_are_made_anew(tmp_path: Path) -> None:
    home = _old_file(
        tmp_path,
        "CREATE OR REPLACE VIEW core.fill_days AS SELECT 'a' AS account_id, 1 AS retired",
        "INSERT INTO core.daily_files SELECT '2026-03-02', unnest(['fill_days', 'prompt_days']), 'a.parquet'",
        "INSERT INTO core.day_loads VALUES ('2026-03-02', 'load', 'classifier', 'embedder', NULL, 'definition')",
    )
    with duckdb.connect(str(home.building)) as connection:
        assert outdated_tables(connection) == ["core.fill_days"]
    with open_building(home, Settings()) as connection:
        assert outdated_tables(connection) == []
        assert connection.execute("FROM core.fill_days").fetchall() == []
        assert connection.execute("FROM core.day_loads").fetchall() == []
        assert connection.execute("SELECT table_name FROM core.daily_files").fetchall() == [("prompt_days",)]


def test_a_raw_table_gains_columns_that_may_be_null_and_keeps_its_rows(tmp_path: Path) -> None:
    home = _old_file(
        tmp_path,
        "ALTER TABLE raw.accounts DROP COLUMN programme",
        "INSERT INTO raw.accounts (snapshot_date, account_id, created_at, status) VALUES"
        " ('2026-03-02', 'a', '2026-01-01', 'active')",
    )
    with open_building(home, Settings()) as connection:
        assert connection.execute("SELECT account_id, programme FROM raw.accounts").fetchall() == [("a", None)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("ALTER TABLE raw.accounts DROP COLUMN status", "status"),
        ("ALTER TABLE raw.accounts ADD COLUMN shoe_size INTEGER", "shoe_size"),
        ("ALTER TABLE raw.accounts ALTER country TYPE INTEGER", "country"),
        ("ALTER TABLE reports.finding_history DROP COLUMN account_id", "account_id"),
    ],
)
def test_evidence_of_another_version_is_refused_and_never_dropped(tmp_path: Path, change: str, fault: str) -> None:
    home = _old_file(tmp_path, change)
    with pytest.raises(ContractError) as refused, open_building(home, Settings()):
        pass
    assert any(fault in line for line in refused.value.faults)
    assert "--home" in refused.value.next_step


def test_what_a_newer_version_emptied_is_not_published_until_its_step_has_run(tmp_path: Path) -> None:
    home, settings = Home(tmp_path), Settings()
    with open_building(home, settings) as connection:
        refuse_emptied(connection)
        connection.execute("ALTER TABLE features.payers DROP COLUMN payer_basis; DROP TABLE reports.finding_counts")
        connection.execute("ALTER TABLE core.account_days DROP COLUMN exchange_count")
    for _ in range(2):
        with open_building(home, settings) as connection, pytest.raises(ContractError) as refused:
            refuse_emptied(connection)
        # No day is loaded here, so none has to be summed up.
        named = [fault.split(" ")[0] for fault in refused.value.faults]
        assert named == ["features.payers", "reports.finding_counts"]
        assert "Materialise features, clusters, links, reports" in refused.value.next_step
    with open_building(home, settings) as connection:
        for name in named:
            columns = contracts.get(name).columns
            replace_table(connection, name, pl.DataFrame(schema={one: kind.dtype for one, kind in columns.items()}))
        refuse_emptied(connection)
        said = "SELECT comment FROM duckdb_tables() WHERE schema_name || '.' || table_name IN ('{}', '{}')"
        assert all("One row per" in comment for (comment,) in connection.execute(said.format(*named)).fetchall())


def test_daily_sums_count_as_computed_when_every_day_is_summed_up(tiny_copy: Line) -> None:
    connection = tiny_copy.connection
    mark_emptied(connection, contracts.get("core.account_days"))
    refuse_emptied(connection)
    mark_emptied(connection, contracts.get("core.account_days"))
    connection.execute("DELETE FROM core.day_loads WHERE snapshot_date = (SELECT max(snapshot_date) FROM raw.loads)")
    with pytest.raises(ContractError) as refused:
        refuse_emptied(connection)
    assert "Materialise core, features" in refused.value.next_step


def test_a_step_that_runs_takes_every_mark_of_its_tables_away(tiny_copy: Line) -> None:
    connection = tiny_copy.connection
    for table in contracts.of_step("reports"):
        if table.kind != "log":
            mark_emptied(connection, table)
    mark_emptied(connection, contracts.get("links.account_signals"))
    reports.build(connection, tiny_copy.settings, tiny_copy.window, run_id="again")
    account_signals(connection, tiny_copy.window)
    refuse_emptied(connection)
