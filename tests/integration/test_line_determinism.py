"""The same rows give the same evidence: in another process, in another order of rows, on a second run."""

import json
import os
import subprocess
import sys
from pathlib import Path

from forensics import clusters, contracts, core, features, links, reports
from tests.worlds.fingerprints import fingerprints
from tests.worlds.line import Line, open_line
from tests.worlds.tiny import TinyWorld, write_world

REPOSITORY = Path(__file__).parents[2]


def test_another_process_with_shuffled_files_finds_the_same_to_the_byte(
    tiny_line: Line, tiny_world: TinyWorld, tmp_path: Path
) -> None:
    root = write_world(tiny_world, tmp_path / "shuffled", shuffle_seed=7)
    path = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.worlds.fingerprints", str(root), str(tmp_path / "home")],
        env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    other, own = json.loads(done.stdout.splitlines()[-1]), fingerprints(tiny_line)
    assert own.keys() == {table.full_name for table in contracts.tables()}
    assert [name for name in own if own[name] != other[name]] == []


def test_every_step_run_again_gives_the_same_rows(tiny_copy: Line, tiny_world: TinyWorld) -> None:
    steps = ("core", "features", "clusters", "links", "reports")
    before = fingerprints(tiny_copy, steps)
    for day in sorted(tiny_world.days):
        core.build_day(tiny_copy.connection, day)
    arguments = (tiny_copy.connection, tiny_copy.settings, tiny_copy.window)
    features.build(*arguments)
    clusters.build(*arguments)
    links.build(*arguments)
    reports.build(*arguments, run_id="again")
    assert fingerprints(tiny_copy, steps) == before


def test_days_loaded_in_another_order_give_the_same_rows(
    tiny_line: Line, tiny_root: Path, tiny_world: TinyWorld, tmp_path: Path
) -> None:
    steps = ("core", "features", "links")
    with open_line(tmp_path / "backwards", tiny_line.window.as_of) as line:
        line.load(tiny_root, sorted(tiny_world.days, reverse=True))
        features.build(line.connection, line.settings, line.window)
        links.build(line.connection, line.settings, line.window)
        assert fingerprints(line, steps) == fingerprints(tiny_line, steps)
