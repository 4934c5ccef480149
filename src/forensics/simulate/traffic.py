"""One day's calls, before they have content: who called when, for whom, in which session and turn.

Sessions are drawn first. An account's own traffic gives it sessions of its own; a group's work is drawn for the
group as a whole and dealt to the accounts that are open at that moment, evenly by a balancer or unevenly. Sessions
then unfold into calls. Nothing here loops over calls.
"""

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from forensics.simulate.calls import Calls
from forensics.simulate.groups import Group
from forensics.simulate.limits import meet_limits
from forensics.simulate.networks import COUNTRY_HOURS
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.randomness import derive, mix, stream, unit
from forensics.simulate.rhythms import draw_batches, draw_seconds, week_factor
from forensics.simulate.settings import DAY_MICROSECONDS
from forensics.simulate.world import World

MEAN_TURNS = 3.5
"""Calls of a session that a person holds."""

PERSON_GAP_SECONDS = 95.0
"""Mean time between a person's turns: the answer is read first."""

MACHINE_GAP_SECONDS = 4.0
"""Mean time between a machine's calls within a session."""

GOLDEN = 0.6180339887498949
"""Multiples of the golden ratio fill the unit interval evenly: a balancer without memory of accounts."""


def draw_calls(world: World, day: int) -> Calls:
    """Draw one day's calls, in order of time.

    Args:
        world: the world.
        day: number of the day, from 0.
    """
    parts = [_own_calls(world, day)]
    parts += [calls for group in world.members.groups if (calls := _group_calls(world, group, day))]
    calls = Calls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Calls)})
    start = world.settings.start_us + day * DAY_MICROSECONDS
    calls = meet_limits(world, calls, start)
    lives = world.lifetimes
    limit = np.minimum(np.minimum(lives.ends, lives.stops)[calls.account], start + DAY_MICROSECONDS)
    calls = calls.take(np.flatnonzero((calls.at >= lives.opens[calls.account]) & (calls.at < limit)))
    return calls.take(np.lexsort((mix(calls.session, 1), calls.at)))


