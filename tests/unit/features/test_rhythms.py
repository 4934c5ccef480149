"""Rhythm features against a count by hand, and at the ends of each range."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files

import duckdb
import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.features.rhythms import RHYTHM_NAMES, rhythms
from forensics.window import Window
from tests.worlds.tiny import FIRST_DAY

WINDOW = Window(FIRST_DAY + timedelta(days=2), 3)
Times = dict[str, list[list[int]]]
"""Seconds of the day at which an account calls, per account and day."""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("CREATE SCHEMA core")
        yield opened


def _sum_up(connection: duckdb.DuckDBPyConnection, times: Times) -> pl.DataFrame:
    """Run the daily sums on these calls and read the features."""
    rows = [
        (FIRST_DAY + timedelta(days=day), f"{account}-{day}-{number}", account, _moment(day, second))
        for account, days in times.items()
        for day, seconds in enumerate(days)
        for number, second in enumerate(seconds)
    ]
    schema = {
        "snapshot_date": pl.Date,
        "exchange_id": pl.String,
        "account_id": pl.String,
        "occurred_at": pl.Datetime("us"),
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row").sample(fraction=1, shuffle=True, seed=1)
    connection.register("day_exchanges", frame.to_arrow())
    query = files("forensics.core").joinpath("account_rhythms.sql").read_text("utf-8")
    # The query reads one day; all of them at once would join the days' ends.
    for day in range(WINDOW.days):
        part = frame.filter(snapshot_date=FIRST_DAY + timedelta(days=day))
        connection.register("day_exchanges", part.to_arrow())
        made = f"INSERT INTO core.account_rhythms {query}" if day else f"CREATE TABLE core.account_rhythms AS {query}"
        connection.execute(made)
    connection.register("day_exchanges", frame.to_arrow())
    connection.execute(
        "CREATE TABLE core.account_days AS SELECT snapshot_date, account_id, COUNT(*) AS exchange_count"
        " FROM day_exchanges GROUP BY ALL"
    )
    return rhythms(connection, WINDOW)


def _moment(day: int, second: int) -> datetime:
    return datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=day, seconds=second, microseconds=999_000)


def test_random_days_are_what_a_count_by_hand_gives(connection: duckdb.DuckDBPyConnection) -> None:
    rng = np.random.default_rng(2)
    times: Times = {
        f"账 {number}": [sorted(rng.integers(0, 86_400, rng.integers(0, 30)).tolist()) for _ in range(3)]
        for number in range(30)
    }
    found = {row["account_id"]: row for row in _sum_up(connection, times).iter_rows(named=True)}
    for account, days in times.items():
        used = [day for day in days if day]
        if not used:
            assert account not in found
            continue
        gaps = np.concatenate([np.diff(day) for day in used])
        row, sessions = found[account], len(used) + (gaps > 1800).sum()
        assert row["sessions_per_active_day"] == pytest.approx(sessions / len(used))
        assert row["session_minutes_mean"] == pytest.approx(gaps[gaps <= 1800].sum() / 60 / sessions)
        if len(gaps) >= 2:
            spread, mean = gaps.std(), gaps.mean()
            assert row["gap_burstiness"] == pytest.approx((spread - mean) / (spread + mean))
        moments = np.concatenate(used)
        assert row["round_minute_share"] == pytest.approx(np.mean(moments // 60 % 15 == 0))
        active = [number for number, day in enumerate(days) if day]
        counts = np.array([len(day) for day in days[active[0] : active[-1] + 1]])
        assert row["daily_variation"] == pytest.approx(counts.std() / counts.mean(), abs=1e-6)


def test_metronomes_bursts_schedules_and_single_calls(connection: duckdb.DuckDBPyConnection) -> None:
    burst = [[0, 1, 2, 3, 4, 5, 6, 7, 80_000, 80_001, 80_002, 80_003]] * 3
    times = {
        "metronome": [list(range(61, 86_400, 600))] * 3,
        "burst": burst,
        "schedule": [list(range(0, 86_400, 900))] * 3,
        "single": [[], [40_000], []],
        "same second": [[5, 5, 5], [], []],
    }
    found = {row["account_id"]: row for row in _sum_up(connection, times).iter_rows(named=True)}
    assert found["metronome"]["gap_burstiness"] == pytest.approx(-1.0)
    assert found["metronome"]["round_minute_share"] == 0.0
    assert found["metronome"]["daily_variation"] == pytest.approx(0.0, abs=1e-6)
    assert found["burst"]["gap_burstiness"] > 0.5
    assert found["burst"]["sessions_per_active_day"] == 2
    assert found["schedule"]["round_minute_share"] == 1.0
    assert found["single"] == {
        "account_id": "single",
        "sessions_per_active_day": 1.0,
        "session_minutes_mean": 0.0,
        "gap_burstiness": 0.0,
        "round_minute_share": 0.0,
        "daily_variation": 0.0,
    }
    assert found["same second"]["gap_burstiness"] == 0.0


def test_every_rhythm_is_a_declared_feature_within_its_range(connection: duckdb.DuckDBPyConnection) -> None:
    rng = np.random.default_rng(3)
    times = {f"a{number}": [sorted(rng.integers(0, 86_400, 20).tolist()) for _ in range(3)] for number in range(20)}
    found = _sum_up(connection, times)
    columns = contracts.get("features.accounts").columns
    assert found.columns == ["account_id", *RHYTHM_NAMES]
    for name in RHYTHM_NAMES:
        assert found[name].is_finite().all()
        assert found[name].min() >= (columns[name].min if columns[name].min is not None else 0)
    assert found["round_minute_share"].max() <= 1
