"""When accounts are opened, start, and end: sign-up waves, bans with failover, rotation, courses, migrations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.simulate.groups import Group
from forensics.simulate.members import Members
from forensics.simulate.randomness import stream
from forensics.simulate.settings import DAY_MICROSECONDS, SimulationSettings

NEVER = np.iinfo(np.int64).max
"""End of an account that stays open."""

HOUR = DAY_MICROSECONDS // 24

BASE_SUSPENSIONS_A_DAY = 0.0004
"""Share of all accounts suspended on any day for reasons of their own (payment, abuse, error)."""

PAST_ENDS = {"suspended": 0.012, "closed": 0.02}
"""Share of accounts that had ended before the window began."""

MEAN_AGE_DAYS = {"spread": 260.0, "recent": 45.0}
"""Mean age of accounts at the end of the window, by how their group signs up."""


@dataclass
class Lifetimes:
    """One row an account, times in microseconds since 1970.

    Attributes:
        created: when it was opened.
        opens: first moment it may be used.
        ends: moment it was suspended or closed, `NEVER` if it was not.
        suspended: whether the end was the provider's doing.
        stops: moment its owner stopped using it although it stays open.
    """

    created: NDArray[np.int64]
    opens: NDArray[np.int64]
    ends: NDArray[np.int64]
    suspended: NDArray[np.bool_]
    stops: NDArray[np.int64]


def build_lifetimes(settings: SimulationSettings, members: Members) -> Lifetimes:
    """Give every account its opening and its end, the groups' by what happens to them."""
    rng = stream(settings.seed, "lifetimes")
    count = members.count
    age = rng.exponential(MEAN_AGE_DAYS["spread"], count) * DAY_MICROSECONDS
    created = settings.end_us - np.minimum(age, 1_400 * DAY_MICROSECONDS).astype(np.int64)
    delay = rng.exponential(HOUR, count).astype(np.int64)
    lives = Lifetimes(
        created, created + delay, np.full(count, NEVER), np.zeros(count, dtype=np.bool_), np.full(count, NEVER)
    )
    for group in members.groups:
        _set_group(settings, lives, members, group)
    _end_some(settings, lives, members, rng)
    return lives


def _set_group(settings: SimulationSettings, lives: Lifetimes, members: Members, group: Group) -> None:
    """Set the accounts of one group by how it signs up and what its life is."""
    rng = stream(group.key, "life")
    rows = members.of(group)
    workers, reserve = rows[: group.size], rows[group.size :]
    window = settings.end_us - settings.start_us
    if group.wiring.birth == "cohort":
        wave = settings.start_us - int(rng.uniform(0.5, 40) * DAY_MICROSECONDS)
        _open(lives, workers, wave + (rng.exponential(1.2, group.size) * DAY_MICROSECONDS).astype(np.int64), rng)
    elif group.wiring.birth == "recent":
        age = rng.exponential(MEAN_AGE_DAYS["recent"], group.size) * DAY_MICROSECONDS
        _open(lives, workers, settings.start_us - age.astype(np.int64), rng)
    else:
        _open(lives, workers, np.minimum(lives.created[workers], settings.start_us - HOUR), rng)
    turning = settings.start_us + int(window * rng.uniform(0.35, 0.65))
    if group.life in ("failover", "migration"):
        _hand_over(lives, workers, reserve, turning, rng, suspended=group.life == "failover")
    elif group.life == "rotation":
        _rotate(settings, lives, workers, reserve, rng)
    elif group.life == "scale_up":
        late = workers[max(2, group.size // 4) :]
        lives.opens[late] = np.maximum(lives.opens[late], turning + rng.integers(0, 6 * HOUR, len(late)))
    elif group.life == "class":
        first = settings.start_us + int(window * rng.uniform(0.05, 0.4))
        _open(lives, rows, first + (rng.exponential(0.1, len(rows)) * DAY_MICROSECONDS).astype(np.int64), rng)
        length = DAY_MICROSECONDS * rng.uniform(1.0, 3.0)
        lives.stops[rows] = lives.opens[rows] + (length * rng.uniform(0.6, 1.6, len(rows))).astype(np.int64)
    elif group.life == "launch":
        first = settings.start_us + int(window * rng.uniform(0.1, 0.4))
        lives.opens[rows] = np.maximum(lives.opens[rows], first + rng.integers(0, HOUR, len(rows)))


def _open(lives: Lifetimes, rows: NDArray[np.int64], created: NDArray[np.int64], rng: np.random.Generator) -> None:
    lives.created[rows] = created
    lives.opens[rows] = created + rng.exponential(HOUR, len(rows)).astype(np.int64)


def _hand_over(
    lives: Lifetimes,
    workers: NDArray[np.int64],
    reserve: NDArray[np.int64],
    turning: int,
    rng: np.random.Generator,
    *,
    suspended: bool,
) -> None:
    """End the workers within hours and let the reserve, opened earlier, take over within minutes."""
    leaving = workers if not suspended else workers[rng.random(len(workers)) < 0.85]
    lives.ends[leaving] = turning + rng.integers(0, 5 * HOUR, len(leaving))
    lives.suspended[leaving] = suspended
    before = (rng.exponential(6, len(reserve)) * DAY_MICROSECONDS).astype(np.int64)
    lives.created[reserve] = turning - before
    lives.opens[reserve] = turning + rng.integers(5 * 60_000_000, 4 * HOUR, len(reserve))


def _rotate(
    settings: SimulationSettings,
    lives: Lifetimes,
    workers: NDArray[np.int64],
    reserve: NDArray[np.int64],
    rng: np.random.Generator,
) -> None:
    """Suspend as many workers as there is reserve, one after another, each replaced within half an hour."""
    count = min(len(reserve), len(workers))
    moments = np.sort(rng.uniform(settings.start_us, settings.end_us, count)).astype(np.int64)
    leaving = rng.choice(workers, count, replace=False)
    lives.ends[leaving] = np.maximum(moments, lives.opens[leaving] + HOUR)
    lives.suspended[leaving] = True
    taking = reserve[:count]
    lives.created[taking] = moments - (rng.exponential(1.5, count) * DAY_MICROSECONDS).astype(np.int64)
    lives.opens[taking] = lives.ends[leaving] + rng.integers(60_000_000, HOUR // 2, count)
    spare = reserve[count:]
    lives.opens[spare] = np.maximum(lives.opens[spare], settings.start_us)


def _end_some(settings: SimulationSettings, lives: Lifetimes, members: Members, rng: np.random.Generator) -> None:
    """End some accounts of every population for reasons that have nothing to do with groups."""
    free = lives.ends == NEVER
    hit = free & (rng.random(members.count) < BASE_SUSPENSIONS_A_DAY * settings.days)
    moment = settings.start_us + (rng.random(members.count) * (settings.end_us - settings.start_us)).astype(np.int64)
    hit &= moment > lives.opens
    lives.ends[hit] = moment[hit]
    lives.suspended[hit] = True
    draw = rng.random(members.count)
    past = free & ~hit & (members.group < 0) & (draw < sum(PAST_ENDS.values()))
    past &= lives.created < settings.start_us - 2 * DAY_MICROSECONDS
    span = settings.start_us - lives.created
    lives.ends[past] = (lives.created + span * rng.random(members.count))[past].astype(np.int64)
    lives.suspended[past] = draw[past] < PAST_ENDS["suspended"]
