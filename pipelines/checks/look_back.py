"""Checks of the steps that look back: bounds from both sides on what they found."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from forensics import contracts
from forensics.contracts.sql import quote, relation
from forensics.settings import Settings
from forensics.window import Window
from pipelines.checks.verdicts import Fault, verdict
from pipelines.specs import asset_key

NOISE_SHARE_MAX = 0.95
"""With almost every account outside all clusters the map shows nothing."""

GROUP_SHARE_MAX = 0.2
"""A group of a fifth of all accounts is a link rule that let a hub through, not an operator."""

ACCUSED_SHARE_MAX = 0.25
"""Published campaigns are some 7 % of accounts: a quarter of all accounts accused is taken for a defect."""


def _count(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> int:
    return int(connection.execute(query, list(values)).fetchall()[0][0] or 0)


def feature_check_specs() -> list[dg.AssetCheckSpec]:
    """One blocking check: who has features."""
    return [
        dg.AssetCheckSpec(
            "active_accounts_have_features",
            asset=asset_key("features.accounts"),
            blocking=True,
            description="Exactly the accounts with enough exchanges in the window have a row.",
        )
    ]


def feature_checks(
    connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window
) -> Iterator[dg.AssetCheckResult]:
    """Compare the accounts that have features with those that should."""
    present = _count(connection, "SELECT count(*) FROM features.accounts")
    active = (
        "SELECT account_id FROM core.account_days WHERE snapshot_date BETWEEN ? AND ?"
        " GROUP BY account_id HAVING sum(exchange_count) >= ?"
    )
    bounds = [*window.bounds, settings.minimum_exchanges]
    expected = _count(connection, f"SELECT count(*) FROM ({active})", *bounds)
    missing = _count(
        connection, f"SELECT count(*) FROM ({active}) ANTI JOIN features.accounts USING (account_id)", *bounds
    )
    faults = []
    if missing or present != expected:
        faults.append(
            Fault(
                f"{present:,} accounts have features, {expected:,} should; {missing:,} of those are missing.",
                grave=True,
            )
        )
    elif not expected:
        faults.append(Fault(f"No account reached {settings.minimum_exchanges} exchanges in the window."))
    yield verdict(
        "features.accounts",
        "active_accounts_have_features",
        faults,
        good=f"All {expected:,} accounts with at least {settings.minimum_exchanges} exchanges have features.",
        measures={"account_count": present, "expected_count": expected},
    )


def cluster_check_specs() -> list[dg.AssetCheckSpec]:
    """One check: the map shows something."""
    return [
        dg.AssetCheckSpec(
            "map_has_clusters",
            asset=asset_key("clusters.account_clusters"),
            description="There is at least one cluster, and noise is not nearly everything.",
        )
    ]


def cluster_checks(connection: duckdb.DuckDBPyConnection) -> Iterator[dg.AssetCheckResult]:
    """Look at the share of noise and the number of clusters."""
    accounts, noise, clusters = connection.execute(
        "SELECT count(*), count(*) FILTER (cluster_id = -1),"
        " count(DISTINCT cluster_id) FILTER (cluster_id >= 0) FROM clusters.account_clusters"
    ).fetchall()[0]
    share = noise / max(accounts, 1)
    faults = []
    if not clusters:
        faults.append(Fault(f"None of {accounts:,} accounts is in a cluster."))
    elif share > NOISE_SHARE_MAX:
        faults.append(Fault(f"{noise:,} of {accounts:,} accounts ({share:.0%}) are noise."))
    yield verdict(
        "clusters.account_clusters",
        "map_has_clusters",
        faults,
        good=f"{clusters:,} clusters; {share:.0%} of {accounts:,} accounts are noise.",
        measures={"cluster_count": clusters, "noise_share": share},
    )


def link_check_specs() -> list[dg.AssetCheckSpec]:
    """One check: no group swallows everybody."""
    return [
        dg.AssetCheckSpec(
            "no_group_swallows_everybody",
            asset=asset_key("links.groups"),
            description=f"The largest group holds at most {GROUP_SHARE_MAX:.0%} of the accounts with features.",
        )
    ]


def link_checks(connection: duckdb.DuckDBPyConnection) -> Iterator[dg.AssetCheckResult]:
    """Compare the largest group with all accounts."""
    largest = _count(connection, "SELECT max(account_count) FROM links.groups")
    groups = _count(connection, "SELECT count(*) FROM links.groups")
    accounts = _count(connection, "SELECT count(*) FROM features.accounts")
    faults = []
    if largest > GROUP_SHARE_MAX * accounts:
        faults.append(Fault(f"The largest group holds {largest:,} of {accounts:,} accounts."))
    yield verdict(
        "links.groups",
        "no_group_swallows_everybody",
        faults,
        good=f"{groups:,} groups; the largest holds {largest:,} of {accounts:,} accounts.",
        measures={"group_count": groups, "largest_account_count": largest},
    )


def report_check_specs() -> list[dg.AssetCheckSpec]:
    """Keys of every report table, agreement of the findings with their accounts, and a bound on who is accused."""
    keys = [
        dg.AssetCheckSpec(
            "keys_are_unique",
            asset=asset_key(table.full_name),
            blocking=True,
            description=f"No two rows have the same {', '.join(table.primary_key)}.",
        )
        for table in contracts.of_step("reports")
    ]
    return [
        *keys,
        dg.AssetCheckSpec(
            "findings_agree_with_their_accounts",
            asset=asset_key("reports.findings"),
            blocking=True,
            description="Each finding counts the accounts that are listed for it.",
        ),
        dg.AssetCheckSpec(
            "few_are_accused",
            asset=asset_key("reports.findings"),
            description=f"Findings of high or moderate confidence hold at most {ACCUSED_SHARE_MAX:.0%} of accounts.",
        ),
    ]


def report_checks(connection: duckdb.DuckDBPyConnection) -> Iterator[dg.AssetCheckResult]:
    """Evaluate the checks of the step reports."""
    for table in contracts.of_step("reports"):
        keys = ", ".join(map(quote, table.primary_key))
        rows = _count(connection, f"SELECT count(*) FROM {relation(table)}")
        distinct = _count(connection, f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {relation(table)})")
        faults = [Fault(f"{rows - distinct:,} rows repeat a key.", grave=True)] if rows != distinct else []
        yield verdict(table.full_name, "keys_are_unique", faults, good=f"{rows:,} rows, each with its own key.")
    yield _agreement_check(connection)
    yield _accusation_check(connection)


def _agreement_check(connection: duckdb.DuckDBPyConnection) -> dg.AssetCheckResult:
    differing = connection.execute(
        """
        SELECT finding_id, findings.account_count, coalesce(listed.account_count, 0)
        FROM reports.findings
        LEFT JOIN (
            SELECT finding_id, count(*) AS account_count FROM reports.finding_accounts GROUP BY finding_id
        ) AS listed USING (finding_id)
        WHERE findings.account_count <> coalesce(listed.account_count, 0)
        ORDER BY finding_id
        """
    ).fetchall()
    return verdict(
        "reports.findings",
        "findings_agree_with_their_accounts",
        [
            Fault(f"{finding} counts {counted:,} accounts, {listed:,} are listed.", True)
            for finding, counted, listed in differing
        ],
        good="Every finding counts the accounts that are listed for it.",
    )


def _accusation_check(connection: duckdb.DuckDBPyConnection) -> dg.AssetCheckResult:
    accused = _count(
        connection,
        "SELECT count(DISTINCT account_id) FROM reports.finding_accounts JOIN reports.findings USING (finding_id)"
        " WHERE confidence IN ('high', 'moderate')",
    )
    accounts = _count(connection, "SELECT count(*) FROM features.accounts")
    share = accused / max(accounts, 1)
    faults = (
        [Fault(f"{accused:,} of {accounts:,} accounts ({share:.0%}) are accused.")] if share > ACCUSED_SHARE_MAX else []
    )
    return verdict(
        "reports.findings",
        "few_are_accused",
        faults,
        good=f"{accused:,} of {accounts:,} accounts ({share:.1%}) are in findings that accuse.",
        measures={"accused_count": accused, "accused_share": share},
    )
