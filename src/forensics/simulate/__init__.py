"""A world to test on: a provider's snapshots with planted campaigns and innocent look-alikes, and the truth apart."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from forensics.simulate.scenarios import scenarios
from forensics.simulate.settings import SimulationSettings, check_settings

__all__ = ["SimulationSummary", "scenarios", "simulate"]


@dataclass(frozen=True)
class SimulationSummary:
    """What was written.

    Attributes:
        snapshots, truth: the two folders.
        accounts, fraudulent_accounts, groups: accounts at the end of the window, those of campaigns, all groups.
        exchanges, campaign_exchanges: calls in the window, those that campaigns made for their purpose.
        days: number of days.
    """

    snapshots: Path
    truth: Path
    accounts: int
    fraudulent_accounts: int
    groups: int
    exchanges: int
    campaign_exchanges: int
    days: int


def simulate(
    out: Path,
    *,
    scale: float,
    days: int,
    seed: int,
    start: dt.date = dt.date(2026, 3, 2),
    scenario: str = "published",
    progress: Callable[[str, int, int], None] | None = None,
) -> SimulationSummary:
    """Write a simulated provider's snapshots and their truth.

    Populations become accounts, accounts send calls, calls get texts, and each day is written before the next is
    drawn, so memory does not grow with the number of days. The same arguments give the same bytes.

    Args:
        out: folder to write to, missing or empty; gets `snapshots/` and `truth/`.
        scale: 1 is the published case of 24,000 fraudulent in 324,000 accounts.
        days: number of UTC days.
        seed: source of all randomness, from 0.
        start: first day.
        scenario: which populations take part (`scenarios()` lists them).
        progress: called with what is being done, steps done and steps in all.

    Returns:
        Folders and counts.

    Raises:
        SettingsError: the settings make no sense or the folder is in use; all faults are listed.
    """
    settings = SimulationSettings(scale=scale, days=days, seed=seed, start=start, scenario=scenario)
    check_settings(settings, out)
    from forensics.simulate.run import write_world

    counts = write_world(settings, out, progress or (lambda _what, _done, _total: None))
    return SimulationSummary(out / "snapshots", out / "truth", days=days, **counts)
