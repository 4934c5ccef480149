"""links.group_tests: what a rank test reports, what even load is, and how often chance is taken for either."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats

from forensics.contracts.features import FEATURE_NAMES
from forensics.links.group_tests import (
    EXTRACTION_MEASURES,
    LOAD_MEASURE,
    RELAY_MEASURE,
    TEMPLATE_MEASURE,
    _nonzero_poisson_variance,
    group_tests,
)
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

WINDOW = Window(FIRST_DAY + timedelta(days=6), 7)


def _put(line: Line, groups: dict[str, list[str]], values: dict[str, float], load: dict[str, np.ndarray]) -> None:
    members = [
        {"group_id": group, "account_id": account, "role": "core", "membership": 1.0}
        for group, accounts in groups.items()
        for account in accounts
    ]
    put(line.connection, "links.group_accounts", members)
    fixed = dict.fromkeys(FEATURE_NAMES, 0.0) | {"exchange_count": 10, "active_day_count": 1}
    rows = [
        {
            **fixed,
            "exchanges_per_active_day": 10.0,
            "account_id": account,
            "payer_id": account,
            "reasoning_share": value,
        }
        for account, value in values.items()
    ]
    put(line.connection, "features.accounts", rows)
    hours = [
        {
            "snapshot_date": FIRST_DAY + timedelta(days=number // 24),
            "account_id": account,
            "hour": number % 24,
            "exchange_count": int(count),
        }
        for account, counts in load.items()
        for number, count in enumerate(counts)
        if count
    ]
    put(line.connection, "core.account_hours", hours)


def _rows(line: Line) -> dict[tuple[str, str], dict[str, object]]:
    found = group_tests(line.connection, WINDOW)
    return {(row["group_id"], row["measure"]): row for row in found.iter_rows(named=True)}


def test_the_value_is_mann_and_whitneys_effect(blank_line: Line) -> None:
    rng = np.random.default_rng(2)
    names = [f"account-{number:03}" for number in range(200)]
    values = dict(zip(names, np.round(rng.random(200) * (rng.random(200) < 0.6), 2).tolist(), strict=True))
    groups = {"g-1": names[:8], "g-2": names[50:90]}
    _put(blank_line, groups, values, {})
    rows = _rows(blank_line)
    for group, members in groups.items():
        inside = [values[name] for name in members]
        outside = [values[name] for name in names if name not in members]
        expected = stats.mannwhitneyu(inside, outside, alternative="greater")
        row = rows[group, "reasoning_share"]
        assert row["value"] == pytest.approx(expected.statistic / (len(inside) * len(outside)))
        assert row["group_mean"] == pytest.approx(np.mean(inside))
        assert row["other_mean"] == pytest.approx(np.mean(outside))
        assert row["sample_size"] == len(inside)


def test_q_values_are_over_all_tests_of_the_run(blank_line: Line) -> None:
    names = [f"account-{number:03}" for number in range(100)]
    values = {name: number / 100 for number, name in enumerate(names)}
    _put(blank_line, {"low": names[:5], "high": names[-5:], "one": names[:1], "all": names}, values, {})
    found = group_tests(blank_line.connection, WINDOW)
    assert set(found["group_id"]) == {"low", "high"}
    assert set(found["measure"]) == {*EXTRACTION_MEASURES, TEMPLATE_MEASURE, RELAY_MEASURE}
    np.testing.assert_allclose(found["q_value"], stats.false_discovery_control(found["p_value"].to_numpy()))
    by_key = {(row[0], row[1]): row[2] for row in found.select("group_id", "measure", "p_value").iter_rows()}
    assert by_key["high", "reasoning_share"] < 1e-4
    assert by_key["low", "reasoning_share"] > 0.99


@pytest.mark.parametrize("rate", [3.0, 4.0, 10.0, 100.0])
def test_the_variance_of_counts_that_are_not_zero_is_known(rate: float) -> None:
    counts = np.arange(1, 400)
    chances = stats.poisson.pmf(counts, rate) / (1 - np.exp(-rate))
    mean = float(chances @ counts)
    expected = float(chances @ (counts - mean) ** 2)
    assert _nonzero_poisson_variance(np.array([mean]))[0] == pytest.approx(expected, rel=1e-6)


def test_strangers_look_even_as_rarely_as_chance_says_and_a_balancer_always(blank_line: Line) -> None:
    rng = np.random.default_rng(3)
    groups, load = {}, {}
    for number in range(150):
        members = [f"account-{number:03}-{one}" for one in range(12)]
        groups[f"chance-{number:03}"] = members
        load |= {member: rng.poisson(3.2, 72) for member in members}
    groups["balanced"] = [f"even-{one}" for one in range(12)]
    load |= {member: 3 + (rng.random(72) < 0.2) for member in groups["balanced"]}
    groups["people"] = [f"people-{one}" for one in range(12)]
    load |= {member: rng.poisson(6 * rng.gamma(1, 1, 72)) for member in groups["people"]}
    values = {member: 0.0 for members in groups.values() for member in members}
    _put(blank_line, groups, values, load)
    rows = {group: row for (group, measure), row in _rows(blank_line).items() if measure == LOAD_MEASURE}
    p = np.array([row["p_value"] for group, row in rows.items() if group.startswith("chance")], float)
    assert (p < 0.05).sum() <= stats.binom.isf(1e-3, len(p), 0.05)
    assert (p < 0.01).sum() <= stats.binom.isf(1e-3, len(p), 0.01)
    assert rows["balanced"]["value"] < 0.3 and rows["balanced"]["p_value"] < 1e-10
    assert rows["people"]["value"] > 1.5 and rows["people"]["p_value"] > 0.99


def test_a_provider_without_groups_has_no_tests(blank_line: Line) -> None:
    assert group_tests(blank_line.connection, Window(date(2026, 3, 2), 7)).is_empty()


def test_shares_are_never_less_than_none(tiny_line: Line) -> None:
    tests = tiny_line.frame("FROM links.group_tests").filter(pl.col("claim") != "control")
    assert tests["value"].is_between(0, 1).all()
    assert "-0.0" not in tests["other_mean"].cast(pl.String).to_list()
