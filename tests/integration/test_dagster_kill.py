"""kill -9 in the middle of a publication: readers see the old state or the new one, and the next run mends all."""

import multiprocessing
import random
import shutil
import signal
import sys
import threading
import time
from datetime import date
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest

from forensics import contracts
from forensics.errors import ForensicsError
from forensics.exports.publication import restore_with_reports, settle_reports
from forensics.home import Home
from forensics.warehouse import open_published, versions
from pipelines.progress import Progress, listening
from tests.integration.dagster_runs import copied, digest, run_range
from tests.integration.killed_publication import publish_as_of
from tests.integration.small_world import FIRST, SECOND

KILLS = 6
"""One at random in each part of the time that a publication takes."""
SEED = 20260302
START_SECONDS = 120
PRELOADED = [
    "tests.integration.killed_publication",
    "dagster._core.storage.base_storage",
    "forensics.charts",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "pyarrow.parquet",
]
"""What every publication imports: once for all of them."""


class StopBeforePublicationError(Exception):
    """Ends a run when its reports are made and nothing is published yet."""


@pytest.fixture(scope="module")
def forked() -> multiprocessing.context.ForkServerContext:
    """Starts processes in which Dagster is imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


@pytest.fixture(scope="module")
def unpublished(tmp_path_factory: pytest.TempPathFactory, world: Path) -> Home:
    """A state folder that has published the first day, and has computed the second without publishing it."""
    home = Home(tmp_path_factory.mktemp("unpublished") / "home")
    run_range(home, world, FIRST, FIRST)

    def stop(progress: Progress) -> None:
        if progress.step == "reports":
            raise StopBeforePublicationError

    with listening(stop), pytest.raises(StopBeforePublicationError):
        run_range(home, world, SECOND, SECOND)
    return home


def attempt(
    forked: multiprocessing.context.ForkServerContext, home: Home, after_seconds: float | None
) -> tuple[int | None, float]:
    """Publish in another process and kill it so long after its work began; exit code, and seconds the work took."""
    begun, ended = forked.Event(), forked.Event()
    process = forked.Process(target=publish_as_of, args=(home.root, SECOND, begun, ended))
    # Other tests of this process may have left a program's path here, which the child would run as its own.
    with patch.object(sys.modules["__main__"], "__file__", None, create=True):
        process.start()
    assert begun.wait(START_SECONDS)
    started = time.monotonic()
    if after_seconds is None:
        ended.wait(START_SECONDS)
    else:
        time.sleep(after_seconds)
        process.kill()
    seconds = time.monotonic() - started
    process.join(START_SECONDS)
    return process.exitcode, seconds


def report_folders_are_whole(home: Home) -> bool:
    """Whether every folder of report tables is complete and readable."""
    wanted = {f"{table.name}.parquet" for table in contracts.of_step("reports")} | {"datapackage.json"}
    return all(
        {path.name for path in folder.iterdir()} == wanted
        and all(pl.read_parquet(path).width for path in folder.glob("*.parquet"))
        for folder in home.reports.glob("[0-9]*")
    )


def published_runs(home: Home) -> dict[date, str]:
    """As-of date and run of all that the published warehouse knows."""
    with open_published(home) as connection:
        return dict(connection.execute("SELECT as_of, run_id FROM reports.runs").fetchall())


def runs_in_reports(home: Home) -> dict[date, str]:
    """As-of date and run of every folder of report tables."""
    folders = {date.fromisoformat(path.name): path / "runs.parquet" for path in home.reports.iterdir()}
    return {day: pl.read_parquet(path).filter(pl.col("as_of") == day)["run_id"].item() for day, path in folders.items()}


@pytest.mark.timeout(600)
def test_a_killed_publication_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, forked: multiprocessing.context.ForkServerContext, unpublished: Home, world: Path
) -> None:
    undisturbed = copied(unpublished, tmp_path / "undisturbed")
    code, seconds = attempt(forked, undisturbed, None)
    assert code == 0
    old, new = digest(unpublished.published), digest(undisturbed.published)
    assert old != new
    chance = random.Random(SEED)
    killed = 0
    for number in range(KILLS):
        home = copied(unpublished, tmp_path / "killed")
        code, _ = attempt(forked, home, seconds * (number + chance.random()) / KILLS)
        killed += code == -signal.SIGKILL
        assert digest(home.published) in (old, new), f"kill {number}"
        assert report_folders_are_whole(home), f"kill {number}"
        (in_force,) = [version for version in versions(home) if version.in_force]
        assert in_force == versions(home)[0], f"kill {number}"
        settle_reports(home)
        assert report_folders_are_whole(home), f"kill {number}"
        assert runs_in_reports(home) == published_runs(home), f"kill {number}"
        if number in (0, KILLS // 2):
            assert attempt(forked, home, None)[0] == 0
            assert digest(home.published) == new
            assert not list(home.root.glob(".publishing*"))
            assert set(runs_in_reports(home)) == {FIRST, SECOND}
            assert runs_in_reports(home) == published_runs(home)
    assert killed > KILLS // 2

    run_range(home, world, SECOND, SECOND)
    assert digest(home.published) == new
    assert runs_in_reports(home) == published_runs(home)


def test_tables_of_two_runs_are_never_published_together(tmp_path: Path, unpublished: Home, world: Path) -> None:
    home = copied(unpublished, tmp_path / "mixed")

    def stop(progress: Progress) -> None:
        if progress.step == "features":
            raise StopBeforePublicationError

    with listening(stop), pytest.raises(StopBeforePublicationError):
        run_range(home, world, SECOND, SECOND)
    before = digest(home.published)
    with pytest.raises(ForensicsError, match="began features"):
        publish_as_of(home.root, SECOND, threading.Event(), threading.Event())  # type: ignore[arg-type]
    with pytest.raises(ForensicsError, match=f"as of {SECOND}"):
        publish_as_of(unpublished.root, FIRST, threading.Event(), threading.Event())  # type: ignore[arg-type]
    assert digest(home.published) == before


def test_a_day_that_changed_is_refused_after_going_back(tmp_path: Path, unpublished: Home, world: Path) -> None:
    """What is published goes back; what was loaded stays known."""
    root, home = tmp_path / "world", copied(unpublished, tmp_path / "home")
    shutil.copytree(world, root)
    run_range(home, root, SECOND, SECOND)
    first, second = (digest(version.path) for version in reversed(versions(home)))
    restore_with_reports(home, 1)
    assert digest(home.published) == first
    assert set(runs_in_reports(home)) == {FIRST}
    assert runs_in_reports(home) == published_runs(home)

    payments = root / f"date={SECOND}" / "payments.parquet"
    whole = payments.read_bytes()
    pl.read_parquet(payments).with_columns(amount_usd=pl.lit(19.0)).write_parquet(payments)
    with pytest.raises(ForensicsError, match="not the one that was loaded"):
        run_range(home, root, SECOND, SECOND)
    assert digest(home.published) == first

    payments.write_bytes(whole)
    run_range(home, root, SECOND, SECOND)
    assert digest(home.published) == second
    assert set(runs_in_reports(home)) == {FIRST, SECOND}
    assert runs_in_reports(home) == published_runs(home)
