"""An empty state folder with its writer's warehouse."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.home import Home
from forensics.raw import LoadReport, load_day
from forensics.settings import Settings
from forensics.warehouse import open_building
from tests.unit.raw.snapshots import DAY

Load = Callable[..., LoadReport]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty state folder."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with all declared tables, to copy: declaring them takes a second."""
    home = Home(tmp_path_factory.mktemp("empty"))
    with open_building(home, Settings()):
        pass
    return home.building


@pytest.fixture
def connection(home: Home, empty_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The writer's warehouse, with all declared tables."""
    home.create()
    shutil.copy(empty_warehouse, home.building)
    with open_building(home, Settings()) as opened:
        yield opened


@pytest.fixture
def load(connection: duckdb.DuckDBPyConnection, home: Home, tmp_path: Path) -> Load:
    """Loads a day from `tmp_path / "snapshots"`."""

    def run(root: Any = tmp_path / "snapshots", **options: Any) -> LoadReport:
        return load_day(connection, home, Settings(), **{"root": str(root), "day": DAY, **options})

    return run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the snapshots lie that `load` reads."""
    return tmp_path / "snapshots"
