"""What surrounds and holds together the groups of findings: the pools they use, and what they rest on."""

import duckdb
import polars as pl

from forensics.reports.judgement import Judgement
from forensics.reports.pool_campaigns import pool_campaigns, pool_statements, with_pool
from forensics.reports.robustness import finding_robustness, robustness_statements
from forensics.reports.statements import Statement


def structure_of_findings(
    connection: duckdb.DuckDBPyConnection,
    judgements: dict[str, Judgement],
    members: pl.DataFrame,
    bystanders: pl.DataFrame,
    identities: pl.DataFrame,
) -> tuple[dict[str, pl.DataFrame], dict[str, list[Statement]]]:
    """Frames of reports.pool_campaigns, finding_bystanders and finding_robustness, and statements by candidate.

    Args:
        connection: with the tables of the step links.
        judgements: what is held of each group, by group id.
        members: finding_id, kind, account_id and exchange_count of all findings.
        bystanders: rows of reports.finding_bystanders without their pool.
        identities: candidate and finding_id.
    """
    campaigns = pool_campaigns(connection, members, bystanders)
    pooled = pool_statements(connection, campaigns)
    statements = robustness_statements(connection, sorted(judgements))
    for candidate, finding_id in identities.select("candidate", "finding_id").iter_rows():
        statements.setdefault(candidate, []).extend(pooled.get(finding_id, []))
    tables = {
        "reports.pool_campaigns": campaigns,
        "reports.finding_bystanders": with_pool(connection, bystanders, campaigns),
        "reports.finding_robustness": finding_robustness(connection, judgements, identities),
    }
    return tables, statements
