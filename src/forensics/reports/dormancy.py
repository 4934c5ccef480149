"""Rows of findings that rest: what was found lately and was not found by this run.

A dormant finding stays in reports.findings, so that nobody looks for it in vain, and accuses nobody: an accusation has
to rest on what this run measured. It is a lead (low), its claims are undetermined, its score is 0; the headline says at
what confidence it was last held. Its last accounts are listed with what they did in the window, be it nothing.
"""

from typing import Any

import duckdb
import polars as pl

from forensics.reports.identity import Identities
from forensics.reports.past import BARRED_KIND, Past
from forensics.reports.phrases import listed, phrase
from forensics.reports.statements import Statement, share_statement
from forensics.warehouse.tables import read_frame
from forensics.window import Window


def dormant_accounts(
    connection: duckdb.DuckDBPyConnection, identities: Identities, window: Window, held_back: set[str]
) -> pl.DataFrame:
    """The last accounts of every finding that rests and is reported.

    Args:
        connection: with core.account_days and features.payers.
        identities: whose lineage says which findings rest.
        window: the run's days.
        held_back: findings that were cleared.

    Returns:
        Columns of reports.finding_accounts, and first_at and last_at of their exchanges.
    """
    reported = identities.past.states.filter("is_reported")["finding_id"]
    resting = identities.lineage.filter(
        (pl.col("relation") == "dormant")
        & pl.col("finding_id").is_in(reported.implode())
        & ~pl.col("finding_id").is_in(sorted(held_back))
    )
    members = identities.past.members.join(resting.select("finding_id"), on="finding_id")
    return (
        members.join(_activity(connection, window, members), on="account_id", how="left")
        .with_columns(
            pl.col("exchange_count").fill_null(0),
            pl.col("role").fill_null("associated"),
            pl.col("membership").fill_null(0.0),
        )
        .sort("finding_id", "account_id")
    )


def _activity(connection: duckdb.DuckDBPyConnection, window: Window, members: pl.DataFrame) -> pl.DataFrame:
    connection.register("dormant_accounts", members.select("account_id").unique().to_arrow())
    try:
        return read_frame(
            connection,
            """
            SELECT account_id, ANY_VALUE(organisation_id) AS organisation_id,
                   SUM(exchange_count)::BIGINT AS exchange_count, MIN(first_at) AS first_at, MAX(last_at) AS last_at
            FROM dormant_accounts
            LEFT JOIN features.payers USING (account_id)
            LEFT JOIN (
                FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last
            ) USING (account_id)
            GROUP BY account_id
            """,
            first=window.first,
            last=window.as_of,
        )
    finally:
        connection.unregister("dormant_accounts")


def dormant_findings(accounts: pl.DataFrame, past: Past, window: Window) -> list[dict[str, Any]]:
    """One row of reports.findings for each finding of these accounts, without its decision."""
    states = {row["finding_id"]: row for row in past.states.iter_rows(named=True)}
    summed = accounts.group_by("finding_id", maintain_order=True).agg(
        pl.len().alias("account_count"),
        pl.col("exchange_count").sum(),
        pl.col("first_at").min().alias("first_seen"),
        pl.col("last_at").max().alias("last_seen"),
    )
    return [
        {**row, **_claims(states[row["finding_id"]], row["account_count"]), "as_of": window.as_of}
        for row in summed.iter_rows(named=True)
    ]


def _claims(state: dict[str, Any], accounts: int) -> dict[str, Any]:
    group_claim = None if state["kind"] == BARRED_KIND else "undetermined"
    return {
        "kind": state["kind"],
        "status": "dormant",
        "confidence": "low",
        "control_confidence": group_claim,
        "extraction_confidence": group_claim,
        "organisation_confidence": "undetermined",
        "score": 0.0,
        "headline": f"Dormant: a group of {accounts:,} accounts, held at {state['confidence']} on"
        f" {state['last_found_on']}, was not found again.",
    }


def dormant_statements(accounts: pl.DataFrame, past: Past, window: Window) -> dict[str, list[Statement]]:
    """What spoke for each of them when it was last found, and that it was not found now."""
    states = {row["finding_id"]: row for row in past.states.iter_rows(named=True)}
    summed = accounts.group_by("finding_id", maintain_order=True).agg(
        pl.len().alias("size"), (pl.col("exchange_count") > 0).sum().alias("active")
    )
    found = {}
    for finding_id, size, active in summed.iter_rows():
        state = states[finding_id]
        named = [phrase("measure", one) for one in filter(None, state["supports"].split(","))]
        measures = listed(list(dict.fromkeys(named))) or "nothing that was kept"
        was = f"On {state['last_found_on']} it was held at {state['confidence']} on: {measures}."
        now = (
            f"As of {window.as_of} the group was not found; {active} of its {size} accounts sent exchanges in the"
            " window. What no longer shows may have ended, or may never have been more than chance."
        )
        found[finding_id] = [
            Statement("supports", was, "last_found", None, None),
            share_statement("contradicts", now, "not_found", (active, size), None),
        ]
    return found
