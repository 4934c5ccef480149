"""What shows of a day without opening a file."""

from datetime import date
from pathlib import Path

import pytest

from forensics.errors import SnapshotError
from forensics.raw import list_days
from forensics.raw.days import read_layout
from forensics.raw.sources import LocalFolder
from tests.unit.raw.snapshots import DAY, accounts, write, write_day


def _faults(root: Path) -> str:
    return "\n".join(read_layout(LocalFolder(root), DAY).faults)


def test_only_complete_days_are_listed_in_order(tmp_path: Path) -> None:
    for day in (date(2026, 3, 4), date(2026, 3, 2), date(2026, 3, 3)):
        write_day(tmp_path, day)
    (tmp_path / "date=2026-03-03" / "_SUCCESS").unlink()
    (tmp_path / "date=2026-02-31").mkdir()
    (tmp_path / "date=2026-3-1").mkdir()
    (tmp_path / "date=2026-03-09").touch()
    assert list_days(str(tmp_path)) == [date(2026, 3, 2), date(2026, 3, 4)]
    assert list_days(f"file://{tmp_path}") == [date(2026, 3, 2), date(2026, 3, 4)]


def test_a_root_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no snapshots"):
        list_days(str(tmp_path / "nowhere"))
    with pytest.raises(SnapshotError, match="ftp"):
        list_days("ftp://host/x")


def test_files_and_part_folders_in_the_order_of_the_contract(tmp_path: Path) -> None:
    folder = write_day(tmp_path, exchanges=None)
    for name in ("part-1.csv.gz", "part-0.parquet", "part-2.ndjson.zst"):
        write(folder / "exchanges" / name, accounts())
    for name in ("_SUCCESS", ".part-0.parquet.crc"):
        (folder / "exchanges" / name).touch()
    write(folder / "sessions.parquet", accounts())
    layout = read_layout(LocalFolder(tmp_path), DAY)
    assert [(f.path, f.format, f.packing) for f in layout.files] == [
        ("exchanges/part-0.parquet", "parquet", ""),
        ("exchanges/part-1.csv.gz", "csv", "gz"),
        ("exchanges/part-2.ndjson.zst", "jsonl", "zst"),
        ("accounts.parquet", "parquet", ""),
    ]
    assert layout.faults == ()
    assert layout.unknown == ("sessions.parquet",)


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (["accounts.csv"], "accounts is there more than once: accounts.csv, accounts.parquet"),
        (["accounts/part-0.parquet"], "accounts is there more than once: accounts, accounts.parquet"),
        (["payments.json"], "payments.json has an ending that is not read"),
        (["payments.v2.csv"], "payments.v2.csv has an ending that is not read"),
        (["payments.parquet.gz"], "payments.parquet.gz has an ending that is not read"),
        (["payments/part-0.txt"], "payments/part-0.txt has an ending that is not read"),
        (["payments/hour=01/part-0.csv"], "payments/hour=01 is a folder"),
        (["payments/_SUCCESS"], "the folder payments holds no part file"),
    ],
)
def test_names_that_cannot_be_right(names: list[str], fault: str, tmp_path: Path) -> None:
    folder = write_day(tmp_path)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    assert fault in _faults(tmp_path)


def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    folder = write_day(tmp_path, accounts=None)
    (folder / "_SUCCESS").unlink()
    (folder / "networks.csv").touch()
    assert _faults(tmp_path).splitlines() == [
        "date=2026-03-02 has no _SUCCESS",
        "the required table accounts is missing",
        "networks.csv is empty (zero bytes)",
    ]
