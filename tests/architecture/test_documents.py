"""The documents in warehouse/ say what the contract says, and the contract says something of everything."""

from pathlib import Path

import duckdb
import pytest

from forensics import contracts
from forensics.contracts.documents import dictionary, schema

PROJECT = Path(__file__).resolve().parents[2]


def test_the_dictionary_is_written_from_the_contract() -> None:
    assert (PROJECT / "warehouse" / "dictionary.md").read_text("utf-8") == dictionary(), "run `make documents`"


def test_the_schema_is_written_from_the_contract_and_runs() -> None:
    text = (PROJECT / "warehouse" / "schema.sql").read_text("utf-8")
    assert text == schema(), "run `make documents`"
    with duckdb.connect() as connection:
        connection.execute(text)
        tables, columns = connection.execute(
            "SELECT (SELECT count(*) FROM duckdb_tables() WHERE comment IS NOT NULL)"
            " + (SELECT count(*) FROM duckdb_views() WHERE NOT internal AND comment IS NOT NULL),"
            " (SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NOT NULL)"
        ).fetchall()[0]
    assert tables == len(contracts.tables())
    assert columns == sum(len(table.columns) for table in contracts.tables())


@pytest.mark.parametrize("table", contracts.tables(), ids=lambda table: table.full_name)
def test_every_table_and_column_is_described(table: contracts.Table) -> None:
    assert table.description
    assert not [name for name, column in table.columns.items() if not column.description]
