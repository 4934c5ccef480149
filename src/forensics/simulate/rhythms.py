"""When work is done: profiles over the hours of a local day and over the week."""

import numpy as np
from numpy.typing import NDArray

from forensics.simulate.randomness import Keys, mix, unit

_HOURS = np.arange(24)


def _bump(centre: float, width: float) -> NDArray[np.float64]:
    distance = np.minimum(np.abs(_HOURS - centre), 24 - np.abs(_HOURS - centre))
    return np.asarray(np.exp(-0.5 * (distance / width) ** 2))


PROFILES: dict[str, NDArray[np.float64]] = {
    "people": 0.06 + 0.8 * _bump(11, 2.5) + 0.7 * _bump(15.5, 2.5) + 0.75 * _bump(21, 2.0),
    "office": 0.02 + _bump(10.5, 1.6) + _bump(15, 2.0),
    "server": 0.35 + 0.6 * _bump(14, 4.5),
    "round_clock": np.full(24, 1.0) + 0.1 * _bump(3, 3),
    "batches": np.full(24, 1.0),
    "nightly": 0.01 + 1.5 * _bump(2.5, 0.9),
    "class": 0.03 + _bump(10.5, 1.2) + 0.8 * _bump(14, 1.5) + 0.3 * _bump(20, 2),
}
"""Relative activity in each local hour."""

WEEKEND: dict[str, float] = {
    "people": 0.85, "office": 0.15, "server": 0.8, "round_clock": 1.0, "batches": 1.0, "nightly": 0.95, "class": 0.5,
}  # fmt: skip
"""Activity on Saturday and Sunday as a share of a weekday's."""

HOUR_SECONDS = 3_600.0


def week_factor(rhythm: str, weekday: int) -> float:
    """Return a day's activity relative to the week's mean, so that a week sums to seven."""
    weekend = WEEKEND[rhythm]
    return (weekend if weekday >= 5 else 1.0) * 7 / (5 + 2 * weekend)


def draw_seconds(rhythm: str, keys: Keys, utc_offset: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """Draw moments of the UTC day that follow a rhythm in local time.

    Args:
        rhythm: name of a profile.
        keys: one key a moment.
        utc_offset: local time minus UTC, hours.

    Returns:
        Seconds since midnight UTC.
    """
    edges = np.concatenate([[0.0], np.cumsum(PROFILES[rhythm])])
    draws = unit(mix(keys, 41)) * edges[-1]
    local = np.interp(draws, edges, np.arange(25)) * HOUR_SECONDS
    return np.asarray((local - np.asarray(utc_offset) * HOUR_SECONDS) % (24 * HOUR_SECONDS))


def draw_batches(rng: np.random.Generator, count: int, size: float = 60.0) -> NDArray[np.float64]:
    """Draw moments that come in bursts: jobs started at any time, each worked off within minutes.

    Args:
        rng: the caller's random stream.
        count: number of moments.
        size: mean length of a job.
    """
    jobs = max(1, int(count / size))
    starts = rng.uniform(0, 23.5 * HOUR_SECONDS, jobs)
    return np.asarray(starts[rng.integers(0, jobs, count)] + rng.exponential(400.0, count))
