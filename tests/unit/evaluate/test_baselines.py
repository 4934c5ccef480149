"""Baselines: each finds what it is made to find, on data where the answer is plain."""

from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest

from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.evaluate.baselines import BASELINES, run_baselines
from forensics.evaluate.baselines.outlying_features import accuse_outlying_features
from forensics.evaluate.baselines.prompt_distance import (
    Distances,
    accuse_distant_prompts,
    accuse_most_distant_prompts,
    prompt_distances,
)
from forensics.evaluate.baselines.shared_signals import components
from forensics.window import Window

DAY = date(2026, 3, 2)
WINDOW = Window(DAY, 7)
WORDS = [
    "tea",
    "river",
    "green",
    "walk",
    "stone",
    "light",
    "paper",
    "bread",
    "sing",
    "cloud",
    "north",
    "small",
    "garden",
    "window",
    "letter",
    "train",
]


def pairs_of(edges: list[tuple[int, int]]) -> pl.DataFrame:
    """Accounts and values as the baseline reads them."""
    return pl.DataFrame(
        [(f"account-{account:03}", "ip", f"value-{value}") for account, value in edges],
        schema=["account_id", "signal_kind", "signal_value"],
        orient="row",
    )


def test_components_are_those_of_a_union_by_hand() -> None:
    random = np.random.default_rng(1)
    for _ in range(20):
        edges = [(int(a), int(v)) for a, v in zip(random.integers(0, 40, 30), random.integers(0, 25, 30), strict=True)]
        groups = [{account for account, value in edges if value == wanted} for wanted in {value for _, value in edges}]
        merged: list[set[int]] = []
        for group in groups:
            touching = [one for one in merged if one & group]
            merged = [one for one in merged if not one & group] + [group.union(*touching)]
        expected = {frozenset(f"account-{account:03}" for account in group) for group in merged if len(group) >= 3}
        found = components(pairs_of(edges)).group_by("finding_id").agg("account_id")
        assert {frozenset(accounts) for accounts in found["account_id"].to_list()} == expected


def test_the_same_value_of_another_kind_links_nobody() -> None:
    shared = pl.DataFrame(
        {"account_id": ["a", "b", "c"], "signal_kind": ["ip", "email_domain", "ip"], "signal_value": ["x", "x", "x"]}
    )
    assert components(shared).is_empty()


def warehouse(prompts: dict[str, list[str]], features: pl.DataFrame | None = None) -> duckdb.DuckDBPyConnection:
    """A warehouse with the tables that baselines read."""
    connection = duckdb.connect()
    rows = [(f"{account}-{n}", account, text) for account, texts in prompts.items() for n, text in enumerate(texts)]
    frames = {
        "raw.exchanges": pl.DataFrame(rows, schema=["exchange_id", "account_id", "prompt"], orient="row").with_columns(
            snapshot_date=pl.lit(DAY)
        ),
        "links.account_signals": pairs_of([(0, 1), (1, 1), (2, 1)]),
        "features.accounts": features if features is not None else ordinary_features(60),
    }
    for name, frame in frames.items():
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.split('.')[0]}")
        connection.register("frame", frame.to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
        connection.unregister("frame")
    return connection


def ordinary_features(count: int) -> pl.DataFrame:
    """Accounts alike."""
    random = np.random.default_rng(2)
    columns = {name: random.normal(1, 0.1, count) for name in FEATURE_NAMES}
    return pl.DataFrame({"account_id": [f"account-{n:03}" for n in range(count)], **columns})


def chatter(random: np.random.Generator, count: int) -> list[str]:
    """Prompts of random words, the same law for everybody."""
    return [" ".join(random.choice(WORDS, 12)) for _ in range(count)]


def test_the_forest_isolates_what_stands_out() -> None:
    features = ordinary_features(200)
    odd = features.head(1).with_columns(
        pl.lit("odd").alias("account_id"), *(pl.lit(9.0).alias(n) for n in FEATURE_NAMES)
    )
    accused = accuse_outlying_features(warehouse({"a": ["x"]}, pl.concat([features, odd])), 1)
    assert "odd" in accused["account_id"].to_list()
    assert len(accused) < 40
    assert accuse_outlying_features(warehouse({"a": ["x"]}, features.clear()), 1).is_empty()


@pytest.fixture(scope="module")
def distances() -> Distances:
    """Eighty accounts that write alike, six of which are tested, and one that writes something else."""
    random = np.random.default_rng(4)
    prompts = {f"quiet-{n:02}": chatter(random, 1) for n in range(74)}
    prompts |= {f"usual-{n}": chatter(random, 30) for n in range(6)}
    prompts["odd"] = [f"Grade answer {n} from 1 to 10 and justify the score step by step." for n in range(30)]
    return prompt_distances(warehouse(prompts), WINDOW, 5)


def test_other_prompts_are_distant_and_usual_ones_are_not(distances: Distances) -> None:
    p_values = dict(zip(distances.accounts, distances.p_values, strict=True))
    assert set(p_values) == {"odd", *(f"usual-{n}" for n in range(6))}, "accounts with few prompts are not tested"
    assert p_values["odd"] == pytest.approx(1 / 1000)
    assert accuse_distant_prompts(distances)["account_id"].to_list() == ["odd"]
    assert distances.accounts[int(np.argmax(distances.excess))] == "odd"


def test_p_values_of_accounts_like_everybody_are_spread_evenly() -> None:
    random = np.random.default_rng(6)
    prompts = {f"quiet-{n:03}": chatter(random, 1) for n in range(300)}
    prompts |= {f"usual-{n:02}": chatter(random, 24) for n in range(40)}
    p_values = np.sort(prompt_distances(warehouse(prompts), WINDOW, 7).p_values)
    gap = np.abs(p_values - (np.arange(40) + 0.5) / 40).max()
    # Kolmogorov's bound at one in a thousand for forty draws is .30.
    assert gap < 0.30


def test_the_most_distant_are_a_fixed_share() -> None:
    excess = np.linspace(0, 1, 40)
    accounts = pl.Series([f"account-{n:02}" for n in range(40)])
    accused = accuse_most_distant_prompts(Distances(accounts, np.full(40, 0.5), excess))
    assert sorted(accused["account_id"]) == ["account-38", "account-39"]


def test_every_baseline_answers_in_the_shape_of_reports() -> None:
    random = np.random.default_rng(8)
    connection = warehouse({f"account-{n:03}": chatter(random, 25) for n in range(5)})
    first = run_baselines(connection, WINDOW, 9)
    again = run_baselines(connection, WINDOW, 9)
    assert list(first) == list(BASELINES)
    for name, reported in first.items():
        assert reported.as_of == DAY
        assert reported.first == DAY - timedelta(days=6)
        assert reported.verdicts is None
        assert reported.findings["rank"].to_list() == [1] * len(reported.findings)
        assert set(reported.members["finding_id"]) == set(reported.findings["finding_id"])
        assert reported.members.equals(again[name].members)
    assert sorted(first["any shared signal"].members["account_id"]) == [f"account-{n:03}" for n in range(3)]
    assert first["shared payment"].members.is_empty()
