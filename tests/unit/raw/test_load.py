"""A day's load as a whole: all or nothing, once or by name, with the evidence of every earlier load kept."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics import contracts, raw
from forensics.errors import SnapshotError
from forensics.home import Home
from forensics.raw import load, sources
from forensics.raw.sources import LocalFolder
from forensics.settings import Settings
from forensics.warehouse import open_building
from tests.unit.raw.conftest import Load
from tests.unit.raw.snapshots import DAY, MIDNIGHT, accounts, exchanges, payments, write, write_day

NEXT_DAY = date(2026, 3, 3)


def _count(connection: Any, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _everything(connection: Any) -> dict[str, list[Any]]:
    """All rows of the step raw, without what differs between two runs."""
    tables = contracts.of_step("raw")
    return {
        table.name: connection.execute(
            f"SELECT {', '.join(table.evidence_columns)} FROM {table.full_name} ORDER BY ALL"
        ).fetchall()
        for table in tables
    }


def test_the_report_says_what_happened(root: Path, load: Load, connection: Any) -> None:
    rows = exchanges(20)
    rows[3]["outcome"] = "unheard_of"
    rows[4]["prompt"] = None
    write_day(root, exchanges=rows, payments=payments())
    (root / f"date={DAY}" / "notes.txt").write_text("hello", "utf-8")
    said: list[str] = []
    report = load(say=said.append)
    assert (report.status, report.load_number, report.unknown_files) == ("loaded", 1, ("notes.txt",))
    assert [(t.name, t.files, t.rows, t.quarantined) for t in report.tables] == [
        ("exchanges", 1, 18, 2),
        ("accounts", 1, 7, 0),
        ("payments", 1, 5, 0),
    ]
    assert report.load_id.startswith("2026-03-02-")
    assert any("exchanges, file 1 of 3, 20 rows" in line for line in said)
    assert connection.execute("SELECT rule, row_number, value FROM raw.quarantine ORDER BY 2").fetchall() == [
        ("outcome|allowed_values", 4, "unheard_of"),
        ("prompt|required", 5, None),
    ]


def test_loading_again_changes_nothing_and_still_hashes(root: Path, load: Load, connection: Any, home: Home) -> None:
    write_day(root, payments=payments())
    first = load()
    before = _everything(connection)
    file = next(home.raw.rglob("*.parquet"))
    state = file.stat()
    again = load()
    assert again.status == "already_loaded"
    assert (again.load_id, again.tables) == (first.load_id, first.tables)
    assert _everything(connection) == before
    assert file.stat() == state


def test_a_changed_day_is_refused_until_asked_for(root: Path, load: Load, connection: Any, home: Home) -> None:
    broken = {**exchanges(1, start=900)[0], "output_tokens": -1}
    folder = write_day(root, exchanges=[*exchanges(5), broken], payments=payments())
    first = load()
    before = _everything(connection)
    write(folder / "exchanges.parquet", [*exchanges(6), broken])
    write(folder / "models.csv", [{"model": "large-1", "released_at": MIDNIGHT}])
    (folder / "payments.parquet").unlink()
    with pytest.raises(SnapshotError) as caught:
        load()
    changed, added, removed = caught.value.faults
    assert changed.startswith("exchanges.parquet changed: SHA-256 was ")
    assert changed.count("SHA-256") == 1
    assert len(changed.split(" was ")[1].split(", is ")) == 2
    assert added.startswith("models.csv was added")
    assert removed.startswith("payments.parquet was removed")
    assert f"--reissued {DAY}" in caught.value.next_step
    assert _everything(connection) == before

    second = load(reissued=True)
    assert (second.status, second.load_number) == ("reissued", 2)
    assert _count(connection, "raw.exchanges") == 6
    assert _count(connection, "raw.payments") == 0
    assert _count(connection, "raw.models") == 1
    assert connection.execute("SELECT DISTINCT load_id FROM raw.loads ORDER BY load_number").fetchall() == [
        (first.load_id,),
        (second.load_id,),
    ]
    assert _count(connection, "raw.quarantine") == 2, "the evidence of both loads"
    assert len(list(home.raw.rglob("exchanges-*.parquet"))) == 2
    assert load().status == "already_loaded"


def test_a_day_that_is_put_back_gets_a_new_number(root: Path, load: Load, connection: Any, home: Home) -> None:
    broken = {**exchanges(1, start=900)[0], "output_tokens": -1}
    folder = write_day(root, exchanges=[*exchanges(5), broken])
    original = (folder / "exchanges.parquet").read_bytes()
    first = load()
    write(folder / "exchanges.parquet", exchanges(9))
    load(reissued=True)
    (folder / "exchanges.parquet").write_bytes(original)
    with pytest.raises(SnapshotError):
        load()
    third = load(reissued=True)
    assert (third.load_id, third.load_number) == (first.load_id, 3)
    assert _count(connection, "raw.exchanges") == 5
    assert _count(connection, "raw.quarantine") == 1
    assert len(list(home.raw.rglob("exchanges-*.parquet"))) == 2


def test_days_stand_side_by_side(root: Path, load: Load, connection: Any) -> None:
    write_day(root, payments=payments())
    write_day(root, NEXT_DAY, payments=payments(day=NEXT_DAY))
    load(day=NEXT_DAY)
    load()
    found = connection.execute("SELECT snapshot_date, count(*) FROM raw.exchanges GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [(DAY, 50), (NEXT_DAY, 50)]
    assert _count(connection, "raw.accounts") == 14
    assert [row[1] for row in connection.execute("DESCRIBE raw.exchanges").fetchall()][:4] == [
        "DATE", "VARCHAR", "VARCHAR", "TIMESTAMP",
    ]  # fmt: skip
    comments = connection.execute(
        "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'exchanges' AND comment IS NULL"
    ).fetchall()
    assert comments == [(0,)]


def test_of_repeated_keys_the_first_good_row_is_kept(root: Path, load: Load, connection: Any) -> None:
    folder = write_day(root, exchanges=None)
    one, two = exchanges(2)
    write(folder / "exchanges" / "b.jsonl", [{**one, "model": "third"}, {**two, "model": "kept"}])
    write(
        folder / "exchanges" / "a.csv",
        [{**two, "input_tokens": -1}, {**one, "model": "kept"}, {**one, "model": "second"}],
    )
    report = load()
    assert connection.execute("SELECT exchange_id, model FROM raw.exchanges ORDER BY 1").fetchall() == [
        (one["exchange_id"], "kept"),
        (two["exchange_id"], "kept"),
    ]
    rules = connection.execute("SELECT file, row_number, rule, value FROM raw.quarantine ORDER BY ALL").fetchall()
    assert rules == [
        ("exchanges/a.csv", 1, "input_tokens|min", "-1"),
        ("exchanges/a.csv", 3, "primary_key", one["exchange_id"]),
        ("exchanges/b.jsonl", 1, "primary_key", one["exchange_id"]),
    ]
    assert report.tables[0].quarantined == 3
    assert (
        '"model":"second"' in connection.execute("SELECT row FROM raw.quarantine WHERE row_number = 3").fetchall()[0][0]
    )


def test_events_of_another_day_are_quarantined(root: Path, load: Load, connection: Any) -> None:
    rows = exchanges(4)
    rows[0]["occurred_at"] = datetime(2026, 3, 3)
    rows[1]["occurred_at"] = datetime(2026, 3, 1, 23, 59, 59, 999_999)
    rows[2]["occurred_at"] = datetime(2026, 3, 2, 23, 59, 59, 999_999)
    write_day(root, exchanges=rows, payments=payments(day=NEXT_DAY))
    load()
    rules = "SELECT table_name, row_number, rule FROM raw.quarantine WHERE table_name = 'exchanges' ORDER BY ALL"
    assert connection.execute(rules).fetchall() == [
        ("exchanges", 1, "occurred_at|outside_day"),
        ("exchanges", 2, "occurred_at|outside_day"),
    ]
    assert _count(connection, "raw.payments") == 0


def test_one_error_lists_every_fault_and_nothing_is_changed(
    root: Path, load: Load, connection: Any, home: Home
) -> None:
    folder = write_day(root, exchanges=None, accounts=None)
    (folder / "_SUCCESS").unlink()
    (folder / "networks.jsonl").touch()
    write(folder / "payments" / "0.parquet", payments())
    write(folder / "payments" / "1.csv", [{**row, "paid_at": "soon"} for row in payments()])
    (folder / "payments" / "2.csv.gz").write_bytes(b"not gzip")
    write(folder / "exchanges" / "0.parquet", [{"exchange_id": "a", "prompt": "b"}])
    before = _everything(connection)
    with pytest.raises(SnapshotError) as caught:
        load()
    faults = caught.value.faults
    assert [fault.split(":")[0] for fault in faults] == [
        "date=2026-03-02 has no _SUCCESS",
        "the required table accounts is missing",
        "networks.jsonl is empty (zero bytes)",
        "exchanges/0.parquet",
        "payments/1.csv",
        "payments/2.csv.gz",
    ]
    assert "account_id, occurred_at, model, input_tokens, output_tokens, outcome is missing" in faults[3]
    assert "paid_at" in faults[4]
    assert _everything(connection) == before
    assert not list(home.raw.rglob("*.parquet"))
    assert not (home.scratch / "raw").exists()
    with pytest.raises(SnapshotError, match="there is no folder date=2026-03-03"):
        load(day=NEXT_DAY)


def test_few_values_of_an_optional_column_do_not_stop_a_day(root: Path, load: Load) -> None:
    rows = accounts()
    rows[0]["status_changed_at"] = "soon"
    folder = write_day(root, accounts=None)
    write(folder / "accounts.jsonl", rows)
    assert load().tables[1].quarantined == 1


def test_a_file_that_changes_while_it_is_read_is_refused(
    root: Path, load: Load, connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_day(root) / "exchanges.parquet"
    stage = raw.load.stage_file

    def swap(*args: Any, **options: Any) -> Any:
        done = stage(*args, **options)
        times = path.stat()
        data = path.read_bytes()
        path.write_bytes(data[:-8] + bytes(8))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        return done

    monkeypatch.setattr(raw.load, "stage_file", swap)
    with pytest.raises(SnapshotError, match=r"exchanges\.parquet: it changed while it was read"):
        load()
    assert _count(connection, "raw.loads") == 0


def test_hostile_names_and_values_stay_text(root: Path, load: Load, connection: Any) -> None:
    evil = "'); DROP TABLE raw.loads; --"
    rows = [{**row, evil: 1, "x, y": 2} for row in exchanges(3)]
    rows[1]["prompt"], rows[2]["outcome"] = evil, evil
    folder = write_day(root, exchanges=None)
    write(folder / "exchanges" / f"{evil.replace('.', '')}'.csv", rows)
    report = load()
    assert connection.execute("SELECT prompt FROM raw.exchanges WHERE prompt = ?", [evil]).fetchall() == [(evil,)]
    assert connection.execute("SELECT value FROM raw.quarantine").fetchall() == [(evil,)]
    assert report.tables[0].unknown_columns == (evil, "x? y")


def test_a_load_that_fails_while_writing_leaves_the_day_before(
    root: Path, load: Load, connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_day(root, payments=payments())
    load()
    before = _everything(connection)
    write(folder / "payments.parquet", payments(3))

    def fail(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("forensics.raw.writing.point_view_at_files", fail)
    with pytest.raises(RuntimeError):
        load(reissued=True)
    assert _everything(connection) == before
    monkeypatch.undo()
    assert load(reissued=True).load_number == 2
    assert _count(connection, "raw.payments") == 3


def test_hashing_reads_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    copy = LocalFolder(tmp_path).fetch("file", tmp_path)
    assert copy.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert copy.size == 3
    assert sources.LocalFolder(tmp_path).unchanged("file", copy)
    (tmp_path / "file").unlink()
    assert not LocalFolder(tmp_path).unchanged("file", copy)
    assert load.FINGERPRINT_CHARACTERS == 16


def test_a_lost_file_is_written_again_and_the_load_stays(root: Path, load: Load, connection: Any, home: Home) -> None:
    rows = exchanges(20)
    write_day(root, exchanges=[*rows, rows[3], {**rows[4], "exchange_id": "x", "output_tokens": -1}])
    first = load()
    before = _everything(connection)
    file = next(home.raw.rglob("*.parquet"))
    data = file.read_bytes()
    file.unlink()
    again = load()
    assert (again.status, again.load_id, again.load_number) == ("file_restored", first.load_id, 1)
    assert again.tables == first.tables
    assert file.read_bytes() == data
    assert _everything(connection) == before
    assert load().status == "already_loaded"


def test_two_lost_files_are_written_again_and_stop_other_days(
    root: Path, load: Load, connection: Any, home: Home
) -> None:
    other = date(2026, 3, 4)
    for day in (DAY, NEXT_DAY, other):
        write_day(root, day)
    load()
    load(day=NEXT_DAY)
    files = {file: file.read_bytes() for file in home.raw.rglob("*.parquet")}
    for file in files:
        file.unlink()
    with pytest.raises(SnapshotError) as refused:
        load(day=other)
    assert [fault[:10] for fault in refused.value.faults] == [str(DAY), str(NEXT_DAY)]
    assert f"--from {DAY} --to {NEXT_DAY}" in refused.value.next_step
    assert [load().status, load(day=NEXT_DAY).status] == ["file_restored"] * 2
    assert {file: file.read_bytes() for file in home.raw.rglob("*.parquet")} == files
    load(day=other)
    assert _count(connection, "raw.exchanges") == 150


def test_a_lost_file_of_a_changed_day_needs_the_new_issue(root: Path, load: Load, connection: Any, home: Home) -> None:
    folder = write_day(root)
    load()
    next(home.raw.rglob("*.parquet")).unlink()
    write(folder / "exchanges.parquet", exchanges(3))
    with pytest.raises(SnapshotError):
        load()
    assert load(reissued=True).load_number == 2
    assert _count(connection, "raw.exchanges") == 3


def test_a_moved_state_folder_is_followed(root: Path, load: Load, connection: Any, home: Home, tmp_path: Path) -> None:
    write_day(root)
    load()
    connection.close()
    moved = Home(tmp_path / "moved")
    home.root.rename(moved.root)
    with open_building(moved, Settings()) as opened:
        assert _count(opened, "raw.exchanges") == 50
    with open_building(moved, Settings()) as opened:
        next(moved.raw.rglob("*.parquet")).unlink()
        opened.execute("CHECKPOINT")
    with open_building(moved, Settings()) as opened, pytest.raises(duckdb.IOException):
        _count(opened, "raw.exchanges")
