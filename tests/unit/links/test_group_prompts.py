"""Prompts sent again: a store is many and even, exercises have favourites, a retry is none."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from forensics.links.group_prompts import even_pairs, group_prompts, stored_prompt_tests
from forensics.reports.group_facts import EVENLY_REPEATED, EVENLY_USED
from forensics.warehouse import replace_table
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

ACCOUNTS, DAYS, A_DAY = 10, 5, 20


def _row(line: Line, prompts: list[list[list[int]]]) -> dict[str, Any]:
    """What is said of a group whose accounts send these prompts on these days, beside a crowd that repeats nothing."""
    sent = [
        {"snapshot_date": FIRST_DAY - timedelta(days=day), "account_id": f"a{account}", "prompt_hash": prompt}
        for account, days in enumerate(prompts)
        for day, own in enumerate(days)
        for prompt in own
    ]
    crowd = [
        {"snapshot_date": FIRST_DAY, "account_id": f"other{number % 200}", "prompt_hash": 10**6 + number}
        for number in range(20_000)
    ]
    put(line.connection, "core.prompt_days", [{**row, "sample_level": 0, "use_count": 1} for row in sent + crowd])
    put(line.connection, "links.group_accounts", [{"group_id": "g", "account_id": f"a{n}"} for n in range(ACCOUNTS)])
    line.connection.execute(
        "INSERT INTO links.account_signals SELECT account_id, 'prompt', prompt_hash::VARCHAR, 1, NULL,"
        " MIN(snapshot_date)::TIMESTAMP, MAX(snapshot_date)::TIMESTAMP FROM core.prompt_days"
        " WHERE prompt_hash < 1000000 GROUP BY account_id, prompt_hash"
    )
    found = group_prompts(line.connection, line.window)
    replace_table(line.connection, "links.group_prompts", found)
    tested = stored_prompt_tests(line.connection, found, line.window)
    return {**found.row(0, named=True), **tested.row(0, named=True)}


def _drawn(stock: int, weights: np.ndarray | None = None) -> list[list[list[int]]]:
    rng = np.random.default_rng(5)
    draws = rng.choice(stock, size=(ACCOUNTS, DAYS, A_DAY), p=weights)
    return [[sorted(set(day)) for day in days] for days in draws.tolist()]


def test_an_evenly_used_store_has_no_favourites_and_exercises_do(blank_line: Line) -> None:
    even = _row(blank_line, _drawn(2_000))
    assert even["later_prompt_count"] > 100 and 0.8 < even["popularity"] < 1.3
    assert even["p_value"] < 1e-9 and even["value"] > 10 * even["baseline"]
    never_again = [[[*day, *range(start := 10**4 * (account + 1) + 100 * place, start + 80)]
                    for place, day in enumerate(days)] for account, days in enumerate(_drawn(500))]  # fmt: skip
    mixed = _row(blank_line, never_again)
    assert mixed["popularity"] > EVENLY_USED and 0.9 < mixed["repeat_dispersion"] < EVENLY_REPEATED


def test_favourites_come_more_often_than_a_stock_gives(blank_line: Line) -> None:
    weights = 1 / np.arange(1, 2_001)
    favoured = _row(blank_line, _drawn(2_000, weights / weights.sum()))
    assert favoured["later_prompt_count"] > 50 and favoured["popularity"] > 3
    assert favoured["repeat_dispersion"] > 2 * EVENLY_REPEATED


def test_a_suite_comes_every_day_though_a_part_of_its_accounts_sees_each_prompt_now_and_then(blank_line: Line) -> None:
    rng = np.random.default_rng(5)
    days = [rng.permutation(40 * A_DAY).reshape(40, A_DAY).tolist() for _ in range(DAYS)]
    dealt = [[day[account] for day in days] for account in range(40)]
    assert _row(blank_line, dealt)["day_share"] == 1.0
    # What strangers send while the group rests says nothing of its days.
    strangers = [[[], [], *own[2:]] for own in dealt[ACCOUNTS:]]
    assert _row(blank_line, [[own[0]] for own in dealt[:ACCOUNTS]] + strangers)["day_share"] == 1.0


def test_pairs_of_an_even_stock_are_those_of_a_poisson_count_of_two_or_more() -> None:
    rng = np.random.default_rng(1)
    for rate in (0.2, 1.0, 4.0):
        drawn = rng.poisson(rate, 200_000).astype(np.float64)
        again = drawn[drawn >= 2]
        assert np.isclose(even_pairs(np.array([again.mean()]))[0], (again * (again - 1)).mean(), rtol=0.02)
    assert even_pairs(np.array([2.0, 2.0000001])) == pytest.approx([2.0, 2.0], abs=1e-4)


@pytest.mark.parametrize("failed_count", [0, 40, 100])
def test_what_is_sent_again_the_same_day_is_a_retry_as_far_as_calls_failed(blank_line: Line, failed_count: int) -> None:
    days = [[[100 * day + number for number in range(A_DAY)] for day in range(DAYS)] for _ in range(ACCOUNTS)]
    blank_line.connection.execute("DROP TABLE core.account_days")
    blank_line.connection.execute(
        "CREATE TABLE core.account_days AS SELECT $day AS snapshot_date, 'a0' AS account_id,"
        " $failed AS rate_limited_count, 0 AS error_count",
        {"day": FIRST_DAY, "failed": failed_count},
    )
    sent = _row(blank_line, days)
    left = A_DAY * DAYS - failed_count
    assert (sent["resent_share"], sent["later_prompt_count"], sent["again_prompt_count"]) == (1, 0, left)
    assert sent["value"] == pytest.approx(left / 100) and (
        sent["p_value"] == 1 if left == 0 else sent["p_value"] < 1e-9
    )
