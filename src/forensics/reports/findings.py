"""reports.findings and the three tables beside it: accounts, signals and evidence of each finding."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

from forensics import contracts
from forensics.decisions import Decision
from forensics.reports.calibration import NO_CASES, Calibration
from forensics.reports.composition import composition
from forensics.reports.finding_counts import finding_counts
from forensics.reports.following import UNDECIDED, over_time
from forensics.reports.group_facts import group_facts
from forensics.reports.headlines import barred_headline, group_headline
from forensics.reports.identity import identified
from forensics.reports.judgement import Judgement, judge_groups, judge_who_remain
from forensics.reports.members import members_and_bystanders
from forensics.reports.organisation_claim import OrganisationClaim, organisation_claims
from forensics.reports.ownership import barred_members, barred_statements
from forensics.reports.rival_table import finding_rivals
from forensics.reports.sources import evidence_row
from forensics.reports.statements import Statement, group_statements
from forensics.reports.structure import structure_of_findings
from forensics.warehouse.tables import read_frame
from forensics.window import Window

SCORE_BITS_LIMIT = 20.0
"""−log10 q that one measure adds at most: beyond that, more data make no better case."""

NESTED_OVERLAP = 0.5
"""Share of a group's accounts in another finding from which it is that finding seen again."""

SMALLEST_FINDING = 4
"""Members from which a finding is one: fewer are no campaign."""

SIGNALS_A_KIND = 200
"""Values of a kind that a finding lists, the clearest first: a relay hands over thousands of conversations. All of them
stand in links.group_signals."""

LINKING_TABLES = ("payments", "networks")
"""Optional snapshot tables whose absence weakens every finding on a group."""

BARRED_SCORE = 40.0
"""What each power of ten of exchanges adds to a barred owner's score: a busy one (a thousand exchanges) is read among
the accusations on behaviour, a dormant one last."""

CONFIDENCE_RANK = {"high": 2, "moderate": 1, "low": 0}


def compose_findings(
    connection: duckdb.DuckDBPyConnection,
    window: Window,
    barred: pl.DataFrame,
    availability: pl.DataFrame,
    decisions: Sequence[Decision] = (),
    calibration: Calibration = NO_CASES,
) -> dict[str, pl.DataFrame]:
    """All findings of a run.

    Args:
        connection: with the steps up to links.
        window: the run's days.
        barred: rows of reports.barred_organisations.
        availability: rows of reports.evidence_availability.
        decisions: the log of what people decided.
        calibration: what bands of support were worth in known cases.

    Returns:
        Frames of reports.findings and of the tables beside it, and of those on findings over time, see `over_time`.
    """
    groups = group_facts(connection, window)
    judged = judge_groups(groups)
    everybody = members_and_bystanders(connection, groups, judged)
    remaining = everybody.filter(~pl.col("is_bystander"))
    judgements = distinct(judge_who_remain(judged, composition(connection, window, remaining)), remaining)
    owned = barred_members(connection, window, barred)
    members = pl.concat([_group_members(connection, judgements, everybody), owned.select(_MEMBER_COLUMNS)])
    followed = identified(connection, members.select("candidate", "kind", "account_id"), window, decisions)
    identities = followed.candidates
    organisations, owner_signals = organisation_claims(connection, members.filter(pl.col("kind") != "barred_ownership"))
    members = members.join(identities, on="candidate").join(_activity(connection, window), on="account_id", how="left")
    members = members.with_columns(pl.col("exchange_count").fill_null(0))
    statements = _statements(judgements, barred, availability, calibration)
    for candidate, claim in organisations.items():
        statements[candidate] += claim.statements
    bystanders = _bystanders(everybody, identities)
    structure, structural = structure_of_findings(connection, judgements, members, bystanders, identities)
    for candidate, found in structural.items():
        statements[candidate] += found
    findings = _findings(members, judgements, barred, window)
    findings = _with_organisation(findings, identities, organisations)
    composed = {
        "reports.findings": findings,
        "reports.finding_accounts": members.select(list(contracts.get("reports.finding_accounts").columns)),
        "reports.finding_signals": _signals(connection, identities, owner_signals),
        "reports.finding_evidence": _evidence(statements, identities),
        "reports.finding_counts": finding_counts(
            {
                finding_id: statements[candidate]
                for candidate, finding_id in identities.select("candidate", "finding_id").iter_rows()
            }
        ),
        "reports.finding_rivals": finding_rivals(judgements, identities, calibration),
        **structure,
    }
    return over_time(connection, window, composed, followed, decisions)


