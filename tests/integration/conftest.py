"""State folders that several tests read: made once, by real runs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster._core.storage import sql
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from sqlalchemy.engine import Engine

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


@pytest.fixture(autouse=True, scope="session")
def engines_kept() -> Iterator[None]:
    """One engine a database: Dagster makes one a connection, and each compiles the same statements anew."""
    engines: dict[tuple[str, str], Engine] = {}

    def create_engine(url: str, **options: Any) -> Engine:
        key = (url, repr(options))
        if key not in engines:
            engines[key] = sql.create_engine(url, **options)
        return engines[key]

    with pytest.MonkeyPatch.context() as patch:
        for storage in (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
            patch.setattr(storage, "create_engine", create_engine)
        yield


@pytest.fixture(scope="session")
def world(made_once: MadeOnce) -> Path:
    """Two days of snapshots."""
    return made_once("world", write_world)


@pytest.fixture(scope="session")
def finished(made_once: MadeOnce, world: Path) -> Home:
    """A state folder after one run over both days; not to be changed."""
    return Home(made_once("finished", lambda folder: run_range(Home(folder), world, FIRST, SECOND)))
