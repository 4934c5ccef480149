"""Assets of the step core: each day's exchanges summed per account."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.checks.core import core_check_specs, core_checks
from pipelines.partitions import SINGLE_RUN, days_of
from pipelines.progress import announce
from pipelines.reporting import materialised_days
from pipelines.resources import WarehouseResource
from pipelines.resuming import days_left
from pipelines.specs import specs_of


@dg.multi_asset(name="core", specs=specs_of("core"), check_specs=core_check_specs(), backfill_policy=SINGLE_RUN)
def core(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    """Sum up each day in a transaction of its own; after a run that was killed, only the days that it had left."""
    from forensics.core import build_day

    days = days_of(context)
    left = days_left(context, warehouse, days)
    for number, day in enumerate(days, start=1):
        if day in left:
            said = f"{sum(build_day(warehouse.connection, day, warehouse.settings).values()):,} rows"
        else:
            said = "summed up by the run that was interrupted"
        announce(context, "core", number, len(days), f"{day}: {said}")
    yield from materialised_days(context, warehouse.connection, "core", days)
    yield from core_checks(warehouse.connection, days)
