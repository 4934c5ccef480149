"""reports.finding_rivals: every innocent explanation of every finding, and what it would leave of it."""

import polars as pl

from forensics import contracts
from forensics.reports.calibration import NO_CASES, Calibration, Observed
from forensics.reports.judgement import Judgement
from forensics.reports.rivals import RIVALS
from forensics.reports.support import support


def finding_rivals(
    judgements: dict[str, Judgement], identities: pl.DataFrame, calibration: Calibration = NO_CASES
) -> pl.DataFrame:
    """One row per finding and rival, the plausible ones with the confidence that they would leave.

    Args:
        judgements: what is held of each group, by group id.
        identities: candidate (the group id) and finding_id.
        calibration: what bands were worth in known cases.

    Returns:
        Rows of reports.finding_rivals.
    """
    rows = []
    for candidate, finding_id in identities.select("candidate", "finding_id").iter_rows():
        judgement = judgements.get(candidate)
        if judgement is None:
            continue
        held, plausible = judgement.facts.held, {rival.name: level for rival, level in judgement.rivals}
        for rival in (one for one in RIVALS if one.is_known(judgement.facts)):
            found = support(judgement.facts, rival)
            rows.append(
                {
                    "finding_id": finding_id,
                    "rival": rival.name,
                    "title": rival.title,
                    "is_plausible": rival.name in plausible,
                    "needs": rival.needs,
                    "explains": ", ".join(sorted(held & rival.explains)),
                    "leaves": ", ".join(sorted(held - rival.explains)),
                    "confidence_left": plausible.get(rival.name),
                    **found._asdict(),
                    **_calibrated(calibration.observed(rival.name, found)),
                    "check": rival.check,
                }
            )
    schema = {name: column.dtype for name, column in contracts.get("reports.finding_rivals").columns.items()}
    return pl.DataFrame(rows, schema=schema)


def _calibrated(observed: Observed | None) -> dict[str, object]:
    if observed is None:
        return {"calibration": "uncalibrated"}
    return {
        "calibration": "calibrated",
        "calibration_group_count": observed.group_count,
        "observed_log_ratio": observed.log_ratio,
        "observed_log_ratio_low": observed.low,
        "observed_log_ratio_high": observed.high,
    }
