"""reports.evidence_availability: which snapshot tables the run could use; missing data clears nobody."""

from datetime import date

import duckdb
import polars as pl

from forensics import contracts
from forensics.contracts.sql import relation
from forensics.window import Window

WITHOUT = {
    "exchanges": "Nothing can be said of behaviour.",
    "accounts": "Registration signals (sign-up address, e-mail domain, organisation) are not available.",
    "payments": "Accounts cannot be linked by payment; payers are organisations or the accounts themselves.",
    "organisations": "The ownership rule cannot be applied; organisations are known by their ids only.",
    "ownership": "The ownership rule sees headquarters only; no chain of owners can be followed.",
    "networks": "Carrier, VPN and hosting addresses cannot be told apart; address links are weaker evidence.",
    "models": "Reactions to model releases cannot be judged.",
}
"""What follows for the findings where a table has no rows."""


def evidence_availability(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Days and rows of each snapshot table in the window, and what follows.

    Reference tables count up to the as-of day, since the newest list on or before a day is in force.
    """
    rows = []
    for table in contracts.snapshot_tables():
        first = date.min if table.kind == "reference" else window.first
        day_count, row_count = connection.execute(
            f"SELECT COUNT(DISTINCT snapshot_date), COUNT(*) FROM {relation(table)}"
            " WHERE snapshot_date BETWEEN ? AND ?",
            [first, window.as_of],
        ).fetchall()[0]
        rows.append(
            {
                "source_table": table.name,
                "day_count": day_count,
                "row_count": row_count,
                "statement": "Available." if row_count else f"Not available. {WITHOUT[table.name]}",
            }
        )
    return pl.DataFrame(rows)
