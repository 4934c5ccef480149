"""Findings over time: this run's findings completed by earlier runs and people's decisions, and logs for later runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from forensics import contracts
from forensics.contracts.core import SIGNAL_FAMILIES
from forensics.contracts.lineage import ENDED
from forensics.decisions import Decision
from forensics.decisions.log import in_force
from forensics.reports.clearing import Effect, Group, effects
from forensics.reports.dormancy import dormant_accounts, dormant_findings, dormant_statements
from forensics.reports.finding_counts import finding_counts
from forensics.reports.identity import Identities
from forensics.reports.phrases import listed, phrase
from forensics.reports.sources import WITHOUT, evidence_row
from forensics.reports.statements import NAMED_BY, Statement
from forensics.reports.succession import remembered_signals
from forensics.warehouse.tables import read_frame
from forensics.window import Window

Tables = dict[str, pl.DataFrame]

UNDECIDED: dict[str, Any] = {"decision": None, "decided_at": None, "decided_by": None, "decided_finding_id": None}
"""Columns of a finding nobody decided on."""

NO_EVIDENCE = frozenset(
    {"lineage", "last_found", "not_found", "new_since_cleared", "cleared", "cleared_part", "leave_one_out"}
    | {"stability", "bridge_account", "pool_share", NAMED_BY, *(WITHOUT + family for family in SIGNAL_FAMILIES)}
)
"""Measures of statements on a finding's own past, on its other statements or on what surrounds it: they are no
evidence by themselves."""

TOLD_RELATIONS = ("moved", "revived", "split_from", "merged_into")
"""Relations that a reader has to be told: an id alone does not say why it is the same group."""


def over_time(
    connection: duckdb.DuckDBPyConnection,
    window: Window,
    composed: Mapping[str, pl.DataFrame],
    identities: Identities,
    decisions: Sequence[Decision],
) -> Tables:
    """Complete the report tables of a run by the past.

    Args:
        connection: the writer's.
        window: the run's days.
        composed: frames of reports.findings, finding_accounts, finding_signals and finding_evidence.
        identities: which finding each group is, and where it comes from.
        decisions: the log of decisions.

    Returns:
        The same tables without cleared groups and with dormant findings; reports.finding_lineage, finding_states,
        finding_history and finding_signal_history of this as-of date; reports.decisions.
    """
    frames = {name: _as_declared(name, frame) for name, frame in composed.items()}
    supports = _supports(frames["reports.finding_evidence"])
    decided = effects(_groups(frames, supports), _whole_lineage(connection, identities, window), decisions)
    held_back = {finding_id for finding_id, effect in decided.items() if effect.is_held_back}
    cleared = {name for name, one in in_force(decisions).items() if one.verdict == "cleared"}
    resting = dormant_accounts(connection, identities, window, cleared)
    reported = {
        name: frame.filter(~pl.col("finding_id").is_in(sorted(held_back))) if held_back else frame
        for name, frame in frames.items()
    }
    findings = _with_decisions(
        [
            *reported["reports.findings"].iter_rows(named=True),
            *dormant_findings(resting, identities.past, window),
        ],
        decided,
        in_force(decisions),
    )
    statements = {
        **dormant_statements(resting, identities.past, window),
        **_told(identities, decided, set(reported["reports.findings"]["finding_id"])),
    }
    listed = _as_declared("reports.finding_accounts", resting)
    return {
        **reported,
        "reports.findings": findings,
        "reports.finding_accounts": pl.concat([reported["reports.finding_accounts"], listed]),
        "reports.finding_evidence": _appended(reported["reports.finding_evidence"], statements),
        "reports.finding_counts": pl.concat([reported["reports.finding_counts"], finding_counts(statements)]),
        "reports.finding_lineage": identities.lineage,
        "reports.finding_states": _states(frames["reports.findings"], findings, supports, identities, window),
        "reports.finding_history": _history(frames["reports.finding_accounts"], window),
        "reports.finding_signal_history": _signal_history(connection, identities, window),
        "reports.decisions": _decision_rows(decisions, decided),
    }


def _as_declared(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    columns = contracts.get(name).columns
    return frame.select(pl.col(column).cast(kind.dtype) for column, kind in columns.items())


def _supports(evidence: pl.DataFrame) -> dict[str, list[str]]:
    """Measures that speak for each finding."""
    rows = evidence.filter(
        (pl.col("stance").cast(pl.String) == "supports") & ~pl.col("measure").is_in(sorted(NO_EVIDENCE))
    )
    measures = rows.group_by("finding_id").agg(pl.col("measure").unique().sort())
    return {str(finding_id): list(found) for finding_id, found in measures.iter_rows()}


def _groups(frames: Mapping[str, pl.DataFrame], supports: Mapping[str, Sequence[str]]) -> list[Group]:
    accounts = frames["reports.finding_accounts"].group_by("finding_id").agg("account_id")
    members = dict(accounts.iter_rows())
    return [
        Group(name, kind, frozenset(members.get(name, ())), frozenset(supports.get(name, ())))
        for name, kind in frames["reports.findings"].select("finding_id", pl.col("kind").cast(pl.String)).iter_rows()
    ]


def _whole_lineage(connection: duckdb.DuckDBPyConnection, identities: Identities, window: Window) -> pl.DataFrame:
    columns = ["as_of", "finding_id", "predecessor_finding_id", "relation"]
    earlier = read_frame(
        connection,
        f"SELECT {', '.join(columns)} FROM reports.finding_lineage WHERE as_of < $as_of ORDER BY ALL",
        as_of=window.as_of,
    )
    kinds = {"as_of": pl.Date, "relation": pl.String}
    return pl.concat([earlier.cast(kinds), identities.lineage.select(columns).cast(kinds)])  # type: ignore[arg-type]


def _with_decisions(
    rows: Sequence[dict[str, Any]], decided: Mapping[str, Effect], newest: Mapping[str, Decision]
) -> pl.DataFrame:
    """Rows of reports.findings with what was decided on each."""
    schema = {name: column.dtype for name, column in contracts.get("reports.findings").columns.items()}
    completed = []
    for row in rows:
        effect = decided.get(row["finding_id"]) or Effect(newest.get(row["finding_id"]))
        status = "reopened" if effect.is_reopened else row["status"]
        completed.append({**row, **UNDECIDED, **_columns(effect.decision), "status": status})
    return pl.DataFrame(completed, schema=schema)


def _columns(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return {}
    return {
        "decision": decision.verdict,
        "decided_at": decision.decided_at,
        "decided_by": decision.by,
        "decided_finding_id": decision.finding_id,
    }


def _told(identities: Identities, decided: Mapping[str, Effect], reported: set[str]) -> dict[str, list[Statement]]:
    """Statements on where a finding comes from and on what was decided about it."""
    told: dict[str, list[Statement]] = {}
    for row in identities.lineage.filter(pl.col("relation").is_in(TOLD_RELATIONS)).iter_rows(named=True):
        told.setdefault(row["finding_id"], []).append(
            Statement("supports", _lineage_sentence(row), "lineage", row["overlap_share"], None, _lineage_key(row))
        )
    for finding_id, effect in decided.items():
        told.setdefault(finding_id, []).extend(effect.statements)
    return {finding_id: statements for finding_id, statements in told.items() if finding_id in reported}


def _lineage_key(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return ("as_of", row["as_of"].isoformat()), ("predecessor_finding_id", row["predecessor_finding_id"])


def _lineage_sentence(row: Mapping[str, Any]) -> str:
    earlier = row["predecessor_finding_id"]
    what = {
        "moved": "Other accounts go on with its work",
        "revived": "Found again",
        "split_from": f"It split from {earlier}",
        "merged_into": f"{earlier} went up in it",
    }[row["relation"]]
    linked = (
        f"; {row['linked_share']:.0%} of the accounts are linked to the earlier ones by"
        f" {listed([phrase('family', one) for one in row['linked_by'].split(', ')])}"
        if row["linked_share"] is not None
        else ""
    )
    return (
        f"{what}: of {row['account_count']} accounts and {row['predecessor_account_count']} on"
        f" {row['predecessor_as_of']}, {row['common_account_count']} are the same{linked}."
    )


def _appended(evidence: pl.DataFrame, statements: Mapping[str, Sequence[Statement]]) -> pl.DataFrame:
    """The evidence with further statements after each finding's last one."""
    last = dict(evidence.group_by("finding_id").agg(pl.col("statement_number").max()).iter_rows())
    rows = [
        evidence_row(finding_id, number, statement)
        for finding_id, found in sorted(statements.items())
        for number, statement in enumerate(found, start=last.get(finding_id, 0) + 1)
    ]
    return pl.concat([evidence, pl.DataFrame(rows, schema=evidence.schema)])


