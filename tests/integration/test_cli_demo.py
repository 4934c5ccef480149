"""`forensics demo`, on a smaller world: it finishes, can be repeated, and deletes nothing that is not its own."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from forensics.cli import demo, main
from forensics.cli.demo import LISTED, MARK, SHOWN_FINDINGS, World, print_most_urgent, provide_world
from forensics.cli.environment import launcher
from forensics.home import Home
from forensics.warehouse import versions


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some 160 accounts on two days, of which too few are active for UMAP, which compiles for half a minute."""
    monkeypatch.setattr(sys.modules["forensics.cli.demo"], "World", lambda: World(scale=0.0005, days=2))
    monkeypatch.setenv("FORENSICS_MINIMUM_EXCHANGES", "150")


def forensics_demo(home: Path) -> Result:
    return CliRunner().invoke(main, ["demo", "--home", str(home)])


def test_the_demo_prints_what_it_found_and_what_to_try(tmp_path: Path) -> None:
    assert demo.name == "demo"
    first = forensics_demo(tmp_path)
    assert first.exit_code == 0, first.output
    place = Home(tmp_path / "demo")
    tried = [line.strip() for line in first.stdout.partition("Try next:")[2].splitlines() if line.strip()]
    assert [command.split()[1] for command in tried] in (["show", "query", "ui"], ["tables", "query", "ui"])
    assert all(f"--home {place.root}" in command for command in tried)
    assert "As of 2026-03-03:" in first.stdout
    assert all(command.startswith(f"{launcher()} ") for command in tried)
    days = sorted((place.root / "world" / "snapshots").iterdir())
    written = [(day / "exchanges.parquet").stat().st_mtime_ns for day in days]

    again = forensics_demo(tmp_path)
    assert again.exit_code == 0, again.output
    assert [(day / "exchanges.parquet").stat().st_mtime_ns for day in days] == written
    assert "already loaded" in again.stderr
    assert [version.number for version in versions(place)] == [2, 1]


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "precious.txt").write_text("mine", "utf-8")
    refused = forensics_demo(tmp_path)
    assert refused.exit_code == 2
    assert (tmp_path / "demo" / "precious.txt").read_text("utf-8") == "mine"


def test_a_world_of_other_settings_is_made_anew(tmp_path: Path) -> None:
    place = Home(tmp_path / "demo")
    small, other = World(scale=0.0005, days=1), World(scale=0.0005, days=1, seed=8)
    provide_world(place, small)
    (place.root / "results").mkdir()
    snapshots = provide_world(place, other)
    assert not (place.root / "results").exists()
    assert json.loads((place.root / MARK).read_text("utf-8"))["seed"] == 8
    assert [day.name for day in snapshots.iterdir()] == ["date=2026-03-02"]


def test_a_demo_that_was_cut_off_at_any_point_is_repaired_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, world = Home(tmp_path / "demo"), World(scale=0.0005, days=1)
    marker = provide_world(place, world) / "date=2026-03-02" / "_SUCCESS"
    (place.root / MARK).write_text('{"scale": 0.0', "utf-8")
    (place.root / "results").mkdir()
    provide_world(place, world)
    assert marker.is_file() and not (place.root / "results").exists()

    marker.unlink()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", interrupted)
        provide_world(place, world)
    provide_world(place, world)
    assert marker.is_file()
    assert json.loads((place.root / MARK).read_text("utf-8"))["days"] == 1


def interrupted(_folder: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("count", "more"), [(SHOWN_FINDINGS, False), (SHOWN_FINDINGS + 1_200, True)])
def test_only_the_most_urgent_findings_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], count: int, more: bool
) -> None:
    found = [dict.fromkeys(LISTED, f"number{number}") for number in range(count)]
    print_most_urgent(Home(tmp_path), found)
    said = capsys.readouterr().out
    assert f"number{SHOWN_FINDINGS - 1}" in said and f"number{SHOWN_FINDINGS}" not in said
    assert (f"… and 1,200 more: {launcher()} findings --home {tmp_path}" in said) == more


def test_the_launcher_is_what_the_shell_can_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "project" / ".venv" / "bin" / "forensics"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n", "utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(script), "demo"])
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert launcher() == ".venv/bin/forensics"
    monkeypatch.chdir(script.parent.parent / "bin")
    monkeypatch.setenv("PATH", str(script.parent))
    assert launcher() == "forensics"
    monkeypatch.chdir("/")
    monkeypatch.setenv("PATH", "")
    assert launcher() == str(script).lstrip("/")
