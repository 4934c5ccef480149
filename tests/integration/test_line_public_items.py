"""A user's list of public items, from a file of items to what is said of a group that sends them."""

import json
from pathlib import Path

import pytest

from forensics import core, features, links, reports
from forensics.core.public_items import build_list
from forensics.settings import Settings
from tests.worlds.line import Line


@pytest.mark.parametrize("is_changed", [False, True])
def test_items_of_a_list_clear_who_sends_them_as_they_are_and_nobody_who_changes_them(
    tiny_copy: Line, tmp_path: Path, is_changed: bool
) -> None:
    before = _accused(tiny_copy)
    harvested = tiny_copy.frame(
        "SELECT DISTINCT prompt FROM raw.exchanges WHERE prompt LIKE '%show your reasoning process%' ORDER BY ALL"
    )["prompt"]
    items = [text.partition("Topic: ")[2] for text in harvested]
    if is_changed:
        items = [_changed(item) for item in items]
    (tmp_path / "items.jsonl").write_text("\n".join(json.dumps({"text": item}) for item in items), "utf-8")
    build_list(tmp_path / "items.jsonl", tmp_path / "items.parquet", "harvested")
    settings = Settings(public_item_lists=(str(tmp_path / "items.parquet"),))
    days = tiny_copy.frame("SELECT DISTINCT snapshot_date AS day FROM core.day_loads ORDER BY day")["day"]
    for day in days:
        core.build_day(tiny_copy.connection, day, settings)
    features.build(tiny_copy.connection, settings, tiny_copy.window)
    links.build(tiny_copy.connection, settings, tiny_copy.window)
    reports.build(tiny_copy.connection, settings, tiny_copy.window, run_id="with-list")
    measured = {"public_items": 0.0, "mutated_public_items": 1.0} if is_changed else {"public_items": 1.0}
    tests = tiny_copy.frame("SELECT measure, value FROM links.group_tests WHERE measure LIKE '%public_items'")
    assert measured.items() <= dict(tests.sort("measure").rows()).items()
    assert before and _accused(tiny_copy) == (before if is_changed else {})


def _changed(item: str) -> str:
    """An item with every tenth word exchanged."""
    return " ".join(f"other{place}" if place % 10 == 7 else word for place, word in enumerate(item.split(" ")))


def _accused(line: Line) -> dict[str, str]:
    """Account → confidence of the finding that it is in."""
    rows = line.connection.execute(
        "SELECT account_id, MAX(confidence) FROM reports.finding_accounts JOIN reports.findings USING (finding_id)"
        " WHERE account_id IN (SELECT account_id FROM raw.exchanges WHERE prompt LIKE '%show your reasoning process%')"
        " AND kind <> 'barred_ownership' GROUP BY account_id ORDER BY ALL"
    ).fetchall()
    return dict(rows)
