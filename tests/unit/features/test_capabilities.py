"""features.account_capabilities against a recount account by account, and what small cohorts do."""

import math
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.features.capabilities import COHORT_MINIMUM, account_capabilities
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

OPENED = datetime(2026, 1, 1)


def _rows(table: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table with ones and a time where nothing is given."""
    columns = contracts.get(table).columns
    plain = {name: 1 if column.dtype == pl.Int64 else OPENED for name, column in columns.items() if not column.nullable}
    texts = {name: "test" for name, column in columns.items() if not column.nullable and column.dtype == pl.String}
    return [plain | texts | {"snapshot_date": FIRST_DAY} | row for row in given]


def _fill(line: Line, accounts: list[dict[str, Any]]) -> None:
    ids = [{"account_id": account["id"]} for account in accounts]
    days = [own | {"exchange_count": a["total"]} for own, a in zip(ids, accounts, strict=True)]
    put(line.connection, "core.account_days", _rows("core.account_days", days))
    payers = [own | {"payer_id": own["account_id"], "payer_basis": "account"} for own in ids]
    put(line.connection, "features.payers", payers)
    states = [
        own | {"channel": a["channel"], "plan": a.get("plan"), "status": "active"}
        for own, a in zip(ids, accounts, strict=True)
    ]
    put(line.connection, "raw.accounts", _rows("raw.accounts", states))
    asked = [
        {"account_id": a["id"], "capability": name, "exchange_count": count}
        for a in accounts
        for name, count in a["asked"].items()
    ]
    put(line.connection, "core.capability_days", _rows("core.capability_days", asked))


def _world(seed: int) -> list[dict[str, Any]]:
    draw = np.random.default_rng(seed)
    return [
        {
            "id": f"a{number:03d}",
            "total": int(total := draw.integers(64, 200)),
            "channel": "web" if number % 3 else "direct_api",
            "plan": "pro",
            "asked": {"maths": int(draw.integers(1, total)), **({"coding": 5} if number % 2 else {})},
        }
        for number in range(90)
    ]


def test_shares_and_quotients_are_what_a_recount_gives(blank_line: Line) -> None:
    accounts = _world(1)
    _fill(blank_line, accounts)
    found = account_capabilities(blank_line.connection, blank_line.window, minimum_exchanges=10)
    rows = {(row["account_id"], row["capability"]): row for row in found.iter_rows(named=True)}
    assert rows.keys() == {(a["id"], name) for a in accounts for name in a["asked"]}
    for account in accounts:
        others = [a for a in accounts if a["channel"] == account["channel"] and a is not account]
        for name, count in account["asked"].items():
            row = rows[account["id"], name]
            share = count / account["total"]
            mean = np.mean([a["asked"].get(name, 0) / a["total"] for a in others])
            assert row["share_of_exchanges"] == pytest.approx(share)
            assert row["cohort"].startswith(f"{account['channel']}, pro, 64")
            assert row["cohort_account_count"] == len(others)
            assert row["cohort_share"] == pytest.approx(mean)
            assert row["location_quotient"] == pytest.approx(share / mean)
            assert row["location_quotient_low"] < row["location_quotient"] < row["location_quotient_high"]
            assert row["share_low"] < share < row["share_high"]


def test_the_interval_is_wilsons(blank_line: Line) -> None:
    _fill(blank_line, [{"id": "a", "total": 50, "channel": "web", "asked": {"maths": 10}}])
    row = account_capabilities(blank_line.connection, blank_line.window, minimum_exchanges=10).row(0, named=True)
    # Newcombe 1998, formula of the score interval for 10 of 50.
    z, p, n = 1.959963984540054, 0.2, 50
    reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert row["share_low"] == pytest.approx((p + z * z / (2 * n) - reach) / (1 + z * z / n))
    assert row["share_high"] == pytest.approx((p + z * z / (2 * n) + reach) / (1 + z * z / n))
    assert row["cohort_account_count"] == 0
    assert row["cohort_share"] is None
    assert row["location_quotient"] is None


def test_a_small_cohort_gives_way_to_a_wider_one(blank_line: Line) -> None:
    accounts = _world(2)
    for account in accounts[:COHORT_MINIMUM]:
        account["plan"] = "rare"
    _fill(blank_line, accounts)
    found = account_capabilities(blank_line.connection, blank_line.window, minimum_exchanges=10)
    counts = dict(found.select("account_id", "cohort_account_count").iter_rows())
    assert all(counts[account["id"]] >= COHORT_MINIMUM for account in accounts)
    assert found.filter(found["account_id"] == "a001")["cohort"][0].startswith("web, 64")


def test_what_nobody_else_asks_for_has_a_high_quotient_with_a_wide_interval(blank_line: Line) -> None:
    accounts = _world(3)
    accounts[7]["asked"]["trace_cleaning"] = 30
    _fill(blank_line, accounts)
    found = account_capabilities(blank_line.connection, blank_line.window, minimum_exchanges=10)
    row = found.filter(found["capability"] == "trace_cleaning").row(0, named=True)
    assert row["cohort_share"] == 0
    assert row["location_quotient"] > 100
    assert row["location_quotient_high"] > 20 * row["location_quotient_low"] > 20


def test_nothing_in_nothing_out(blank_line: Line) -> None:
    assert account_capabilities(blank_line.connection, blank_line.window, minimum_exchanges=10).height == 0
