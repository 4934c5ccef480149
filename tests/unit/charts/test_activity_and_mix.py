"""The heat map of activity and the mix of capabilities: what is drawn is what was counted, bounded and inert."""

import re
from datetime import datetime
from xml.etree import ElementTree

import pytest

from forensics.charts import activity_heat_map, capability_mix
from forensics.charts.activity_heat_map import (
    CELL_HEIGHT,
    CELL_WIDTH,
    LEFT,
    MOST_COLUMNS,
    MOST_ROWS,
    TOP,
    Activity,
    column_hours,
)
from forensics.charts.capability_mix import BAR, Mix
from forensics.charts.capability_mix import MOST_ROWS as MOST_CAPABILITIES
from tests.unit.exports.case_facts import HOSTILE

MONDAY = datetime(2026, 3, 2)


def cells(svg: str) -> dict[tuple[int, int], str]:
    """Level by row and column, read back from the paths."""
    found = {}
    for level, path in re.findall(r'<path class="(one|two|three|four)" d="([^"]*)"', svg):
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v", path):
            for column in range((int(x) - LEFT) // CELL_WIDTH, (int(x) - LEFT + int(wide)) // CELL_WIDTH):
                found[(int(y) - 1 - TOP) // CELL_HEIGHT, column] = level
    return found


def test_every_cell_is_as_dark_as_its_share_of_the_rows_busiest() -> None:
    rows = [("a", {0: 1, 1: 20, 2: 50, 3: 100, 7: 100}), ("b", {3: 1})]
    svg = activity_heat_map.activity_heat_map(Activity(MONDAY, 1, 48, rows, 9))
    assert cells(svg) == {
        (0, 0): "one", (0, 1): "two", (0, 2): "three", (0, 3): "four", (0, 7): "four", (1, 3): "four",
    }  # fmt: skip
    assert "2 of 9 accounts" in svg and "at most 2 of them in one column" in svg
    assert "Mon 03-02" in svg and "Tue 03-03" in svg


@pytest.mark.parametrize("days", [1, 2, 7, 8, 28, 29, 90, 366])
def test_columns_fit_and_cover_the_days(days: int) -> None:
    hours = column_hours(days)
    columns = -(-days * 24 // hours)
    assert columns <= MOST_COLUMNS and (24 % hours == 0 or hours % 24 == 0)
    svg = activity_heat_map.activity_heat_map(Activity(MONDAY, hours, columns, [("a", {columns - 1: 3})], 1))
    assert cells(svg) == {(0, columns - 1): "four"}


def test_many_busy_accounts_make_a_bounded_picture() -> None:
    rows = [(text, {column: column % 7 + 1 for column in range(MOST_COLUMNS)}) for text in HOSTILE * 20]
    svg = activity_heat_map.activity_heat_map(Activity(MONDAY, 4, MOST_COLUMNS, rows, len(rows)))
    texts = [node.text or "" for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert len(cells(svg)) == MOST_ROWS * MOST_COLUMNS
    assert len(svg) < 250_000 and all(len(text) < 60 for text in texts)


def test_bars_are_as_long_as_their_shares() -> None:
    svg = capability_mix.capability_mix([Mix("coding", 0.8, 0.2), Mix("maths", 0.0, 0.4)])
    bars = re.findall(r'<rect class="(group|cohort)" x="\d+" y="\d+" width="([\d.]+)" height="1[02]"/>', svg)
    assert bars[2:] == [
        ("group", f"{BAR:.1f}"), ("cohort", f"{BAR / 4:.1f}"), ("group", "0.0"), ("cohort", f"{BAR / 2:.1f}"),
    ]  # fmt: skip
    assert "80.0%" in svg and "coding 80% against 20%" in svg


def test_capabilities_beyond_the_bound_are_left_out_and_names_are_text() -> None:
    svg = capability_mix.capability_mix([Mix(text, 0.5, 0.5) for text in HOSTILE])
    tags = {node.tag.rpartition("}")[2] for node in ElementTree.fromstring(svg).iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "text"}
    assert svg.count('height="10"/>') == MOST_CAPABILITIES
