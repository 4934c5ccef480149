"""Hashes of tables: the same rows in any order, and not one value more, less or elsewhere."""

from datetime import date
from typing import Any

import dataframely as dy
import duckdb
import pytest

from forensics.contracts.tables import WALL_CLOCK, Table
from forensics.custody.hashes import TableHash, hash_table


class Things(dy.Schema):
    """Things."""

    snapshot_date = dy.Date(primary_key=True)
    name = dy.String(nullable=True)
    more = dy.String(nullable=True)
    value = dy.Float64(nullable=True)
    seen_at = dy.Datetime(nullable=True, metadata=WALL_CLOCK)


DAILY = Table("core", "things", Things, "derived", "thing", daily=True)
WHOLE = Table("core", "things", Things, "derived", "thing", daily=False)
ROWS = [
    ("2026-03-02", "a", "b", 0.1, "2026-03-02 10:00:00"),
    ("2026-03-02", "a", "b", 0.1, "2026-03-02 10:00:00"),
    ("2026-03-03", None, "", 1e300, None),
    ("2026-03-03", "\u00e9\u20ac", "x:1", None, None),
]


CONNECTION = duckdb.connect(config={"threads": 1})


def hashed(rows: list[tuple[object, ...]], table: Table = WHOLE, **more: Any) -> TableHash:
    CONNECTION.execute(
        "CREATE SCHEMA IF NOT EXISTS core; CREATE OR REPLACE TABLE core.things"
        " (snapshot_date DATE, name VARCHAR, more VARCHAR, value DOUBLE, seen_at TIMESTAMP)"
    )
    if rows:
        CONNECTION.executemany("INSERT INTO core.things VALUES (?, ?, ?, ?, ?)", rows)
    return hash_table(CONNECTION, table, **more)


@pytest.mark.parametrize("daily", [False, True])
def test_a_table_of_an_earlier_contract_is_hashed_over_the_columns_it_was_written_with(daily: bool) -> None:
    class Later(Things):
        """Things, with a column that came later."""

        added = dy.String(nullable=True)

    before = hashed(ROWS, Table("core", "things", Things, "derived", "thing", daily=daily))
    now = Table("core", "things", Later, "derived", "thing", daily=daily)
    assert hash_table(CONNECTION, now, columns=before.columns) == before
    with pytest.raises(duckdb.BinderException):
        hash_table(CONNECTION, now)


@pytest.mark.parametrize("table", [WHOLE, DAILY])
def test_the_order_of_rows_does_not_matter(table: Table) -> None:
    assert hashed(ROWS, table) == hashed(ROWS[::-1], table)


def test_how_many_rows_are_hashed_at_once_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    together = hashed(ROWS, DAILY)
    assert together.days.keys() == {"2026-03-02", "2026-03-03"}
    monkeypatch.setattr("forensics.custody.hashes.ROWS_AT_ONCE", 1)
    assert hashed(ROWS, DAILY) == together


@pytest.mark.parametrize("table", [WHOLE, DAILY])
@pytest.mark.parametrize(
    "changed",
    [
        ROWS[1:],
        [*ROWS, ROWS[0]],
        [("2026-03-02", "ab", "", 0.1, "2026-03-02 10:00:00"), *ROWS[1:]],
        [("2026-03-02", "a", "b", 0.1 + 2**-55, "2026-03-02 10:00:00"), *ROWS[1:]],
        [*ROWS[:2], ("2026-03-03", "", "", 1e300, None), ROWS[3]],
        [*ROWS[:2], ("2026-03-03", "", None, 1e300, None), ROWS[3]],
        [("2026-03-01", *ROWS[0][1:]), *ROWS[1:]],
        [],
    ],
)
def test_every_change_shows(table: Table, changed: list[tuple[object, ...]]) -> None:
    assert hashed(changed, table).sha256 != hashed(ROWS, table).sha256


def test_wall_clock_counts_as_tampering_and_not_as_another_result() -> None:
    later = [("2026-03-02", "a", "b", 0.1, "2026-03-02 11:00:00"), *ROWS[1:]]
    first, second = hashed(ROWS), hashed(later)
    assert first.sha256 != second.sha256 and first.evidence_sha256 == second.evidence_sha256


def test_days_that_did_not_change_are_taken_from_the_last_manifest_unless_their_rows_are_fewer() -> None:
    before = hashed(ROWS, DAILY)
    forged = {day: type(rows)(rows.rows, "0" * 64) for day, rows in before.days.items()}
    after = hashed(ROWS, DAILY, days={date(2026, 3, 3)}, known=forged)
    assert after.days["2026-03-02"].sha256 == "0" * 64
    assert after.days["2026-03-03"] == before.days["2026-03-03"]
    fewer = hashed(ROWS[1:], DAILY, days=set(), known=forged)
    assert fewer.days["2026-03-02"].sha256 != "0" * 64
