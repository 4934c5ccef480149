"""links.recurring_pairs: what chance brings together, what a hand-over does, and phrases that everybody uses."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from forensics.links.recurring_pairs import CROWD, FEWEST_CERTAIN, recurring_pairs
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

ACCOUNTS = [f"account-{number:03}" for number in range(200)]
WINDOW = Window(FIRST_DAY + timedelta(days=6), 7)


def _found(line: Line, holders: dict[str, set[str]], exchanges: int = 100) -> set[tuple[str, str]]:
    moment = pl.select(pl.lit(0).cast(pl.Datetime("us"))).item()
    times: dict[str, Any] = {"first_at": moment, "last_at": moment}
    connection = line.connection
    payers = [{"account_id": one, "payer_id": one, "payer_basis": "account"} for one in ACCOUNTS]
    put(connection, "features.payers", payers)
    key = {"signal_kind": "conversation"}
    held = [
        {"account_id": account, **key, "signal_value": value, "use_count": 1, **times}
        for value, accounts in holders.items()
        for account in sorted(accounts)
    ]
    put(connection, "links.account_signals", held)
    known = [
        {**key, "signal_value": value, "family": "content", "account_count": len(accounts), "payer_count": 1,
         "bits": float(np.log2(len(ACCOUNTS) / len(accounts))), "is_hub": False, **times}
        for value, accounts in holders.items()
    ]  # fmt: skip
    put(connection, "links.signals", known)
    connection.execute("DELETE FROM core.account_days")
    for account in ACCOUNTS:
        connection.execute(
            "INSERT INTO core.account_days BY NAME SELECT $day AS snapshot_date, $account AS account_id,"
            " $count AS exchange_count",
            {"day": FIRST_DAY, "account": account, "count": exchanges},
        )
    pairs = recurring_pairs(connection, WINDOW).filter("is_certain")
    return {(row["account_a"], row["account_b"]) for row in pairs.iter_rows(named=True)}


@pytest.fixture
def free_line(blank_line: Line) -> Line:
    """A line whose daily sums take rows of three columns."""
    blank_line.connection.execute("DROP TABLE core.account_days")
    blank_line.connection.execute(
        "CREATE TABLE core.account_days (snapshot_date DATE, account_id VARCHAR, exchange_count BIGINT)"
    )
    return blank_line


def _chance(rng: np.random.Generator, values: int) -> dict[str, set[str]]:
    return {f"chance-{number}": set(rng.choice(ACCOUNTS, 2, replace=False).tolist()) for number in range(values)}


@pytest.mark.parametrize("seed", range(3))
def test_conversations_that_meet_by_chance_link_nobody(free_line: Line, seed: int) -> None:
    assert _found(free_line, _chance(np.random.default_rng(seed), 600)) == set()


def test_a_pool_that_hands_conversations_over_is_found_among_them(free_line: Line) -> None:
    rng = np.random.default_rng(1)
    pool = ACCOUNTS[:6]
    handed = {f"handed-{number}": set(rng.choice(pool, 2, replace=False).tolist()) for number in range(300)}
    found = _found(free_line, _chance(rng, 400) | handed)
    assert found == {(a, b) for place, a in enumerate(pool) for b in pool[place + 1 :]}


def test_fewer_than_the_fewest_and_phrases_of_a_crowd_link_nobody(free_line: Line) -> None:
    few = {f"few-{number}": {ACCOUNTS[0], ACCOUNTS[1]} for number in range(FEWEST_CERTAIN - 1)}
    crowd = {f"crowd-{number}": set(ACCOUNTS[: CROWD + 1]) for number in range(50)}
    assert _found(free_line, few | crowd) == set()


def test_busy_accounts_must_share_more(free_line: Line) -> None:
    rng = np.random.default_rng(2)
    shared = {f"shared-{number}": {ACCOUNTS[0], ACCOUNTS[1]} for number in range(4)}
    quiet = _found(free_line, _chance(rng, 300) | shared)
    busy = _found(free_line, _chance(rng, 19_000) | shared)
    assert quiet == {(ACCOUNTS[0], ACCOUNTS[1])}
    assert busy == set()
