"""The documents in warehouse/ say what the contract says, and the contract says something of everything."""

from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from forensics import contracts
from forensics.contracts.documents import dictionary, schema
from forensics.contracts.schema_map import schema_map
from forensics.contracts.views import MACROS, VIEWS

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
    assert tables == len(contracts.tables()) + len(VIEWS)
    declared = [*(table.columns for table in contracts.tables()), *(view.columns for view in VIEWS)]
    assert columns == sum(map(len, declared))


def test_every_view_and_macro_carries_its_comment() -> None:
    with duckdb.connect() as connection:
        connection.execute(schema())
        found = dict(
            connection.execute(
                "SELECT function_name, comment FROM duckdb_functions() WHERE schema_name = 'analysis'"
            ).fetchall()
        )
    assert found.keys() == {macro.name for macro in MACROS}
    assert all(found[macro.name].startswith(macro.description) for macro in MACROS)


def test_the_picture_is_drawn_from_the_contract() -> None:
    text = (PROJECT / "warehouse" / "pictures" / "schema.svg").read_text("utf-8")
    assert text == schema_map(), "run `make documents`"
    drawn = {node.text for node in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text")}
    assert {table.name for table in contracts.tables()} | {view.name for view in VIEWS} <= drawn


@pytest.mark.parametrize("table", contracts.tables(), ids=lambda table: table.full_name)
def test_every_table_and_column_is_described(table: contracts.Table) -> None:
    assert table.description
    assert not [name for name, column in table.columns.items() if not column.description]
