"""Asset checks: what they say of sound data, and of each fault they are there for."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from forensics.errors import SnapshotError
from forensics.home import Home
from forensics.settings import Settings
from forensics.warehouse import open_building
from forensics.window import Window
from pipelines.checks.core import core_checks
from pipelines.checks.look_back import cluster_checks, feature_checks, link_checks, report_checks
from pipelines.checks.raw import raw_checks
from tests.integration.dagster_runs import copied, run_range
from tests.integration.small_world import DAYS, EXCHANGE_COUNT, FIRST, SECOND, write_day

WINDOW = Window(SECOND, 28)


@pytest.fixture
def connection(tmp_path: Path, finished: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the finished warehouse, to be damaged."""
    with open_building(copied(finished, tmp_path / "copy"), Settings()) as opened:
        yield opened


def results(connection: duckdb.DuckDBPyConnection, step: str) -> dict[str, dg.AssetCheckResult]:
    """Results of a step's checks by table and name."""
    evaluate = {
        "raw": lambda: raw_checks(connection, Settings(), DAYS),
        "core": lambda: core_checks(connection, DAYS),
        "features": lambda: feature_checks(connection, Settings(), WINDOW),
        "clusters": lambda: cluster_checks(connection),
        "links": lambda: link_checks(connection),
        "reports": lambda: report_checks(connection),
    }[step]
    return {f"{one.asset_key.path[-1]}.{one.check_name}": one for one in evaluate() if one.asset_key}


def severity(result: dg.AssetCheckResult) -> str:
    """passed, WARN or ERROR."""
    return "passed" if result.passed else result.severity.value


