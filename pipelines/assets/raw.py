"""Assets of the step raw: a day's snapshot, checked row by row, and the record of its loading."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
from pydantic import Field

from pipelines.checks.raw import raw_check_specs, raw_checks
from pipelines.partitions import SINGLE_RUN, days_of
from pipelines.progress import announce
from pipelines.reporting import materialised_days
from pipelines.resources import SnapshotResource, WarehouseResource
from pipelines.specs import specs_of

NAMED_FILES = 5
"""Files of no table that are named in a day's line; all are counted."""


class RawConfig(dg.Config):
    """What a person may ask of a load."""

    reissued: list[str] = Field(
        default=[], description="Days (YYYY-MM-DD) whose files changed since they were loaded and shall be loaded anew."
    )


@dg.multi_asset(name="raw", specs=specs_of("raw"), check_specs=raw_check_specs(), backfill_policy=SINGLE_RUN)
def raw(
    context: dg.AssetExecutionContext, config: RawConfig, warehouse: WarehouseResource, snapshots: SnapshotResource
) -> Iterator[Any]:
    """Load each day's snapshot in a transaction of its own."""
    from forensics.raw import load_day

    days, root = days_of(context), snapshots.resolve(warehouse.settings)
    reissued = {date.fromisoformat(day) for day in config.reissued}
    for number, day in enumerate(days, start=1):
        report = load_day(
            warehouse.connection,
            warehouse.home,
            warehouse.settings,
            root=root,
            day=day,
            reissued=day in reissued,
            say=context.log.info,
        )
        # As literals: a name may hold what a terminal obeys.
        names = ", ".join(map(repr, report.unknown_files[:NAMED_FILES]))
        unknown = f"; files of no table: {len(report.unknown_files)}, such as {names}" if names else ""
        announce(context, "raw", number, len(days), f"{day}: {report.status.replace('_', ' ')}{unknown}")
    yield from materialised_days(context, warehouse.connection, "raw", days)
    yield from raw_checks(warehouse.connection, warehouse.settings, days)
