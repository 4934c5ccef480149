"""Reading what a detector concluded: findings, their accounts and the ownership verdicts."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from forensics.errors import NotFoundError, SettingsError
from forensics.evaluate.truth import Truth, read_tables

FINDING_COLUMNS = ("finding_id", "as_of", "kind", "confidence", "score")
MEMBER_COLUMNS = ("finding_id", "account_id")
VERDICT_COLUMNS = ("organisation_id", "verdict")

RANKS = {"low": 0, "moderate": 1, "high": 2}
"""Confidences, rising."""

ACCUSING_RANK = 1
"""From this rank a finding accuses; below it is a lead."""

GROUP_CLAIMS = ("coordinated_extraction", "relay")
"""Claims about what a group of accounts does; ownership is judged apart."""

OWNERSHIP_CLAIM = "barred_ownership"

FOR_THE_RIVAL = "for the explanation"
"""Band of findings whose evidence favours an innocent explanation."""

FINDING_SCHEMA = pl.Schema({
    "finding_id": pl.String,
    "as_of": pl.Date,
    "kind": pl.String,
    "confidence": pl.String,
    "score": pl.Float64,
})  # fmt: skip


@dataclass(frozen=True)
class Reported:
    """What a detector concluded about one world.

    Attributes:
        first, as_of: the days it looked at, both included.
        findings: `FINDING_COLUMNS` and `rank` of the confidence, one row a finding.
        members: finding_id and account_id, one row an account in a finding.
        verdicts: organisation_id and verdict; None for a detector that does not judge ownership.
        bands: finding_id and band: how far the evidence favours the finding over the innocent explanation it favours
            least; None for a detector that weighs no explanations.
    """

    first: date
    as_of: date
    findings: pl.DataFrame
    members: pl.DataFrame
    verdicts: pl.DataFrame | None
    bands: pl.DataFrame | None = None


def read_reports(reports: Path, truth: Truth) -> Reported:
    """Read the report tables of one as-of date.

    Args:
        reports: a folder of report tables, or a folder of such folders named by date, of which the newest counts.
        truth: the world they should be about.

    Raises:
        NotFoundError: naming every file or column that is missing.
        SettingsError: when the reports are about another world.
    """
    folder = find_reports(reports)
    columns = {
        "findings": FINDING_COLUMNS,
        "finding_accounts": MEMBER_COLUMNS,
        "barred_organisations": VERDICT_COLUMNS,
        "ownership_verdicts": VERDICT_COLUMNS,
    }
    frames, faults = read_tables(folder, columns)
    if faults:
        raise NotFoundError(
            f"{reports} does not hold the report tables.",
            faults=faults,
            next_step="Name the folder reports/<as-of date> of a state folder, or its parent.",
        )
    findings = frames["findings"].cast(FINDING_SCHEMA)
    _check_words(folder, findings)
    first, as_of = _days_looked_at(folder, findings, truth)
    # An organisation without owners on record can be barred by its own seat: then only the list of barred ones names
    # it. Where the two tables disagree, whoever is on that list is refused service: it counts.
    verdicts = pl.concat([frames["barred_organisations"], frames["ownership_verdicts"]]).cast(pl.String)
    reported = Reported(
        first=first,
        as_of=as_of,
        findings=ranked(findings),
        members=frames["finding_accounts"].cast(pl.String).unique().sort("finding_id", "account_id"),
        verdicts=verdicts.unique("organisation_id", keep="first", maintain_order=True).sort("organisation_id"),
        bands=_weakest_bands(folder / "finding_rivals.parquet"),
    )
    check_belonging(reported, truth)
    return reported


def _weakest_bands(path: Path) -> pl.DataFrame | None:
    """Each finding's band against the plausible explanation that its evidence favours it least over."""
    if not path.is_file():
        return None
    plausible = pl.read_parquet(path).filter("is_plausible").cast({"favours": pl.String, "band": pl.String})
    favours, band = pl.col("favours"), pl.col("band")
    named = pl.when(favours == "rival").then(pl.lit(FOR_THE_RIVAL)).otherwise(band.str.replace_all("_", " "))
    return (
        plausible.sort("finding_id", "log_ratio_bound", "rival")
        .unique("finding_id", keep="first", maintain_order=True)
        .select("finding_id", band=named)
    )


def _check_words(folder: Path, findings: pl.DataFrame) -> None:
    known = {"kind": (*GROUP_CLAIMS, OWNERSHIP_CLAIM), "confidence": tuple(RANKS)}
    faults = [
        f"{name} {value!r} is none of {', '.join(words)}"
        for name, words in known.items()
        for value in findings[name].unique().sort().to_list()
        if value not in words
    ]
    if faults:
        raise SettingsError(
            f"{folder / 'findings.parquet'} uses words that the contract does not know.",
            faults=faults,
            next_step="Write findings as the contract of the report tables names them.",
        )


def ranked(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings with the rank of their confidence, sorted by id."""
    rank = pl.col("confidence").replace_strict(RANKS, return_dtype=pl.Int64)
    return findings.with_columns(rank=rank).sort("finding_id")


def check_belonging(reported: Reported, truth: Truth) -> None:
    """Refuse reports about another world than the truth's.

    Raises:
        SettingsError: naming what does not fit.
    """
    faults = []
    if not truth.first <= reported.as_of <= truth.last:
        faults.append(f"they look back from {reported.as_of}, the world has {truth.first} to {truth.last}")
    unknown = reported.members.join(truth.accounts, on="account_id", how="anti")
    if len(unknown):
        faults.append(f"{unknown['account_id'].n_unique()} accounts in findings are not in the world")
    orphans = reported.members.join(reported.findings, on="finding_id", how="anti")
    if len(orphans):
        faults.append(f"{orphans['finding_id'].n_unique()} findings have accounts but no row of their own")
    if faults:
        raise SettingsError(
            f"The reports are not about the world in {truth.folder}.",
            faults=faults,
            next_step="Run the pipeline on that world's `snapshots` and evaluate its own reports.",
        )


def find_reports(reports: Path) -> Path:
    """The folder of report tables itself: of folders named by date the newest."""
    if (reports / "findings.parquet").is_file():
        return reports
    dated = sorted(path.parent for path in reports.glob("????-??-??/findings.parquet"))
    return dated[-1] if dated else reports


def _days_looked_at(folder: Path, findings: pl.DataFrame, truth: Truth) -> tuple[date, date]:
    """First and last day of the run: from its own record, else from the folder's name, else the whole world."""
    as_of = truth.last
    try:
        as_of = date.fromisoformat(folder.name)
    except ValueError:
        as_of = findings["as_of"].max() or as_of  # type: ignore[assignment]
    record = folder / "runs.parquet"
    if record.is_file():
        runs = pl.read_parquet(record).filter(pl.col("as_of") == as_of)
        if len(runs):
            return runs["window_from"][0], as_of
    return truth.first, as_of
