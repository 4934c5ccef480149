"""Demand under a group's own templates: what hides in traffic shows, heavy accounts carry nothing, chance is fair."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from forensics.links.content import technique_search, template_demands
from forensics.links.content.demands import demands_of_members
from forensics.links.timing.tables import RESULT_COLUMNS
from tests.worlds.line import NOTHING_ASKED, Line, put
from tests.worlds.tiny import FIRST_DAY

OTHERS = 200


def _use(account: str, template: str, count: int, **asked: int) -> dict[str, Any]:
    return {
        "snapshot_date": FIRST_DAY,
        "account_id": account,
        "template_id": template,
        "exchange_count": count,
        "distinct_prompt_count": 1,
        "fill_count": 1,
        "repeat_count": 0,
        **NOTHING_ASKED,
        **{f"{name}_request_count": value for name, value in asked.items()},
    }


def _put(line: Line, uses: list[dict[str, Any]], groups: dict[str, list[str]]) -> pl.DataFrame:
    """Templates named part-family; those of a group are significant for it, all but the common one are rare."""
    templates = sorted({one["template_id"] for one in uses})
    families = sorted({f"head-{template.split('-')[1]}" for template in templates})
    put(line.connection, "core.template_days", uses)
    put(
        line.connection,
        "features.template_families",
        [{"template_id": one, "family_id": f"head-{one.split('-')[1]}"} for one in templates],
    )
    day = {"first_on": FIRST_DAY, "last_on": FIRST_DAY, "part": "head", "text": "x", "variation_count": 1}
    counts = {"exchange_count": 9, "account_count": 9, "payer_count": 9, "asked_share": 0.0}
    put(
        line.connection,
        "features.templates",
        [{"template_id": one, **day, **counts, "payer_share": 0.9 if "common" in one else 0.01} for one in families],
    )
    signal = {"signal_kind": "prompt_template", "family": "content", "accounts_sharing": 5, "is_hub": False}
    tested = {"accounts_sharing_outside": 0, "expected": 0.1, "lift": 50.0, "p_value": 0.0, "q_value": 0.0}
    put(
        line.connection,
        "links.group_signals",
        [
            {"group_id": group, "signal_value": family, **signal, **tested}
            for group in groups
            for family in (f"head-{group}", "head-common")
        ],
    )
    opened = datetime(2026, 1, 1)
    state = {"snapshot_date": FIRST_DAY, "created_at": opened, "status": "active", "channel": "web", "plan": "free"}
    put(line.connection, "raw.accounts", [{"account_id": one, **state} for one in {use["account_id"] for use in uses}])
    rows = [(group, account) for group, accounts in groups.items() for account in accounts]
    return pl.DataFrame(rows, schema=["group_id", "account_id"], orient="row")


def _others() -> list[dict[str, Any]]:
    """Accounts with a rare template each; one in ten asks for reasoning under it."""
    return [
        _use(f"other-{number:03}", f"head-own{number % 40}", 10, reasoning=10 * (number % 10 == 0))
        for number in range(OTHERS)
    ]


def _rows(line: Line, members: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    found = template_demands(line.connection, members, line.window, seed=0)
    assert found.schema == pl.Schema(RESULT_COLUMNS)
    return {(row["group_id"], row["measure"]): row for row in found.iter_rows(named=True)}


def test_demand_that_all_traffic_hides_shows_under_the_templates_in_common(blank_line: Line) -> None:
    names = [f"member-{number}" for number in range(8)]
    uses = _others() + [_use(name, "head-common", 400) for name in names]
    uses += [_use(name, "head-hydra", 10, reasoning=9) for name in names]
    # Beginning and end of the same exchanges count once.
    uses += [_use(name, "tail-hydra", 8, reasoning=8) for name in names]
    members = _put(blank_line, uses, {"hydra": names})
    row = _rows(blank_line, members)["hydra", "template_reasoning"]
    assert row["value"] == pytest.approx(0.9) and row["sample_size"] == 8
    assert 0.05 < row["baseline"] < 0.2 and row["p_value"] < 1e-4
    assert row["low"] <= row["value"] <= row["high"]
    assert demands_of_members(blank_line.connection, members, blank_line.window)["exchange_count"].to_list() == [10] * 8


def test_one_heavy_account_carries_no_group(blank_line: Line) -> None:
    names = [f"member-{number}" for number in range(8)]
    uses = _others() + [_use(name, "head-hydra", 10) for name in names[1:]]
    uses.append(_use(names[0], "head-hydra", 5000, reasoning=5000))
    row = _rows(blank_line, _put(blank_line, uses, {"hydra": names}))["hydra", "template_reasoning"]
    assert row["value"] == pytest.approx(1 / 8)
    assert row["p_value"] > 0.05


def test_accounts_that_draw_their_templates_at_random_have_honest_chances(blank_line: Line) -> None:
    rng = np.random.default_rng(5)
    groups = {f"null{number:03}": [f"m-{number:03}-{place}" for place in range(8)] for number in range(150)}
    uses = _others()
    for group, names in groups.items():
        uses += [_use(name, f"head-{group}", 10, reasoning=10 * int(rng.random() < 0.1)) for name in names]
    found = _rows(blank_line, _put(blank_line, uses, groups))
    chances = np.array([row["p_value"] for row in found.values()])
    assert len(chances) > 60, "groups that ask for nothing have no row"
    for level in (0.2, 0.05, 0.01):
        assert (chances <= level).sum() / len(groups) <= 2 * level + 0.01


def test_a_group_without_rare_templates_has_no_row(blank_line: Line) -> None:
    names = [f"member-{number}" for number in range(8)]
    uses = _others() + [_use(name, "head-common", 10, reasoning=10) for name in names]
    assert not _rows(blank_line, _put(blank_line, uses, {"plain": names}))


def test_a_search_that_all_traffic_hides_shows_under_the_templates_in_common(blank_line: Line) -> None:
    names = [f"member-{number}" for number in range(8)]
    uses = _others() + [_use(name, "head-common", 900) for name in names]
    tried = [_use(name, "head-hydra", 10) | {"refused_count": 7} for name in names[:3]]
    scaled_up = [_use(name, "head-hydra", 10) for name in names[3:]]
    began = blank_line.window.first
    for use, day in [(one, 0) for one in tried] + [(one, 2) for one in scaled_up]:
        use["snapshot_date"] = began + timedelta(days=day)
    members = _put(blank_line, uses + tried + scaled_up, {"hydra": names})
    found = technique_search(blank_line.connection, members, blank_line.window, seed=0).row(0, named=True)
    assert found["value"] == found["low"] == 2.0 and found["sample_size"] == 8
    assert found["p_value"] < 5e-3 and "under the templates" in found["detail"]
