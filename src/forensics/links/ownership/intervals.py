"""The days between which a verdict holds, read off the states before and after the day asked for."""

from dataclasses import dataclass

import numpy as np

from forensics.links.ownership.graph import Bools, Ints
from forensics.links.ownership.profiles import Period
from forensics.links.ownership.records import FOREVER, day_number
from forensics.links.ownership.timeline import Timeline


@dataclass(frozen=True)
class Intervals:
    """Days [start, end) in which the verdict of each organisation holds, counted from 1970-01-01.

    Attributes:
        start, end: −`FOREVER` and `FOREVER` where open.
        is_minimum: proven that far only: more days were on record than the timeline follows.
    """

    start: Ints
    end: Ints
    is_minimum: Bools


def find_intervals(timeline: Timeline, verdict: Ints, period: Period) -> Intervals:
    """The longest run of stretches around the day with the same verdict.

    Args:
        timeline: the states.
        verdict: verdict of each state.
        period: the days around the one asked for in which the rule is steadily in force (or not): intervals end there.
    """
    count = len(timeline.at)
    differs = verdict != verdict[timeline.at][timeline.node]
    after, before = timeline.day > timeline.on, timeline.day < timeline.on
    end = np.full(count, FOREVER)
    np.minimum.at(end, timeline.node[after & differs], timeline.day[after & differs])
    start = np.full(count, -FOREVER)
    # A state before the day stands on the last day of its stretch: the next stretch begins a day later.
    np.maximum.at(start, timeline.node[before & differs], timeline.day[before & differs] + 1)
    open_end, open_start = (end == FOREVER) & timeline.cut_after, (start == -FOREVER) & timeline.cut_before
    latest, earliest = np.full(count, timeline.on), np.full(count, timeline.on)
    np.maximum.at(latest, timeline.node[after], timeline.day[after])
    np.minimum.at(earliest, timeline.node[before], timeline.day[before])
    # The verdict holds in the last stretch followed, of which only one day is known for certain.
    end, start = np.where(open_end, latest + 1, end), np.where(open_start, earliest, start)
    if period.start is not None:
        start = np.maximum(start, day_number(period.start))
    if period.end is not None:
        end = np.minimum(end, day_number(period.end))
    return Intervals(start, end, open_end | open_start)
