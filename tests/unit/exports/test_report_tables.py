"""The report tables as Parquet: complete, equal bytes for equal rows, and never half replaced."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from forensics import contracts
from forensics.exports import dated_folders
from forensics.exports.dated_folders import exchange, mend_folders
from forensics.exports.report_tables import write_report_tables
from forensics.home import Home
from forensics.settings import Settings
from forensics.warehouse import open_building, replace_table

AS_OF = date(2026, 3, 8)


def findings(*ids: str) -> pl.DataFrame:
    """Rows of reports.findings."""
    seen = datetime(2026, 3, 3)
    given = pl.DataFrame(
        {
            "finding_id": ids,
            "as_of": AS_OF,
            "kind": "relay",
            "control_confidence": "low",
            "extraction_confidence": None,
            "organisation_confidence": None,
            "confidence": "low",
            "score": 1.5,
            "account_count": 0,
            "exchange_count": 0,
            "first_seen": seen,
            "last_seen": seen,
            "headline": "=cmd()|'quoted'\n\x1b",
            "status": "new",
        },
        schema_overrides={"extraction_confidence": pl.String, "organisation_confidence": pl.String},
    )
    columns = contracts.get("reports.findings").columns
    empty = [pl.lit(None, column.dtype).alias(name) for name, column in columns.items() if name not in given.columns]
    return given.with_columns(empty)


def write(home: Home, *ids: str) -> list[Path]:
    with open_building(home, Settings()) as connection:
        replace_table(connection, "reports.findings", findings(*ids))
        return write_report_tables(connection, home, AS_OF)


def test_every_report_table_is_written_also_when_empty(tmp_path: Path) -> None:
    files = write(Home(tmp_path), "f-1")
    assert [file.stem for file in files] == [table.name for table in contracts.of_step("reports")]
    assert {file.parent for file in files} == {tmp_path / "reports" / "2026-03-08"}
    for table, file in zip(contracts.of_step("reports"), files, strict=True):
        assert pl.read_parquet(file).columns == list(table.columns)
    assert pl.read_parquet(files[0].with_name("findings.parquet"))["finding_id"].to_list() == ["f-1"]


def test_equal_rows_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    first = write(Home(tmp_path / "one"), "f-1", "f-2", "f-3")
    second = write(Home(tmp_path / "two"), "f-3", "f-1", "f-2")
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_new_folder_takes_the_old_ones_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(dated_folders, "exchange", lambda _first, _second: False)
    home = Home(tmp_path)
    write(home, "f-1")
    (home.reports / "2026-03-08" / "stale.parquet").touch()
    files = write(home, "f-2")
    assert pl.read_parquet(files[0].with_name("findings.parquet"))["finding_id"].to_list() == ["f-2"]
    assert sorted(path.name for path in home.reports.iterdir()) == ["2026-03-08"]
    assert not (home.reports / "2026-03-08" / "stale.parquet").exists()


def test_what_a_killed_process_left_is_no_obstacle(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for name in (".2026-03-08.new", ".2026-03-08.old"):
        (home.reports / name).mkdir(parents=True)
        (home.reports / name / "half.parquet").write_bytes(b"PAR1")
    files = write(home, "f-1")
    assert sorted(path.name for path in files[0].parent.iterdir()) == sorted(
        ["datapackage.json", *(file.name for file in files)]
    )
    assert sorted(path.name for path in home.reports.iterdir()) == ["2026-03-08"]


@pytest.mark.parametrize("renames_before_the_kill", [0, 1])
def test_without_an_exchange_a_kill_never_loses_the_only_good_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames_before_the_kill: int
) -> None:
    home = Home(tmp_path)
    write(home, "f-1")
    renamed: list[Path] = []
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        if len(renamed) == renames_before_the_kill:
            raise KeyboardInterrupt
        renamed.append(path)
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(dated_folders, "exchange", lambda _first, _second: False)
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            write(home, "f-2")
    mend_folders(home.reports)
    assert [path.name for path in home.reports.iterdir()] == ["2026-03-08"]
    assert pl.read_parquet(home.reports / "2026-03-08" / "findings.parquet")["finding_id"].to_list() == ["f-1"]


def test_exchange_changes_places_and_keeps_both(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"was-{name}").touch()
    if exchange(tmp_path / "a", tmp_path / "b"):
        assert (tmp_path / "a" / "was-b").exists()
        assert (tmp_path / "b" / "was-a").exists()
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "a", tmp_path / "missing")
