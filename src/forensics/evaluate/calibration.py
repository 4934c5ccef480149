"""Counting what each band of support was worth: how often right findings have it, and how often false ones.

The unit is the true group: of several findings on one group the one with most of its accounts counts, an account of
nobody's group counts by itself. A finding is right where at least half of its accounts are rightly named. One that is
wrong about a campaign (a relay called a collection, a mixture) is neither: no innocent explanation is true of it.

Known drawbacks: false findings are pooled over all innocent kinds, since a world has one or two groups of each, so that
a ratio says what the band against an explanation was worth, not that this explanation was the true one; groups that
nothing is held of are in no finding and are not counted; a simulator's worlds are not the field.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from forensics.errors import NotFoundError, SettingsError
from forensics.evaluate.matching import match
from forensics.evaluate.reported import find_reports, read_reports
from forensics.evaluate.seeds import purpose_of
from forensics.evaluate.tables import Sheet
from forensics.evaluate.truth import Truth, read_truth
from forensics.reports.calibration import (
    FEWEST_GROUPS,
    FEWEST_IN_BAND,
    added_up,
    log_ratio,
    read_worlds,
    write_worlds,
)
from forensics.reports.phrases import phrase, times

BAND = ["rival", "favours", "band"]
IDENTITY = ("scenario", "seed", "scale", "days")


def add_world(world: Path, reports: Path, file: Path) -> list[dict[str, Any]]:
    """Count a world's bands and put them into a calibration file, in the place of what it says of the same world.

    Args:
        world: a simulated world.
        reports: report tables of a run on it, as for `evaluate`.
        file: the calibration; made if it is missing.

    Returns:
        All worlds of the file.

    Raises:
        NotFoundError: when the reports name no innocent explanations.
        SettingsError: when the world is one that published figures come from, or the file is no calibration.
    """
    truth = read_truth(world)
    if purpose_of(truth.seed) == "reporting":
        raise SettingsError(
            f"The world of seed {truth.seed} is one that published figures come from; a calibration on it would be"
            " measured on itself.",
            next_step="Simulate a world with another seed, run the pipeline on it and count that one.",
        )
    counted = count_bands(truth, reports)
    known = read_worlds(file) if file.is_file() else []
    others = [one for one in known if [one[name] for name in IDENTITY] != [counted[name] for name in IDENTITY]]
    worlds = sorted([*others, counted], key=lambda one: tuple(one[name] for name in IDENTITY))
    write_worlds(file, worlds)
    return worlds


def count_bands(truth: Truth, reports: Path) -> dict[str, Any]:
    """One world's right and false findings, in all and for each band against each rival."""
    rivals = find_reports(reports) / "finding_rivals.parquet"
    if not rivals.is_file():
        raise NotFoundError(
            f"{rivals} is missing, so there are no bands to count.",
            next_step="Run the pipeline on the world's snapshots with this version.",
        )
    judged = _judged(truth, match(truth, read_reports(reports, truth)).findings)
    bands = pl.read_parquet(rivals, columns=["finding_id", *BAND]).cast(pl.String).join(judged, on="finding_id")
    rows = (
        bands.group_by(BAND)
        .agg(pl.col("is_right").sum().alias("right"), (~pl.col("is_right")).sum().alias("wrong"))
        .sort(BAND)
    )
    right = int(judged["is_right"].sum())
    return {
        "scenario": truth.scenario,
        "seed": truth.seed,
        "scale": truth.scale,
        "days": truth.days,
        "right": right,
        "wrong": judged.height - right,
        "bands": rows.to_dicts(),
    }


def _judged(truth: Truth, findings: pl.DataFrame) -> pl.DataFrame:
    """One finding of each true group, and whether it is right; those that are wrong about a campaign are left out."""
    labels = truth.groups.select(true_group="group_id", label="label")
    alone = truth.accounts.select(true_group="account_id", own_label="label")
    known = findings.join(labels, on="true_group", how="left").join(alone, on="true_group", how="left")
    is_campaign = pl.coalesce("label", "own_label") == "campaign"
    return (
        known.filter(~pl.col("is_false") | ~is_campaign)
        .sort("true_group", "part_count", "finding_id", descending=[False, True, False])
        .unique("true_group", keep="first", maintain_order=True)
        .select("finding_id", is_right=~pl.col("is_false"))
    )


def calibration_sheet(worlds: Sequence[dict[str, Any]]) -> Sheet:
    """What each band was worth over all worlds: how often it was right, and its ratio where enough is known."""
    found = added_up(list(worlds))
    enough = min(found.right, found.wrong) >= FEWEST_GROUPS
    rows = []
    for (rival, favours, band), (right, wrong) in sorted(found.counts.items()):
        middle, low, high = log_ratio((right, found.right), (wrong, found.wrong))
        is_known = enough and right + wrong >= FEWEST_IN_BAND
        share, least, most = right_share(right, wrong)
        rows.append(
            (
                phrase("rival", rival),
                favours,
                phrase("band", band),
                f"{right:,}",
                f"{wrong:,}",
                f"{share:.0%} ({least:.0%}–{most:.0%})",
                f"{times(middle)} ({times(low)}–{times(high)})" if is_known else "too few cases",
            )
        )
    title = (
        f"Bands counted on {found.right:,} right and {found.wrong:,} false findings of {len(worlds):,} worlds; a ratio"
        f" takes {FEWEST_GROUPS} of each and {FEWEST_IN_BAND} with the band"
    )
    headings = ("against", "favours", "band, at most", "right", "false", "share right (95 %)", "ratio (95 %)")
    return Sheet(title, headings, tuple(rows))


def right_share(right: int, wrong: int) -> tuple[float, float, float]:
    """Share of right findings with the ends of its 95 percent interval.

    Method: the posterior of Jeffreys's prior, open to the end where none or all are right (Brown, Cai and DasGupta
    2001).
    """
    from scipy.special import betaincinv

    low, high = (float(betaincinv(right + 0.5, wrong + 0.5, end)) for end in (0.025, 0.975))
    return right / max(right + wrong, 1), low if right else 0.0, high if wrong else 1.0
