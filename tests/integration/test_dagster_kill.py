"""kill -9 in the middle of a publication: readers see the old state or the new one, and the next run mends all."""

import multiprocessing
import random
import signal
import time
from pathlib import Path

import polars as pl
import pytest

from forensics import contracts
from forensics.home import Home
from pipelines.progress import Progress, listening
from tests.integration.dagster_runs import copied, digest, run_range
from tests.integration.killed_publication import publish_as_of
from tests.integration.small_world import FIRST, SECOND

KILLS = 10
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


def report_folder_is_whole(home: Home) -> bool:
    """Whether the folder of the second day is absent, or complete and readable."""
    folder = home.reports / SECOND.isoformat()
    if not folder.exists():
        return True
    wanted = {f"{table.name}.parquet" for table in contracts.of_step("reports")}
    return {path.name for path in folder.iterdir()} == wanted and all(
        pl.read_parquet(path).width for path in folder.iterdir()
    )


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
        code, _ = attempt(forked, home, chance.uniform(0, seconds))
        killed += code == -signal.SIGKILL
        assert digest(home.published) in (old, new), f"kill {number}"
        assert report_folder_is_whole(home), f"kill {number}"
        if number % 5 == 0:
            assert attempt(forked, home, None)[0] == 0
            assert digest(home.published) == new
            assert not list(home.root.glob(".publishing*"))
            assert {path.name for path in home.reports.iterdir()} == {FIRST.isoformat(), SECOND.isoformat()}
    assert killed > KILLS // 2

    run_range(home, world, SECOND, SECOND)
    assert digest(home.published) == new
