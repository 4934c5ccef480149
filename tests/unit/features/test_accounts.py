"""features.accounts against a count by hand, on random days and at the edges of each measure."""

import math
from collections import Counter, defaultdict
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.features.accounts import QUIET_HOURS, accounts
from forensics.window import Window
from tests.worlds.line import NOTHING_ASKED, Line, put
from tests.worlds.tiny import FIRST_DAY

WINDOW = Window(FIRST_DAY + timedelta(days=3), 3)


def _put_days(line: Line, hours: dict[str, dict[tuple[int, int], int]]) -> None:
    """Account-days and account-hours from exchanges per (day, hour)."""
    days = defaultdict(Counter)
    for account, counts in hours.items():
        for (day, _), count in counts.items():
            days[account][day] += count
    fixed = {
        name: 0
        for name in contracts.get("core.account_days").columns
        if name.endswith(("_count", "_tokens", "_characters"))
    }
    moment = pl.select(pl.lit(0).cast(pl.Datetime("us"))).item()
    put(
        line.connection,
        "core.account_days",
        [
            {
                **fixed,
                "distinct_prompt_count": 1,
                "model_count": 1,
                "snapshot_date": FIRST_DAY + timedelta(days=day),
                "account_id": account,
                "exchange_count": count,
                "ok_count": count,
                "first_at": moment,
                "last_at": moment,
            }
            for account, counts in days.items()
            for day, count in counts.items()
        ],
    )
    put(
        line.connection,
        "core.account_hours",
        [
            {
                "snapshot_date": FIRST_DAY + timedelta(days=day),
                "account_id": account,
                "hour": hour,
                "exchange_count": count,
            }
            for account, counts in hours.items()
            for (day, hour), count in counts.items()
        ],
    )
    payers = [{"account_id": one, "payer_id": f"payer {one}", "payer_basis": "account"} for one in hours]
    put(line.connection, "features.payers", payers)


def test_rhythm_is_what_a_count_by_hand_gives(blank_line: Line) -> None:
    rng = np.random.default_rng(0)
    hours = {
        f"账 {number}": {
            (int(day), int(hour)): int(rng.integers(1, 9))
            for day, hour in zip(rng.integers(0, 5, 20), rng.integers(0, 24, 20), strict=True)
        }
        for number in range(40)
    }
    hours["flat"] = {(1, hour): 5 for hour in range(24)}
    hours["one hour"] = {(1, 13): 50}
    _put_days(blank_line, hours)
    found = accounts(blank_line.connection, WINDOW, minimum_exchanges=1)
    rows = {row["account_id"]: row for row in found.iter_rows(named=True)}
    for account, counts in hours.items():
        by_hour = np.zeros(24)
        for (day, hour), count in counts.items():
            if day in (1, 2, 3):
                by_hour[hour] += count
        shares = [share for share in by_hour / by_hour.sum() if share]
        quiet = min(sum(by_hour[(start + step) % 24] for step in range(QUIET_HOURS)) for start in range(24))
        row = rows[account]
        assert row["hour_entropy_share"] == pytest.approx(
            -sum(share * math.log(share) for share in shares) / math.log(24), abs=1e-9
        )
        assert row["night_share"] == pytest.approx(quiet / by_hour.sum(), abs=1e-9)
        assert row["exchange_count"] == by_hour.sum()
        assert row["active_day_count"] == len({day for day, _ in counts} & {1, 2, 3})
    assert rows["flat"]["hour_entropy_share"] == pytest.approx(1.0)
    assert rows["flat"]["night_share"] == pytest.approx(0.25)
    assert rows["one hour"]["hour_entropy_share"] == 0.0


def test_the_floor_counts_exchanges_of_the_window_only(blank_line: Line) -> None:
    _put_days(blank_line, {"ten": {(1, 1): 4, (3, 2): 6}, "nine": {(0, 1): 50, (1, 1): 9}, "later": {(4, 1): 99}})
    found = accounts(blank_line.connection, WINDOW, minimum_exchanges=10)
    assert found["account_id"].to_list() == ["ten"]


