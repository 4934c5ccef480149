"""State folders that several tests read: made once, by real runs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from forensics.home import Home
from tests.integration.dagster_runs import run_range
from tests.integration.small_world import FIRST, SECOND, write_world


@pytest.fixture(autouse=True, scope="session")
def environment_restored() -> Iterator[None]:
    """Whatever a command sets in the environment is gone after the tests."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of snapshots."""
    return write_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, world: Path) -> Home:
    """A state folder after one run over both days; not to be changed."""
    home = Home(tmp_path_factory.mktemp("finished"))
    run_range(home, world, FIRST, SECOND)
    return home
