"""The log of decisions on organisations: only ever added to, whole after a crash, refused when it is not sound."""

import json
from pathlib import Path

import pytest

from forensics.features.organisations.decisions import DecisionLogError, add_decision, read_decisions


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "decisions" / "organisations.jsonl"


def test_no_log_is_no_decision(log: Path) -> None:
    assert read_decisions(None).is_empty() and read_decisions(log).is_empty()


def test_the_newest_decision_on_two_is_in_force_whichever_was_named_first(log: Path) -> None:
    add_decision(log, "a", "b", "same", by="Ann", why="one letterhead")
    add_decision(log, "a", "c", "same", by="Ann", why="one letterhead")
    before = log.read_bytes()
    add_decision(log, "b", "a", "different", by="Bea", why="two registers")
    assert log.read_bytes().startswith(before)
    rows = read_decisions(log).select("organisation_a", "organisation_b", "decision", "is_in_force").rows()
    assert rows == [("a", "b", "same", False), ("a", "c", "same", True), ("b", "a", "different", True)]


def test_a_line_that_a_crash_cut_off_does_not_swallow_the_next_and_is_named(log: Path) -> None:
    add_decision(log, "a", "b", "same", by="Ann", why="x")
    log.write_bytes(log.read_bytes() + b'{"organisation_a": "a", "organi')
    add_decision(log, "a", "c", "same", by="Ann", why="x")
    with pytest.raises(DecisionLogError) as caught:
        read_decisions(log)
    assert caught.value.faults == ("line 2: not a JSON object",)
    lines = log.read_text("utf-8").splitlines()
    log.write_text("\n".join([lines[0], lines[2]]), "utf-8")
    assert read_decisions(log).height == 2


def test_all_faults_of_a_decision_are_named_and_nothing_is_written(log: Path) -> None:
    with pytest.raises(DecisionLogError) as caught:
        add_decision(log, "a", " ", "same", by="", why="x" * 3000)
    assert len(caught.value.faults) == 3
    with pytest.raises(DecisionLogError, match="compared with itself"):
        add_decision(log, "a", "a", "same", by="Ann", why="x")
    assert not log.exists()


def test_hostile_text_stays_on_its_line(log: Path) -> None:
    why = 'x\n{"organisation_a": "y"}\u2028\x1b[31m'
    add_decision(log, "a", "b", "different", by="Ann", why=why)
    assert read_decisions(log)["reason"].to_list() == [why]
    assert json.loads(log.read_text("utf-8"))["decision"] == "different"
