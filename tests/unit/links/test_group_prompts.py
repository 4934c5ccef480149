"""Prompts sent again: a store is many and even, exercises have favourites, a retry is none."""

from datetime import timedelta
from typing import Any

import numpy as np

from forensics.links.group_prompts import group_prompts, stored_prompt_tests
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


def test_favourites_come_more_often_than_a_stock_gives(blank_line: Line) -> None:
    weights = 1 / np.arange(1, 2_001)
    favoured = _row(blank_line, _drawn(2_000, weights / weights.sum()))
    assert favoured["later_prompt_count"] > 50 and favoured["popularity"] > 3


def test_what_is_sent_again_the_same_day_is_a_retry(blank_line: Line) -> None:
    days = [[[100 * day + number for number in range(A_DAY)] for day in range(DAYS)] for _ in range(ACCOUNTS)]
    retried = _row(blank_line, days)
    assert retried["resent_share"] == 1 and retried["later_prompt_count"] == 0
    assert retried["value"] == 0 and retried["p_value"] == 1
