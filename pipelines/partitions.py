"""Days: how daily assets are partitioned, which days a run covers, and the day a looking-back step stands on."""

from collections.abc import Iterable
from datetime import date, timedelta

import dagster as dg
import duckdb

from forensics.errors import NotFoundError

FIRST_DAY = date(2020, 1, 1)
"""No provider's log of language-model traffic is older."""

DAILY = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), timezone="UTC")

SINGLE_RUN = dg.BackfillPolicy.single_run()
"""A range of days is one run: a run of its own per day would cost seconds of start-up for each."""

PARTITION_TAG = "dagster/partition"
RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"


def range_tags(first: date, last: date) -> dict[str, str]:
    """The tags that make one run cover all days from `first` to `last`."""
    return {RANGE_START_TAG: first.isoformat(), RANGE_END_TAG: last.isoformat()}


def contiguous(days: Iterable[date]) -> list[tuple[date, date]]:
    """Sorted days as first and last day of each block without a gap."""
    blocks: list[tuple[date, date]] = []
    for day in days:
        if blocks and day - blocks[-1][1] == timedelta(days=1):
            blocks[-1] = (blocks[-1][0], day)
        else:
            blocks.append((day, day))
    return blocks


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The days a daily asset's run covers, in order."""
    return [date.fromisoformat(key) for key in context.partition_keys]


def days_of_run(tags: dict[str, str]) -> set[date]:
    """The days a run's tags cover; none for a run that only looks back."""
    first, last = tags.get(RANGE_START_TAG) or tags.get(PARTITION_TAG), last_day_of_tags(tags)
    if not first or not last:
        return set()
    start = date.fromisoformat(first)
    return {start + timedelta(days=number) for number in range((last - start).days + 1)}


def last_day_of_tags(tags: dict[str, str]) -> date | None:
    """The last day a run's tags name, if they name any."""
    named = tags.get(RANGE_END_TAG) or tags.get(PARTITION_TAG)
    return date.fromisoformat(named) if named else None


def newest_loaded_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The newest day of which exchanges are loaded, or None when there is none."""
    newest: date | None = connection.execute("SELECT max(snapshot_date) FROM raw.loads").fetchall()[0][0]
    return newest


def as_of_day(connection: duckdb.DuckDBPyConnection, tags: dict[str, str], named: str | None) -> date:
    """The day a looking-back run stands on.

    Args:
        connection: the warehouse.
        tags: the run's tags.
        named: the day that the run's configuration names, if any; it goes first.

    Returns:
        The named day, else the last day of the run's own partitions, else the newest loaded day.

    Raises:
        NotFoundError: when none of the three exists.
    """
    day = date.fromisoformat(named) if named else last_day_of_tags(tags) or newest_loaded_day(connection)
    if day is None:
        raise NotFoundError(
            "There is no day to look back from: no snapshot was loaded yet.",
            next_step="Load a day first: materialise the groups 1_raw and 2_core for it, or `forensics run`.",
        )
    return day
