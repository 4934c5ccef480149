"""The chain of manifests: what is taken away, put in between, or changed afterwards is named."""

from pathlib import Path

import pytest

from forensics.custody.manifests import Entry, append, manifests, named, newest_of_run
from forensics.custody.verify import chain_differences
from forensics.errors import NotFoundError
from forensics.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    for number in range(1, 5):
        append(home, {"run_id": f"run-{number:08}", "as_of": f"2026-03-0{number}"})
    return home


def subjects(home: Home) -> list[str]:
    return [one.subject for one in chain_differences(manifests(home))]


def test_a_chain_that_nobody_touched_holds(home: Home) -> None:
    chain = manifests(home)
    assert [one.number for one in chain] == [1, 2, 3, 4]
    assert [one.said["previous"] and one.said["previous"]["sha256"] for one in chain] == [
        None, *[one.sha256 for one in chain[:-1]]
    ]  # fmt: skip
    assert subjects(home) == []
    assert all(one.path.stat().st_mode & 0o777 == 0o444 for one in chain)


def _second(home: Home) -> Entry:
    entry = manifests(home)[1]
    entry.path.chmod(0o644)
    return entry


def test_a_changed_manifest_is_named(home: Home) -> None:
    entry = _second(home)
    entry.path.write_text(entry.path.read_text("utf-8").replace("2026-03-02", "2026-03-03"), "utf-8")
    assert subjects(home) == [entry.path.name]


def test_a_missing_one_is_named(home: Home) -> None:
    _second(home).path.unlink()
    assert "manifest 2" in subjects(home)


def test_an_unreadable_one_is_named(home: Home) -> None:
    entry = _second(home)
    entry.path.write_text("{", "utf-8")
    assert set(subjects(home)) == {entry.path.name}


def test_a_manifest_is_never_replaced(home: Home) -> None:
    taken = home.manifests / "000005-run00000.json"
    taken.write_text("taken", "utf-8")
    assert append(home, {"run_id": "run-00000005", "as_of": "2026-03-05"}).number == 6
    assert taken.read_text("utf-8") == "taken"
    assert subjects(home) == [taken.name]


def test_runs_are_found_by_number_beginning_and_latest(home: Home) -> None:
    append(home, {"run_id": "run-00000002", "as_of": "2026-03-02"})
    assert named(home, "3").number == 3
    assert named(home, "run-00000002").number == 5, "the newest manifest that describes the run"
    assert named(home, "latest").number == 5
    found = newest_of_run(home, "run-00000001")
    assert found is not None and found.number == 1
    for wrong in ("run-", "9", "nothing"):
        with pytest.raises(NotFoundError):
            named(home, wrong)


def test_a_night_reads_the_newest_manifest_only(home: Home) -> None:
    for entry in manifests(home)[:-1]:
        entry.path.unlink()
        entry.path.mkdir()
    assert append(home, {"run_id": "run-00000005", "as_of": "2026-03-05"}).number == 5
    found = newest_of_run(home, "run-00000004")
    assert found is not None and found.number == 4
