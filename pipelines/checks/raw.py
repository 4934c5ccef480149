"""Checks of the step raw: rows keep the contract, days have a usual size, exchanges belong to known accounts."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median

import dagster as dg
import duckdb

from forensics import contracts
from forensics.contracts import Table
from forensics.contracts.sql import relation
from forensics.settings import Settings
from pipelines.checks.verdicts import Fault, verdict
from pipelines.reporting import rows_by_day
from pipelines.specs import asset_key

USUAL_FACTOR = 5.0
"""A day with over five times, or under a fifth, of the usual rows is a broken export more often than real traffic."""

EARLIER_DAYS = 28
"""Days whose median is the usual size: long enough for four weekends, short enough to follow growth."""


def raw_check_specs() -> list[dg.AssetCheckSpec]:
    """Two checks for each snapshot table, and one for the accounts that exchanges name."""
    specs = []
    for table in contracts.snapshot_tables():
        specs.append(
            dg.AssetCheckSpec(
                "rows_keep_the_contract",
                asset=asset_key(table.full_name),
                description=f"Few rows of {table.name} break the contract and lie in quarantine.",
            )
        )
        specs.append(
            dg.AssetCheckSpec(
                "size_is_usual",
                asset=asset_key(table.full_name),
                blocking=table.required,
                description=f"A day's {table.name} number between a fifth and five times the median of the"
                f" {EARLIER_DAYS} days before{'; none at all stops the run' if table.required else ''}.",
            )
        )
    specs.append(
        dg.AssetCheckSpec(
            "accounts_are_known",
            asset=asset_key("raw.exchanges"),
            description="Every exchange names an account that the day's accounts list.",
        )
    )
    return specs


def raw_checks(
    connection: duckdb.DuckDBPyConnection, settings: Settings, days: Sequence[date]
) -> Iterator[dg.AssetCheckResult]:
    """Evaluate all checks of the step for these days."""
    for table in contracts.snapshot_tables():
        counts = rows_by_day(connection, table.full_name, _with_earlier(days))
        yield _contract_check(connection, settings, table, {day: counts[day] for day in days})
        yield _size_check(table, counts, days)
    yield _account_check(connection, days)


def _with_earlier(days: Sequence[date]) -> list[date]:
    first = min(days) - timedelta(days=EARLIER_DAYS)
    return [first + timedelta(days=number) for number in range((max(days) - first).days + 1)]


def _contract_check(
    connection: duckdb.DuckDBPyConnection, settings: Settings, table: Table, kept: dict[date, int]
) -> dg.AssetCheckResult:
    quarantined = dict(
        connection.execute(
            "SELECT snapshot_date, sum(quarantined_count)::BIGINT FROM ("
            "FROM raw.loads QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date)"
            ") WHERE table_name = ? AND snapshot_date BETWEEN ? AND ? GROUP BY ALL",
            [table.name, min(kept), max(kept)],
        ).fetchall()
    )
    faults = []
    for day, rows in kept.items():
        broken = quarantined.get(day, 0)
        share = broken / max(broken + rows, 1)
        if share > settings.quarantine_share_max:
            faults.append(
                Fault(f"{day}: {broken:,} of {broken + rows:,} rows of {table.name} ({share:.1%}) break the contract.")
            )
    total, all_broken = sum(kept.values()), sum(quarantined.get(day, 0) for day in kept)
    return verdict(
        table.full_name,
        "rows_keep_the_contract",
        faults,
        good=f"{all_broken:,} of {total + all_broken:,} rows are in quarantine.",
        measures={"row_count": total, "quarantined_count": all_broken, "share_max": settings.quarantine_share_max},
    )


def _size_check(table: Table, counts: dict[date, int], days: Sequence[date]) -> dg.AssetCheckResult:
    faults = []
    for day in days:
        earlier = [counts[day - timedelta(days=back)] for back in range(1, EARLIER_DAYS + 1)]
        usual = median([count for count in earlier if count] or [0])
        rows = counts[day]
        if not rows and table.required:
            faults.append(Fault(f"{day}: there is not one row of {table.name}.", grave=True))
        elif usual and rows > USUAL_FACTOR * usual:
            faults.append(
                Fault(f"{day}: {rows:,} rows of {table.name}, {rows / usual:.1f} times the usual {usual:,.0f}.")
            )
        elif usual and rows < usual / USUAL_FACTOR and (rows or table.kind != "reference"):
            faults.append(Fault(f"{day}: {rows:,} rows of {table.name}, {rows / usual:.0%} of the usual {usual:,.0f}."))
    return verdict(
        table.full_name,
        "size_is_usual",
        faults,
        good=f"{sum(counts[day] for day in days):,} rows, no day out of bounds.",
        measures={"row_count": sum(counts[day] for day in days)},
    )


def _account_check(connection: duckdb.DuckDBPyConnection, days: Sequence[date]) -> dg.AssetCheckResult:
    exchanges, accounts = relation(contracts.get("raw.exchanges")), relation(contracts.get("raw.accounts"))
    unknown = connection.execute(
        f"""
        SELECT snapshot_date, sum(exchange_count)::BIGINT, count(*)
        FROM (
            SELECT snapshot_date, account_id, count(*) AS exchange_count
            FROM {exchanges} WHERE snapshot_date BETWEEN $first AND $last GROUP BY ALL
        )
        ANTI JOIN (
            SELECT snapshot_date, account_id FROM {accounts} WHERE snapshot_date BETWEEN $first AND $last
        ) USING (snapshot_date, account_id)
        GROUP BY ALL ORDER BY ALL
        """,
        {"first": min(days), "last": max(days)},
    ).fetchall()
    return verdict(
        "raw.exchanges",
        "accounts_are_known",
        [
            Fault(f"{day}: {exchange_count:,} exchanges name {account_count:,} accounts that the day does not list.")
            for day, exchange_count, account_count in unknown
        ],
        good="Every exchange names a listed account.",
        measures={"exchange_count": sum(row[1] for row in unknown)},
    )
