"""Text of attackers on a terminal: shown, never obeyed."""

import json
import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.cli import terminal
from forensics.cli.terminal import inert, print_json, print_table


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("one\r\nother", "one\\x0d\\x0aother"),
        ("abc\u202ecba", "abc\\u202ecba"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("line\u2028end", "line\\u2028end"),
        ("lone \ud800 half", "lone \\ud800 half"),
        ("tag \U000e0041", "tag \\U000e0041"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(hostile: str, shown: str) -> None:
    assert inert(hostile) == shown


@given(st.text(st.characters()))
def test_no_control_or_format_character_survives(text: str) -> None:
    shown = inert(text)
    assert not [character for character in shown if unicodedata.category(character)[0] == "C"]
    shown.encode("utf-8")


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_readable_text_is_left_alone(text: str) -> None:
    assert inert(text) == text


def test_values_that_are_no_text() -> None:
    assert inert(None) == ""
    assert inert(datetime(2026, 3, 2, 7, 5)) == "2026-03-02 07:05:00"
    assert inert(12) == "12"


def test_lines_may_stay_where_they_are_wanted() -> None:
    assert inert("a\nb\x07", keep_lines=True) == "a\nb\\x07"


def test_a_chance_too_small_to_be_told_from_nothing_is_told_as_less(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["p"], [[2.3e-308], [1e-299], [0.0]])
    assert capsys.readouterr().out.split()[2:] == ["<", "1e-300", "1e-299", "0"]


def test_a_table_shows_markup_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["[bold]name[/bold]", "count"], [["[red]x[/red] \x1b[2J [link=http://evil.example]y[/link]", 1234]])
    printed = capsys.readouterr().out
    assert "[red]x[/red]" in printed
    assert "[link=http://evil.example]y[/link]" in printed
    assert "[bold]name[/bold]" in printed
    assert "1,234" in printed
    assert "\x1b" not in printed


def test_rows_that_are_too_wide_stand_one_below_the_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names, row = [f"column_{number}" for number in range(12)], ["some words that no column holds"] * 11 + [1234]
    monkeypatch.setattr(terminal, "WIDTH_OFF_TERMINAL", 100)
    print_table(names, [row, row], title="Wide")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Wide"
    assert [line for line in lines if line.startswith("row")] == ["row 1 of 2", "row 2 of 2"]
    assert [line.split() for line in lines[2:14]] == [
        [name, *str(value).split()] for name, value in zip(names, [*row[:-1], "1,234"], strict=True)
    ]


def test_a_few_long_columns_stay_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "WIDTH_OFF_TERMINAL", 60)
    print_table(["name", "text"], [["a", "word " * 40], ["b", "[b]x[/b]"]])
    lines = capsys.readouterr().out.splitlines()
    assert not any(line.startswith("row") for line in lines)
    assert max(map(len, lines)) <= 60


def test_json_is_ascii_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"text": "\x1b\x9b\u202e é", "day": date(2026, 3, 2), "at": datetime(2026, 3, 2, 1), "none": None}
    print_json(value)
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert "\x1b" not in printed
    assert json.loads(printed) == {
        "text": value["text"],
        "day": "2026-03-02",
        "at": "2026-03-02T01:00:00",
        "none": None,
    }
