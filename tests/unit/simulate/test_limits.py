"""Rate limits: everybody meets bursts alike, and only where one dealer serves many accounts does the call move on."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from forensics.simulate.limits import PAUSE_MINUTES
from forensics.simulate.settings import SimulationSettings
from forensics.simulate.traffic import draw_calls
from forensics.simulate.world import World, build_world

DAYS = 3


@pytest.fixture(scope="module")
def world() -> World:
    """Make the accounts of a small world."""
    return build_world(SimulationSettings(0.02, DAYS, 3, dt.date(2026, 3, 2), "published"))


@pytest.fixture(scope="module")
def calls(world: World) -> pl.DataFrame:
    """Draw all calls of the world, with what each caller is."""
    parts = [draw_calls(world, day) for day in range(DAYS)]
    names = ("account", "group", "at", "session", "turn", "limited")
    frame = pl.concat([pl.DataFrame({name: getattr(part, name) for name in names}) for part in parts])
    kinds = pl.DataFrame(
        {
            "group": np.arange(-1, len(world.members.groups)),
            "couples": [False, *(group.kind.couples for group in world.members.groups)],
            "campaign": [False, *(group.is_campaign for group in world.members.groups)],
        }
    )
    return frame.join(kinds, on="group").sort("at", "account", "session", "turn")


@pytest.fixture(scope="module")
def bursts(calls: pl.DataFrame) -> pl.DataFrame:
    """Pair the last failed try of each burst with where and when the call got through."""
    call = ["group", "session", "turn"]
    failed = calls.filter("limited").group_by(*call, "couples").agg(
        limited_account=pl.col("account").first(), failed_at=pl.col("at").max()
    )  # fmt: skip
    through = calls.filter(~pl.col("limited")).select(*call, through="account", through_at="at")
    return failed.join(through, on=call)


def test_campaigns_and_everybody_else_meet_bursts_alike(calls: pl.DataFrame) -> None:
    shares = dict(calls.group_by("campaign").agg(pl.col("limited").mean()).iter_rows())
    assert 0.004 < shares[False] < 0.012
    assert shares[True] == pytest.approx(shares[False], rel=0.25)


def test_a_pool_sends_the_limited_call_from_another_account_within_a_minute(bursts: pl.DataFrame) -> None:
    pools, others = bursts.filter("couples"), bursts.filter(~pl.col("couples"))
    assert min(len(pools), len(others)) > 100
    assert (pools["through"] != pools["limited_account"]).mean() > 0.9
    assert ((pools["through_at"] - pools["failed_at"]) < 60_000_000).mean() > 0.98
    assert (others["through"] == others["limited_account"]).all()


def _comes_back(bursts: pl.DataFrame, calls: pl.DataFrame) -> float:
    """Return how often a limited account works for its group again while the pause lasts."""
    minutes = pl.duration(minutes=PAUSE_MINUTES[0]).dt.total_microseconds()
    later = bursts.rename({"limited_account": "account"}).join(
        calls.filter(~pl.col("limited")).select("group", "account", at="at"), on=["group", "account"], how="left"
    )
    within = (pl.col("at") > pl.col("through_at")) & (pl.col("at") < pl.col("through_at") + minutes)
    return float(later.group_by("group", "session", "turn").agg(within.any().alias("back"))["back"].mean())


def test_a_pool_leaves_a_limited_account_alone_and_strangers_do_not(bursts: pl.DataFrame, calls: pl.DataFrame) -> None:
    moved = bursts.filter(pl.col("couples") & (pl.col("through") != pl.col("limited_account")))
    assert _comes_back(moved, calls) < 0.12
    assert _comes_back(bursts.filter(~pl.col("couples")), calls) > 0.25


def test_pools_and_innocent_services_couple_and_strangers_do_not(world: World) -> None:
    couples = {group.kind.name: group.kind.couples for group in world.members.groups}
    assert couples["template_harvest"] and couples["nightly_regression"] and couples["migration"]
    assert not couples["carrier_nat"] and not couples["multi_tenant_platform"] and not couples["classroom"]
