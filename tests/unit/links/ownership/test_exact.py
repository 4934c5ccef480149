"""On the threshold floats cannot tell: fractions do, and where they may not be used nobody is convicted or cleared."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from forensics.links.ownership import exact, load_profile, roll_up
from tests.unit.links.ownership.oracle import GRAPHS
from tests.unit.links.ownership.worlds import make_tables

Decide = Callable[..., dict[str, dict[str, Any]]]
HAIR = 1e-10
"""The smallest part of a percent that counts."""


@pytest.mark.parametrize(("hair", "verdict"), [(-HAIR, "not_met"), (0.0, "not_met"), (HAIR, "met_both")])
def test_a_hair_over_the_threshold_decides_at_the_end_of_a_chain(decide: Decide, hair: float, verdict: str) -> None:
    """A 50 % holding of the first link passes through ninety whole subsidiaries: only the last figure differs."""
    names = [f"c{place:02d}" for place in range(90)]
    chain = [f"{owner} 100 {owned}" for owner, owned in pairwise(names)]
    head = [f"R 49.9 {names[0]}", f"R2 {0.1 + hair:.10f} {names[0]}", f"o {50 - hair:.10f} {names[0]}"]
    rows = decide(*head, *chain, organisations={"R2": {"headquarters": "IR"}})
    assert rows[names[-1]]["verdict"] == verdict


@pytest.mark.parametrize(
    ("third", "rest", "verdict"),
    [("33.3333333333", "33.3333333334", "not_met"), ("33.3333333334", "33.3333333333", "met_lookthrough")],
)
def test_rings_are_solved_exactly(decide: Decide, third: str, rest: str, verdict: str) -> None:
    """v = x + v/3 is one half for x a third: ten decimals below it is less, ten above it is more."""
    rows = decide(f"R {third} A", "B 33.3333333333 A", f"o {rest} A", "A 100 B")
    assert rows["A"]["verdict"] == verdict
    assert rows["A"]["effective_percent_min"] == pytest.approx(50, abs=1e-8)


def test_without_the_means_to_decide_nothing_is_decided(monkeypatch: pytest.MonkeyPatch, decide: Decide) -> None:
    stakes = ("R 30 T", "B 40 T", "o 30 T", "R 20 B", "T 60 B", "o 20 B")
    assert decide(*stakes)["T"]["verdict"] == "not_met"
    monkeypatch.setattr(exact, "WORK_MAX", 0)
    row = decide(*stakes)["T"]
    assert (row["verdict"], row["near_threshold_unresolved"]) == ("undetermined", True)


def test_a_large_world_takes_seconds() -> None:
    """A tenth of the size the project is made for, rings and joint ventures at 50 % included."""
    import time

    tables = make_tables(30_000 if GRAPHS < 10_000 else 300_000, 50_000 if GRAPHS < 10_000 else 500_000)
    begin = time.process_time()
    result = roll_up(*tables, on=dt.date(2026, 3, 2), profile=load_profile("provider_gt50"))
    assert time.process_time() - begin < (15 if GRAPHS < 10_000 else 60)
    assert not result.verdicts["near_threshold_unresolved"].any()
    assert set(result.verdicts["verdict"]) == {
        "seed", "met_both", "met_cascade", "met_lookthrough", "not_met", "undetermined", "data_error",
    }  # fmt: skip
