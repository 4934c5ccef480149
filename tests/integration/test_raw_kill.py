"""A loader that is killed at any moment leaves whole days, and loading again gives what an undisturbed load gives."""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forensics import contracts
from forensics.home import Home
from forensics.raw import load_day
from forensics.raw.exchange_files import UNFINISHED
from forensics.settings import Settings
from forensics.warehouse import open_building
from tests.integration.raw_loader import start
from tests.unit.raw.snapshots import exchanges, payments, write, write_day

DAYS = (date(2026, 3, 2), date(2026, 3, 3))
ROWS = 1_200
KILLS = 10
SEED = 20260302
PAUSE_SECONDS = 0.1
"""The longest wait after a line of progress: about what most of its steps take."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days in several formats, with rows for the quarantine."""
    root = tmp_path_factory.mktemp("killed") / "snapshots"
    for day in DAYS:
        folder = write_day(root, day, exchanges=None, payments=payments(day=day))
        rows = exchanges(ROWS, day=day)
        for row in rows[::50]:
            row["outcome"] = "unheard_of"
        for part, ending in enumerate(("parquet", "jsonl.zst")):
            write(folder / "exchanges" / f"{part}.{ending}", [*rows[part::2], rows[part + 1]])
    return root


def _tables(home: Home) -> dict[str, list[Any]]:
    with open_building(home, Settings()) as connection:
        return {
            table.name: connection.execute(
                f"SELECT {', '.join(table.evidence_columns)} FROM {table.full_name} ORDER BY ALL"
            ).fetchall()
            for table in contracts.of_step("raw")
            if "snapshot_date" in table.evidence_columns
        }


def _of_day(tables: dict[str, list[Any]], day: date) -> dict[str, list[Any]]:
    columns = {table.name: table.evidence_columns for table in contracts.of_step("raw")}
    place = {name: columns[name].index("snapshot_date") for name in tables}
    return {name: [row for row in rows if row[place[name]] == day] for name, rows in tables.items()}


def _home(root: Path, name: str) -> Home:
    """A state folder whose warehouse has all tables, empty; copied, because declaring them takes a second."""
    empty = Home(root.parent / "empty")
    if not empty.building.exists():
        with open_building(empty, Settings()):
            pass
    home = Home(root.parent / name).create()
    shutil.copy(empty.building, home.building)
    return home


@pytest.fixture(scope="module")
def undisturbed(root: Path) -> Iterator[tuple[dict[str, list[Any]], dict[str, bytes], int]]:
    """The tables and files of a load that nobody disturbs, and how many lines of progress it tells."""
    home = _home(root, "undisturbed")
    process, progress = start(root, home)
    lines = 0
    with suppress(EOFError):
        while progress.recv():
            lines += 1
    process.join()
    assert process.exitcode == 0
    yield _tables(home), _files(home), lines


def _files(home: Home) -> dict[str, bytes]:
    found = home.raw.rglob("*.parquet")
    return {str(path.relative_to(home.root)): path.read_bytes() for path in found if not path.name.startswith(".")}


def test_killed_at_random_moments(root: Path, undisturbed: Any) -> None:
    """A kill falls a random while after a random line of progress, so that a slow machine does not shift them all."""
    whole, files, lines = undisturbed
    assert len(whole["exchanges"]) == len(DAYS) * (ROWS - len(range(0, ROWS, 50)))
    rng = random.Random(SEED)
    days_left = []
    for moment in rng.sample(range(lines), KILLS):
        home = _home(root, f"killed-{moment}")
        process, progress = start(root, home)
        for _ in range(moment):
            progress.recv()
        time.sleep(rng.uniform(0, PAUSE_SECONDS))
        process.kill()
        process.join()
        left = _tables(home)
        for day in DAYS:
            assert _of_day(left, day) in (_of_day(whole, day), _of_day({name: [] for name in whole}, day))
        days_left.append(len({row[0] for row in left["loads"]}))
        _load_all(root, home)
        assert _tables(home) == whole
        assert _files(home) == files
        shutil.rmtree(home.root)
    assert {0, 1} <= set(days_left), "kills fell before and after the first commit"


def test_killed_while_the_exchanges_are_written(root: Path, undisturbed: Any) -> None:
    """The kill falls when the unfinished file is there: a moment that random kills may miss."""
    whole, files, _ = undisturbed
    home = _home(root, "killed-writing")
    process, _ = start(root, home)
    deadline = time.monotonic() + 60
    while not (half := list(home.raw.rglob(f"{UNFINISHED}*"))) and time.monotonic() < deadline:
        time.sleep(0.001)
    process.kill()
    process.join()
    assert half
    assert not any(_tables(home).values())
    _load_all(root, home)
    assert _tables(home) == whole
    assert _files(home) == files
    assert not list(home.raw.rglob(f"{UNFINISHED}*"))


def _load_all(root: Path, home: Home) -> None:
    with open_building(home, Settings()) as connection:
        for day in DAYS:
            load_day(connection, home, Settings(), root=str(root), day=day)