def _states(
    found: pl.DataFrame,
    reported: pl.DataFrame,
    supports: Mapping[str, Sequence[str]],
    identities: Identities,
    window: Window,
) -> pl.DataFrame:
    """Rows of reports.finding_states: what was found, and what became of what was not."""
    columns = list(contracts.get("reports.finding_states").columns)
    texts = pl.col("kind", "confidence", "status").cast(pl.String)
    as_reported = reported.select("finding_id", pl.col("status").cast(pl.String).alias("told"))
    measures = pl.DataFrame(
        {"finding_id": list(supports), "supports": [",".join(one) for one in supports.values()]},
        schema={"finding_id": pl.String, "supports": pl.String},
    )
    here = (
        found.with_columns(texts)
        .join(as_reported, on="finding_id", how="left")
        .join(measures, on="finding_id", how="left")
        .with_columns(
            pl.lit(window.as_of, pl.Date).alias("last_found_on"),
            pl.col("supports").fill_null(""),
            pl.col("told").is_not_null().alias("is_reported"),
            pl.coalesce("told", "status").alias("status"),
        )
    )
    ends = {"dormant": "dormant", "closed": "closed", "merged_into": "absorbed"}
    gone = identities.lineage.filter(pl.col("relation").is_in(list(ends))).select(
        pl.col("predecessor_finding_id").alias("finding_id"), pl.col("relation").replace(ends).alias("now")
    )
    earlier = (
        identities.past.states.with_columns(texts)
        .join(gone, on="finding_id")
        .join(as_reported, on="finding_id", how="left")
        .with_columns(
            pl.lit(window.as_of, pl.Date).alias("as_of"),
            pl.col("now").alias("status"),
            (pl.col("told").is_not_null() & ~pl.col("now").is_in(ENDED)).alias("is_reported"),
        )
    )
    return pl.concat([here.select(columns), earlier.select(columns)])


