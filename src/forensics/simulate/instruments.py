"""Who pays with what: payment instruments, how they are shared, and how often they are charged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.simulate.groups import Group
from forensics.simulate.members import Members
from forensics.simulate.networks import COUNTRY_CODES, COUNTRY_WEIGHTS
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.randomness import stream
from forensics.simulate.settings import SimulationSettings

INSTRUMENT_KINDS = ("card", "prepaid_card", "virtual_card", "wallet", "bank_transfer", "invoice", "credit")
KIND_WEIGHTS = {
    "personal": (0.62, 0.06, 0.12, 0.14, 0.03, 0.0, 0.03),
    "company": (0.42, 0.02, 0.22, 0.05, 0.12, 0.14, 0.03),
}
"""How people and organisations pay. Shared cards of campaigns are drawn from the same weights as anybody's."""

FOREIGN_CARD_SHARE = 0.12
"""Share of instruments issued in another country than the account's."""


@dataclass
class Instruments:
    """Payment instruments and the accounts they pay for.

    Attributes:
        first, second: an account's instruments (positions; `second` equals `first` where there is only one).
        kind: position among `INSTRUMENT_KINDS`, one an instrument.
        issuer: country position, one an instrument.
        shared: whether the group shares the instrument on purpose, one an account.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    kind: NDArray[np.int64]
    issuer: NDArray[np.int64]
    shared: NDArray[np.bool_]


def build_instruments(settings: SimulationSettings, members: Members, organisation: NDArray[np.int64]) -> Instruments:
    """Give every account one or two instruments; colleagues, relatives and rings share some."""
    rng = stream(settings.seed, "instruments")
    count = members.count
    first = np.arange(count)
    second = np.where(rng.random(count) < 0.12, np.arange(count) + count, first)
    shared = np.zeros(count, dtype=np.bool_)
    _share_among_colleagues(members, organisation, first, second, rng)
    offset = 2 * count
    for group in members.groups:
        if group.wiring.accounts_per_card > 0:
            offset = _share_in_group(group, members.of(group), first, second, shared, offset)
    kind = _kinds(rng, offset, members, organisation, first)
    holder = np.zeros(offset, dtype=np.int64)
    holder[second[::-1]] = np.arange(count)[::-1]
    holder[first[::-1]] = np.arange(count)[::-1]
    foreign = rng.random(offset) < FOREIGN_CARD_SHARE
    elsewhere = rng.choice(len(COUNTRY_CODES), offset, p=COUNTRY_WEIGHTS / COUNTRY_WEIGHTS.sum())
    issuer = np.where(foreign, elsewhere, members.country[holder])
    return Instruments(first, second, kind, issuer, shared)


def _share_among_colleagues(
    members: Members,
    organisation: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    rng: np.random.Generator,
) -> None:
    """Let ordinary colleagues pay with the same few instruments, and some people with a relative's."""
    sharing = np.array([population.card_sharing for population in ORDINARY])
    ordinary = members.ordinary >= 0
    shares = ordinary & (rng.random(members.count) < sharing[np.maximum(members.ordinary, 0)])
    staff = np.flatnonzero(shares & (organisation >= 0))
    order = staff[np.argsort(organisation[staff], kind="stable")]
    leads = np.unique(organisation[order], return_index=True)[1]
    lead_of = np.repeat(order[leads], np.diff(np.append(leads, len(order))))
    first[order] = second[order] = lead_of
    family = np.flatnonzero(shares & (organisation < 0))
    first[family[1::2]] = first[family[: len(family[1::2]) * 2 : 2]]


def _share_in_group(
    group: Group,
    rows: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    shared: NDArray[np.bool_],
    offset: int,
) -> int:
    """Deal a group's instruments to its accounts; a third of the accounts use two, which ties the sets together."""
    rng = stream(group.key, "cards")
    count = max(1, round(len(rows) / group.wiring.accounts_per_card))
    order = rng.permutation(len(rows))
    first[rows[order]] = offset + np.arange(len(rows)) % count
    second[rows] = np.where(rng.random(len(rows)) < 0.35, offset + rng.integers(0, count, len(rows)), first[rows])
    shared[rows] = True
    return offset + count


def _kinds(
    rng: np.random.Generator, total: int, members: Members, organisation: NDArray[np.int64], first: NDArray[np.int64]
) -> NDArray[np.int64]:  # fmt: skip
    personal = rng.choice(len(INSTRUMENT_KINDS), total, p=KIND_WEIGHTS["personal"])
    company = rng.choice(len(INSTRUMENT_KINDS), total, p=KIND_WEIGHTS["company"])
    of_company = np.zeros(total, dtype=np.bool_)
    of_company[first[organisation >= 0]] = True
    return np.where(of_company, company, personal)