@pytest.mark.parametrize(
    ("step", "check", "damage", "expected", "sentence"),
    [
        ("raw", "exchanges.size_is_usual", "", "passed", "no day out of bounds"),
        (
            "raw",
            "exchanges.size_is_usual",
            "CREATE OR REPLACE VIEW raw.exchanges AS SELECT * FROM raw_exchanges WHERE snapshot_date < '2026-03-03'",
            "ERROR",
            "2026-03-03: there is not one row of exchanges.",
        ),
        (
            "raw",
            "accounts.size_is_usual",
            "DELETE FROM raw.accounts WHERE snapshot_date = '2026-03-03' AND account_id > 'acct-010'",
            "WARN",
            "2026-03-03: 11 rows of accounts, 5% of the usual 240.",
        ),
        (
            "raw",
            "payments.size_is_usual",
            "DELETE FROM raw.payments WHERE snapshot_date = '2026-03-02' AND account_id > 'acct-010'",
            "WARN",
            "21.8 times the usual 11.",
        ),
        (
            "raw",
            "accounts.rows_keep_the_contract",
            "UPDATE raw.loads SET quarantined_count = 20"
            " WHERE snapshot_date = '2026-03-03' AND table_name = 'accounts'",
            "WARN",
            "2026-03-03: 20 of 260 rows of accounts (7.7%) break the contract.",
        ),
        (
            "raw",
            "accounts.rows_keep_the_contract",
            "UPDATE raw.loads SET quarantined_count = 20 WHERE table_name = 'accounts';"
            " INSERT INTO raw.loads SELECT * REPLACE (load_number + 1 AS load_number, 0 AS quarantined_count)"
            " FROM raw.loads WHERE table_name = 'accounts'",
            "passed",
            "0 of ",
        ),
        (
            "raw",
            "exchanges.accounts_are_known",
            "DELETE FROM raw.accounts WHERE account_id = 'acct-003'",
            "WARN",
            "2026-03-02: 14 exchanges name 1 accounts",
        ),
        ("core", "account_days.each_exchange_counted_once", "", "passed", "counted once"),
        (
            "core",
            "account_days.each_exchange_counted_once",
            "UPDATE core.account_days SET exchange_count = exchange_count + 1 WHERE account_id = 'acct-003'"
            " AND snapshot_date = '2026-03-02'",
            "ERROR",
            f"2026-03-02: {EXCHANGE_COUNT + 1:,} exchanges counted, {EXCHANGE_COUNT:,} loaded.",
        ),
        (
            "core",
            "account_hours.each_exchange_counted_once",
            "DELETE FROM core.account_hours WHERE snapshot_date = '2026-03-03'",
            "ERROR",
            "2026-03-03: 0 exchanges counted",
        ),
        ("features", "accounts.active_accounts_have_features", "", "passed", "All 43 accounts"),
        (
            "features",
            "accounts.active_accounts_have_features",
            "DELETE FROM features.accounts WHERE account_id = 'acct-003'",
            "ERROR",
            "42 accounts have features, 43 should; 1 of those are missing.",
        ),
        ("clusters", "account_clusters.map_has_clusters", "", "WARN", "None of 43 accounts is in a cluster."),
        (
            "clusters",
            "account_clusters.map_has_clusters",
            "UPDATE clusters.account_clusters SET cluster_id = 0",
            "passed",
            "1 clusters; 0% of 43 accounts are noise.",
        ),
        (
            "links",
            "groups.no_group_swallows_everybody",
            "INSERT INTO links.groups (group_id, formed_by, account_count, payer_count, organisation_count,"
            " stability, stability_draws) VALUES ('g', 'template', 42, 42, 0, 1, 3)",
            "WARN",
            "The largest group holds 42 of 43 accounts.",
        ),
        ("reports", "findings.keys_are_unique", "", "passed", "each with its own key"),
        (
            "reports",
            "findings.keys_are_unique",
            "INSERT INTO reports.findings FROM reports.findings LIMIT 1",
            "ERROR",
            "1 rows repeat a key.",
        ),
        (
            "reports",
            "findings.findings_agree_with_their_accounts",
            "DELETE FROM reports.finding_accounts",
            "ERROR",
            "0 are listed.",
        ),
        (
            "reports",
            "findings.few_are_accused",
            "UPDATE reports.findings SET confidence = 'high';"
            " INSERT INTO reports.finding_accounts SELECT (SELECT min(finding_id) FROM reports.findings), account_id,"
            " NULL, 'core', 1, 0 FROM features.accounts ANTI JOIN reports.finding_accounts USING (account_id)",
            "WARN",
            "43 of 43 accounts (100%) are accused.",
        ),
    ],
)
def test_a_check_finds_its_fault(
    connection: duckdb.DuckDBPyConnection, step: str, check: str, damage: str, expected: str, sentence: str
) -> None:
    if "raw_exchanges" in damage:
        connection.execute("CREATE TEMP TABLE raw_exchanges AS FROM raw.exchanges")
    connection.execute(damage)
    result = results(connection, step)[check]
    assert severity(result) == expected, result.description
    assert sentence in str(result.description)


def test_a_reference_table_may_be_absent_on_most_days(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("INSERT INTO raw.models VALUES ('2026-03-02', 'model-large', '2026-01-01')")
    assert results(connection, "raw")["models.size_is_usual"].passed


def test_a_day_without_exchanges_stops_the_run_and_publishes_nothing(tmp_path: Path) -> None:
    folder = write_day(tmp_path / "root", FIRST)
    empty = pl.read_parquet(folder / "exchanges.parquet").clear()
    empty.write_parquet(folder / "exchanges.parquet")
    home = Home(tmp_path / "home")
    with pytest.raises(SnapshotError) as stopped:
        run_range(home, tmp_path / "root", FIRST, FIRST)
    assert stopped.value.exit_code == 3
    assert "there is not one row of exchanges" in str(stopped.value)
    assert not home.published.exists()


def test_a_day_five_times_larger_than_usual_is_noticed(connection: duckdb.DuckDBPyConnection) -> None:
    later = SECOND + timedelta(days=1)
    connection.execute(
        "INSERT INTO raw.payments SELECT payments.* REPLACE (DATE '2026-03-04' AS snapshot_date)"
        " FROM raw.payments, range(6) WHERE snapshot_date = '2026-03-03'"
    )
    result = {
        one.check_name: one
        for one in raw_checks(connection, Settings(), [later])
        if one.asset_key and one.asset_key.path[-1] == "payments"
    }["size_is_usual"]
    assert severity(result) == "WARN"
    assert "6.0 times the usual 240" in str(result.description)
