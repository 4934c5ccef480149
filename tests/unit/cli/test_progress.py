"""Progress off a terminal: few plain lines."""

import pytest

from forensics.cli.progress import LINES_A_STEP, progress_display


def test_a_long_step_prints_about_ten_lines_and_always_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_display() as display:
        for done in range(1, 366):
            display.update("raw", done, 365, f"day {done}")
    lines = capsys.readouterr().err.splitlines()
    assert LINES_A_STEP <= len(lines) <= LINES_A_STEP + 1
    assert lines[-1].endswith("raw 365/365 day 365")
    assert all("\x1b" not in line for line in lines)


def test_steps_are_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_display() as display:
        display.update("raw", 1, 1)
        display.update("core", 1, 1)
    assert [line.split()[-2:] for line in capsys.readouterr().err.splitlines()] == [["raw", "1/1"], ["core", "1/1"]]
