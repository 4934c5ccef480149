"""Who is in the world: every account's population, group, country, volume and lifetime."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.simulate.groups import Group
from forensics.simulate.networks import COUNTRY_CODES, COUNTRY_WEIGHTS
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.randomness import Keys, derive, mix, stream
from forensics.simulate.settings import (
    BUSINESS_ACCOUNTS,
    CAMPAIGN_EXCHANGES_A_DAY,
    OTHER_EXCHANGES_A_DAY,
    TWIN_SHARE,
    SimulationSettings,
)

HEAVY_EXCHANGES_A_DAY = 60.0
"""Mean daily exchanges of an account in a group: the published campaigns lie between 6 and 860."""

HEAVY_SPREAD = 1.0
"""Spread (of the logarithm) of the volume of accounts in groups, campaign and look-alike alike."""

TWIN_VOLUME = 0.75
"""Volume of look-alikes relative to campaigns: near enough that volume tells little (an area of 0.58 under the
curve), and small enough to leave most innocent traffic to ordinary customers."""

SCALE_UP_ACTIVITY = 0.6
"""Work that a group which scales up half-way does in the window, relative to one that is at full load throughout."""

LARGEST_CORRECTION = 1.5
"""How far volumes may be stretched to meet the published number of campaign exchanges."""

ORDINARY_SPREAD = 1.6
"""Spread (of the logarithm) of ordinary volumes: most people write seldom, a few all day."""

FEWEST_ORDINARY_A_DAY = 0.3
"""Mean daily exchanges of ordinary accounts that are kept even where groups use up the whole budget."""


@dataclass
class Members:
    """One row an account, as arrays of equal length.

    Attributes:
        keys: source of everything random about the account.
        group: position of its group, −1 for none.
        ordinary: position of its ordinary population, −1 for members of groups.
        reserve: whether it waits to take over from another account of its group.
        rank: its place within its group.
        country: position among the countries.
        work_rate, cover_rate: exchanges a day for the group and of its own.
        groups: the groups as planned.
    """

    keys: Keys
    group: NDArray[np.int64]
    ordinary: NDArray[np.int64]
    reserve: NDArray[np.bool_]
    rank: NDArray[np.int64]
    country: NDArray[np.int64]
    work_rate: NDArray[np.float64]
    cover_rate: NDArray[np.float64]
    groups: list[Group]

    @property
    def count(self) -> int:
        """Number of accounts."""
        return len(self.keys)

    def of(self, group: Group) -> NDArray[np.int64]:
        """Return the positions of a group's accounts, workers before reserve."""
        return np.flatnonzero(self.group == group.index)


def build_members(settings: SimulationSettings, groups: list[Group]) -> Members:
    """Lay out all accounts of a world: those of the groups first, then the ordinary ones."""
    sizes = np.array([group.account_count for group in groups], dtype=np.int64)
    in_groups = int(sizes.sum())
    ordinary_count = max(round(BUSINESS_ACCOUNTS * settings.scale * (1 - TWIN_SHARE)), 20)
    total = in_groups + ordinary_count
    rng = stream(settings.seed, "members")
    group = np.full(total, -1, dtype=np.int64)
    group[:in_groups] = np.repeat(np.arange(len(groups)), sizes)
    rank = np.zeros(total, dtype=np.int64)
    rank[:in_groups] = np.arange(in_groups) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    ordinary = np.full(total, -1, dtype=np.int64)
    shares = np.array([population.share for population in ORDINARY])
    ordinary[in_groups:] = rng.choice(len(ORDINARY), ordinary_count, p=shares / shares.sum())
    workers = np.array([item.size for item in groups], dtype=np.int64)
    reserve = np.zeros(total, dtype=np.bool_)
    reserve[:in_groups] = rank[:in_groups] >= np.repeat(workers, sizes)
    members = Members(
        keys=mix(np.arange(total), derive(settings.seed, "accounts") % 2**32),
        group=group,
        ordinary=ordinary,
        reserve=reserve,
        rank=rank,
        country=_countries(rng, total, groups, group),
        work_rate=np.zeros(total),
        cover_rate=np.zeros(total),
        groups=groups,
    )
    _set_rates(settings, members, rng)
    return members


def _countries(
    rng: np.random.Generator, total: int, groups: list[Group], group: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Draw declared countries; a group's accounts mostly declare two or three of the same everywhere."""
    weights = COUNTRY_WEIGHTS / COUNTRY_WEIGHTS.sum()
    countries = rng.choice(len(COUNTRY_CODES), total, p=weights)
    few = rng.choice(len(COUNTRY_CODES), (len(groups), 3), p=weights)
    follows = (group >= 0) & (rng.random(total) < 0.6)
    if len(groups):
        countries[follows] = few[group[follows], rng.integers(0, 3, int(follows.sum()))]
    return countries.astype(np.int64)


def _set_rates(settings: SimulationSettings, members: Members, rng: np.random.Generator) -> None:
    """Draw volumes: one law for all groups, another for ordinary accounts, fitted to the world's budgets."""
    inside = members.group >= 0
    count = int(inside.sum())
    heavy = rng.lognormal(-(HEAVY_SPREAD**2) / 2, HEAVY_SPREAD, count) * HEAVY_EXCHANGES_A_DAY
    heavy = np.clip(heavy, 3.0, 900.0)
    share = np.array([group.share for group in members.groups])[members.group[inside]]
    campaign = np.array([group.is_campaign for group in members.groups], dtype=bool)[members.group[inside]]
    active = ~members.reserve[inside]
    heavy = np.where(campaign, heavy, heavy * TWIN_VOLUME)
    busy = np.array([SCALE_UP_ACTIVITY if group.life == "scale_up" else 1.0 for group in members.groups])
    planned = float((heavy * share * busy[members.group[inside]])[campaign & active].sum())
    if planned > 0:
        wanted = CAMPAIGN_EXCHANGES_A_DAY * settings.scale
        heavy *= np.clip(wanted / planned, 1 / LARGEST_CORRECTION, LARGEST_CORRECTION)
    members.work_rate[inside] = heavy * share
    members.cover_rate[inside] = heavy * (1 - share)
    used = float((members.cover_rate[inside] + np.where(campaign, 0.0, members.work_rate[inside]))[active].sum())
    ordinary = members.ordinary[~inside]
    relative = np.array([population.volume for population in ORDINARY])[ordinary]
    relative = relative * rng.lognormal(-(ORDINARY_SPREAD**2) / 2, ORDINARY_SPREAD, len(ordinary))
    budget = max(OTHER_EXCHANGES_A_DAY * settings.scale - used, FEWEST_ORDINARY_A_DAY * len(ordinary))
    members.cover_rate[~inside] = np.minimum(relative / relative.sum() * budget, 1_500.0)
