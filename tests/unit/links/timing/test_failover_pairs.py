"""Who took over from whom: the direction is found, and neither joint work nor a daily rhythm is taken for it."""

import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.links.timing.failover import failover
from forensics.links.timing.failover_pairs import failover_pairs
from forensics.window import Window
from tests.unit.links.timing.scenes import DAY, Scene, group, groups, names, people, row

PAIR = ["from_account_id", "to_account_id"]


def _found(scene: Scene, members: pl.DataFrame, order: int = 0) -> pl.DataFrame:
    found = failover_pairs(scene.connect(order), members, scene.window, seed=1)
    contracts.get("links.failover_pairs").schema.validate(found)
    return found


@pytest.mark.parametrize(("delay", "days"), [(12, 14), (12, 28), (700, 14)])
def test_each_reserve_is_laid_to_the_ban_it_follows(delay: int, days: int) -> None:
    scene, rng = Scene(days=14), np.random.default_rng(4)
    bans = np.array([1.3, 4.1, 7.7, 10.4]) * DAY
    for number, at in enumerate(bans):
        worker, reserve = f"worker-{number}", f"reserve-{number}"
        scene.know(worker, status="suspended", changed=int(at))
        scene.call(worker, [1, *rng.uniform(0, at, 60)])
        scene.call(reserve, [at + delay, *rng.uniform(at + delay, 14 * DAY, 60)])
    members = group("g", [f"{role}-{number}" for role in ("worker", "reserve") for number in range(4)])
    # Days before the first that is loaded hold nobody's calls: they make no coincidence less likely.
    connection, window = scene.connect(), Window(scene.window.as_of, days)
    found = failover_pairs(connection, members, window, seed=1).filter(reaction="first_call")
    expected = [(f"worker-{number}", f"reserve-{number}") for number in range(4)] if delay == 12 else []
    assert found.select(PAIR).rows() == expected
    assert found["delay_minutes"].to_list() == [delay] * len(expected)
    assert found["p_value"].is_between(60 / 14 / 250, 60 / 14 / 120).all()
    starts = row(failover(connection, members, window, seed=1), "failover_starts")
    assert starts["value"] == (delay == 12)
    assert starts["baseline"] == pytest.approx(60 / 14 / 240 if delay == 12 else 0.008, rel=0.3)


def _limited(helper: str, wait: int) -> Scene:
    """Five accounts; when the first is limited another sends more after a while."""
    scene, rng = Scene(days=7), np.random.default_rng(6)
    for account in names("pool", 5):
        scene.call(account, rng.uniform(0, 7 * DAY, 300))
    for at in rng.uniform(0, 7 * DAY - 60, 25):
        scene.call("pool-000", [at], limited=True)
        scene.call(helper, at + wait + rng.uniform(0, 3, 3))
    return scene


def test_a_limit_is_taken_over_by_one_account_in_one_direction() -> None:
    members = group("g", names("pool", 5))
    scene = _limited("pool-003", 1)
    found = _found(scene, members)
    assert found.filter(pl.col("q_value") < 0.01).select(PAIR).rows() == [("pool-000", "pool-003")]
    assert found.filter(to_account_id="pool-003")["followed_count"].item() >= 15
    assert found.filter(to_account_id="pool-000").height == 0
    assert _found(scene, members.reverse(), order=7).equals(found)
    assert _found(_limited("pool-003", 30), members).filter(pl.col("q_value") < 0.05).height == 0


def test_accounts_that_follow_every_call_do_not_take_over_when_it_is_limited() -> None:
    scene, rng = Scene(days=7), np.random.default_rng(2)
    at = np.sort(rng.uniform(0, 7 * DAY, 250))
    scene.call("first", at[40:])
    scene.call("first", at[:40], limited=True)
    for account in ("second", "third"):
        scene.call(account, at + 1 + rng.uniform(0, 2, len(at)))
    assert _found(scene, group("g", ["first", "second", "third"])).height == 0


def test_people_who_have_nothing_to_do_with_each_other_are_no_pairs() -> None:
    scene, rng = Scene(days=7), np.random.default_rng(9)
    office = names("office", 30)
    people(scene, rng, office, 40)
    for place, part in enumerate(scene.parts):
        scene.parts[place] = part.with_columns(limited=np.asarray(rng.random(part.height) < 0.05))
    chosen = {f"g{number}": list(rng.choice(office, 10, replace=False)) for number in range(12)}
    found = _found(scene, groups(chosen))
    assert found.height > 0
    # About 1,000 pairs are looked at, of which chance lists a twentieth at most.
    assert found.height < 0.05 * 12 * 90
    assert found["q_value"].min() > 0.05
