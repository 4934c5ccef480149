"""A simulated world must not give its campaigns away by the form of its data, and the test of that must bite."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forensics.simulate import simulate
from forensics.simulate.leaks import Check, checks, measure_sample, pool_worlds
from forensics.simulate.matching import match_sample
from forensics.simulate.ranks import area_under_curve, mean_ranks

SEEDS = tuple(range(101, 111))
"""Ten worlds of their own: a habit of the simulator shows in all of them, a coincidence in one. Small ones, since
groups are what is independent, and their number hardly grows with a world's size."""

SCALE = 0.005

RENAMED = {
    ("payments", "status"): "payment_status",
    ("organisations", "name"): "organisation_name",
    ("organisations", "kind"): "organisation_kind",
}
"""Columns of one name in several tables, as the sample calls them."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Simulate small worlds."""
    folder = tmp_path_factory.mktemp("leaks")
    for seed in SEEDS:
        simulate(folder / str(seed), scale=SCALE, days=2, seed=seed)
    return [folder / str(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def accounts(worlds: list[Path]) -> pl.DataFrame:
    """Sample the accounts of small worlds."""
    return pool_worlds(worlds)


def named(name: str) -> Check:
    """Find one check by name."""
    return next(check for check in checks() if check.name == name)


@pytest.mark.timeout(600)
def test_no_column_and_no_pair_gives_campaigns_away(accounts: pl.DataFrame) -> None:
    measured = measure_sample(accounts, checks())
    assert len(measured) == len(checks())
    assert measured.filter("leaks").to_dicts() == []


def test_every_column_that_an_account_shows_is_looked_at(worlds: list[Path]) -> None:
    day = min((worlds[0] / "snapshots").iterdir())
    columns = {
        RENAMED.get((table, name), name)
        for table in ("exchanges", "accounts", "payments", "organisations")
        for name in pl.read_parquet_schema(day / f"{table}.parquet")
    }
    assert columns - {column for check in checks() for column, _ in check.columns} == set()


def test_equal_scores_are_chance_in_whatever_order_they_come() -> None:
    guilty = np.arange(10) < 4
    assert area_under_curve(guilty, np.zeros(10)) == 0.5
    assert area_under_curve(guilty, np.arange(10.0)) == 0.0
    assert mean_ranks(np.array([2.0, 1.0, 2.0, 5.0])).tolist() == [2.5, 1.0, 2.5, 4.0]


def test_a_column_that_never_changes_tells_nothing(accounts: pl.DataFrame) -> None:
    measured = measure_sample(accounts.with_columns(plan=pl.lit("free")), [named("plan")])
    assert measured["auc"].to_list() == [0.5]


CAMPAIGN = pl.col("label") == "campaign"

PLANTED = {
    "created_at": pl.when(CAMPAIGN).then(pl.col("created_at").dt.truncate("1s")).otherwise("created_at"),
    "account_id": pl.when(CAMPAIGN).then(pl.col("account_id").str.to_uppercase()).otherwise("account_id"),
    "account_row": pl.when(CAMPAIGN).then(0).otherwise(5_000) + pl.col("account_row"),
    "ip": pl.when(CAMPAIGN).then(pl.lit("203.0.113.") + pl.col("ip").str.len_chars().cast(pl.String)).otherwise("ip"),
    "user_agent": pl.when(CAMPAIGN).then(pl.lit("collector/1.0")).otherwise("user_agent"),
    "amount_usd": pl.when(CAMPAIGN).then(pl.col("amount_usd") + 0.37).otherwise("amount_usd"),
    "country": pl.when(CAMPAIGN).then(pl.lit("XK")).otherwise("country"),
    "prompt": pl.when(CAMPAIGN).then(pl.col("prompt").str.replace_all(" ", "\n")).otherwise("prompt"),
    "system_prompt": pl.when(CAMPAIGN).then(pl.lit(None, pl.String)).otherwise(pl.lit("x")),
    "input_tokens": pl.when(CAMPAIGN).then(pl.col("input_tokens") // 100 * 100).otherwise("input_tokens"),
    "payment_status": pl.when(CAMPAIGN).then(pl.lit("declined")).otherwise("payment_status"),
    "jurisdiction": pl.when(CAMPAIGN).then(pl.lit("XK")).otherwise("jurisdiction"),
    "exchange_displacement": pl.when(CAMPAIGN).then(-3).otherwise("exchange_displacement"),
}
"""One habit a column that only campaigns have."""


@pytest.mark.parametrize("column", PLANTED)
def test_a_planted_leak_is_caught(accounts: pl.DataFrame, column: str) -> None:
    measured = measure_sample(accounts.with_columns(PLANTED[column].alias(column)), [named(column)])
    assert measured["leaks"].to_list() == [True]
    assert measured["auc"][0] > 0.8


def test_a_leak_that_only_a_pair_shows_is_caught(accounts: pl.DataFrame) -> None:
    odd = pl.col("account_row") % 2
    paired = accounts.with_columns(
        account_id=pl.col("account_id").str.slice(0, 20)
        + pl.when((odd == 1) == CAMPAIGN).then(pl.lit("0")).otherwise(pl.lit("1")),
        account_row=odd,
    )
    measured = measure_sample(paired, [named("account_id"), named("account_row"), named("account_id + account_row")])
    assert measured["leaks"].to_list() == [False, False, True]


@pytest.fixture(scope="module")
def kinds(worlds: list[Path], accounts: pl.DataFrame) -> pl.DataFrame:
    """Say of every sampled account which mode it is of or looks like."""
    truth = pl.concat([pl.read_parquet(world / "truth" / "accounts.parquet") for world in worlds])
    return accounts.join(truth.select("account_id", "mode", "twin_of").unique("account_id"), on="account_id")


def test_no_single_marginal_tells_look_alikes_from_their_mode(kinds: pl.DataFrame) -> None:
    """No area is further from a half than 0.15 by more than two standard errors, and none says too little."""
    matching = match_sample(kinds)
    assert matching["mode"].n_unique() == 7
    assert matching.filter("apart").select("mode", "marginal", "auc", "error").to_dicts() == []
    assert matching["error"].mean() < 0.09
    overall = matching.group_by("marginal").agg(pl.col("auc").mean())
    assert overall.filter((pl.col("auc") - 0.5).abs() > 0.1).to_dicts() == []


MISMATCHED = {
    "volume": pl.col("volume") * 6,
    "template_share": pl.col("template_share") * 0.2,
    "accounts_an_address": pl.col("accounts_an_address") * 30,
    "addresses": pl.col("addresses") * 3,
    "browser_share": pl.lit(1.0),
    "user_agents": pl.col("user_agents") + 2,
    "refused_share": pl.col("refused_share") + 0.1,
    "mean_prompt_length": pl.col("mean_prompt_length") * 3,
}
"""One marginal at a time in which campaigns are unlike their look-alikes."""


@pytest.mark.parametrize("column", MISMATCHED)
def test_a_planted_mismatch_is_caught(kinds: pl.DataFrame, column: str) -> None:
    unlike = kinds.with_columns(pl.when(CAMPAIGN).then(MISMATCHED[column]).otherwise(column).alias(column))
    apart = match_sample(unlike).filter("apart")
    assert set(apart["marginal"]) == {column.removeprefix("mean_")}
    assert apart["mode"].n_unique() >= 3
