"""Scoring findings against a simulated world's truth: recall, precision, false accusations, verdicts, intervals.

    snapshots → the line or a baseline → findings ─┐
    truth ─────────────────────────────────────────┴→ matches → tallies per group → figures with intervals

Known drawbacks: a world is only as hard as its simulator, so figures rank methods and predict nothing about the field.
A small world has one or two groups of a kind, and one group proves little: read the intervals. Precision depends on
how common campaigns are, which is a choice of the simulator. An accusation of one account in a look-alike counts its
whole group as falsely accused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from forensics.evaluate.reported import Reported
    from forensics.evaluate.truth import Truth

__all__ = ["Evaluation", "evaluate", "evaluate_reported", "pool"]

OWN_DETECTOR = "forensics"
"""Name of this pipeline in tables that compare it with baselines."""


@dataclass(frozen=True)
class Evaluation:
    """How well a detector did, as frames.

    Attributes:
        measures: one row a detector, measure and slice: value with interval (low, high), hits, total, unit_count,
            seed_count.
        groups: one row a true group: how many of its accounts are accused and suspected, rightly and wrongly.
        findings: one row a finding about a group: its most common true group, whether it is false.
        claims: accounts by true kind, expected claim and claimed kind.
        verdicts: organisations by true and reported verdict; empty for a detector that does not judge ownership.
        tallies: hits and total per measure, slice and unit, from which `measures` follows.
    """

    measures: "pl.DataFrame"
    groups: "pl.DataFrame"
    findings: "pl.DataFrame"
    claims: "pl.DataFrame"
    verdicts: "pl.DataFrame"
    tallies: "pl.DataFrame"


def evaluate(world: Path, reports: Path) -> Evaluation:
    """Score the report tables of one run against the truth of the world it read.

    Args:
        world: a simulated world, the folder with `snapshots` and `truth`.
        reports: folder of report tables (`reports/<as-of date>` of a state folder), or its parent.

    Returns:
        The scores of one world; intervals then rest on its groups, findings and organisations.

    Raises:
        NotFoundError: naming every file or column that is missing.
        SettingsError: when the reports are about another world.
    """
    from forensics.evaluate.reported import read_reports
    from forensics.evaluate.truth import read_truth

    truth = read_truth(world)
    return evaluate_reported(truth, read_reports(reports, truth))


def evaluate_reported(truth: "Truth", reported: "Reported", *, detector: str = OWN_DETECTOR) -> Evaluation:
    """Score findings in memory, so that every detector is measured by the same rules."""
    from forensics.evaluate.frames import crossed, labelled, verdict_table
    from forensics.evaluate.matching import match
    from forensics.evaluate.tallies import count

    matches = match(truth, reported)
    frames = {
        "groups": matches.groups,
        "findings": matches.findings,
        "claims": crossed(matches.accounts),
        "verdicts": verdict_table(truth, reported.verdicts),
        "tallies": count(truth, reported, matches),
    }
    return _with_measures({name: labelled(frame, truth, detector) for name, frame in frames.items()})


def pool(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Put evaluations of several worlds or detectors into one, with intervals over seeds.

    Raises:
        SettingsError: when worlds for tuning and worlds for reporting are mixed.
    """
    import polars as pl

    from forensics.evaluate.seeds import check_one_purpose

    check_one_purpose(seed for one in evaluations for seed in one.tallies["seed"].unique())
    names = ("groups", "findings", "claims", "verdicts", "tallies")
    return _with_measures({name: pl.concat([getattr(one, name) for one in evaluations]) for name in names})


def _with_measures(frames: "dict[str, pl.DataFrame]") -> Evaluation:
    from forensics.evaluate.intervals import summarise

    by = ["detector", "measure", "sliced_by", "slice"]
    return Evaluation(measures=summarise(frames["tallies"], by), **frames)
