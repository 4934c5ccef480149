"""The ownership rule in the reports: verdicts, barred organisations, and the accounts they hold.

Ownership is a claim of its own: it says who may be served, never who extracts, and adds to no other score.
"""

from typing import Any

import duckdb
import polars as pl

from forensics import contracts
from forensics.reports.foreign_text import NAME_CHARACTERS, PATH_CHARACTERS, readable
from forensics.reports.statements import Statement
from forensics.warehouse.tables import read_frame
from forensics.window import Window


def barred_organisations(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Rows of reports.barred_organisations: what the rule found, names and paths made fit to be read."""
    barred = read_frame(connection, "SELECT * FROM links.barred_organisations ORDER BY organisation_id")
    return barred.with_columns(
        readable(pl.col("name"), NAME_CHARACTERS), readable(pl.col("path"), PATH_CHARACTERS)
    ).select(list(contracts.get("reports.barred_organisations").columns))


def ownership_verdicts(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Rows of reports.ownership_verdicts."""
    verdicts = read_frame(connection, "SELECT * FROM links.ownership_verdicts ORDER BY organisation_id")
    return verdicts.rename({"valid_from": "from", "valid_to": "to"}).select(
        list(contracts.get("reports.ownership_verdicts").columns)
    )


def barred_members(connection: duckdb.DuckDBPyConnection, window: Window, barred: pl.DataFrame) -> pl.DataFrame:
    """Accounts of barred organisations, one candidate finding an organisation."""
    accounts = read_frame(
        connection,
        """
        SELECT account_id, organisation_id FROM raw.accounts
        WHERE snapshot_date BETWEEN $first AND $last
        QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
        ORDER BY organisation_id, account_id
        """,
        first=window.first,
        last=window.as_of,
    )
    return accounts.join(barred.select("organisation_id"), on="organisation_id", how="semi").select(
        pl.col("organisation_id").alias("candidate"),
        pl.lit("barred_ownership").alias("kind"),
        "account_id",
        "organisation_id",
        pl.lit("core").alias("role"),
        pl.lit(1.0).alias("membership"),
    )


def barred_statements(organisation: dict[str, Any]) -> list[Statement]:
    """What carries the verdict on one organisation, and what would overturn it."""
    jurisdiction = organisation["controlling_jurisdiction"] or "a restricted jurisdiction"
    found = []
    if organisation["verdict"] == "seed":
        found.append(_seat(organisation, jurisdiction))
    for name, reading in (("attributed_percent", "cascade"), ("effective_percent", "look-through")):
        percent = organisation[name]
        if organisation["verdict"] != "seed" and percent is not None:
            is_met = organisation["verdict"] in ("met_both", f"met_{reading.replace('-', '')}")
            found.append(
                Statement(
                    "supports" if is_met else "contradicts",
                    f"By {reading}, restricted organisations hold {'' if percent >= 100 else 'at least '}{percent:g} %"
                    f" (ownership rule {organisation['rule']}).",
                    name,
                    percent,
                    organisation["threshold_percent"],
                )
            )
    if organisation["seed_basis"] == "incorporation":
        sentence = (
            "No headquarters is on record at the head of the path: its place of incorporation stands in, which a shell"
            " or a move of its management would make wrong."
        )
        found.append(Statement("contradicts", sentence, "seed_basis", None, None))
    if organisation["path"]:
        found.append(Statement("supports", f"Path: {organisation['path']}", "path", None, None))
    found.append(
        Statement(
            "contradicts",
            "Registers lag behind sales of shares and may name nominees: ask the customer for its current owners before"
            " acting. Ownership says nothing of what the accounts do.",
            "innocent_explanation",
            None,
            None,
        )
    )
    return found


def _seat(organisation: dict[str, Any], jurisdiction: str) -> Statement:
    """What restricts an organisation that is restricted itself."""
    basis = {
        "incorporation": f"is incorporated in {jurisdiction}",
        "listed": "is named by the rule",
    }.get(organisation["seed_basis"] or "", f"has its headquarters in {jurisdiction}")
    return Statement(
        "supports", f"The organisation itself {basis} ({organisation['rule']}).", "headquarters", None, None
    )
