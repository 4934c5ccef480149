"""links.organisation_candidates: pairs of organisations that may be one, for a person to decide.

A pair is shown when a register entry agrees that something contradicts, or when a form of the name agrees and one
further field with it. Merged pairs are not shown unless somebody decided on them; no pair here merges by itself.
"""

import duckdb
import polars as pl

from forensics.features.organisations.entries import ENTRY_KINDS
from forensics.features.organisations.pairs import KINDS
from forensics.warehouse.tables import read_frame
from forensics.window import Window


def organisation_candidates(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Every pair worth a decision.

    Args:
        connection: with the tables features.organisation_… and raw.accounts.
        window: the run's days.

    Returns:
        One row per pair, columns of the contract.
    """
    pairs = read_frame(connection, "SELECT * FROM features.organisation_pairs ORDER BY organisation_a, organisation_b")
    decided = _decided(connection)
    shown = pairs.join(decided, on=["organisation_a", "organisation_b"], how="full", coalesce=True)
    known = read_frame(connection, "SELECT organisation_id, identity_id, name FROM features.organisation_identities")
    accounts = _accounts(connection, window)
    for side in "ab":
        facts = known.join(accounts, on="organisation_id", how="left")
        facts = facts.rename({name: f"{name}_{side}" for name in ("name", "identity_id", "account_count")})
        shown = shown.join(facts, left_on=f"organisation_{side}", right_on="organisation_id", how="left")
    is_one = pl.col("identity_id_a") == pl.col("identity_id_b")
    strong = pl.col("matched_by").is_in(ENTRY_KINDS)
    further = pl.col("agreeing").str.split(", ").list.set_difference(pl.lit(list(KINDS[3:]))).list.len() > 0
    both_known = pl.col("identity_id_a").is_not_null() & pl.col("identity_id_b").is_not_null()
    return (
        shown.with_columns(
            matched_by=pl.col("shared").str.split(", ").list.first(),
            agreeing=pl.col("agreeing").fill_null(""),
            contradicting=pl.col("contradicting").fill_null(""),
            account_count=pl.col("account_count_a").fill_null(0) + pl.col("account_count_b").fill_null(0),
        )
        .filter(both_known & (pl.col("decision").is_not_null() | (~is_one & (strong | further))))
        .select(
            "organisation_a", "organisation_b", "name_a", "name_b", "matched_by", "agreeing", "contradicting",
            "account_count", "decision",
        )
    )  # fmt: skip


def _decided(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What is decided on each pair now, the smaller id first."""
    return read_frame(
        connection,
        """
        SELECT LEAST(organisation_a, organisation_b) AS organisation_a,
               GREATEST(organisation_a, organisation_b) AS organisation_b, decision
        FROM features.organisation_decisions WHERE is_in_force ORDER BY ALL
        """,
    )


def _accounts(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    return read_frame(
        connection,
        """
        SELECT organisation_id, COUNT(*) AS account_count FROM (
            SELECT organisation_id FROM raw.accounts WHERE snapshot_date BETWEEN $first AND $last
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
        ) WHERE organisation_id IS NOT NULL GROUP BY organisation_id ORDER BY organisation_id
        """,
        first=window.first,
        last=window.as_of,
    )