_MEMBER_COLUMNS = ["candidate", "kind", "account_id", "organisation_id", "role", "membership"]


def distinct(judgements: list[Judgement], members: pl.DataFrame) -> dict[str, Judgement]:
    """The judgements by group, without groups most of whose members are in one that comes before them.

    Accusations come first, the larger before the smaller: a handful of a relay's accounts looks like whatever they were
    sent that day. Then leads, the more certain before others.
    """
    accounts_of: dict[str, set[str]] = {}
    for group_id, account_id in members.select("group_id", "account_id").iter_rows():
        accounts_of.setdefault(group_id, set()).add(account_id)
    kept: dict[str, Judgement] = {}
    holders: dict[str, list[str]] = {}

    def order(judgement: Judgement) -> tuple[bool, int, float, str]:
        is_lead = judgement.confidence == "low"
        size = 0 if is_lead else len(accounts_of.get(judgement.group_id, ()))
        return is_lead, -size, -score_of(judgement), judgement.group_id

    for judgement in sorted(judgements, key=order):
        accounts = accounts_of.get(judgement.group_id, set())
        # Counted over the accounts: comparing every two groups takes minutes where there are thousands.
        common = Counter(other for account in accounts for other in holders.get(account, ()))
        if len(accounts) >= SMALLEST_FINDING and max(common.values(), default=0) < NESTED_OVERLAP * len(accounts):
            kept[judgement.group_id] = judgement
            for account in accounts:
                holders.setdefault(account, []).append(judgement.group_id)
    return kept


def _group_members(
    connection: duckdb.DuckDBPyConnection, judgements: dict[str, Judgement], everybody: pl.DataFrame
) -> pl.DataFrame:
    kinds = pl.DataFrame(
        {"group_id": list(judgements), "kind": [judgement.kind for judgement in judgements.values()]},
        schema={"group_id": pl.String, "kind": pl.String},
    )
    organisations = read_frame(
        connection, "SELECT account_id, organisation_id FROM features.payers ORDER BY account_id"
    )
    return (
        everybody.filter(~pl.col("is_bystander"))
        .join(kinds, on="group_id")
        .join(organisations, on="account_id", how="left")
        .rename({"group_id": "candidate"})
        .select(_MEMBER_COLUMNS)
    )