def test_templates_are_weighed_by_the_payers_that_use_them(blank_line: Line) -> None:
    _put_days(blank_line, {"a": {(1, 1): 20}, "b": {(1, 1): 16}, "c": {(1, 1): 10}})
    used = [("a", "head-1", 5), ("a", "head-2", 5), ("a", "tail-1", 2), ("b", "head-1", 16)]
    put(
        blank_line.connection,
        "core.template_days",
        [
            {
                "snapshot_date": FIRST_DAY + timedelta(days=1),
                "account_id": account,
                "template_id": template,
                "exchange_count": count,
                "distinct_prompt_count": 1,
                "fill_count": 1,
                "repeat_count": 0,
                **NOTHING_ASKED,
            }
            for account, template, count in used
        ],
    )
    put(
        blank_line.connection,
        "features.template_families",
        [{"template_id": template, "family_id": template} for template in ("head-1", "head-2", "tail-1")],
    )
    known = {"head-1": (3, 0.03), "head-2": (2, 0.02), "tail-1": (9, 0.5)}
    put(
        blank_line.connection,
        "features.templates",
        [
            {
                "template_id": template,
                "part": template.split("-")[0],
                "text": "t",
                "variation_count": 1,
                "exchange_count": 1,
                "account_count": payers,
                "payer_count": payers,
                "payer_share": share,
                "asked_share": 0.0,
                "first_on": FIRST_DAY,
                "last_on": FIRST_DAY,
            }
            for template, (payers, share) in known.items()
        ],
    )
    rows = {
        row["account_id"]: row
        for row in accounts(blank_line.connection, WINDOW, minimum_exchanges=1).iter_rows(named=True)
    }
    # Half of a's prompts are on two templates, the other half are all different: 0.5·2 + 0.5·log2 20 bits.
    assert rows["a"]["template_entropy_bits"] == pytest.approx(0.5 * 2 + 0.5 * math.log2(20))
    assert rows["a"]["top_template_share"] == 0.25
    # Two payers share nothing yet; head-1 is rarer than tail-1 and says it best.
    assert rows["a"]["template_rarity"] == pytest.approx(0.25 * -math.log(0.03))
    assert rows["a"]["cross_payer_share"] == pytest.approx(0.25)
    assert (rows["b"]["top_template_share"], rows["b"]["template_entropy_bits"]) == (1.0, 0.0)
    assert rows["c"]["template_entropy_bits"] == pytest.approx(math.log2(10))
    assert (rows["c"]["template_rarity"], rows["c"]["cross_payer_share"]) == (0.0, 0.0)


def test_every_feature_of_the_tiny_world_is_a_finite_number_within_its_bounds(tiny_line: Line) -> None:
    found = tiny_line.frame("FROM features.accounts")
    needs_a_list = {"public_item_exact_share", "public_item_mutated_share"}
    assert all(found[name].null_count() == found.height for name in needs_a_list)
    few = tiny_line.frame("SELECT account_id FROM features.prompt_profiles WHERE own_prompt_count < 8")["account_id"]
    for name in set(FEATURE_NAMES) - needs_a_list:
        known = found[name].drop_nulls()
        missing = found.filter(pl.col(name).is_null())["account_id"]
        assert missing.is_in(few.implode()).all() if name == "own_form_spread" else missing.is_empty(), name
        assert known.cast(pl.Float64).is_finite().all(), name
        if name.endswith("_share"):
            assert known.is_between(0, 1).all(), name
    assert (found["exchange_count"] >= tiny_line.settings.minimum_exchanges).all()


def test_the_hydra_stands_out_and_the_app_does_not(tiny_line: Line) -> None:
    means = tiny_line.frame(
        "SELECT STR_SPLIT(account_id, '-')[1] AS kind, AVG(template_rarity) r, AVG(cross_payer_share) c,"
        " AVG(reasoning_share) s, AVG(top_template_share) t FROM features.accounts GROUP BY kind"
    )
    by_kind = {row["kind"]: row for row in means.iter_rows(named=True)}
    assert by_kind["hydra"]["c"] > 0.9 and by_kind["hydra"]["s"] > 0.9
    assert by_kind["app"]["t"] > 0.9
    assert by_kind["app"]["r"] == by_kind["app"]["c"] == 0


def test_a_window_without_days_has_no_accounts(blank_line: Line) -> None:
    found = accounts(blank_line.connection, WINDOW, minimum_exchanges=1)
    assert found.is_empty()
    assert set(found.columns) == set(contracts.get("features.accounts").columns)
