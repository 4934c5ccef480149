"""What each materialisation says: rows, a preview, and how much a day's load brought."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
import duckdb

from forensics import contracts
from forensics.contracts.sql import relation
from pipelines.lineage import in_dependency_order
from pipelines.previews import preview
from pipelines.specs import asset_key


def materialised_days(
    context: dg.AssetExecutionContext, connection: duckdb.DuckDBPyConnection, step: str, days: Sequence[date]
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """One materialisation per table and day of a daily step, each with its own day's rows."""
    for table in in_dependency_order(step):
        key = asset_key(table.full_name)
        counts = rows_by_day(connection, table.full_name, days)
        for day in days:
            context.add_asset_metadata(
                {
                    "dagster/partition_row_count": counts[day],
                    "preview": preview(connection, table, day if "snapshot_date" in table.columns else None),
                },
                asset_key=key,
                partition_key=day.isoformat(),
            )
        yield dg.MaterializeResult(asset_key=key)


def materialised(
    connection: duckdb.DuckDBPyConnection, step: str, more: Mapping[str, Mapping[str, Any]] | None = None
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """One materialisation per table of a step that looks back.

    Args:
        connection: the writer's.
        step: the step.
        more: further metadata by full table name.
    """
    for table in in_dependency_order(step):
        yield dg.MaterializeResult(
            asset_key=asset_key(table.full_name),
            metadata={
                "dagster/row_count": row_count(connection, table.full_name),
                "preview": preview(connection, table, None),
                **(more or {}).get(table.full_name, {}),
            },
        )


def row_count(connection: duckdb.DuckDBPyConnection, full_name: str) -> int:
    """Rows of a table."""
    return int(connection.execute(f"SELECT count(*) FROM {relation(contracts.get(full_name))}").fetchall()[0][0])


def rows_by_day(connection: duckdb.DuckDBPyConnection, full_name: str, days: Sequence[date]) -> dict[date, int]:
    """Rows of a table on each of these days; 0 where it has none, all its rows where they belong to no day."""
    if "snapshot_date" not in contracts.get(full_name).columns:
        return dict.fromkeys(days, row_count(connection, full_name))
    counted = connection.execute(
        f"SELECT snapshot_date, count(*) FROM {relation(contracts.get(full_name))}"
        " WHERE snapshot_date BETWEEN ? AND ? GROUP BY ALL",
        [min(days), max(days)],
    ).fetchall()
    counts = dict(counted)
    return {day: counts.get(day, 0) for day in days}
