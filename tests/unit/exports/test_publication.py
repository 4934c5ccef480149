"""Warehouse and Parquet files: whatever happens between the two, they come from the same runs afterwards."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from forensics.errors import ForensicsError
from forensics.exports import publication
from forensics.exports.publication import publish_with_reports, restore_with_reports, settle_reports
from forensics.home import Home
from forensics.warehouse import open_published, versions
from tests.worlds.line import Line

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
NOON = datetime(2026, 3, 9, 12)


def _finish(line: Line, as_of: date, run_id: str, minute: int) -> None:
    """What the step reports leaves of a run."""
    line.connection.execute("DELETE FROM reports.runs WHERE as_of = ?", [as_of])
    line.connection.execute(
        "INSERT INTO reports.runs VALUES (?, ?, 'l', 's', '1', 0, ?, ?)",
        [as_of, as_of, run_id, NOON + timedelta(minutes=minute)],
    )


def _publish(line: Line, as_of: date, run_id: str, minute: int, kept_versions: int = 5) -> None:
    _finish(line, as_of, run_id, minute)
    publish_with_reports(line.connection, line.home, as_of, kept_versions=kept_versions)


def _published(home: Home) -> dict[date, str]:
    with open_published(home) as connection:
        return dict(connection.execute("SELECT as_of, run_id FROM reports.runs").fetchall())


def _written(home: Home) -> dict[date, str]:
    days = {date.fromisoformat(path.name): path for path in home.reports.iterdir()}
    return {
        day: pl.read_parquet(path / "runs.parquet").filter(pl.col("as_of") == day)["run_id"].item()
        for day, path in days.items()
    }


def test_a_kill_between_warehouse_and_files_is_mended(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    home = blank_line.home
    _publish(blank_line, FIRST, "a", 1)
    with monkeypatch.context() as patch:
        patch.setattr(publication, "place_report_tables", _killed)
        with pytest.raises(KeyboardInterrupt):
            _publish(blank_line, FIRST, "b", 2)
    assert (_published(home), _written_under_names(home)) == ({FIRST: "b"}, {FIRST: "a"})
    settle_reports(home)
    assert _written(home) == _published(home) == {FIRST: "b"}


def test_a_kill_before_the_warehouse_leaves_the_files_of_the_run_before(
    blank_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = blank_line.home
    _publish(blank_line, FIRST, "a", 1)
    with monkeypatch.context() as patch:
        patch.setattr(publication, "publish", _killed)
        with pytest.raises(KeyboardInterrupt):
            _publish(blank_line, FIRST, "b", 2)
    settle_reports(home)
    assert _written(home) == _published(home) == {FIRST: "a"}


def test_the_next_publication_mends_the_files_of_another_day(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(publication, "place_report_tables", _killed)
        with pytest.raises(KeyboardInterrupt):
            _publish(blank_line, FIRST, "a", 1)
    _publish(blank_line, SECOND, "b", 2)
    assert _written(blank_line.home) == _published(blank_line.home) == {FIRST: "a", SECOND: "b"}


def test_going_back_and_forth_takes_the_files_along(blank_line: Line) -> None:
    home = blank_line.home
    for minute, (day, run_id) in enumerate([(FIRST, "a"), (SECOND, "b"), (FIRST, "c"), (SECOND, "d")]):
        _publish(blank_line, day, run_id, minute)
    expected = {1: {FIRST: "a"}, 2: {FIRST: "a", SECOND: "b"}, 3: {FIRST: "c", SECOND: "b"}}
    for number in (3, 1, 2, 2, 3, 1):
        assert restore_with_reports(home, number).in_force
        assert _written(home) == _published(home) == expected[number]
    _publish(blank_line, FIRST, "e", 9, kept_versions=4)
    assert [version.number for version in versions(home)] == [5, 4, 3, 2]
    assert _written(home) == _published(home) == {FIRST: "e", SECOND: "d"}


def test_folders_that_no_kept_version_can_write_again_are_left_alone(blank_line: Line) -> None:
    home = blank_line.home
    _publish(blank_line, FIRST, "a", 1)
    blank_line.connection.execute("DELETE FROM reports.runs")
    _publish(blank_line, SECOND, "b", 2, kept_versions=1)
    (home.reports / "notes").mkdir()
    settle_reports(home)
    assert {path.name for path in home.reports.iterdir()} == {FIRST.isoformat(), SECOND.isoformat(), "notes"}


def test_reports_of_another_day_are_not_published(blank_line: Line) -> None:
    with pytest.raises(ForensicsError, match="never made"):
        publish_with_reports(blank_line.connection, blank_line.home, FIRST, kept_versions=1)
    _finish(blank_line, FIRST, "a", 1)
    with pytest.raises(ForensicsError, match=f"as of {FIRST}"):
        publish_with_reports(blank_line.connection, blank_line.home, SECOND, kept_versions=1)
    assert not blank_line.home.published.exists()


def _written_under_names(home: Home) -> dict[date, str]:
    """The same while a prepared folder still lies beside the others."""
    return {
        date.fromisoformat(path.name): pl.read_parquet(path / "runs.parquet")["run_id"].item()
        for path in home.reports.glob("[0-9]*")
    }


def _killed(*_arguments: object, **_options: object) -> list[Path]:
    raise KeyboardInterrupt
