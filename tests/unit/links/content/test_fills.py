"""Items dealt out or in common: the direction is told, under the group's own templates only."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from forensics.links.content import shared_fills
from forensics.links.timing.tables import RESULT_COLUMNS
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

ACCOUNTS = [f"a{number}" for number in range(8)]


def _rows(line: Line, fills: dict[str, list[list[int]]], significant: bool = True) -> dict[str, dict[str, Any]]:
    """Rows by group and measure; each group's accounts fill its template with these numbers."""
    day = {"snapshot_date": FIRST_DAY, "sample_level": 0, "use_count": 1}
    drawn = [
        {**day, "account_id": f"{group}-{account}", "template_id": f"head-{group}", "fill_hash": fill}
        for group, accounts in fills.items()
        for account, own in zip(ACCOUNTS, accounts, strict=True)
        for fill in own
    ]
    put(line.connection, "core.fill_days", drawn)
    families = [{"template_id": f"head-{group}", "family_id": f"head-{group}"} for group in fills]
    put(line.connection, "features.template_families", families)
    signal = {"signal_kind": "prompt_template", "family": "content", "accounts_sharing": 5, "is_hub": False}
    tested = {"accounts_sharing_outside": 0, "expected": 0.1, "lift": 50.0, "p_value": 0.0}
    put(
        line.connection,
        "links.group_signals",
        [
            {"group_id": group, "signal_value": f"head-{group}", **signal, **tested, "q_value": 0.0}
            for group in fills
            if significant
        ],
    )
    members = pl.DataFrame(
        [(group, f"{group}-{account}") for group in fills for account in ACCOUNTS],
        schema=["group_id", "account_id"],
        orient="row",
    )
    found = shared_fills(line.connection, members, line.window, seed=0)
    assert found.schema == pl.Schema(RESULT_COLUMNS)
    return {f"{row['group_id']} {row['measure']}": row for row in found.iter_rows(named=True)}


def test_a_dealt_list_and_one_set_for_all_lie_on_either_side_of_chance(blank_line: Line) -> None:
    rng = np.random.default_rng(3)
    rows = _rows(
        blank_line,
        {
            "dealt": [list(range(20 * number, 20 * number + 20)) for number in range(8)],
            "class": [list(range(20)) for _ in range(8)],
            "chance": [rng.choice(160, 20, replace=False).tolist() for _ in range(8)],
        },
    )
    dealt, common = rows["dealt disjoint_fills"], rows["class common_fills"]
    assert dealt["p_value"] < 1e-6 and rows["dealt common_fills"]["p_value"] > 0.99
    assert dealt["value"] == 0 and 0 < dealt["high"] < 0.2
    assert common["p_value"] < 1e-6 and rows["class disjoint_fills"]["p_value"] > 0.99
    assert common["value"] == pytest.approx(8) and common["low"] > 1
    assert all(rows[f"chance {measure}"]["p_value"] > 0.01 for measure in ("disjoint_fills", "common_fills"))
    assert rows["chance disjoint_fills"]["low"] < 1 < rows["chance disjoint_fills"]["high"]


def test_fills_of_templates_that_hold_nothing_together_are_not_read(blank_line: Line) -> None:
    assert not _rows(blank_line, {"dealt": [list(range(20 * n, 20 * n + 20)) for n in range(8)]}, significant=False)
