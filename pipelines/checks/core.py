"""Checks of the step core: nothing is lost and nothing counted twice between raw exchanges and daily sums."""

from collections.abc import Iterator, Sequence
from datetime import date

import dagster as dg
import duckdb

from forensics import contracts
from forensics.contracts.sql import relation
from pipelines.checks.verdicts import Fault, verdict
from pipelines.reporting import rows_by_day
from pipelines.specs import asset_key

COUNTED_ONCE = ("core.account_days", "core.account_hours")
"""Tables whose exchange counts add up to the day's exchanges."""


def core_check_specs() -> list[dg.AssetCheckSpec]:
    """One blocking check for each table that must account for every exchange."""
    return [
        dg.AssetCheckSpec(
            "each_exchange_counted_once",
            asset=asset_key(full_name),
            blocking=True,
            description="The exchange counts of a day add up to the rows of raw.exchanges on that day.",
        )
        for full_name in COUNTED_ONCE
    ]


def core_checks(connection: duckdb.DuckDBPyConnection, days: Sequence[date]) -> Iterator[dg.AssetCheckResult]:
    """Evaluate the checks of the step for these days."""
    in_raw = rows_by_day(connection, "raw.exchanges", days)
    for full_name in COUNTED_ONCE:
        counted = dict(
            connection.execute(
                f"SELECT snapshot_date, sum(exchange_count)::BIGINT FROM {relation(contracts.get(full_name))}"
                " WHERE snapshot_date BETWEEN ? AND ? GROUP BY ALL",
                [min(days), max(days)],
            ).fetchall()
        )
        faults = [
            Fault(f"{day}: {counted.get(day, 0):,} exchanges counted, {in_raw[day]:,} loaded.", grave=True)
            for day in days
            if counted.get(day, 0) != in_raw[day]
        ]
        yield verdict(
            full_name,
            "each_exchange_counted_once",
            faults,
            good=f"All {sum(in_raw.values()):,} exchanges are counted once.",
            measures={"exchange_count": sum(in_raw.values())},
        )
