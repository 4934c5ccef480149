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

from tests.worlds.line import Line, open_line
from tests.worlds.tiny import FIRST_DAY, TinyWorld, make_world, write_world

WORLD_SEED = 1


@pytest.fixture(scope="session")
def tiny_world() -> TinyWorld:
    """371 accounts on two days: ordinary ones, look-alikes, a hydra and a barred organisation."""
    return make_world(WORLD_SEED)


@pytest.fixture(scope="session")
def tiny_root(tiny_world: TinyWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world's snapshot folders."""
    return write_world(tiny_world, tmp_path_factory.mktemp("tiny-snapshots"))


@pytest.fixture(scope="session")
def tiny_line(tiny_world: TinyWorld, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The whole line on the tiny world; read it and change nothing."""
    days = sorted(tiny_world.days)
    with open_line(tmp_path_factory.mktemp("tiny-home"), days[-1]) as line:
        line.load(tiny_root, days)
        line.look_back()
        line.connection.execute("CHECKPOINT")
        yield line


@pytest.fixture
def tiny_copy(tiny_line: Line, tmp_path: Path) -> Iterator[Line]:
    """The same warehouse as a copy that a test may change."""
    folder = tmp_path / "copy"
    folder.mkdir()
    shutil.copyfile(tiny_line.home.building, folder / tiny_line.home.building.name)
    shutil.copytree(tiny_line.home.core, folder / tiny_line.home.core.name)
    with open_line(folder, tiny_line.window.as_of) as line:
        yield line


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
