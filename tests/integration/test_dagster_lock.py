"""One writer at a time, and nothing left behind by a run that was killed."""

from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest

from forensics.errors import SettingsError, WarehouseBusyError
from forensics.home import Home
from forensics.settings import load_settings
from forensics.warehouse import versions, writer_lock
from pipelines.definitions import defs
from pipelines.progress import Progress, listening
from pipelines.resources import WarehouseResource, snapshot_root
from pipelines.runs import WRITER_TAG, close_dead_runs
from pipelines.sensors import complete_day
from tests.integration.dagster_runs import copied, digest, prepared, run_range
from tests.integration.small_world import FIRST, SECOND


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A new state folder whose runs do not wait for the lock."""
    made = Home(tmp_path / "home").create()
    made.settings.write_text("lock_wait_seconds = 0\n", "utf-8")
    return prepared(made)


def test_a_second_writer_is_told_whom_it_waits_for(home: Home, world: Path) -> None:
    with writer_lock(home, purpose="a test"), pytest.raises(WarehouseBusyError, match="a test"):
        run_range(home, world, FIRST, FIRST)
    assert not home.published.exists()


def test_a_run_that_waits_says_so_once(home: Home, world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.settings.write_text("lock_wait_seconds = 1\n", "utf-8")
    with writer_lock(home, purpose="a test"), pytest.raises(WarehouseBusyError):
        run_range(home, world, FIRST, FIRST)
    assert capsys.readouterr().err.count("another run is writing") == 1


def test_waiting_ends_when_the_other_run_does(home: Home) -> None:
    home.settings.write_text("lock_wait_seconds = 60\n", "utf-8")
    told: list[tuple[str, int, int]] = []
    with ExitStack() as other:
        other.enter_context(writer_lock(home, purpose="a test"))

        def listen(progress: Progress) -> None:
            told.append((progress.step, progress.done, progress.total))
            other.close()

        with listening(listen), WarehouseResource().yield_for_execution(dg.build_init_resource_context()):
            assert told == [("lock", 0, 1), ("lock", 1, 1)]
    told.clear()
    with listening(listen), WarehouseResource().yield_for_execution(dg.build_init_resource_context()):
        assert not told


def test_the_sensor_waits_for_no_lock_and_asks_for_nothing_while_somebody_writes(
    home: Home, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORENSICS_SNAPSHOTS", str(world))
    with dg.DagsterInstance.ephemeral() as instance:
        with writer_lock(home, purpose="a test"):
            busy = complete_day(dg.build_sensor_context(instance=instance, definitions=defs))
        free = complete_day(dg.build_sensor_context(instance=instance, definitions=defs))
    assert isinstance(busy, dg.SkipReason)
    assert "a test" in str(busy.skip_message)
    assert isinstance(free, dg.SensorResult)
    assert free.run_requests


def test_a_run_that_was_killed_is_closed_by_the_next_writer(home: Home) -> None:
    job, running = defs.resolve_job_def("look_back"), dg.DagsterRunStatus.STARTED
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        dead = instance.create_run_for_job(job, status=running, tags={WRITER_TAG: "true"})
        waiting = instance.create_run_for_job(job, status=running)
        mine = instance.create_run_for_job(job, status=running)
        close_dead_runs(instance, mine.run_id)
        statuses = {run.run_id: run.status for run in instance.get_runs()}
        assert statuses == {dead.run_id: dg.DagsterRunStatus.FAILURE, waiting.run_id: running, mine.run_id: running}
        close_dead_runs(instance, mine.run_id)
        assert instance.get_run_by_id(mine.run_id).status == running


def test_without_a_root_the_error_says_what_to_do(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORENSICS_SNAPSHOTS", raising=False)
    with pytest.raises(SettingsError, match="FORENSICS_SNAPSHOTS"):
        snapshot_root(load_settings(home))


def test_running_again_changes_nothing_but_the_version(tmp_path: Path, finished: Home, world: Path) -> None:
    again = copied(finished, tmp_path / "again")
    run_range(again, world, FIRST, SECOND)
    assert digest(again.published) == digest(finished.published)
    assert [version.number for version in versions(again)] == [2, 1]
    report = f"reports/{SECOND}/findings.parquet"
    assert (again.root / report).read_bytes() == (finished.root / report).read_bytes()
