"""The interval of a verdict against the plain way: roll up every single day and look where the verdict changes."""

import datetime as dt
from random import Random

import polars as pl
import pytest

from forensics.links.ownership import load_profile, roll_up, timeline
from tests.unit.links.ownership.oracle import frames, random_world

RULE = load_profile("provider_gt50")
FIRST, DAYS, ON = dt.date(2026, 1, 1), 24, 12
"""Stakes begin and end within these days; the question is asked for the day in the middle."""


def dated_worlds(seed: int, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Random worlds whose stakes begin and end at random, some never."""
    random = Random(seed)
    organisations, stakes = frames(random_world(random, f"w{number}") for number in range(count))
    begins, ends = [], []
    for _ in range(stakes.height):
        begin, end = sorted(random.sample(range(DAYS), 2))
        begins.append(FIRST + dt.timedelta(days=begin) if random.random() < 0.5 else None)
        ends.append(FIRST + dt.timedelta(days=end) if random.random() < 0.5 else None)
    return organisations, stakes.with_columns(
        valid_from=pl.Series(begins, dtype=pl.Date), valid_to=pl.Series(ends, dtype=pl.Date)
    )


@pytest.mark.parametrize("stretches", [DAYS, 2])
def test_intervals_equal_a_roll_up_of_every_day(monkeypatch: pytest.MonkeyPatch, stretches: int) -> None:
    monkeypatch.setattr(timeline, "STRETCHES_MAX", stretches)
    tables = dated_worlds(3, 250)
    days = [FIRST + dt.timedelta(days=place) for place in range(-1, DAYS + 1)]
    daily = {
        day: dict(roll_up(*tables, on=day, profile=RULE).verdicts.select("organisation_id", "verdict").rows())
        for day in days
    }
    asked = FIRST + dt.timedelta(days=ON)
    rows = roll_up(*tables, on=asked, profile=RULE).verdicts
    changes = 0
    for row in rows.iter_rows(named=True):
        name, start, end = row["organisation_id"], row["from"], row["to"]
        assert (start or days[0]) <= asked < (end or days[-1])
        inside = {daily[day][name] for day in days if (start or day) <= day < (end or dt.date.max)}
        assert inside == {row["verdict"]}
        if not row["interval_is_minimum"]:
            for edge in ([start - dt.timedelta(days=1)] if start else []) + ([end] if end else []):
                assert daily[edge][name] != row["verdict"]
        changes += bool(start) + bool(end)
    assert changes > 200
    assert rows["interval_is_minimum"].any() == (stretches == 2)


def test_a_very_dense_history_is_cut_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = dated_worlds(4, 60)
    asked = FIRST + dt.timedelta(days=ON)
    whole = roll_up(*tables, on=asked, profile=RULE).verdicts
    monkeypatch.setattr(timeline, "STATES_MAX", whole.height * 2)
    cut = roll_up(*tables, on=asked, profile=RULE).verdicts
    assert cut["verdict"].equals(whole["verdict"])
    assert cut["interval_is_minimum"].sum() > whole["interval_is_minimum"].sum()
    narrower = cut.select("organisation_id", "from", "to").join(whole, on="organisation_id", suffix="_whole")
    assert narrower.filter((pl.col("from") < pl.col("from_whole")) | (pl.col("to") > pl.col("to_whole"))).is_empty()