def _history(accounts: pl.DataFrame, window: Window) -> pl.DataFrame:
    return accounts.select(
        pl.lit(window.as_of).alias("as_of"), "finding_id", "account_id", pl.col("role").cast(pl.String), "membership"
    )


def _signal_history(connection: duckdb.DuckDBPyConnection, identities: Identities, window: Window) -> pl.DataFrame:
    known = remembered_signals(connection).join(identities.candidates, on="candidate")
    return known.select(
        pl.lit(window.as_of).alias("as_of"),
        "finding_id",
        "signal_kind",
        "signal_value",
        "family",
        "accounts_sharing",
    )


def _decision_rows(decisions: Sequence[Decision], decided: Mapping[str, Effect]) -> pl.DataFrame:
    """Rows of reports.decisions."""
    held: dict[int, int] = {}
    for effect in decided.values():
        if effect.is_held_back and effect.decision:
            held[effect.decision.number] = held.get(effect.decision.number, 0) + 1
    newest = {one.number for one in in_force(decisions).values()}
    schema = {name: column.dtype for name, column in contracts.get("reports.decisions").columns.items()}
    return pl.DataFrame(
        [
            {
                "decision_number": one.number,
                "finding_id": one.finding_id,
                "verdict": one.verdict,
                "decided_at": one.decided_at,
                "decided_by": one.by,
                "reason": one.why,
                "as_of": one.as_of,
                "account_count": len(one.accounts),
                "is_in_force": one.number in newest,
                "held_back_count": held.get(one.number, 0),
            }
            for one in decisions
        ],
        schema=schema,
    )
