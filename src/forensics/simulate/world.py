"""The world before anything happens in it: populations turned into accounts with all they own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.simulate.clients import CHANNELS, draw_builds, draw_clients
from forensics.simulate.egress import Egress, build_egress
from forensics.simulate.groups import plan_groups
from forensics.simulate.instruments import Instruments, build_instruments
from forensics.simulate.lifetimes import Lifetimes, build_lifetimes
from forensics.simulate.members import Members, build_members
from forensics.simulate.networks import Internet, build_internet
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.organisations import Organisations, build_organisations
from forensics.simulate.randomness import mix, pick_weighted, stream, unit
from forensics.simulate.register import Register, build_register
from forensics.simulate.settings import SimulationSettings
from forensics.simulate.work import PEOPLE, RELAY, Work

MACHINE_CHANNELS = np.array([0.04, 0.62, 0.16, 0.12, 0.06])
PERSON_CHANNELS = np.array([0.72, 0.20, 0.03, 0.02, 0.03])
"""How accounts that machines or people use reach the model, in the order of `CHANNELS`."""


GROUP_MACHINES = 0.85
"""Share of a group's accounts reached as machines are, whatever the work: relays use interfaces, harvesters also
drive the web site."""


@dataclass
class Accounts:
    """How accounts reach the model and what they send, one row an account.

    Attributes:
        channel: position among the channels.
        client, build: array (accounts, 2): client of its own traffic and of its group's work, and its build.
        cover: position among `works` of what the account sends for itself.
        names_conversations: whether its client sends conversation ids.
        key_count: how many keys it signs with; 0 on the web.
        adopts: days after a release at which it moves to the new model.
    """

    channel: NDArray[np.int64]
    client: NDArray[np.int64]
    build: NDArray[np.int64]
    cover: NDArray[np.int64]
    names_conversations: NDArray[np.bool_]
    key_count: NDArray[np.int64]
    adopts: NDArray[np.float64]


@dataclass
class World:
    """Everything that is fixed before the first day.

    Attributes:
        settings: what was asked for.
        members, lifetimes, organisations, register, egress, instruments, accounts, internet: one a concern.
        works: all kinds of work: those of the groups by group position, then what accounts send for themselves.
    """

    settings: SimulationSettings
    members: Members
    lifetimes: Lifetimes
    organisations: Organisations
    register: Register
    egress: Egress
    instruments: Instruments
    accounts: Accounts
    internet: Internet
    works: list[Work]


def build_world(settings: SimulationSettings) -> World:
    """Make all accounts of a world and what they own."""
    members = build_members(settings, plan_groups(settings))
    organisations = build_organisations(settings, members)
    internet = build_internet(settings, members.count)
    works, cover = _covers(members)
    return World(
        settings=settings,
        members=members,
        lifetimes=build_lifetimes(settings, members),
        organisations=organisations,
        register=build_register(settings, organisations),
        egress=build_egress(settings, members, internet),
        instruments=build_instruments(settings, members, organisations.of_account),
        accounts=_accounts(settings, members, works, cover),
        internet=internet,
        works=works,
    )


def _covers(members: Members) -> tuple[list[Work], NDArray[np.int64]]:
    """List all kinds of work and say which one each account does for itself."""
    works = [group.work for group in members.groups]
    start = len(works)
    works += [PEOPLE, RELAY]
    cover = np.full(members.count, start, dtype=np.int64)
    for group in members.groups:
        if group.kind.resale_cover:
            cover[members.of(group)] = start + 1
    for position, population in enumerate(ORDINARY):
        rows = np.flatnonzero(members.ordinary == position)
        weights = np.ones(len(population.works))
        cover[rows] = len(works) + pick_weighted(mix(members.keys[rows], 21), weights)
        works += population.works
    return works, cover


def _accounts(settings: SimulationSettings, members: Members, works: list[Work], cover: NDArray[np.int64]) -> Accounts:
    keys = members.keys
    machine = np.array([work.voices == 0 for work in works])
    is_machine = np.where(members.group >= 0, unit(mix(keys, 30)) < GROUP_MACHINES, machine[cover])
    channel = np.where(
        is_machine,
        pick_weighted(mix(keys, 31), MACHINE_CHANNELS),
        pick_weighted(mix(keys, 32), PERSON_CHANNELS),
    )
    web = channel == CHANNELS.index("web")
    own = draw_clients(settings.seed, mix(keys, 33), web | (~is_machine & (unit(mix(keys, 34)) < 0.6)))
    client = np.stack([own, own], axis=1)
    build = np.stack([draw_builds(mix(keys, 35))] * 2, axis=1)
    for group in members.groups:
        if not group.wiring.one_client:
            continue
        rows, rng = members.of(group), stream(group.key, "clients")
        few = rng.integers(1, 1 << 62, 2).astype(np.uint64)
        chosen = few[(rng.random(len(rows)) < 0.25).astype(np.int64)]
        client[rows, 1] = draw_clients(settings.seed, chosen, web[rows])
        build[rows, 1] = draw_builds(chosen)
        if group.index % 2 == 0 or group.kind.resale_cover:
            # Half of the groups do everything on the same machines, as from the same addresses (`build_egress`);
            # a reseller's gateway always does.
            client[rows, 0], build[rows, 0] = client[rows, 1], build[rows, 1]
    return Accounts(
        channel=channel,
        client=client,
        build=build,
        cover=cover,
        names_conversations=web | (unit(mix(keys, 36)) < 0.4),
        key_count=np.where(web, 0, 1 + (unit(mix(keys, 37)) ** 3 * 4).astype(np.int64)),
        adopts=-np.log1p(-unit(mix(keys, 38))) * 9.0,
    )
