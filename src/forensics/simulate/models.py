"""The provider's models and who moves to a new one when it is released."""

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.calls import Calls
from forensics.simulate.randomness import Keys, derive, mix, pick_weighted, unit
from forensics.simulate.settings import DAY_MICROSECONDS, SimulationSettings
from forensics.simulate.world import World

MODELS = ("harbor-3-mini", "harbor-3", "harbor-3-max", "harbor-3.5", "harbor-4")
"""Models in order of release; the last one is released within the window."""

OLDER_WEIGHTS = np.array([0.3, 0.15, 0.15, 0.4])
"""How accounts divide over the models released before the window."""

AGES_DAYS = (420, 400, 310, 120)
"""Ages of these models at the start of the window."""


def model_series() -> pl.Series:
    """Return the names of all models by position."""
    return pl.Series(MODELS)


def released_us(settings: SimulationSettings) -> int:
    """Return the moment of the release within the window: at 40 percent of it, in the afternoon UTC."""
    day = int(settings.days * 0.4)
    return settings.start_us + day * DAY_MICROSECONDS + DAY_MICROSECONDS // 24 * 15


def write_models(settings: SimulationSettings, day: int) -> pl.DataFrame:
    """Write the models table as it stands at the end of a day."""
    old = [dt.datetime.combine(settings.start, dt.time(16)) - dt.timedelta(days=age) for age in AGES_DAYS]
    new = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=released_us(settings))
    frame = pl.DataFrame(
        {"model": MODELS, "released_at": [*old, new]}, schema={"model": pl.String, "released_at": pl.Datetime("us")}
    )
    end = dt.datetime.combine(settings.day(day + 1), dt.time())
    return frame.filter(pl.col("released_at") < end)


def choose_models(world: World, calls: Calls, key: Keys) -> NDArray[np.int64]:
    """Choose the model of each call: its owner's usual one, or the new one once they have moved.

    A group moves its stated share of work within a day of the release and the rest slowly; an account on its own
    moves as a whole, some days after, a few at once.
    """
    usual_of = np.where(
        calls.group >= 0,
        mix(calls.group, derive(world.settings.seed, "models") % 2**32),
        world.members.keys[calls.account],
    )
    usual = pick_weighted(mix(usual_of, 31), OLDER_WEIGHTS)
    wanders = unit(mix(key, 32)) < 0.15
    usual = np.where(wanders, pick_weighted(mix(key, 33), OLDER_WEIGHTS), usual)
    days = (calls.at - released_us(world.settings)) / DAY_MICROSECONDS
    alone = days > world.accounts.adopts[calls.account]
    pivots = np.array([group.kind.pivot_share for group in world.members.groups] + [0.0])[calls.group]
    share = pivots * np.clip(days * 1.6, 0.0, 1.0) + (1 - pivots) * np.clip(days / 40, 0.0, 0.6)
    moved = np.where(calls.group >= 0, unit(mix(key, 34)) < share, alone)
    return np.where((days > 0) & moved, len(MODELS) - 1, usual)
