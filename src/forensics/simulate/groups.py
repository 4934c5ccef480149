"""Which groups stand in a world: how many of each kind, how large, how diluted, wired and scheduled."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forensics.simulate.kinds import Kind
from forensics.simulate.randomness import derive, stream
from forensics.simulate.scenarios import SCENARIOS
from forensics.simulate.settings import (
    BUSINESS_ACCOUNTS,
    FRAUDULENT_ACCOUNTS,
    TWIN_SHARE,
    SimulationSettings,
)
from forensics.simulate.twins import KINDS
from forensics.simulate.wirings import Wiring
from forensics.simulate.work import Work

SIZE_AT_DEMO_SCALE = 12.0
"""Mean accounts of a group at scale 0.01: enough to be a group, few enough that every mode has several."""

SIZE_GROWTH = 0.6
"""Groups grow with the 0.6th power of the scale: a larger provider has larger campaigns and more of them."""

SMALLEST_GROUP = 4
"""Below four accounts nothing that needs a group can be told."""

DILUTED_SIZE = 0.4
"""Accounts of a diluted group relative to a pure one, so that most campaign accounts carry little else."""

TWINS_UNDILUTED = (1.0,) * 8
"""Further undiluted groups dealt to look-alikes: a kind has seldom more than one group in a world, of a size that
dilution cannot lower, so that diluted groups must be half as many for the same share of accounts to be diluted."""

RESALE_SHARES = (0.5, 0.25, 0.5, 0.1)
"""Share of a reseller's traffic that is its own harvest; the rest is that of its customers."""


@dataclass(frozen=True)
class Group:
    """One group of accounts as planned.

    Attributes:
        index: position among the groups.
        kind: what it is.
        size: accounts that work for it at the same time.
        reserve: further accounts that take over from banned ones.
        share: work as a share of its accounts' traffic (0–1).
        work, wiring, rhythm, split, life: dealt from the kind's lists.
        key: source of everything random about it.
        language: position among the languages its work is written in.
    """

    index: int
    kind: Kind
    size: int
    reserve: int
    share: float
    work: Work
    wiring: Wiring
    rhythm: str
    split: str
    life: str
    key: int

    @property
    def is_campaign(self) -> bool:
        """Whether the group extracts."""
        return not self.kind.twin_of

    @property
    def twin_of(self) -> tuple[str, ...]:
        """Modes that the group looks like: of those its kind does, the one whose work it does, where that matters."""
        return (self.work.like,) if self.work.like in self.kind.twin_of else self.kind.twin_of

    @property
    def account_count(self) -> int:
        """All accounts, workers and reserve."""
        return self.size + self.reserve


def plan_groups(settings: SimulationSettings) -> list[Group]:
    """Deal the accounts that stand in groups to groups of the scenario's kinds.

    Args:
        settings: the world asked for; campaign kinds share 24,000 accounts per unit of scale, look-alikes 15,000.

    Returns:
        The groups, campaigns first.
    """
    scenario = SCENARIOS[settings.scenario]
    plans: list[Group] = []
    budgets = (
        (scenario.modes, FRAUDULENT_ACCOUNTS * settings.scale, scenario.dilution),
        (scenario.twins, BUSINESS_ACCOUNTS * TWIN_SHARE * settings.scale, scenario.dilution + TWINS_UNDILUTED),
    )
    for names, whole, dilution in budgets:
        parts = sum(KINDS[name].size_part for name in names)
        budget = {name: whole * KINDS[name].size_part / parts for name in names}
        count = {name: _count(settings, budget[name]) for name in names}
        rng = stream(settings.seed, "deal", len(plans))
        wirings = iter(rng.permutation(sum(count.values())))
        diluted = sum(number for name, number in count.items() if not KINDS[name].resale_cover)
        dilutions = iter(rng.permutation(diluted))
        for name in names:
            shares = [_share(KINDS[name], number, dilutions, dilution) for number in range(count[name])]
            for number, total in enumerate(_sizes(settings, name, budget[name], shares)):
                deal = Deal(number, int(next(wirings)), total, shares[number])
                plans.append(_group(settings, name, deal, len(plans)))
    return plans


def _count(settings: SimulationSettings, budget: float) -> int:
    """Return how many groups share a kind's accounts."""
    mean = SIZE_AT_DEMO_SCALE * float(max(settings.scale / 0.01, 0.1) ** SIZE_GROWTH)
    return max(1, min(round(budget / mean), round(budget) // SMALLEST_GROUP))


def _share(kind: Kind, number: int, places: Iterator[int], dilution: tuple[float, ...]) -> float:
    """Return work as a share of the group's traffic."""
    if kind.resale_cover:
        return RESALE_SHARES[number % len(RESALE_SHARES)]
    return float(dilution[next(places) % len(dilution)]) if kind.diluted else 1.0


def _sizes(settings: SimulationSettings, name: str, budget: float, shares: list[float]) -> list[int]:
    """Split a kind's accounts into groups of uneven size that sum to the budget; diluted groups are smaller."""
    count = len(shares)
    total = max(round(budget), SMALLEST_GROUP * count)
    weights = stream(settings.seed, "sizes", name).lognormal(0.0, 0.45, count)
    weights *= np.where(np.array(shares) < 1.0, DILUTED_SIZE, 1.0)
    spare = total - count * SMALLEST_GROUP
    edges = np.floor(np.cumsum(weights) / weights.sum() * spare + 0.5).astype(int)
    return [int(part) + SMALLEST_GROUP for part in np.diff(edges, prepend=0)]


@dataclass(frozen=True)
class Deal:
    """What falls to one group: its number among its kind, its place in the deal of wirings, its size and dilution."""

    number: int
    place: int
    total: int
    share: float


def _group(settings: SimulationSettings, name: str, deal: Deal, index: int) -> Group:
    """Plan one group: every list of its kind is dealt in turn, from a start of the world's own."""
    kind = KINDS[name]
    key = derive(settings.seed, "group", name, deal.number)
    turn = deal.number + derive(settings.seed, "turn", name) % 60
    life = kind.lives[turn % len(kind.lives)]
    reserve = reserve_of(life, deal.total)
    return Group(
        index=index,
        kind=kind,
        size=deal.total - reserve,
        reserve=reserve,
        share=deal.share,
        work=kind.works[turn % len(kind.works)],
        wiring=kind.wirings[deal.place % len(kind.wirings)],
        rhythm=kind.rhythms[turn % len(kind.rhythms)],
        split=kind.splits[(turn // 3) % len(kind.splits)],
        life=life,
        key=key,
    )


def reserve_of(life: str, total: int) -> int:
    """Return how many of a group's accounts wait to take over from others."""
    share = {"failover": 0.4, "rotation": 0.25, "migration": 0.5}.get(life, 0.0)
    return min(round(total * share), total - 2)
