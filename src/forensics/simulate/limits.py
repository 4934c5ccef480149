"""Bursts of rate limits: a client is refused for load, tries again and again, and a pool moves on to another account.

Everybody runs into bursts at the same rate. An account on its own waits and gets through in the end. Where one dealer
serves many accounts (campaigns, resellers, but also one company's service with several accounts), the call goes out
on another account within seconds, and for some minutes the dealer leaves the limited account alone.
"""

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from forensics.simulate.calls import Calls
from forensics.simulate.randomness import choose, mix, unit
from forensics.simulate.settings import DAY_MICROSECONDS
from forensics.simulate.world import World

BURST_SHARE = 0.003
"""Share of calls that meet a burst: with the single limits of `exchanges`, about one call in seventy is limited."""

MOST_TRIES = 4
"""A client tries one to four times before it gets through or moves on."""

FIRST_WAIT_SECONDS = 1.5
"""Wait before the second try; each further one doubles it, as clients do."""

PAUSE_MINUTES = (8.0, 30.0)
"""How long a dealer leaves a limited account alone."""

LOOKS = 4
"""Accounts a dealer looks at before it gives up and stays."""


def meet_limits(world: World, calls: Calls, begin: int) -> Calls:
    """Let some of a day's calls meet a burst of rate limits, with what their senders do about it.

    Args:
        world: the world.
        calls: a day's calls in any order.
        begin: midnight of the day, microseconds since 1970.

    Returns:
        The calls, tries that failed among them and the calls of paused accounts dealt to others, in no special order.
    """
    key = mix(calls.session + calls.turn.astype(np.uint64), 131) ^ mix(calls.account, 132) ^ mix(calls.at, 133)
    hit = np.flatnonzero(unit(key) < BURST_SHARE)
    if not len(hit):
        return calls
    tries = 1 + choose(mix(key[hit], 134), MOST_TRIES)
    couples = np.array([group.kind.couples for group in world.members.groups] + [False])[calls.group]
    limited = calls.account[hit]
    last = calls.at[hit] + _waited(tries, key[hit])
    failed = _failed(calls, hit, tries, key[hit])
    calls = _copy(calls)
    calls.at[hit] = last
    moves = np.flatnonzero(couples)
    paused = _paused(calls, moves, limited[couples[hit]], last[couples[hit]], key[hit][couples[hit]], begin)
    moving = np.union1d(moves[paused], hit[couples[hit]])
    calls.account[moving] = _others(world, calls.account[moving], calls.at[moving], key[moving])
    columns = [field.name for field in fields(calls)]
    return type(calls)(**{name: np.concatenate([getattr(calls, name), getattr(failed, name)]) for name in columns})


def _waited(tries: NDArray[np.int64], key: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the microseconds from the first try to the one after so many tries."""
    jitter = 0.8 + 0.4 * unit(mix(key, 135))
    return (FIRST_WAIT_SECONDS * (2.0**tries - 1) * jitter * 1e6).astype(np.int64)


def _failed(calls: Calls, hit: NDArray[np.int64], tries: NDArray[np.int64], key: NDArray[np.uint64]) -> Calls:
    """Return the tries that failed: the same call, on the same account, at growing distances."""
    source = np.repeat(np.arange(len(hit)), tries)
    number = np.arange(len(source)) - np.repeat(np.cumsum(tries) - tries, tries)
    failed = calls.take(hit[source])
    failed.at = failed.at + _waited(number, key[source])
    failed.limited = np.ones(len(source), dtype=np.bool_)
    return failed


def _copy(calls: Calls) -> Calls:
    """Copy the columns that change, so that the caller's stay as they are."""
    changed = calls.take(slice(None))
    changed.at, changed.account = calls.at.copy(), calls.account.copy()
    return changed


def _paused(
    calls: Calls, moves: NDArray[np.int64], limited: NDArray[np.int64], last: NDArray[np.int64],
    key: NDArray[np.uint64], begin: int,
) -> NDArray[np.bool_]:  # fmt: skip
    """Say which of the calls at `moves` would go to an account in the pause after its latest burst."""
    if not len(limited):
        return np.zeros(len(moves), dtype=np.bool_)
    span = 2 * DAY_MICROSECONDS
    moment = limited * span + np.clip(last - begin, 0, span - 1)
    order = np.argsort(moment, kind="stable")
    low, high = PAUSE_MINUTES
    pause = (low + (high - low) * unit(mix(key, 136))) * 60e6
    asked = calls.account[moves] * span + np.clip(calls.at[moves] - begin, 0, span - 1)
    place = np.searchsorted(moment[order], asked, side="right") - 1
    before = order[np.maximum(place, 0)]
    same = (place >= 0) & (limited[before] == calls.account[moves])
    return np.asarray(same & (asked - moment[before] < pause[before]))


def _others(
    world: World, account: NDArray[np.int64], at: NDArray[np.int64], key: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Choose another account of the same group that is open at the time; stay where none is found."""
    members, lives = world.members, world.lifetimes
    sizes = np.array([group.account_count for group in members.groups], dtype=np.int64)
    group, rank = members.group[account], members.rank[account]
    size, first = sizes[group], account - rank
    chosen = account.copy()
    for look in range(LOOKS):
        step = 1 + choose(mix(key, 137 + look), size - 1)
        other = first + (rank + step) % size
        is_open = (lives.opens[other] <= at) & (at < np.minimum(lives.ends, lives.stops)[other])
        chosen = np.where((chosen == account) & is_open, other, chosen)
    return chosen
