"""Synchrony: found where members move on the same days, not where they keep the same hours."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.links.timing.synchrony import Cells, lay_out, synchrony
from tests.unit.links.timing.scenes import DAY, Scene, group, groups, names, people, row

ALL = ("synchrony_1_minute", "synchrony_5_minutes", "synchrony_60_minutes")


def _jobs(scene: Scene, rng: np.random.Generator, accounts: Sequence[str], starts: NDArray[np.float64]) -> None:
    """Every account works off its part of each job within minutes."""
    for account in accounts:
        scene.call(account, (starts[:, None] + rng.exponential(4.0, (len(starts), 3))).ravel())


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Colleagues of one office, and accounts of people that also work off common jobs, in different ways."""
    rng = np.random.default_rng(3)
    made = Scene()
    people(made, rng, names("office", 40), 25)
    for kind in ("jobs", "daily", "once", "round"):
        people(made, rng, names(kind, 8), 15)
    _jobs(made, rng, names("jobs", 8), np.concatenate([day * DAY + rng.uniform(0, DAY, 5) for day in range(made.days)]))
    # The same minutes every day; one wild day; and scheduled at full hours that change from day to day.
    _jobs(made, rng, names("daily", 8), np.concatenate([day * DAY + np.array([127.0, 611, 1033]) for day in range(14)]))
    _jobs(made, rng, names("once", 8), 3 * DAY + rng.uniform(0, DAY, 60))
    for account in names("round", 8):
        hours = [day * DAY + 60.0 * rng.choice(24, 6, replace=False) for day in range(made.days)]
        made.call(account, np.concatenate(hours))
    return made


def test_common_jobs_are_synchronous_in_every_bin(scene: Scene) -> None:
    found = synchrony(scene.connect(), group("jobs", names("jobs", 8)), scene.window, seed=1)
    for measure in ALL:
        assert row(found, measure)["p_value"] < 1e-4, measure
        assert row(found, measure)["value"] > 1.1
        assert row(found, measure)["low"] <= row(found, measure)["value"] <= row(found, measure)["high"]
    assert row(found, "synchrony_5_minutes")["detail"] == "above what is expected on 14 of 14 days"


def test_a_pair_is_a_group_of_two(scene: Scene) -> None:
    found = synchrony(scene.connect(), group("pair", names("jobs", 8)[:2]), scene.window, seed=1)
    assert row(found, "synchrony_5_minutes")["p_value"] < 0.01


@pytest.mark.parametrize("kind", ["daily", "once"])
def test_what_recurs_every_day_or_happens_once_is_no_synchrony(scene: Scene, kind: str) -> None:
    found = synchrony(scene.connect(), group(kind, names(kind, 8)), scene.window, seed=1)
    assert found.height == 3
    assert found["p_value"].min() > 0.01


def test_round_minutes_are_not_counted_in_narrow_bins(scene: Scene) -> None:
    found = synchrony(scene.connect(), group("round", names("round", 8)), scene.window, seed=1)
    assert found["p_value"].min() > 0.01
    with_rounds = lay_out(*_all_at([0, 15, 30, 45]), np.arange(7), 5)
    assert with_rounds is not None, "the layout itself knows no round minutes; the measure leaves them out"


def test_colleagues_with_the_same_office_hours_are_not_synchronous(scene: Scene) -> None:
    rng = np.random.default_rng(8)
    staff = names("office", 40)
    chosen = {f"g{number:02}": rng.choice(staff, int(rng.integers(2, 20)), replace=False) for number in range(40)}
    found = synchrony(
        scene.connect(), groups({name: list(accounts) for name, accounts in chosen.items()}), scene.window, seed=1
    )
    p = found["p_value"].to_numpy()
    assert len(p) > 100
    # Groups overlap, so the shares vary more than those of independent tests.
    assert (p < 0.05).mean() <= 0.12
    assert (p < 0.001).mean() <= 0.01
    assert 0.35 < p.mean() < 0.75


def _all_at(minutes: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Three accounts that call at these minutes of every hour on two days."""
    at = np.array([day * DAY + 60 * hour + minute for day in range(2) for hour in range(24) for minute in minutes])
    account = np.repeat(np.arange(3), len(at))
    return account, np.tile(at, 3), np.ones(3 * len(at), np.int64)


@pytest.mark.parametrize("seed", range(4))
def test_coincidence_is_the_sum_over_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    account, at = rng.integers(0, 4, 300), rng.integers(0, 3 * DAY, 300)
    count, weekday = rng.integers(1, 4, 300), np.array([2, 3, 4])
    cells = lay_out(account, at, count, weekday, 60)
    assert cells is not None
    assert cells.coincidence(cells.as_seen())[0] == pytest.approx(_pairwise(account, at, count, 60, 360))
    turn = cells.turns(rng, 2)
    assert cells.coincidence(turn) == pytest.approx(np.stack([_turned(cells, one) for one in turn]))


def _turned(cells: Cells, turn: NDArray[np.int64]) -> NDArray[np.float64]:
    """Coincidence after every segment moved on among its own days, through a table of days and bins."""
    table, alone = np.zeros((cells.days, cells.places)), np.zeros(cells.days)
    for line, place, share in zip(cells.row, cells.place, cells.share, strict=True):
        segment = cells.segment[line]
        own = cells.day[cells.segment == segment]
        day = own[(line - cells.first[segment] + turn[segment]) % len(own)]
        table[day, place] += share
        alone[day] += share**2
    return np.asarray((table**2).sum(axis=1) - alone, np.float64)


def _pairwise(
    account: NDArray[np.int64], at: NDArray[np.int64], count: NDArray[np.int64], width: int, span: int
) -> NDArray[np.float64]:
    """Shares of each account, span and day, and their products over all ordered pairs, one by one."""
    shares: dict[tuple[int, int, int], dict[int, float]] = {}
    for one, moment, calls in zip(account.tolist(), at.tolist(), count.tolist(), strict=True):
        bins = shares.setdefault((one, moment // DAY, moment % DAY // span), {})
        bins[moment % DAY // width] = bins.get(moment % DAY // width, 0.0) + calls
    active = {(one, part): sum(key[0] == one and key[2] == part for key in shares) for one, _, part in shares}
    found = np.zeros(3)
    for (one, day, part), bins in shares.items():
        for (other, other_day, other_part), others in shares.items():
            if (
                one == other
                or (day, part) != (other_day, other_part)
                or min(active[one, part], active[other, part]) < 2
            ):
                continue
            own, its = sum(bins.values()), sum(others.values())
            found[day] += sum(bins[place] / own * others.get(place, 0.0) / its for place in bins)
    return found


def test_the_null_keeps_daily_hours_and_loses_the_days() -> None:
    rng = np.random.default_rng(0)
    cells = lay_out(*_all_at([7]), np.array([0, 1]), 5)
    assert isinstance(cells, Cells)
    # The same minutes on both days: exchanging them changes nothing.
    own = cells.coincidence(cells.as_seen())
    assert cells.coincidence(cells.turns(rng, 3)) == pytest.approx(np.repeat(own, 3, axis=0))
