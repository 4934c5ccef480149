"""What a simulated world is asked to be, and the sizes that follow from its scale."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from forensics.errors import SettingsError
from forensics.simulate.scenarios import SCENARIOS

FRAUDULENT_ACCOUNTS = 24_000
"""Fraudulent accounts at scale 1, as published for the largest known case."""

BUSINESS_ACCOUNTS = 300_000
"""Innocent accounts at scale 1, as published for the same case."""

CAMPAIGN_EXCHANGES_A_DAY = 16_000_000 / 14
"""Campaign exchanges a day at scale 1: sixteen million over the published two weeks."""

OTHER_EXCHANGES_A_DAY = 1_450_000
"""Everybody else's exchanges a day at scale 1, so that two weeks hold some 36 million in all."""

TWIN_SHARE = 0.033
"""Share of the innocent accounts that stand in groups built to look like a campaign."""

LARGEST_SCALE = 20.0
"""Above this the account table alone no longer fits an ordinary machine's memory."""

LONGEST_WINDOW_DAYS = 1_000
"""A simulated world longer than this has no use and is taken for a slip of the keyboard."""

DAY_MICROSECONDS = 86_400_000_000


@dataclass(frozen=True)
class SimulationSettings:
    """The few numbers from which a whole world follows.

    Args:
        scale: 1 is the published case of 324,000 accounts.
        days: length of the window in UTC days.
        seed: the same seed gives the same bytes.
        start: first UTC day.
        scenario: which populations take part, by name (`scenarios()` lists them).
    """

    scale: float
    days: int
    seed: int
    start: dt.date
    scenario: str

    @property
    def start_us(self) -> int:
        """Midnight of the first day, in microseconds since 1970."""
        return (self.start - dt.date(1970, 1, 1)).days * DAY_MICROSECONDS

    @property
    def end_us(self) -> int:
        """Midnight after the last day, in microseconds since 1970."""
        return self.start_us + self.days * DAY_MICROSECONDS

    def day(self, number: int) -> dt.date:
        """Return the date of a day counted from 0."""
        return self.start + dt.timedelta(days=number)


def check_settings(settings: SimulationSettings, out: Path) -> None:
    """Refuse a world that cannot be made or a folder that is in use, naming every fault at once.

    Args:
        settings: what was asked for.
        out: the folder to write to; it must be missing or empty.

    Raises:
        SettingsError: one or more of the settings make no sense.
    """
    faults = []
    if not 0 < settings.scale <= LARGEST_SCALE:
        faults.append(f"scale is {settings.scale}: it must be above 0 and at most {LARGEST_SCALE:g}")
    if not 1 <= settings.days <= LONGEST_WINDOW_DAYS:
        faults.append(f"days is {settings.days}: it must be from 1 to {LONGEST_WINDOW_DAYS}")
    if not 0 <= settings.seed < 2**63:
        faults.append(f"seed is {settings.seed}: it must be from 0 to {2**63 - 1}")
    if not dt.date(2000, 1, 1) <= settings.start <= dt.date(2100, 1, 1):
        faults.append(f"start is {settings.start}: it must lie between 2000 and 2100")
    if settings.scenario not in SCENARIOS:
        faults.append(f"scenario is {settings.scenario!r}: known are {', '.join(SCENARIOS)}")
    if out.exists() and not out.is_dir():
        faults.append(f"{out} is a file: name a folder that is missing or empty")
    elif out.is_dir() and any(out.iterdir()):
        faults.append(f"{out} is not empty: a world is only written into a folder of its own")
    if faults:
        raise SettingsError(
            "The world cannot be simulated.",
            next_step="Correct the settings named above and start again.",
            faults=faults,
        )
