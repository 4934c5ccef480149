"""links.pools: a pool is found from its addresses alone, and its traffic is everybody's who uses it."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from forensics.links.pools import PoolTables, pools
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

WINDOW = Window(FIRST_DAY, 7)
MOMENT = datetime(2026, 3, 2, 8)
CALLS = 40


def _use(line: Line, uses: dict[str, dict[tuple[str, str], int]]) -> None:
    """Accounts, each with how often it used which value."""
    shared = [
        {"account_id": account, "signal_kind": kind, "signal_value": value, "use_count": count}
        | {"first_at": MOMENT, "last_at": MOMENT}
        for account, values in uses.items()
        for (kind, value), count in values.items()
    ]
    put(line.connection, "links.account_signals", shared)
    payers = [{"account_id": one, "payer_id": one, "payer_basis": "account"} for one in uses]
    put(line.connection, "features.payers", payers)
    line.connection.executemany(
        "INSERT INTO core.account_days BY NAME SELECT ?::DATE AS snapshot_date, ? AS account_id, ? AS exchange_count",
        [(FIRST_DAY, account, CALLS) for account in uses],
    )
    line.connection.execute(
        """
        INSERT INTO links.signals BY NAME
        SELECT signal_kind, signal_value, CASE signal_kind WHEN 'ip' THEN 'network' ELSE 'payment' END AS family,
               COUNT(*) AS account_count, COUNT(*) AS payer_count, 5.0 AS bits, FALSE AS is_hub,
               CASE WHEN signal_value LIKE 'a%' THEN 'proxy' END AS network_kind, MIN(first_at) AS first_at,
               MAX(last_at) AS last_at
        FROM links.account_signals GROUP BY ALL
        """
    )


@pytest.fixture
def town(blank_line: Line) -> tuple[Line, PoolTables]:
    """Two address pools of 30 customers with 4 of 12 exits each, one visitor of both, an office and a card farm."""
    blank_line.connection.execute("DROP TABLE core.account_days")
    blank_line.connection.execute(
        "CREATE TABLE core.account_days (snapshot_date DATE, account_id VARCHAR, exchange_count BIGINT)"
    )
    rng = np.random.default_rng(4)
    uses: dict[str, dict[tuple[str, str], int]] = {}
    for pool in "ab":
        for number in range(30):
            exits = rng.choice(12, 4, replace=False)
            uses[f"{pool}{number:02}"] = {("ip", f"{pool}{place:02}"): 10 for place in exits}
    uses["visitor"] = {("ip", "a00"): 10, ("ip", "b00"): 30}
    uses |= {f"office{number}": {("ip", "office"): CALLS} for number in range(9)}
    uses |= {f"farm{number}": {("payment_instrument", f"card{number % 3}"): 1} for number in range(3)}
    uses |= {f"buyer{number}": {("payment_instrument", f"card{card}"): 1 for card in range(3)} for number in range(4)}
    _use(blank_line, uses)
    return blank_line, pools(blank_line.connection, WINDOW, seed=1)


def test_pools_are_their_addresses_and_a_single_address_is_none(town: tuple[Line, PoolTables]) -> None:
    found = {frozenset(part["signal_value"]) for part in town[1].pool_signals.partition_by("pool_id")}
    assert found == {
        frozenset(f"a{place:02}" for place in range(12)),
        frozenset(f"b{place:02}" for place in range(12)),
        frozenset(f"card{number}" for number in range(3)),
    }
    assert set(town[1].pools["network_kind"]) == {"proxy", None}


def test_all_customers_count_and_a_visitor_is_one_of_two_pools(town: tuple[Line, PoolTables]) -> None:
    accounts = town[1].pool_accounts
    assert accounts.filter(pl.col("account_id") == "visitor")["exchange_count"].sort().to_list() == [10, 30]
    network = town[1].pools.filter(pl.col("family") == "network").sort("exchange_count")
    assert network["account_count"].to_list() == [31, 31]
    assert network["exchange_count"].to_list() == [30 * CALLS + 10, 30 * CALLS + 30]
    assert accounts["is_inside"].sum() == 60 + 7 + 1


def test_what_is_paid_for_is_all_that_an_account_sends(town: tuple[Line, PoolTables]) -> None:
    farm = town[1].pools.filter(pl.col("family") == "payment")
    assert farm.select("account_count", "exchange_count").row(0) == (7, 7 * CALLS)


def test_rows_keep_the_contract_in_any_order_and_without_data(blank_line: Line, town: tuple[Line, PoolTables]) -> None:
    line, tables = town
    line.connection.execute(
        "CREATE OR REPLACE TABLE links.account_signals AS FROM links.account_signals ORDER BY account_id DESC"
    )
    again = pools(line.connection, WINDOW, seed=1)
    assert all(first.equals(second) for first, second in zip(tables, again, strict=True))
    for name, frame in tables._asdict().items():
        put(line.connection, f"links.{name}", frame.to_dicts())
    line.connection.execute("DELETE FROM links.account_signals")
    assert [frame.height for frame in pools(line.connection, WINDOW, seed=1)] == [0, 0, 0]
