"""Hand-made traffic in the daily tables that the measures of timing read, without a line around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.window import Window

MONDAY = date(2026, 3, 2)
DAY = 1440
OFFICE = np.concatenate([np.full(8, 0.02), np.array([0.5, 1, 1.2, 1, 0.6, 0.8, 1.2, 1, 0.7, 0.3]), np.full(6, 0.02)])
"""Relative activity in each hour of a day at an office."""


OPENED: list[duckdb.DuckDBPyConnection] = []
"""Warehouses that are closed when the test is over."""


@dataclass
class Scene:
    """Calls and accounts of a made-up provider.

    Attributes:
        days: length of the window; it begins on a Monday.
        parts: frames of calls.
        states: what is known of accounts; those that call and are not named here are ordinary.
        models: model and its release, in minutes since the first midnight.
    """

    days: int = 14
    parts: list[pl.DataFrame] = field(default_factory=list)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    models: dict[str, int] = field(default_factory=dict)

    @property
    def window(self) -> Window:
        """All days."""
        return Window(MONDAY + timedelta(days=self.days - 1), self.days)

    def call(
        self,
        account: str,
        at: Sequence[float] | NDArray[Any],
        model: str | Sequence[str] = "old",
        continues: str | Sequence[str | None] | None = None,
        limited: bool = False,
        prompts: Sequence[int] | None = None,
    ) -> None:
        """Add calls of an account at these minutes since the first midnight; those outside the window are lost.

        A call continues the conversation of that name, if any; a sequence names one per call. Calls of one minute send
        the same prompt, others another one, unless prompts are given.
        """
        minutes = np.floor(np.asarray(at, float)).astype(np.int64)
        count = len(minutes)
        columns = {
            "account_id": [account] * count,
            "at": minutes,
            "model": [model] * count if isinstance(model, str) else list(model),
            "continues": list(continues) if isinstance(continues, (list, tuple)) else [continues] * count,
            "limited": [limited] * count,
            "prompt": minutes if prompts is None else list(prompts),
        }
        schema = {"account_id": pl.String, "at": pl.Int64, "model": pl.String, "continues": pl.String}
        frame = pl.DataFrame(columns, schema=schema | {"limited": pl.Boolean, "prompt": pl.Int64})
        self.parts.append(frame.filter(pl.col("at").is_between(0, self.days * DAY - 1)))

    def know(self, account: str, **state: Any) -> None:
        """Set what is known of an account: created and changed (minutes since the first midnight), status and so on."""
        self.states[account] = {**self.states.get(account, {}), **state}

    def connect(self, order: int = 0) -> duckdb.DuckDBPyConnection:
        """A warehouse with these tables; another order shuffles the rows of every table."""
        calls = pl.concat(self.parts).with_columns(
            snapshot_date=pl.lit(MONDAY) + pl.duration(days=pl.col("at") // DAY), minute=pl.col("at") % DAY
        )
        key = ["snapshot_date", "account_id"]
        tables = {
            "core.account_minutes": calls.group_by(*key, "minute", "model").agg(
                pl.len().cast(pl.Int64).alias("exchange_count"),
                pl.col("continues").is_null().sum().cast(pl.Int64).alias("opening_count"),
                pl.col("limited").sum().cast(pl.Int64).alias("rate_limited_count"),
            ),
            "core.account_hours": calls.group_by(*key, hour=pl.col("minute") // 60).agg(
                pl.len().cast(pl.Int64).alias("exchange_count")
            ),
            "core.account_days": calls.group_by(key).agg(pl.len().cast(pl.Int64).alias("exchange_count")),
            "raw.accounts": self._accounts(sorted({*calls["account_id"], *self.states})),
            "raw.models": self._models(),
            "core.prompt_days": calls.group_by(*key, prompt_hash="prompt").agg(
                pl.len().cast(pl.Int64).alias("use_count"), pl.lit(0).cast(pl.Int64).alias("sample_level")
            ),
            **_conversations(calls, key),
        }
        connection = duckdb.connect()
        OPENED.append(connection)
        connection.execute("SET threads = 1")
        for schema in ("raw", "core", "links"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name, frame in tables.items():
            rows = frame.sort(pl.all()).sample(fraction=1, shuffle=True, seed=order)
            connection.register("rows_of_table", rows.to_arrow())
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_of_table")
            connection.unregister("rows_of_table")
        return connection

    def _accounts(self, accounts: list[str]) -> pl.DataFrame:
        rows = []
        for number, account in enumerate(accounts):
            state = {"created": -DAY * (number * 37 % 300 + 1), "status": "active", **self.states.get(account, {})}
            rows.append(
                {
                    "snapshot_date": self.window.as_of,
                    "account_id": account,
                    "created_at": _moment(state["created"]),
                    "status": state["status"],
                    "status_changed_at": _moment(state["changed"]) if "changed" in state else None,
                    "channel": state.get("channel", "web"),
                    "plan": state.get("plan", "free"),
                }
            )
        return pl.DataFrame(rows, schema_overrides={"status_changed_at": pl.Datetime("us")})

    def _models(self) -> pl.DataFrame:
        rows = [(self.window.as_of, model, _moment(at)) for model, at in self.models.items()]
        schema = {"snapshot_date": pl.Date, "model": pl.String, "released_at": pl.Datetime("us")}
        return pl.DataFrame(rows, schema=schema, orient="row")


def _moment(minutes: int) -> datetime:
    return datetime.combine(MONDAY, datetime.min.time()) + timedelta(minutes=int(minutes))


def _conversations(calls: pl.DataFrame, key: list[str]) -> dict[str, pl.DataFrame]:
    """Turns per account, conversation and day, and conversations that several accounts carry."""
    turns = calls.drop_nulls("continues").rename({"continues": "signal_value"})
    kind = pl.lit("conversation").alias("signal_kind")
    days = turns.group_by(*key, "signal_value").agg(pl.len().cast(pl.Int64).alias("use_count")).with_columns(kind)
    shared = (
        days.group_by("account_id", "signal_value")
        .agg(pl.col("use_count").sum())
        .filter(pl.col("account_id").n_unique().over("signal_value") >= 2)
    )
    return {"core.signal_days": days, "links.account_signals": shared.with_columns(kind)}


def people(scene: Scene, rng: np.random.Generator, names: Sequence[str], daily: float, hours: Any = OFFICE) -> None:
    """Add accounts of independent people: sessions at the hours of an office, a few turns each, weekends quiet."""
    weights = np.asarray(hours, float) / np.sum(hours)
    week = np.where(np.arange(scene.days) % 7 >= 5, 0.2, 1.0)
    for name in names:
        day = np.repeat(np.arange(scene.days), rng.poisson(daily / 3.5 * week))
        start = day * DAY + 60 * rng.choice(24, len(day), p=weights) + rng.uniform(0, 60, len(day))
        turns = rng.geometric(1 / 3.5, len(day))
        waits = rng.exponential(1.6, (len(day), 12)).cumsum(axis=1)
        scene.call(name, (start[:, None] + waits)[np.arange(12) < turns[:, None]])


def group(name: str, accounts: Sequence[str]) -> pl.DataFrame:
    """Members of one group."""
    return pl.DataFrame({"group_id": [name] * len(accounts), "account_id": list(accounts)})


def groups(members: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Members of several groups."""
    return pl.concat([group(name, accounts) for name, accounts in members.items()])


def names(prefix: str, count: int) -> list[str]:
    """Account ids."""
    return [f"{prefix}-{number:03}" for number in range(count)]


def row(frame: pl.DataFrame, measure: str) -> dict[str, Any]:
    """The one row of a measure."""
    found = frame.filter(pl.col("measure") == measure)
    assert found.height == 1, f"{measure}: {found.height} rows"
    return found.row(0, named=True)