def _unfold(
    rng: np.random.Generator, start: NDArray[np.float64], turns: NDArray[np.int64], gap: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Turn sessions into calls: session position, turn and second of the day of each."""
    session = np.repeat(np.arange(len(start)), turns)
    first = np.cumsum(turns) - turns
    turn = np.arange(len(session)) - first[session]
    waits = rng.exponential(1.0, len(session)) * gap[session] * (turn > 0)
    total = np.cumsum(waits)
    elapsed = total - (total[first] if len(first) else total)[session]
    return session, turn, start[session] + elapsed


def _own_calls(world: World, day: int) -> Calls:
    """Draw what accounts send for themselves."""
    rng = stream(world.settings.seed, "own traffic", day)
    members, lives = world.members, world.lifetimes
    begin = world.settings.start_us + day * DAY_MICROSECONDS
    weekday = world.settings.day(day).weekday()
    alive = (lives.opens < begin + DAY_MICROSECONDS) & (np.minimum(lives.ends, lives.stops) > begin)
    rate = members.cover_rate * alive
    voices = np.array([work.voices for work in world.works])[world.accounts.cover]
    machine = voices == 0
    rhythm = np.array([population.rhythm for population in ORDINARY] + ["people"])[members.ordinary]
    mean_turns = np.where(machine, 1.0 + 6.0 * unit(mix(members.keys, 51)), MEAN_TURNS)
    for name in np.unique(rhythm):
        rate = np.where(rhythm == name, rate * week_factor(str(name), weekday), rate)
    swing = rng.gamma(1.6, 1 / 1.6, members.count)
    sessions = rng.poisson(rate / mean_turns * swing)
    owner = np.repeat(np.arange(members.count), sessions)
    key = mix(np.arange(len(owner)), derive(world.settings.seed, "sessions", day) % 2**32)
    start = np.zeros(len(owner))
    for name in np.unique(rhythm):
        rows = np.flatnonzero(rhythm[owner] == name)
        start[rows] = draw_seconds(str(name), key[rows], COUNTRY_HOURS[members.country[owner[rows]]])
    turns = np.minimum(rng.geometric(1.0 / mean_turns[owner]), 80)
    gap = np.where(machine[owner], MACHINE_GAP_SECONDS, PERSON_GAP_SECONDS)
    session, turn, second = _unfold(rng, start, turns, gap)
    account = owner[session]
    speaker = _speakers(key, voices[owner])[session]
    chance = np.array([work.conversation_share for work in world.works])[world.accounts.cover][owner]
    return Calls(
        account=account,
        work=world.accounts.cover[account],
        group=np.full(len(account), -1, dtype=np.int64),
        at=begin + (second * 1e6).astype(np.int64),
        session=key[session],
        voice=mix(members.keys[account], 53) ^ mix(speaker, 54),
        turn=turn,
        is_conversation=(unit(mix(key, 55)) < chance)[session],
        item=mix(key[session] + turn.astype(np.uint64), 56),
        limited=np.zeros(len(account), dtype=np.bool_),
    )


def _speakers(session_keys: NDArray[np.uint64], voices: NDArray[np.float64]) -> NDArray[np.int64]:
    """Choose the person behind each session, frequent users more often."""
    return (unit(mix(session_keys, 52)) ** 1.7 * np.maximum(voices, 1.0)).astype(np.int64)


def _group_calls(world: World, group: Group, day: int) -> Calls | None:
    """Draw one group's work of a day and deal it to its open accounts."""
    rng = stream(group.key, "traffic", day)
    rows = world.members.of(group)
    begin = world.settings.start_us + day * DAY_MICROSECONDS
    weights = world.members.work_rate[rows]
    work = group.work
    turns_mean = _mean_turns(group)
    count = _session_count(world, group, day, rng)
    if count == 0:
        return None
    key = mix(np.arange(count), derive(group.key, "sessions", day) % 2**32)
    hours = COUNTRY_HOURS[world.members.country[rows]]
    if group.rhythm == "batches":
        start = draw_batches(rng, count)
    else:
        start = draw_seconds(group.rhythm, key, hours[_speakers(mix(key, 60), np.full(count, float(len(rows))))])
    start = np.sort(start)
    turns = np.minimum(rng.geometric(1.0 / turns_mean, count), 60)
    gap = np.full(count, PERSON_GAP_SECONDS if work.voices else MACHINE_GAP_SECONDS * 5)
    session, turn, second = _unfold(rng, start, turns, gap)
    at = begin + (second * 1e6).astype(np.int64)
    account = _deal(world, group, rows, weights, at[turn == 0], key, rng)[session]
    hops = (turn > 0) & (rng.random(len(turn)) < work.hop_share)
    hop_key = mix(key[session[hops]] + turn[hops].astype(np.uint64), 61)
    account[hops] = _deal(world, group, rows, weights, at[hops], hop_key, rng)
    calls = Calls(
        account=account,
        work=np.full(len(account), group.index, dtype=np.int64),
        group=np.full(len(account), group.index, dtype=np.int64),
        at=at,
        session=key[session],
        voice=_group_voices(group, key, rows, world)[session]
        if work.voices != 1
        else mix(world.members.keys[np.maximum(account, 0)], 53),
        turn=turn,
        is_conversation=(unit(mix(key, 55)) < work.conversation_share)[session],
        item=(day * 10_000_000 + np.arange(len(account))).astype(np.uint64),
        limited=np.zeros(len(account), dtype=np.bool_),
    )
    return calls.take(np.flatnonzero(account >= 0))


def _mean_turns(group: Group) -> float:
    """Return the mean calls of one of a group's sessions: long for agents, single for most machines."""
    if group.work.voices:
        return MEAN_TURNS
    return 5.0 if group.work.conversation_share > 0.5 else 1.5 if group.work.conversation_share else 1.0


def _session_count(world: World, group: Group, day: int, rng: np.random.Generator) -> int:
    """Draw how many sessions a group has on a day; one that scales up starts with its scouts' share of the load."""
    rows = world.members.of(group)
    weights = world.members.work_rate[rows]
    expected = weights[: group.size].sum() * week_factor(group.rhythm, world.settings.day(day).weekday())
    if group.life == "scale_up":
        noon = world.settings.start_us + day * DAY_MICROSECONDS + DAY_MICROSECONDS // 2
        expected *= float(weights[world.lifetimes.opens[rows] <= noon].sum() / weights.sum())
    steadiness = 40.0 if group.split == "balanced" else 6.0
    return int(rng.poisson(expected / _mean_turns(group) * rng.gamma(steadiness, 1 / steadiness)))


def _group_voices(group: Group, key: NDArray[np.uint64], rows: NDArray[np.int64], world: World) -> NDArray[np.uint64]:
    """Name the person behind each of a group's sessions; a machine speaks with one voice."""
    if group.work.voices == 0:
        return np.full(len(key), group.key, dtype=np.uint64)
    people = np.full(len(key), group.work.voices * len(rows))
    return mix(_speakers(key, people), group.key % 2**32)


def _deal(
    world: World, group: Group, rows: NDArray[np.int64], weights: NDArray[np.float64], at: NDArray[np.int64],
    key: NDArray[np.uint64], rng: np.random.Generator,
) -> NDArray[np.int64]:  # fmt: skip
    """Deal calls to the accounts open at their time: evenly by weight, or by chance with each account's own swing.

    Returns:
        Account positions, −1 where no account is open.
    """
    lives = world.lifetimes
    opens, ends = lives.opens[rows], np.minimum(lives.ends, lives.stops)[rows]
    swing = weights if group.split == "balanced" else weights * rng.gamma(0.8, 1.25, len(rows))
    changes = np.unique(np.concatenate([opens, ends]))
    segment = np.searchsorted(changes, at, side="right")
    account = np.full(len(at), -1, dtype=np.int64)
    for number in np.unique(segment):
        chosen = np.flatnonzero(segment == number)
        moment = at[chosen[0]]
        edges = np.cumsum(np.where((opens <= moment) & (moment < ends), swing, 0.0))
        if edges[-1] <= 0:
            continue
        if group.split == "balanced":
            place = (np.arange(len(chosen)) * GOLDEN + rng.random()) % 1.0
        else:
            place = unit(mix(key[chosen], 62))
        account[chosen] = rows[np.searchsorted(edges, place * edges[-1], side="right")]
    return account
