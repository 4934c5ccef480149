"""Public items of a group: as they are or changed, under its templates where it has any, and nothing without lists."""

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from forensics.links.content import public_items
from forensics.links.timing.tables import RESULT_COLUMNS
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

SAMPLED = 4
"""Prompts sampled of every account."""

LISTS = "sums@0123456789ab"


def _put(line: Line, accounts: dict[str, dict[str, Any]], group: list[str], *, lists: str | None = LISTS) -> None:
    """Accounts that send so many exact and mutated items, the first of them under templates.

    Args:
        line: an empty warehouse.
        accounts: by account id: exact, mutated (both 0 unless given), template (none unless given) and templated, how
            many of its prompts follow it (all unless given).
        group: templates that are significant for the group g.
        lists: what prompts were compared with.
    """
    days, items, templates = [], [], []
    for account_id, sent in accounts.items():
        key = {"snapshot_date": FIRST_DAY, "account_id": account_id}
        counts = {"sample_count": SAMPLED, "compressed_prompt_count": 0, "prompt_bytes": 0, "compressed_bytes": 0}
        days.append({**key, **counts, "embedder_id": "made", "letters": b"", "public_item_lists": lists})
        kinds = ["exact"] * sent.get("exact", 0) + ["mutated"] * sent.get("mutated", 0)
        items += [
            {**key, "exchange_id": f"{account_id}-{at}", "item_list": LISTS, "item": 1, "overlap": kind}
            for at, kind in enumerate(kinds)
        ]
        templates += [
            {**key, "exchange_id": f"{account_id}-{at}", "template_id": f"{part}-{sent['template']}"}
            for at in range(sent.get("templated", SAMPLED))
            for part in ("head", "tail")
            if "template" in sent
        ]
    put(line.connection, "core.sample_days", days)
    put(line.connection, "core.public_items", [{**item, "overlap_share": 0.95} for item in items] if lists else [])
    put(line.connection, "core.sample_templates", templates)
    families = {row["template_id"]: "head-" + row["template_id"].split("-")[1] for row in templates}
    put(
        line.connection,
        "features.template_families",
        [{"template_id": one, "family_id": family} for one, family in families.items()],
    )
    day = {"first_on": FIRST_DAY, "last_on": FIRST_DAY, "part": "head", "text": "x", "variation_count": 1}
    counts = {"exchange_count": 9, "account_count": 9, "payer_count": 9, "asked_share": 0.0, "payer_share": 0.01}
    put(
        line.connection,
        "features.templates",
        [{"template_id": one, **day, **counts} for one in sorted(set(families.values()))],
    )
    signal = {"signal_kind": "prompt_template", "family": "content", "accounts_sharing": 5, "is_hub": False}
    tested = {"accounts_sharing_outside": 0, "expected": 0.1, "lift": 50.0, "p_value": 0.0, "q_value": 0.0}
    put(
        line.connection,
        "links.group_signals",
        [{"group_id": "g", "signal_value": f"head-{one}", **signal, **tested} for one in group],
    )
    opened = datetime(2026, 1, 1)
    state = {"snapshot_date": FIRST_DAY, "created_at": opened, "status": "active", "channel": "web", "plan": "free"}
    put(line.connection, "raw.accounts", [{"account_id": one, **state} for one in accounts])


def _members(**sent: Any) -> dict[str, dict[str, Any]]:
    return {f"member-{number}": dict(sent) for number in range(8)}


OTHERS = {f"other-{number:02}": {"exact": int(number % 20 == 0), "template": f"own{number}"} for number in range(60)}


def _rows(line: Line) -> dict[str, dict[str, Any]]:
    group = pl.DataFrame({"group_id": "g", "account_id": sorted(_members())})
    found = public_items(line.connection, group, line.window, seed=0)
    assert found.schema == pl.Schema(RESULT_COLUMNS)
    return {row["measure"]: row for row in found.iter_rows(named=True)}


def test_items_as_they_are_and_changed_ones_are_told_apart(blank_line: Line) -> None:
    _put(blank_line, OTHERS | _members(exact=3, mutated=1), [])
    rows = _rows(blank_line)
    exact, changed = rows["public_items"], rows["mutated_public_items"]
    assert (exact["value"], changed["value"]) == (0.75, 0.25) and exact["low"] < 0.75 < exact["high"]
    assert exact["p_value"] < 1e-5 and exact["baseline"] < 0.2 and exact["sample_size"] == 8
    assert exact["detail"] == "24 of 32 sampled prompts of all they send"


def test_under_templates_in_common_neither_cover_hides_nor_public_items_excuse(blank_line: Line) -> None:
    _put(blank_line, OTHERS | _members(mutated=2, template="hydra", templated=2), ["hydra"])
    assert _rows(blank_line)["mutated_public_items"]["value"] == 1.0
    # The last items are not under the template.
    _put(blank_line, OTHERS | _members(mutated=1, exact=3, template="hydra", templated=1), ["hydra"])
    found = _rows(blank_line)["public_items"]
    assert found["value"] == 1.0 and found["detail"] == "8 of 8 sampled prompts under their common templates"


def test_a_template_that_few_members_send_is_not_the_groups(blank_line: Line) -> None:
    few = _members(exact=4) | {f"member-{number}": {"template": "hydra"} for number in range(2)}
    _put(blank_line, OTHERS | few, ["hydra"])
    assert _rows(blank_line)["public_items"]["value"] == pytest.approx(0.75)


def test_without_lists_there_is_nothing_to_say_and_without_items_a_share_of_none(blank_line: Line) -> None:
    _put(blank_line, OTHERS | _members(exact=4, template="hydra"), ["hydra"], lists=None)
    assert _rows(blank_line) == {}
    _put(blank_line, OTHERS | _members(), [])
    assert {name: (row["value"], row["p_value"]) for name, row in _rows(blank_line).items()} == {
        "public_items": (0.0, 1.0),
        "mutated_public_items": (0.0, 1.0),
    }
