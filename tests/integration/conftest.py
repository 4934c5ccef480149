"""State folders that several tests read: made once, by real runs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from forensics.home import Home
from tests.integration.dagster_runs import run_range
from tests.integration.small_world import FIRST, SECOND, write_world
from tests.worlds.made_once import MadeOnce


@pytest.fixture(autouse=True, scope="session")
def environment_restored() -> Iterator[None]:
    """Whatever a command sets in the environment is gone after the tests."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def world(made_once: MadeOnce) -> Path:
    """Two days of snapshots."""
    return made_once("world", write_world)


@pytest.fixture(scope="session")
def finished(made_once: MadeOnce, world: Path) -> Home:
    """A state folder after one run over both days; not to be changed."""
    return Home(made_once("finished", lambda folder: run_range(Home(folder), world, FIRST, SECOND)))
