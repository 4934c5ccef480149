"""A search for techniques: a few who are refused, others who act later; researchers and retries are none."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from forensics import contracts
from forensics.links.content import technique_search
from forensics.links.timing.tables import RESULT_COLUMNS
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

HUNDREDS = 100
NOTHING = {
    name: 0
    for name in contracts.get("core.account_days").columns
    if name.endswith(("_count", "_tokens", "_characters"))
} | {"distinct_prompt_count": 1, "model_count": 1, "first_at": datetime(2026, 1, 1), "last_at": datetime(2026, 1, 1)}
LAST = 2


def _row(line: Line, members: list[tuple[float, int]]) -> dict[str, Any] | None:
    """The row of a group whose members are refused this share of a hundred exchanges on that day, among 300 others."""
    accounts = [("member", share, day) for share, day in members]
    accounts += [("other", 0.02, number % 3) for number in range(300)]
    days = [
        NOTHING
        | {
            "snapshot_date": FIRST_DAY - timedelta(days=LAST - day),
            "account_id": f"{whose}-{number:03}",
            "exchange_count": HUNDREDS,
            "refused_count": round(share * HUNDREDS),
        }
        for number, (whose, share, day) in enumerate(accounts)
    ]
    put(line.connection, "core.account_days", days)
    group = pl.DataFrame({"group_id": "g", "account_id": [f"member-{number:03}" for number in range(len(members))]})
    found = technique_search(line.connection, group, line.window, seed=0)
    assert found.schema == pl.Schema(RESULT_COLUMNS)
    return found.row(0, named=True) if found.height else None


def test_others_who_act_after_the_scouts_are_a_search(blank_line: Line) -> None:
    found = _row(blank_line, [(0.5, 0)] * 3 + [(0.02, 2)] * 9)
    assert found is not None and found["value"] == 2 and found["low"] > 1.9
    assert found["p_value"] < 1e-3 and found["sample_size"] == 12


def test_others_who_act_as_early_show_no_lag(blank_line: Line) -> None:
    found = _row(blank_line, [(0.5, 0), (0.5, 1), (0.5, 2)] + [(0.02, day) for day in (0, 1, 1, 2)])
    assert found is not None and found["value"] == 0 and found["low"] < 0


def test_two_scouts_are_a_suspicion_without_an_interval_however_well_they_agree(blank_line: Line) -> None:
    two = _row(blank_line, [(0.5, 0)] * 2 + [(0.02, 2)] * 20)
    assert two is not None and two["value"] == 2 and two["low"] is None and two["high"] is None
    three = _row(blank_line, [(0.5, 0)] * 3 + [(0.02, 2)] * 20)
    assert three is not None and three["low"] == three["high"] == 2


def test_researchers_who_are_all_refused_and_one_odd_member_are_no_search(blank_line: Line) -> None:
    assert _row(blank_line, [(0.5, 0)] * 5 + [(0.02, 2)] * 4) is None
    assert _row(blank_line, [(0.5, 0)] + [(0.02, 2)] * 9) is None
