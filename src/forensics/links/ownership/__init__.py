"""Who owns whom: which organisations are controlled from a restricted jurisdiction, read both ways the rule can be.

    organisations, stakes ─ records ─ timeline ─ world ─┬ cascade ────── lower, upper ┬─ verdicts ─ paths, deciding
                                                        └ look-through ─ lower, upper ┘            intervals, flags

Cascade: an organisation over the threshold counts in full for what it holds. Look-through: shares are multiplied out.
The rule is met when either passes at its lower bound; what is unknown widens the bounds and decides nothing.
Everything near the threshold is integer or fraction arithmetic. Ownership is attribution; it scores nobody's behaviour.

Known drawbacks: an organisation's own headquarters are taken as they are on the day of the organisations table (they
carry no dates); a stake held through an unnamed nominee is invisible; the verdict is as good as the register.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from forensics.links.ownership.deciding import find_deciding
from forensics.links.ownership.flags import raise_flags
from forensics.links.ownership.intervals import find_intervals
from forensics.links.ownership.paths import trace_paths
from forensics.links.ownership.profiles import OwnershipProfileError, Profile, load_profile
from forensics.links.ownership.records import OwnershipInputError, day_number, read_records
from forensics.links.ownership.stakes import tabulate_stakes
from forensics.links.ownership.tables import Answer, tabulate_barred, tabulate_faults, tabulate_paths, tabulate_verdicts
from forensics.links.ownership.timeline import build_world, lay_out
from forensics.links.ownership.verdicts import VERDICTS, findings_of_day, judge

__all__ = [
    "VERDICTS",
    "OwnershipInputError",
    "OwnershipProfileError",
    "OwnershipResult",
    "Profile",
    "load_profile",
    "roll_up",
]


@dataclass(frozen=True)
class OwnershipResult:
    """The roll-up of one day.

    Attributes:
        verdicts: one row per organisation with an owner on record.
        paths: one row per step of each path that carries a verdict.
        barred: one row per organisation that the rule bars, seeds included; empty while the rule is not in force.
        faults: one row per faulty stake, with what was done about it.
        stakes: one row per pair of owner and owned on the day, as it was counted.
        rule_in_force: whether the rule binds on the day.
    """

    verdicts: pl.DataFrame
    paths: pl.DataFrame
    barred: pl.DataFrame
    faults: pl.DataFrame
    stakes: pl.DataFrame
    rule_in_force: bool


def roll_up(organisations: pl.DataFrame, ownership: pl.DataFrame, *, on: dt.date, profile: Profile) -> OwnershipResult:
    """Decide for every organisation whether restricted organisations control it.

    Args:
        organisations: one row per organisation, columns as in the snapshot contract; all but organisation_id may be
            missing or null.
        ownership: one row per stake, columns as in the snapshot contract; all but owner_id and owned_id may be
            missing or null.
        on: the day to decide for.
        profile: the rule, from `load_profile`.

    Returns:
        verdicts with bounds, margins, intervals and flags; paths; barred organisations; faults. All sorted by ids.

    Raises:
        OwnershipInputError: if key columns are missing or an organisation is described twice.

    Example:
        >>> organisations = pl.DataFrame({"organisation_id": ["r", "t"], "headquarters": ["CN", "SG"]})
        >>> stakes = pl.DataFrame({"owner_id": ["r"], "owned_id": ["t"], "percent": [51.0]})
        >>> result = roll_up(organisations, stakes, on=dt.date(2026, 3, 2), profile=load_profile("provider_gt50"))
        >>> result.verdicts["verdict"].to_list(), result.barred["path"].to_list()
        (['met_both'], ['r (CN)', 'r (CN) —51 %→ t'])
    """
    records = read_records(organisations, ownership, profile)
    timeline = lay_out(records, day_number(on))
    world = build_world(records, timeline)
    findings = judge(world, profile)
    day = findings_of_day(world, findings, timeline.at, timeline.node)
    answer = Answer(
        records=records,
        profile=profile,
        in_force=profile.is_in_force(on),
        on=timeline.on,
        day=day,
        intervals=find_intervals(timeline, findings.verdict, profile.steady_period(on)),
        flags=raise_flags(records, day, timeline.on),
        paths=trace_paths(day),
        deciding=find_deciding(day, profile),
    )
    stakes = tabulate_stakes(records, day, timeline.on)
    return OwnershipResult(
        verdicts=tabulate_verdicts(answer),
        paths=tabulate_paths(answer, stakes),
        barred=tabulate_barred(answer),
        faults=tabulate_faults(answer),
        stakes=stakes,
        rule_in_force=answer.in_force,
    )
