"""The planted ownership structures against the product's roll-up: two independent answers that must agree."""

import datetime as dt
from pathlib import Path

import polars as pl

from forensics.links.ownership import load_profile, roll_up
from forensics.simulate import simulate
from forensics.simulate.register_cases import CASES


def test_planted_verdicts_are_those_of_the_roll_up(tmp_path: Path) -> None:
    made = simulate(tmp_path / "world", scale=0.01, days=1, seed=9)
    day = next(made.snapshots.iterdir())
    result = roll_up(
        pl.read_parquet(day / "organisations.parquet"),
        pl.read_parquet(day / "ownership.parquet"),
        on=dt.date(2026, 3, 2),
        profile=load_profile("provider_gt50"),
    )
    truth = pl.read_parquet(made.truth / "ownership.parquet")
    assert {case.name for case in CASES} <= set(truth["case"])
    found = truth.join(result.verdicts.select("organisation_id", found="verdict"), on="organisation_id", how="left")
    planted = found.filter(pl.col("case") != "headquarters")
    assert planted.filter(pl.col("found").is_null() | (pl.col("found") != pl.col("verdict"))).to_dicts() == []
    barred = set(result.barred["organisation_id"])
    meant = set(
        truth.filter(pl.col("verdict").is_in(["seed", "met_both", "met_cascade", "met_lookthrough"]))["organisation_id"]
    )
    assert barred == meant


def test_accounts_of_barred_organisations_are_marked(tmp_path: Path) -> None:
    made = simulate(tmp_path / "world", scale=0.01, days=1, seed=9, scenario="innocent")
    accounts = pl.read_parquet(made.truth / "accounts.parquet")
    assert accounts["barred"].any()
    assert accounts["barred"].mean() < 0.1
