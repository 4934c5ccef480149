"""What tests of several steps share: one tiny world, and the whole line run on it once a session.

UMAP compiles for tens of seconds in a process that uses it; every test that needs a map reads this one.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before anything imports numba: compiled kernels outlive the session's folders and the session itself.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "numba"))

from forensics.home import Home
from tests.worlds.line import Line, open_line
from tests.worlds.made_once import MadeOnce
from tests.worlds.tiny import FIRST_DAY, TinyWorld, make_world, write_world

WORLD_SEED = 1

FIRST = (
    "test_line_determinism.py",
    "test_simulator_leaks.py",
    "test_simulator_world.py",
)
"""Files to begin with: one has everything compiled for a minute, the others need nothing of it, so that nobody else
compiles the same beside it."""

LONGEST = (
    "test_dagster_kill.py",
    "test_cli_run.py",
    "test_dagster_run.py",
    "test_line_calibration.py",
    "test_cli_demo.py",
    "test_cli_ui.py",
    "test_readme.py",
    "test_dagster_checks.py",
    "test_timeline.py",
    "test_fairness.py",
    "test_dagster_automation.py",
)
"""Files that take longest, the longest first: begun last, one of them keeps a single processor busy at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what compiles, then the longest files; within a file and among the others the order stays."""
    places = {name: place for place, name in enumerate((*FIRST, *LONGEST))}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Folders that all processes of the test session share."""
    own = tmp_path_factory.getbasetemp()
    return MadeOnce(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def tiny_world() -> TinyWorld:
    """371 accounts on two days: ordinary ones, look-alikes, a hydra and a barred organisation."""
    return make_world(WORLD_SEED)


@pytest.fixture(scope="session")
def tiny_root(tiny_world: TinyWorld, made_once: MadeOnce) -> Path:
    """The world's snapshot folders."""
    return made_once("tiny-snapshots", lambda folder: write_world(tiny_world, folder))


@pytest.fixture(scope="session")
def tiny_line(
    tiny_world: TinyWorld, tiny_root: Path, made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """The whole line on the tiny world; read it and change nothing."""
    days = sorted(tiny_world.days)

    def fill(folder: Path) -> None:
        with open_line(folder, days[-1]) as line:
            line.load(tiny_root, days)
            line.look_back()

    made = Home(made_once("tiny-home", fill))
    with open_line(_copied(made, tmp_path_factory.mktemp("tiny-home")), days[-1]) as line:
        yield line


@pytest.fixture
def tiny_copy(tiny_line: Line, tmp_path: Path) -> Iterator[Line]:
    """The same warehouse as a copy that a test may change."""
    tiny_line.connection.execute("CHECKPOINT")
    with open_line(_copied(tiny_line.home, tmp_path / "copy"), tiny_line.window.as_of) as line:
        yield line


def _copied(home: Home, folder: Path) -> Path:
    """The writer's warehouse and the files of core in another folder; exchanges are read where they lie."""
    folder.mkdir(exist_ok=True)
    shutil.copyfile(home.building, folder / home.building.name)
    shutil.copytree(home.core, folder / home.core.name)
    return folder


@pytest.fixture(scope="session")
def blank_building(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with every declared table and no row, to copy: declaring them takes a second."""
    with open_line(tmp_path_factory.mktemp("blank"), FIRST_DAY) as line:
        pass
    return line.home.building


@pytest.fixture
def blank_line(blank_building: Path, tmp_path: Path) -> Iterator[Line]:
    """An empty warehouse of the test's own, as of the first day."""
    folder = tmp_path / "blank-home"
    folder.mkdir()
    shutil.copyfile(blank_building, folder / blank_building.name)
    with open_line(folder, FIRST_DAY, window_days=7) as line:
        yield line