def _bystanders(everybody: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    return (
        everybody.filter(pl.col("is_bystander"))
        .join(identities, left_on="group_id", right_on="candidate")
        .select("finding_id", "account_id", "carried", "reason")
    )


def _activity(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    return read_frame(
        connection,
        """
        SELECT account_id, SUM(exchange_count)::BIGINT AS exchange_count,
               MIN(first_at) AS first_at, MAX(last_at) AS last_at
        FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )


def _findings(
    members: pl.DataFrame, judgements: dict[str, Judgement], barred: pl.DataFrame, window: Window
) -> pl.DataFrame:
    organisations = {row["organisation_id"]: row for row in barred.iter_rows(named=True)}
    summed = members.group_by("candidate", "kind", "finding_id", "status", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("account_count"),
        pl.col("exchange_count").sum(),
        pl.col("first_at").min().alias("first_seen"),
        pl.col("last_at").max().alias("last_seen"),
    )
    rows = []
    for row in summed.iter_rows(named=True):
        candidate = row.pop("candidate")
        judgement = judgements.get(candidate)
        claims = _group_claims(judgement, row) if judgement else _barred_claims(organisations[candidate], row)
        rows.append({**row, **claims, **UNDECIDED, "as_of": window.as_of})
    columns = contracts.get("reports.findings").columns
    schema = {name: column.dtype for name, column in columns.items()}
    return pl.DataFrame(rows, schema_overrides=schema).select(list(columns)) if rows else pl.DataFrame(schema=schema)


def _group_claims(judgement: Judgement, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "control_confidence": judgement.control,
        "extraction_confidence": judgement.extraction,
        "organisation_confidence": judgement.organisation,
        "confidence": judgement.confidence,
        "score": score_of(judgement),
        "headline": group_headline(judgement, row["account_count"]),
    }


def score_of(judgement: Judgement) -> float:
    """Confidence first, then coverage and significance: an order in which to read, no probability."""
    shown = [judgement.facts.shown[name] for name in sorted(judgement.facts.held)]
    certain = sum(min(-math.log10(max(one.q_value, 1e-300)), SCORE_BITS_LIMIT) for one in shown)
    coverage = sum(one.coverage or 0.0 for one in shown)
    return round(100.0 * CONFIDENCE_RANK[judgement.confidence] + 5.0 * coverage + certain / 10.0, 6)


def _barred_claims(organisation: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    # Incorporation stands in for headquarters that nobody has on record: less sure, and said so.
    confidence = "moderate" if organisation["seed_basis"] == "incorporation" else "high"
    return {
        "control_confidence": None,
        "extraction_confidence": None,
        "organisation_confidence": confidence,
        "confidence": confidence,
        "score": round(BARRED_SCORE * math.log10(1 + row["exchange_count"]), 6),
        "headline": barred_headline(organisation, row["account_count"]),
    }


def _statements(
    judgements: dict[str, Judgement],
    barred: pl.DataFrame,
    availability: pl.DataFrame,
    calibration: Calibration,
) -> dict[str, list[Statement]]:
    missing = availability.filter((pl.col("row_count") == 0) & pl.col("source_table").is_in(LINKING_TABLES))[
        "statement"
    ].to_list()
    found = {group_id: group_statements(judgement, missing, calibration) for group_id, judgement in judgements.items()}
    found.update({row["organisation_id"]: barred_statements(row) for row in barred.iter_rows(named=True)})
    return found


def _with_organisation(
    findings: pl.DataFrame, identities: pl.DataFrame, organisations: dict[str, OrganisationClaim]
) -> pl.DataFrame:
    """Findings on groups with their confidence in the claim on the organisation, which no other claim reads."""
    graded = {
        finding_id: organisations[candidate].confidence
        for candidate, finding_id in identities.select("candidate", "finding_id").iter_rows()
        if candidate in organisations
    }
    confidence = pl.col("finding_id").replace_strict(graded, default=None, return_dtype=pl.String)
    # Enum and text do not mix: as text here, as the contract says when it is written.
    own = pl.col("organisation_confidence").cast(pl.String)
    return findings.with_columns(organisation_confidence=pl.coalesce(confidence, own))


def _signals(
    connection: duckdb.DuckDBPyConnection, identities: pl.DataFrame, owner_signals: pl.DataFrame
) -> pl.DataFrame:
    columns = list(contracts.get("reports.finding_signals").columns)
    shared = read_frame(
        connection,
        """
        SELECT * FROM links.group_signals
        QUALIFY row_number() OVER (
            PARTITION BY group_id, signal_kind ORDER BY q_value, accounts_sharing DESC, signal_value
        ) <= $most
        ORDER BY group_id, signal_kind, signal_value
        """,
        most=SIGNALS_A_KIND,
    )
    shared = shared.join(identities, left_on="group_id", right_on="candidate").select(columns)
    return pl.concat([shared, owner_signals.join(identities, on="candidate").select(columns)], how="vertical_relaxed")


def _evidence(statements: dict[str, list[Statement]], identities: pl.DataFrame) -> pl.DataFrame:
    rows = [
        evidence_row(finding_id, number, statement, candidate)
        for candidate, finding_id in identities.select("candidate", "finding_id").iter_rows()
        for number, statement in enumerate(statements[candidate], start=1)
    ]
    schema = {name: column.dtype for name, column in contracts.get("reports.finding_evidence").columns.items()}
    return pl.DataFrame(rows, schema=schema)
