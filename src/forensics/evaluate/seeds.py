"""Which worlds the code may be tuned on and which ones its figures come from; never the same ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from forensics.errors import SettingsError

TUNING_SEEDS = range(0, 10_000)
"""Seeds for development, thresholds, tests and demonstrations: whatever somebody types lies here."""

REPORTING_SEEDS = tuple(range(998_001, 998_006))
"""Seeds of the published table. Nobody looks at single findings of these worlds, and no constant is chosen on them; a
table that was looked at while the code changed is followed by fresh seeds."""

REPORTING_INNOCENT_SEEDS = tuple(range(998_001, 998_021))
"""Seeds of its worlds without campaigns: more of them, since what is asked there is that nothing at all is accused."""

SPENT_SEEDS = (
    991_001,
    991_002,
    991_003,
    992_001,
    992_002,
    992_003,
    993_001,
    993_002,
    993_003,
    994_001,
    994_002,
    994_003,
    995_001,
    995_002,
    995_003,
    996_001,
    996_002,
    996_003,
    996_501,
    *range(997_001, 997_021),
    997_501,
)
"""Seeds of tables before, and of a world that was looked at: nothing is tuned, counted or published on them."""

CAMPAIGN_SCENARIOS = ("published", "dilution")
"""All modes with all look-alikes, and the same with campaigns evenly diluted."""

INNOCENT_SCENARIO = "innocent"
"""Look-alikes alone: a world without campaigns, in which every accusation is one too many."""

REPORTING_SCALE = 0.01
"""A hundredth of the published case: 240 fraudulent accounts among 3,000."""

REPORTING_DAYS = 7
"""A week shows each weekday once; a longer window only makes the same groups easier to see."""

if {*REPORTING_SEEDS, *REPORTING_INNOCENT_SEEDS} & set(TUNING_SEEDS):
    raise AssertionError("a seed serves both for tuning and for reporting")


@dataclass(frozen=True)
class WorldKey:
    """What names one world of a grid: scenario, seed, scale and days."""

    scenario: str
    seed: int
    scale: float
    days: int


def grid(scenarios: Iterable[str], seeds: Iterable[int], scale: float, days: int) -> tuple[WorldKey, ...]:
    """Every scenario with every seed, seed by seed, so that a grid cut short still holds every scenario."""
    names = tuple(scenarios)
    return tuple(WorldKey(scenario, seed, scale, days) for seed in seeds for scenario in names)


def reporting_grid() -> tuple[WorldKey, ...]:
    """The worlds of the published table."""
    seeds = sorted({*REPORTING_SEEDS, *REPORTING_INNOCENT_SEEDS})
    return tuple(
        WorldKey(scenario, seed, REPORTING_SCALE, REPORTING_DAYS)
        for seed in seeds
        for scenario in (*CAMPAIGN_SCENARIOS, INNOCENT_SCENARIO)
        if seed in (REPORTING_INNOCENT_SEEDS if scenario == INNOCENT_SCENARIO else REPORTING_SEEDS)
    )


def purpose_of(seed: int) -> str:
    """What a seed is for: `tuning`, `reporting`, or `unlisted` for one that the project never uses."""
    if seed in (*REPORTING_SEEDS, *REPORTING_INNOCENT_SEEDS, *SPENT_SEEDS):
        return "reporting"
    return "tuning" if seed in TUNING_SEEDS else "unlisted"


def check_one_purpose(seeds: Iterable[int]) -> str:
    """Return the purpose that all seeds have.

    Raises:
        SettingsError: when tuning worlds and reporting worlds would be put into one figure.
    """
    by_purpose: dict[str, set[int]] = {}
    for seed in seeds:
        by_purpose.setdefault(purpose_of(seed), set()).add(seed)
    if len(by_purpose) == 1:
        return next(iter(by_purpose))
    raise SettingsError(
        "Worlds for tuning and worlds for reporting cannot be put into one figure."
        if by_purpose
        else "There is no world to put into a figure.",
        faults=[f"{name}: seeds {', '.join(map(str, sorted(some)))}" for name, some in sorted(by_purpose.items())],
        next_step="Evaluate worlds of one purpose together; `forensics.evaluate.seeds` lists the seeds.",
    )
