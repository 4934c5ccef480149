"""A simulated world as others read it: to the contract, the same for a seed, and with what it promises planted."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from forensics.contracts import raw
from forensics.simulate import SimulationSummary, simulate

DAYS = 4
START = dt.date(2026, 3, 2)
TABLES = {
    "exchanges": raw.Exchanges,
    "accounts": raw.Accounts,
    "payments": raw.Payments,
    "organisations": raw.Organisations,
    "ownership": raw.Ownership,
    "networks": raw.Networks,
    "models": raw.Models,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SimulationSummary:
    """Simulate a small provider once."""
    return simulate(tmp_path_factory.mktemp("world") / "out", scale=0.005, days=DAYS, seed=11, start=START)


def read(world: SimulationSummary, table: str) -> pl.DataFrame:
    """Read a table of all days."""
    files = sorted(world.snapshots.glob(f"date=*/{table}.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files])


def truth(world: SimulationSummary, table: str) -> pl.DataFrame:
    """Read a table of the truth."""
    return pl.read_parquet(world.truth / f"{table}.parquet")


@pytest.mark.parametrize("table", TABLES)
def test_every_row_keeps_the_contract(world: SimulationSummary, table: str) -> None:
    schema = TABLES[table]
    files = sorted(world.snapshots.glob(f"date=*/{table}.parquet"))
    assert files
    for file in files:
        day = dt.date.fromisoformat(file.parent.name.removeprefix("date="))
        frame = pl.read_parquet(file)
        assert set(frame.columns) == set(schema.column_names()) - {"snapshot_date"}
        _, failures = schema.filter(frame.with_columns(snapshot_date=pl.lit(day)), cast=True)
        assert failures.counts() == {}


def test_days_are_complete_and_events_lie_within_them(world: SimulationSummary) -> None:
    folders = sorted(world.snapshots.iterdir())
    assert [folder.name for folder in folders] == [f"date={START + dt.timedelta(days=n)}" for n in range(DAYS)]
    for folder in folders:
        assert (folder / "_SUCCESS").is_file()
        day = dt.date.fromisoformat(folder.name.removeprefix("date="))
        for table, column in (("exchanges", "occurred_at"), ("payments", "paid_at")):
            times = pl.read_parquet(folder / f"{table}.parquet")[column]
            assert times.dt.date().unique().to_list() == [day]
            assert times.is_sorted()


def test_nobody_calls_before_opening_or_after_the_end(world: SimulationSummary) -> None:
    last = read(world, "accounts").sort("created_at").unique("account_id", keep="last")
    calls = read(world, "exchanges").join(last, on="account_id", how="left")
    assert calls["created_at"].null_count() == 0
    assert (calls["occurred_at"] >= calls["created_at"]).all()
    ended = pl.read_parquet(max(world.snapshots.iterdir()) / "accounts.parquet").filter(pl.col("status") != "active")
    after = calls.join(ended.select("account_id", end="status_changed_at"), on="account_id")
    assert (after["occurred_at"] < after["end"]).all()


def test_counts_are_those_of_the_summary(world: SimulationSummary) -> None:
    exchanges = read(world, "exchanges")
    assert len(exchanges) == world.exchanges
    assert exchanges["exchange_id"].n_unique() == world.exchanges
    assert truth(world, "exchanges")["mode"].count() == world.campaign_exchanges
    labels = truth(world, "accounts")
    assert len(labels) == world.accounts
    assert (labels["label"] == "campaign").sum() == world.fraudulent_accounts


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    def digest(name: str, seed: int) -> dict[str, str]:
        simulate(tmp_path / name, scale=0.002, days=2, seed=seed)
        files = [path for path in sorted((tmp_path / name).rglob("*")) if path.is_file()]
        return {str(f.relative_to(tmp_path / name)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}

    first = digest("first", 5)
    assert first == digest("second", 5)
    other = digest("third", 6)
    assert all(first[name] != other[name] for name in first if name.endswith(("exchanges.parquet", "accounts.parquet")))


def test_truth_is_apart_and_names_the_world(world: SimulationSummary) -> None:
    facts = json.loads((world.truth / "world.json").read_text())
    assert (facts["seed"], facts["scenario"], facts["days"]) == (11, "published", DAYS)
    columns = {column for table in TABLES for column in read(world, table).columns}
    assert not columns & {"label", "mode", "group_id", "twin_of", "expected_kind"}


def test_signals_said_to_link_are_seen_in_the_snapshots(world: SimulationSummary) -> None:
    signals = truth(world, "signals")
    seen = read(world, "exchanges").select("account_id", "ip").unique()
    said = signals.filter(pl.col("signal_kind") == "ip").select("account_id", ip="signal_value")
    assert len(said.join(seen, on=["account_id", "ip"])) > 0.4 * len(said)
    paid = read(world, "payments").select("account_id", "instrument_id").unique()
    cards = signals.filter(pl.col("signal_kind") == "payment_instrument").select(
        "account_id", instrument_id="signal_value"
    )
    assert len(cards.join(paid, on=["account_id", "instrument_id"])) > 0.25 * len(cards)
    shared = cards.group_by("instrument_id").len()
    assert (shared["len"] > 1).mean() > 0.5


def test_one_pool_carries_two_operators_and_bystanders(world: SimulationSummary) -> None:
    pools = truth(world, "pools").join(truth(world, "accounts").select("account_id", "label"), on="account_id")
    carried = pools.group_by("pool_id").agg(
        operators=pl.col("group_id").filter(pl.col("label") == "campaign").n_unique(),
        bystanders=(pl.col("label") == "ordinary").sum(),
    )
    assert ((carried["operators"] >= 2) & (carried["bystanders"] >= 2)).any()


def test_conversations_are_handed_over_by_relays_and_carry_their_history(world: SimulationSummary) -> None:
    later = read(world, "exchanges").drop_nulls("history_fingerprint")
    kinds = later.join(truth(world, "accounts").select("account_id", "kind"), on="account_id")
    hands = kinds.group_by("history_fingerprint").agg(pl.col("account_id").n_unique(), pl.col("kind").first())
    share = hands.group_by("kind").agg((pl.col("account_id") > 1).mean())
    by_kind = dict(share.iter_rows())
    assert by_kind["live_relay"] > 0.2
    assert by_kind["person"] < 0.1


def test_work_queues_are_worked_off_once_and_regression_sets_recur(world: SimulationSummary) -> None:
    work = read(world, "exchanges").join(truth(world, "exchanges").select("exchange_id", work="kind"), on="exchange_id")
    accounts = (
        work.drop_nulls("work").group_by("work", "prompt").agg(accounts=pl.col("account_id").n_unique(), times=pl.len())
    )
    shared = dict(accounts.group_by("work").agg((pl.col("accounts") > 1).mean()).iter_rows())
    assert shared["judge_cleaner"] < 0.02
    assert shared["template_harvest"] < 0.03
    assert shared["nightly_regression"] > 0.3


def test_dilution_is_the_share_of_work_in_traffic(tmp_path: Path) -> None:
    made = simulate(tmp_path / "dilution", scale=0.03, days=1, seed=2, scenario="dilution")
    calls = truth(made, "exchanges").join(
        truth(made, "accounts").select("account_id", "dilution_share"), on="account_id"
    )
    # Groups that scale up half-way have done less of their work than their accounts' own traffic of all days.
    waiting = truth(made, "groups").filter(pl.col("life") == "scale_up")["group_id"].implode()
    members = truth(made, "accounts").select("account_id", member_of="group_id")
    calls = calls.join(members, on="account_id").filter(~pl.col("member_of").is_in(waiting))
    found = calls.group_by("dilution_share").agg(share=pl.col("group_id").is_not_null().mean(), count=pl.len())
    assert {0.05, 0.1, 0.25, 0.5, 1.0} <= set(found["dilution_share"])
    for asked, share, count in found.filter(pl.col("count") > 2_000).iter_rows():
        assert asked / 1.5 < share < min(asked * 1.5, 1.01), (asked, share, count)


def test_an_innocent_world_has_no_campaign_and_all_look_alikes(tmp_path: Path) -> None:
    made = simulate(tmp_path / "innocent", scale=0.004, days=1, seed=4, scenario="innocent")
    labels = truth(made, "accounts")
    assert made.campaign_exchanges == made.fraudulent_accounts == 0
    assert set(labels["label"]) == {"ordinary", "twin"}
    assert set(labels["expected_kind"].drop_nulls()) == {"relay"}


def test_campaigns_move_to_a_new_model_faster_than_others(world: SimulationSummary) -> None:
    models = pl.read_parquet(sorted(world.snapshots.glob("date=*/models.parquet"))[-1])
    newest, released = models.sort("released_at").row(-1)
    calls = read(world, "exchanges").filter(pl.col("occurred_at") > released + dt.timedelta(days=1))
    labels = truth(world, "accounts").select("account_id", "label")
    moved = calls.join(labels, on="account_id").group_by("label").agg((pl.col("model") == newest).mean())
    shares = dict(moved.iter_rows())
    assert shares["campaign"] > shares["ordinary"] + 0.1
    assert read(world, "exchanges").filter((pl.col("occurred_at") < released) & (pl.col("model") == newest)).is_empty()


def test_progress_is_reported(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    simulate(tmp_path / "out", scale=0.0005, days=2, seed=1, progress=lambda *step: steps.append(step))
    assert steps[-1] == ("days", 2, 2)
