"""The log of decisions: whole files or none, never changed, and refused as a whole when one cannot be read."""

import json
import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from forensics.decisions import Decision, DecisionLogError, add_decision, read_decisions
from forensics.decisions.log import FOLDER, in_force, next_number
from forensics.home import Home

HOSTILE = "\x1b[31m\u202e'; DROP TABLE x; --\ud800 漢 </script>"
FIRST = Decision(
    number=1,
    decided_at=datetime(2026, 3, 9, 12),
    finding_id="finding-1",
    verdict="cleared",
    by=HOSTILE,
    why=HOSTILE,
    as_of=date(2026, 3, 8),
    kind="relay",
    confidence="low",
    supports=("breadth",),
    accounts=("a", HOSTILE),
    signals=(("ip", HOSTILE, "network"),),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_what_was_written_is_read_in_order(home: Home) -> None:
    assert read_decisions(home) == ()
    second = replace(FIRST, number=2, verdict="unsure")
    for decision in (FIRST, second):
        assert next_number(read_decisions(home)) == decision.number
        add_decision(home, decision)
    assert read_decisions(home) == (FIRST, second)
    assert in_force(read_decisions(home)) == {"finding-1": second}


def test_a_file_is_plain_text_that_nobody_writes_again(home: Home) -> None:
    path = add_decision(home, FIRST)
    assert path.stat().st_mode & 0o222 == 0
    assert path.read_bytes().isascii() and b"\x1b" not in path.read_bytes()
    assert json.loads(path.read_text("ascii"))["by"] == HOSTILE
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        add_decision(home, replace(FIRST, verdict="confirmed"))
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_what_a_killed_process_left_is_no_decision_and_in_nobodys_way(home: Home) -> None:
    left = home.root / FOLDER / ".000001.json.new"
    left.parent.mkdir(parents=True)
    left.write_text('{"format": 1, "num', "ascii")
    left.chmod(0o444)
    assert read_decisions(home) == ()
    add_decision(home, FIRST)
    assert read_decisions(home) == (FIRST,) and not left.exists()


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", '{"format": 2}', '{"format": 1, "number": 3}'],
    ids=["empty", "no JSON", "a list", "another version", "half a decision"],
)
def test_an_unreadable_file_is_named_with_all_others(home: Home, text: str) -> None:
    add_decision(home, FIRST)
    paths = [home.root / FOLDER / f"00000{number}.json" for number in (2, 3)]
    for path in paths:
        path.write_text(text, "ascii")
    with pytest.raises(DecisionLogError) as raised:
        read_decisions(home)
    assert [str(path) in fault for path, fault in zip(paths, raised.value.faults, strict=True)] == [True, True]


def test_a_file_under_another_number_is_refused(home: Home) -> None:
    path = add_decision(home, FIRST)
    os.link(path, path.with_name("000007.json"))
    with pytest.raises(DecisionLogError, match="its number is not that of its file"):
        read_decisions(home)
