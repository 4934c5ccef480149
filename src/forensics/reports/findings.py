"""reports.findings and the three tables beside it: accounts, signals and evidence of each finding."""

import math
from collections import Counter
from typing import Any

import duckdb
import polars as pl

from forensics import contracts
from forensics.reports.identity import identified
from forensics.reports.judgement import Judgement, judge_groups
from forensics.reports.ownership import barred_members, barred_statements
from forensics.reports.statements import Statement, group_statements
from forensics.warehouse.tables import read_frame
from forensics.window import Window

SCORE_BITS_LIMIT = 20.0
"""−log10 q that one measure adds at most: beyond that, more data make no better case."""

NESTED_OVERLAP = 0.5
"""Share of a group's accounts in another finding from which it is that finding seen again."""

NAME_CHARACTERS = 80
"""Characters of an organisation's name in a headline: whoever registers it chooses it."""

LINKING_TABLES = ("payments", "networks")
"""Optional snapshot tables whose absence weakens every finding on a group."""

BARRED_SCORE = 40.0
"""What each power of ten of exchanges adds to a barred owner's score: a busy one (a thousand exchanges) is read among
the accusations on behaviour, a dormant one last."""

CONFIDENCE_RANK = {"high": 2, "moderate": 1, "low": 0}


def compose_findings(
    connection: duckdb.DuckDBPyConnection, window: Window, barred: pl.DataFrame, availability: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """All findings of a run.

    Args:
        connection: with the steps up to links.
        window: the run's days.
        barred: rows of reports.barred_organisations.
        availability: rows of reports.evidence_availability.

    Returns:
        Frames of reports.findings, finding_accounts, finding_signals and finding_evidence.
    """
    judgements = _distinct(connection, judge_groups(connection, window))
    owned = barred_members(connection, window, barred)
    members = pl.concat([_group_members(connection, judgements), owned.select(_MEMBER_COLUMNS)])
    identities = identified(connection, members.select("candidate", "kind", "account_id"), window)
    members = members.join(identities, on="candidate").join(_activity(connection, window), on="account_id", how="left")
    members = members.with_columns(pl.col("exchange_count").fill_null(0))
    statements = _statements(connection, judgements, barred, availability)
    findings = _findings(members, judgements, barred, window)
    return {
        "reports.findings": findings,
        "reports.finding_accounts": members.select(list(contracts.get("reports.finding_accounts").columns)),
        "reports.finding_signals": _signals(connection, identities),
        "reports.finding_evidence": _evidence(statements, identities),
    }


_MEMBER_COLUMNS = ["candidate", "kind", "account_id", "organisation_id", "role", "membership"]


def _distinct(connection: duckdb.DuckDBPyConnection, judgements: list[Judgement]) -> dict[str, Judgement]:
    """The judgements by group, without groups most of whose accounts are in one that is more certain."""
    members: dict[str, set[str]] = {}
    rows = connection.execute("SELECT group_id, account_id FROM links.group_accounts ORDER BY ALL").fetchall()
    for group_id, account_id in rows:
        members.setdefault(group_id, set()).add(account_id)
    kept: dict[str, Judgement] = {}
    holders: dict[str, list[str]] = {}
    for judgement in sorted(judgements, key=lambda judgement: (-_score(judgement), judgement.group_id)):
        accounts = members[judgement.group_id]
        # Counted over the accounts: comparing every two groups takes minutes where there are thousands.
        common = Counter(other for account in accounts for other in holders.get(account, ()))
        if max(common.values(), default=0) < NESTED_OVERLAP * len(accounts):
            kept[judgement.group_id] = judgement
            for account in accounts:
                holders.setdefault(account, []).append(judgement.group_id)
    return kept


def _group_members(connection: duckdb.DuckDBPyConnection, judgements: dict[str, Judgement]) -> pl.DataFrame:
    kinds = pl.DataFrame(
        {"candidate": list(judgements), "kind": [judgement.kind for judgement in judgements.values()]},
        schema={"candidate": pl.String, "kind": pl.String},
    )
    members = read_frame(
        connection,
        """
        SELECT group_id AS candidate, account_id, organisation_id, role, membership
        FROM links.group_accounts LEFT JOIN features.payers USING (account_id)
        ORDER BY candidate, account_id
        """,
    )
    return members.join(kinds, on="candidate").select(_MEMBER_COLUMNS)


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
        rows.append({**row, **claims, "as_of": window.as_of})
    columns = contracts.get("reports.findings").columns
    schema = {name: column.dtype for name, column in columns.items()}
    return pl.DataFrame(rows, schema_overrides=schema).select(list(columns)) if rows else pl.DataFrame(schema=schema)


def _group_claims(judgement: Judgement, row: dict[str, Any]) -> dict[str, Any]:
    what = "relay many people's traffic" if judgement.kind == "relay" else "collect the model's outputs in concert"
    likelihood = {"high": "very likely", "moderate": "likely", "low": "perhaps"}[judgement.confidence]
    linked = [family for family, share in judgement.families.items() if share > 0]
    by = f"linked by {', '.join(sorted(linked))}" if linked else "linked by behaviour alone"
    return {
        "control_confidence": judgement.control,
        "extraction_confidence": judgement.extraction,
        "organisation_confidence": judgement.organisation,
        "confidence": judgement.confidence,
        "score": _score(judgement),
        "headline": f"{_counted(row['account_count'])} {likelihood} {what}; {by}.",
    }


def _score(judgement: Judgement) -> float:
    """Confidence first, then coverage and significance: an order in which to read, no probability."""
    tests = sum(
        min(-math.log10(max(test["q_value"], 1e-300)), SCORE_BITS_LIMIT)
        for test in judgement.measures.values()
        if test["claim"] != "control"
    )
    coverage = sum(judgement.families.values())
    return round(100.0 * CONFIDENCE_RANK[judgement.confidence] + 10.0 * coverage + tests / 10.0, 6)


def _barred_claims(organisation: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    where = organisation["controlling_jurisdiction"] or "a restricted jurisdiction"
    what = f"is seated in {where}" if organisation["verdict"] == "seed" else f"is controlled from {where}"
    name = "".join(filter(str.isprintable, organisation["name"] or organisation["organisation_id"]))[:NAME_CHARACTERS]
    return {
        "control_confidence": None,
        "extraction_confidence": None,
        "organisation_confidence": "high",
        "confidence": "high",
        "score": round(BARRED_SCORE * math.log10(1 + row["exchange_count"]), 6),
        "headline": f"{_counted(row['account_count'])} of {name}, which {what} ({organisation['verdict']}).",
    }


def _counted(accounts: int) -> str:
    return f"{accounts:,} account{'' if accounts == 1 else 's'}"


def _statements(
    connection: duckdb.DuckDBPyConnection,
    judgements: dict[str, Judgement],
    barred: pl.DataFrame,
    availability: pl.DataFrame,
) -> dict[str, list[Statement]]:
    groups = read_frame(connection, "SELECT * FROM links.groups ORDER BY group_id")
    missing = availability.filter((pl.col("row_count") == 0) & pl.col("source_table").is_in(LINKING_TABLES))[
        "statement"
    ].to_list()
    found = {
        row["group_id"]: group_statements(judgements[row["group_id"]], row, missing)
        for row in groups.iter_rows(named=True)
        if row["group_id"] in judgements
    }
    found.update({row["organisation_id"]: barred_statements(row) for row in barred.iter_rows(named=True)})
    return found


def _signals(connection: duckdb.DuckDBPyConnection, identities: pl.DataFrame) -> pl.DataFrame:
    columns = list(contracts.get("reports.finding_signals").columns)
    shared = read_frame(connection, "SELECT * FROM links.group_signals ORDER BY group_id, signal_kind, signal_value")
    return shared.join(identities, left_on="group_id", right_on="candidate").select(columns)


def _evidence(statements: dict[str, list[Statement]], identities: pl.DataFrame) -> pl.DataFrame:
    rows = [
        {"finding_id": finding_id, "statement_number": number, **statement._asdict()}
        for candidate, finding_id in identities.select("candidate", "finding_id").iter_rows()
        for number, statement in enumerate(statements[candidate], start=1)
    ]
    schema = {name: column.dtype for name, column in contracts.get("reports.finding_evidence").columns.items()}
    return pl.DataFrame(rows, schema=schema)
