"""The sensor, the schedule and the as-of day: what runs when, and as of when."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from forensics.errors import NotFoundError
from forensics.home import Home
from forensics.warehouse import writer_lock
from pipelines.definitions import defs
from pipelines.jobs import nightly
from pipelines.partitions import as_of_day, contiguous, range_tags
from pipelines.schedules import every_night
from pipelines.sensors import UNFINISHED, complete_day, writing
from tests.integration.dagster_runs import prepared
from tests.integration.small_world import FIRST, SECOND, write_day


def complete(root: Path, *days: int) -> None:
    """Make days of March 2026 complete; the sensor looks at no other file."""
    for day in days:
        folder = root / f"date=2026-03-{day:02}"
        folder.mkdir(parents=True)
        (folder / "_SUCCESS").touch()


def tick(home: Home, root: Path, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    """Evaluate the sensor once."""
    prepared(home)
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.setenv("FORENSICS_SNAPSHOTS", str(root))
        return complete_day(dg.build_sensor_context(instance=instance, cursor=cursor, definitions=defs))


def asked(result: dg.SensorResult | dg.SkipReason) -> tuple[dict[str, str], str]:
    """Tags and as-of day of the one run that was asked for."""
    assert isinstance(result, dg.SensorResult) and result.run_requests
    (request,) = result.run_requests
    return dict(request.tags), request.run_config["resources"]["window"]["config"]["as_of"]


def test_blocks_of_days_are_asked_for_one_after_the_other_each_as_of_its_own_last_day(tmp_path: Path) -> None:
    complete(tmp_path / "root", 2, 3, 5)
    (tmp_path / "root" / "date=2026-03-04").mkdir()
    home = Home(tmp_path / "home")
    first = tick(home, tmp_path / "root")
    assert asked(first) == (range_tags(date(2026, 3, 2), date(2026, 3, 3)), "2026-03-03")
    second = tick(home, tmp_path / "root", first.cursor)
    assert asked(second) == (range_tags(date(2026, 3, 5), date(2026, 3, 5)), "2026-03-05")
    assert isinstance(tick(home, tmp_path / "root", second.cursor), dg.SkipReason)


def test_a_day_is_asked_for_once_whatever_became_of_it(tmp_path: Path) -> None:
    complete(tmp_path / "root", 2)
    home = Home(tmp_path / "home")
    first = tick(home, tmp_path / "root")
    assert isinstance(first, dg.SensorResult) and first.cursor
    assert isinstance(tick(home, tmp_path / "root", first.cursor), dg.SkipReason)
    complete(tmp_path / "root", 3)
    second = tick(home, tmp_path / "root", first.cursor)
    assert asked(second)[0] == range_tags(date(2026, 3, 3), date(2026, 3, 3))
    assert json.loads(second.cursor or "") == ["2026-03-02", "2026-03-03"]


def test_nothing_is_asked_for_while_somebody_writes(tmp_path: Path) -> None:
    complete(tmp_path / "root", 2)
    home = Home(tmp_path / "home")
    with writer_lock(home, purpose="forensics run"):
        skipped = tick(home, tmp_path / "root")
    assert isinstance(skipped, dg.SkipReason) and "forensics run" in (skipped.skip_message or "")
    asked(tick(home, tmp_path / "root"))


@pytest.mark.parametrize(
    ("status", "is_busy"),
    [(status, True) for status in UNFINISHED if status is not dg.DagsterRunStatus.QUEUED]
    + [(dg.DagsterRunStatus.SUCCESS, False), (dg.DagsterRunStatus.FAILURE, False)],
)
def test_nothing_is_asked_for_while_a_run_is_going_on(
    tmp_path: Path, status: dg.DagsterRunStatus, is_busy: bool
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_run(dg.DagsterRun(job_name="one_day", status=status))
        assert bool(writing(instance, Home(tmp_path))) == is_busy


def test_a_run_that_was_killed_does_not_stop_the_sensor_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.sensors.STARTING", timedelta(0))
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_run(dg.DagsterRun(job_name="nightly", status=dg.DagsterRunStatus.STARTED))
        assert writing(instance, Home(tmp_path)) is None


def test_loaded_days_are_not_asked_for_and_a_late_day_looks_back_from_the_newest(
    tmp_path: Path, finished: Home
) -> None:
    complete(tmp_path, 1, 2, 3)
    result = tick(finished, tmp_path)
    assert isinstance(result, dg.SensorResult) and result.run_requests
    (request,) = result.run_requests
    assert request.tags == range_tags(date(2026, 3, 1), date(2026, 3, 1))
    assert request.run_config["resources"]["window"]["config"]["as_of"] == SECOND.isoformat()


def test_the_requested_run_is_one_that_dagster_accepts(tmp_path: Path) -> None:
    write_day(tmp_path / "root", FIRST)
    home = Home(tmp_path / "home")
    result = tick(home, tmp_path / "root")
    assert isinstance(result, dg.SensorResult) and result.run_requests
    (request,) = result.run_requests
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        patch.setenv("FORENSICS_SNAPSHOTS", str(tmp_path / "root"))
        done = defs.resolve_job_def("nightly").execute_in_process(
            instance=instance, tags=request.tags, run_config=request.run_config
        )
    assert done.success
    assert isinstance(tick(home, tmp_path / "root"), dg.SkipReason)


def test_the_schedule_asks_for_yesterday() -> None:
    at = datetime(2026, 3, 3, 2)
    with dg.DagsterInstance.ephemeral() as instance:
        request = every_night(dg.build_schedule_context(instance=instance, scheduled_execution_time=at))
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == FIRST.isoformat()
    assert every_night.cron_schedule == "0 2 * * *"
    assert every_night.job_name == nightly.name


def test_nothing_starts_by_itself() -> None:
    assert every_night.default_status == dg.DefaultScheduleStatus.STOPPED
    assert complete_day.default_status == dg.DefaultSensorStatus.STOPPED


@pytest.mark.parametrize(
    ("tags", "named", "expected"),
    [
        ({"dagster/partition": "2026-03-01"}, None, date(2026, 3, 1)),
        (range_tags(date(2026, 3, 1), date(2026, 3, 4)), None, date(2026, 3, 4)),
        ({"dagster/partition": "2026-03-01"}, "2026-03-05", date(2026, 3, 5)),
        ({}, "2026-02-28", date(2026, 2, 28)),
        ({}, None, SECOND),
    ],
)
def test_the_as_of_day(finished: Home, tags: dict[str, str], named: str | None, expected: date) -> None:
    with duckdb.connect(str(finished.published), read_only=True) as connection:
        assert as_of_day(connection, tags, named) == expected


def test_without_any_day_there_is_no_as_of_day() -> None:
    with duckdb.connect() as connection, pytest.raises(NotFoundError, match="no snapshot was loaded"):
        connection.execute("CREATE SCHEMA raw; CREATE TABLE raw.loads (snapshot_date DATE)")
        as_of_day(connection, {}, None)


def test_contiguous_blocks() -> None:
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 3)]
    assert contiguous(days) == [(days[0], days[2]), (days[3], days[3])]
    assert contiguous([]) == []
