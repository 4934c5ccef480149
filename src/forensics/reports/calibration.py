"""How often each band of support came with right findings and with false ones in simulated worlds, where counted.

A band is a bound that follows from stated chances. `forensics evaluate --calibration FILE` lays it beside known cases:
in what share of right findings an innocent explanation gets the band, over the same share of false ones. That is a
likelihood ratio of the band itself, measured, with an interval, and it needs no share of campaigns beforehand. It holds
for worlds like those it was counted on; a file is adopted by naming it in the setting `band_calibration`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from forensics.errors import SettingsError
from forensics.reports.support import BANDS, Support

FORMAT = "forensics bands 1"

FEWEST_GROUPS = 30
"""Right findings, and false ones, over all worlds from which a ratio says anything: of fewer each share is a guess."""

FEWEST_IN_BAND = 10
"""Findings with a band from which it counts as calibrated: an interval on fewer spans all bands."""

DEVIATIONS_95 = 1.959964
"""Standard deviations to either side that hold 95 percent of a normal distribution."""

Key = tuple[str, str, str]
"""Rival, what the band favours, band."""


class Observed(NamedTuple):
    """What a band was worth: groups it was counted on, and the decimal logarithm of its ratio with a 95 % interval."""

    group_count: int
    log_ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """Counts of several worlds added up.

    Attributes:
        right, wrong: right and false findings in all.
        counts: of these, those with each band against each rival.
    """

    right: int
    wrong: int
    counts: Mapping[Key, tuple[int, int]]

    def observed(self, rival: str, found: Support) -> Observed | None:
        """What a band was worth; nothing where too few cases are known."""
        right, wrong = self.counts.get((rival, found.favours, found.band), (0, 0))
        if min(self.right, self.wrong) < FEWEST_GROUPS or right + wrong < FEWEST_IN_BAND:
            return None
        return Observed(self.right + self.wrong, *log_ratio((right, self.right), (wrong, self.wrong)))


NO_CASES = Calibration(0, 0, {})


def log_ratio(right: tuple[int, int], wrong: tuple[int, int]) -> tuple[float, float, float]:
    """Decimal logarithm of the ratio of two shares, with the ends of its 95 percent interval.

    Args:
        right, wrong: how many of how many.

    Method: half a case is added to each count and one to each total, so that none is zero (Walter 1975); the interval
    is that of the logarithm (Katz and others 1978).
    """
    (hits, total), (others, other_total) = ((count + 0.5, whole + 1.0) for count, whole in (right, wrong))
    ratio = math.log(hits / total) - math.log(others / other_total)
    spread = DEVIATIONS_95 * math.sqrt(max(1 / hits - 1 / total + 1 / others - 1 / other_total, 0.0))
    low, middle, high = (value / math.log(10) for value in (ratio - spread, ratio, ratio + spread))
    return round(middle, 6), round(low, 6), round(high, 6)


def load_calibration(named: str | None) -> Calibration:
    """The counts of a file, added up over its worlds; those of no world where none is named.

    Raises:
        SettingsError: when the file is missing, no calibration, or one of other bands.
    """
    return added_up(read_worlds(Path(named))) if named else NO_CASES


def added_up(worlds: list[dict[str, Any]]) -> Calibration:
    """Counts of all worlds together."""
    counts: dict[Key, tuple[int, int]] = {}
    for one in (band for world in worlds for band in world["bands"]):
        key = (one["rival"], one["favours"], one["band"])
        right, wrong = counts.get(key, (0, 0))
        counts[key] = (right + one["right"], wrong + one["wrong"])
    return Calibration(sum(world["right"] for world in worlds), sum(world["wrong"] for world in worlds), counts)


def read_worlds(path: Path) -> list[dict[str, Any]]:
    """The worlds of a calibration file with their counts.

    Raises:
        SettingsError: when the file is missing, no calibration, or one of other bands.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        worlds = list(content["worlds"])
        known = content["format"] == FORMAT
        same_bands = content["band_ends"] == band_ends()
        added_up(worlds)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _refused(path, f"it cannot be read: {str(fault)[:200]}") from fault
    if not known or not same_bands:
        raise _refused(path, "its bands are not those of this version" if known else f"its format is not {FORMAT}")
    return worlds


def write_worlds(path: Path, worlds: list[dict[str, Any]]) -> None:
    """Write a calibration file: equal counts give equal bytes."""
    content = {"format": FORMAT, "band_ends": band_ends(), "worlds": worlds}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", "utf-8")


def band_ends() -> dict[str, float | None]:
    """Upper end of each band, on the decimal logarithm: counts for other bands say nothing about these."""
    return {name: None if math.isinf(end) else round(end, 6) for end, name in BANDS}


def _refused(path: Path, fault: str) -> SettingsError:
    return SettingsError(
        f"The calibration {path} cannot be used.",
        faults=[fault],
        next_step="Write it with `forensics evaluate WORLD REPORTS --calibration FILE`, or take it out of"
        " band_calibration.",
    )
