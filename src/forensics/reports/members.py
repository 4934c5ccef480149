"""Who belongs to a finding, and who only stands beside it: members carry its evidence, bystanders share its pool.

A proxy pool serves campaigns and innocent customers alike, so sharing what the group shares is not enough: a member
must show what the group does, or carry a fair part of all that holds the group together.
"""

import duckdb
import polars as pl

from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.judgement import Judgement
from forensics.warehouse.tables import read_frame

CORE = 0.5
"""Share of the group's evidence from which an account is at its core."""

FAIR_PART = 0.3
"""Share below which an account is a bystander, whatever it carries."""


def members_and_bystanders(connection: duckdb.DuckDBPyConnection, judgements: list[Judgement]) -> pl.DataFrame:
    """Everybody in the judged groups, and how much of what counts against the group each carries.

    Args:
        connection: with links.group_accounts and links.group_evidence_accounts.
        judgements: groups and what counts in each.

    Returns:
        group_id, account_id, membership (carried kinds of evidence over those of the group that anybody carries),
        carried (text: their names), role (core or associated), is_bystander (bool).
    """
    counted = pl.DataFrame(
        [
            (judgement.group_id, name, EVIDENCE_KINDS[name].is_behaviour)
            for judgement in judgements
            for name in sorted(judgement.facts.held)
            if judgement.facts.shown[name].coverage is not None
        ],
        schema={"group_id": pl.String, "evidence": pl.String, "is_behaviour": pl.Boolean},
        orient="row",
    )
    groups = pl.DataFrame({"group_id": [one.group_id for one in judgements]}, schema={"group_id": pl.String})
    everybody = read_frame(connection, "SELECT group_id, account_id FROM links.group_accounts ORDER BY ALL")
    carriers = read_frame(connection, "SELECT * FROM links.group_evidence_accounts ORDER BY ALL")
    carried = (
        carriers.join(counted, on=["group_id", "evidence"])
        .sort("group_id", "account_id", "evidence")
        .group_by("group_id", "account_id", maintain_order=True)
        .agg(
            pl.len().alias("carried_count"),
            pl.col("is_behaviour").any().alias("behaves"),
            pl.col("evidence").str.join(", ").alias("carried"),
        )
    )
    whole = counted.group_by("group_id", maintain_order=True).agg(
        pl.len().alias("kinds"), pl.col("is_behaviour").any().alias("has_behaviour")
    )
    return (
        everybody.join(groups, on="group_id")
        .join(whole, on="group_id", how="left")
        .join(carried, on=["group_id", "account_id"], how="left")
        .with_columns(
            pl.col("carried").fill_null(""),
            pl.col("has_behaviour", "behaves").fill_null(False),
            # Where nothing is carried by single accounts, the group as a whole is all there is.
            membership=(pl.col("carried_count").fill_null(0) / pl.col("kinds")).fill_null(1.0),
        )
        .with_columns(
            role=pl.when(pl.col("membership") >= CORE).then(pl.lit("core")).otherwise(pl.lit("associated")),
            is_bystander=(pl.col("has_behaviour") & ~pl.col("behaves")) | (pl.col("membership") < FAIR_PART),
        )
        .sort("group_id", "account_id")
        .select("group_id", "account_id", "membership", "carried", "role", "is_bystander")
    )
