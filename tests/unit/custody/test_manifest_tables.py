"""Which hashes of days a manifest takes over from the one before it."""

from typing import Any

from forensics.custody.hashes import TableHash
from forensics.custody.manifest import _tables
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

LOAD = {"snapshot_date": FIRST_DAY.isoformat(), "load_id": "load-1"}


def _sums(line: Line, *, file: str, address: str) -> None:
    """One day as it is summed up: the name of its file, and a row of a table without files."""
    day = {"snapshot_date": FIRST_DAY}
    put(line.connection, "core.daily_files", [{**day, "table_name": "exchange_templates", "file_name": file}])
    put(line.connection, "core.account_hours", [{**day, "account_id": address, "hour": 1, "exchange_count": 3}])


def _manifest(tables: dict[str, TableHash]) -> dict[str, Any]:
    return {
        "outputs": {"tables": {name: found.as_json() for name, found in tables.items()}},
        "inputs": {"loads_in_force": {LOAD["snapshot_date"]: LOAD["load_id"]}},
    }


def test_days_that_were_summed_up_anew_are_hashed_anew_whatever_the_run_was_for(blank_line: Line) -> None:
    _sums(blank_line, file="a.parquet", address="tail-1")
    before = _tables(blank_line.connection, [LOAD], None, None)
    _sums(blank_line, file="b.parquet", address="tail-2")
    whole = _tables(blank_line.connection, [LOAD], None, None)
    taken = _tables(blank_line.connection, [LOAD], set(), _manifest(before))
    for name in ("core.daily_files", "core.account_hours"):
        assert taken[name] == whole[name] != before[name]


def test_days_that_nobody_made_anew_are_not_hashed_again(blank_line: Line) -> None:
    _sums(blank_line, file="a.parquet", address="tail-1")
    before = _tables(blank_line.connection, [LOAD], None, None)
    _sums(blank_line, file="a.parquet", address="tail-2")
    taken = _tables(blank_line.connection, [LOAD], set(), _manifest(before))
    assert taken["core.account_hours"] == before["core.account_hours"]
