"""Planned groups: every mode and look-alike is there, sizes meet the budget, traffic is diluted as asked."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from forensics.simulate.groups import SMALLEST_GROUP, Group, plan_groups
from forensics.simulate.kinds import MODES
from forensics.simulate.lifetimes import build_lifetimes
from forensics.simulate.members import build_members
from forensics.simulate.settings import DAY_MICROSECONDS, SimulationSettings
from forensics.simulate.twins import TWINS


def settings(scenario: str = "published", scale: float = 0.02, seed: int = 3) -> SimulationSettings:
    """Make the settings of a small world."""
    return SimulationSettings(scale, 7, seed, dt.date(2026, 3, 2), scenario)


def test_every_mode_and_every_look_alike_has_a_group() -> None:
    groups = plan_groups(settings())
    assert {group.kind.name for group in groups} == {*MODES, *TWINS}
    assert all(group.account_count >= SMALLEST_GROUP for group in groups)
    campaign = sum(group.account_count for group in groups if group.is_campaign)
    assert campaign == pytest.approx(480, abs=4)


def test_every_mode_has_a_look_alike() -> None:
    assert {mode for kind in TWINS.values() for mode in kind.twin_of} == set(MODES)


def test_a_look_alike_is_held_against_the_mode_whose_work_it_does() -> None:
    groups = [group for group in plan_groups(settings(scale=0.3)) if group.kind.name == "labelling_firm"]
    assert {group.twin_of for group in groups} == {("judge_cleaner",), ("agentic_generation",)}
    for group in groups:
        judges = bool({"judge", "clean_trace"} & set(group.work.wrappers))
        assert group.twin_of == (("judge_cleaner",) if judges else ("agentic_generation",))
    apps = [group for group in plan_groups(settings()) if group.kind.name == "template_app"]
    assert all(group.twin_of == ("template_harvest",) for group in apps)


def test_no_campaign_in_an_innocent_world() -> None:
    assert not any(group.is_campaign for group in plan_groups(settings("innocent")))


def test_one_mode_comes_with_its_look_alikes_only() -> None:
    groups = plan_groups(settings("judge_cleaner"))
    assert {group.kind.name for group in groups if group.is_campaign} == {"judge_cleaner"}
    assert {group.kind.name for group in groups if not group.is_campaign} == {"evaluation_firm", "labelling_firm"}


def test_dilution_is_dealt_evenly() -> None:
    groups = plan_groups(settings("dilution", scale=0.1))
    shares = Counter(g.share for g in groups if g.is_campaign and not g.kind.resale_cover)
    assert set(shares) == {0.05, 0.1, 0.25, 0.5, 1.0}
    assert max(shares.values()) - min(shares.values()) <= 1


def test_some_groups_share_nothing_and_some_share_a_pool() -> None:
    wirings = Counter(group.wiring.name for group in plan_groups(settings(scale=0.05)) if group.is_campaign)
    assert wirings["behaviour_only"] >= 1
    assert wirings["cards_and_shared_pool"] >= 2


def failing_over() -> list[Group]:
    """Find campaign groups that are banned and fail over, over a few seeds."""
    return [g for g in plan_groups(settings(scale=0.05)) if g.life == "failover" and g.is_campaign]


def test_a_reserve_takes_over_when_a_group_is_banned() -> None:
    asked = settings(scale=0.05)
    members = build_members(asked, plan_groups(asked))
    lives = build_lifetimes(asked, members)
    groups = failing_over()
    assert groups
    for group in groups:
        rows = members.of(group)
        workers, reserve = rows[: group.size], rows[group.size :]
        banned = lives.suspended[workers]
        assert banned.mean() > 0.4
        first = lives.ends[workers][banned].min()
        assert asked.start_us < first < asked.end_us
        assert np.median(lives.opens[reserve]) - first < DAY_MICROSECONDS / 2
        assert (lives.created[reserve] <= lives.opens[reserve]).all()


def test_every_account_opens_after_it_was_created_and_ends_after_it_opened() -> None:
    asked = settings(scale=0.05)
    members = build_members(asked, plan_groups(asked))
    lives = build_lifetimes(asked, members)
    assert (lives.created <= lives.opens).all()
    ended = lives.ends < np.iinfo(np.int64).max
    assert (lives.ends[ended] >= lives.created[ended]).all()
