"""Going on after a run that was killed or failed: the days it had summed up are not summed up again.

Only after such a run: whoever runs a day again after one that ended well wants it made anew. And only where the same
code and the same settings made the sums, which each run writes onto itself when it begins with the step core.
"""

from collections.abc import Sequence
from datetime import date

import dagster as dg

from forensics.core import forget_days, stale_days
from forensics.custody.environment import code_of
from forensics.custody.manifest import settings_sha256
from pipelines.partitions import days_of_run
from pipelines.resources import WarehouseResource

MADE_BY_TAG = "forensics/core_made_by"

RUNS_LOOKED_AT = 50
"""The newest runs, among which is the interrupted one; older ones are not gone on with."""


def days_left(context: dg.AssetExecutionContext, warehouse: WarehouseResource, days: Sequence[date]) -> list[date]:
    """The days of this run that have to be summed up; until they are, their older sums count for nothing.

    Args:
        context: of the step core.
        warehouse: the writer's.
        days: of the run, in order.
    """
    made_by = f"{code_of()['source_sha256']}-{settings_sha256(warehouse.settings)}"
    kept = _of_interrupted_run(context, made_by)
    if kept:
        kept -= stale_days(warehouse.connection, days[0], days[-1], warehouse.settings).keys()
    left = [day for day in days if day not in kept]
    forget_days(warehouse.connection, left)
    context.instance.add_run_tags(context.run.run_id, {MADE_BY_TAG: made_by})
    return left


def _of_interrupted_run(context: dg.AssetExecutionContext, made_by: str) -> set[date]:
    """The days of the last run that began with the step core, if it did not end well and would do the same."""
    began = context.instance.get_runs(limit=RUNS_LOOKED_AT)
    last = next((run for run in began if run.run_id != context.run.run_id and MADE_BY_TAG in run.tags), None)
    if last is None or last.status == dg.DagsterRunStatus.SUCCESS or last.tags[MADE_BY_TAG] != made_by:
        return set()
    return days_of_run(dict(last.tags))
