"""Going on after a run that was killed or failed: what it had finished is not made again.

Only after such a run: whoever runs again after one that ended well wants all made anew. And only where the same code,
settings and inputs made it, which each run writes onto itself. Days that were summed up are kept one by one; features,
clusters and links each as a whole. Reports are always written anew: they carry their run, and cost seconds.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from forensics.core import forget_days, stale_days
from forensics.custody.environment import code_of
from forensics.custody.manifest import policy, settings_sha256
from forensics.window import Window
from pipelines.partitions import days_of_run
from pipelines.resources import WarehouseResource
from pipelines.runs import ended_well

MADE_BY_TAG = "forensics/core_made_by"
MADE_FROM_TAG = "forensics/{}_made_from"
"""Of a step that looks back: when it began, and, once it is whole, the hash of all it was made from."""

RUNS_LOOKED_AT = 50
"""The newest runs, among which is the interrupted one; older ones are not gone on with."""

INPUTS = (
    "SELECT snapshot_date, load_id, file, sha256 FROM raw.loads WHERE snapshot_date <= $as_of ORDER BY ALL",
    "SELECT * FROM core.day_loads WHERE snapshot_date <= $as_of ORDER BY ALL",
    "SELECT max(removal_number) FROM raw.removals",
)
"""What decides what the warehouse holds when a step looks back: loads, how they were summed up, what was erased."""


def days_left(context: dg.AssetExecutionContext, warehouse: WarehouseResource, days: Sequence[date]) -> list[date]:
    """The days of this run that have to be summed up; until they are, their older sums count for nothing.

    Args:
        context: of the step core.
        warehouse: the writer's.
        days: of the run, in order.
    """
    made_by = _made_by(warehouse)
    kept = _of_interrupted_run(context, made_by)
    if kept:
        kept -= stale_days(warehouse.connection, days[0], days[-1], warehouse.settings).keys()
    left = [day for day in days if day not in kept]
    forget_days(warehouse.connection, left)
    context.instance.add_run_tags(context.run.run_id, {MADE_BY_TAG: made_by})
    return left


def make_or_keep(
    context: dg.AssetExecutionContext,
    warehouse: WarehouseResource,
    window: Window,
    step: str,
    make: Callable[[], object],
) -> str:
    """Make the tables of a step that looks back, unless the last run that began it left them whole and failed later.

    Args:
        context: of the step.
        warehouse: the writer's.
        window: what the step looks back on.
        step: its name.
        make: replaces all its tables.

    Returns:
        What to add to the step's progress: nothing, or that the tables were kept.
    """
    tag = MADE_FROM_TAG.format(step)
    made_from = _made_from(warehouse, window)
    others = [run for run in context.instance.get_runs(limit=RUNS_LOOKED_AT) if run.run_id != context.run.run_id]
    last = max((run for run in others if tag in run.tags), key=lambda run: run.tags[tag], default=None)
    keeps = last and last.tags[tag].split()[1:] == [made_from] and not ended_well(context.instance, last)
    began = datetime.now(UTC).isoformat(timespec="microseconds")
    if not keeps:
        context.instance.add_run_tags(context.run.run_id, {tag: began})
        make()
    context.instance.add_run_tags(context.run.run_id, {tag: f"{began} {made_from}"})
    return ", as the run that was interrupted left them" if keeps else ""


def _made_by(warehouse: WarehouseResource) -> str:
    return f"{code_of()['source_sha256']}-{settings_sha256(warehouse.settings)}"


def _made_from(warehouse: WarehouseResource, window: Window) -> str:
    """SHA-256 over code, settings, the files that the settings name, the window, and what is loaded and summed up."""
    decisions = warehouse.settings.organisation_decisions
    said = [_made_by(warehouse), str(window), json.dumps(policy(warehouse.settings))]
    said += [Path(decisions).read_text("utf-8")] if decisions and Path(decisions).is_file() else []
    for query in INPUTS:
        used = {"as_of": window.as_of} if "$as_of" in query else None
        said.append(repr(warehouse.connection.execute(query, used).fetchall()))
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _of_interrupted_run(context: dg.AssetExecutionContext, made_by: str) -> set[date]:
    """The days of the last run that began with the step core, if it did not end well and would do the same."""
    began = context.instance.get_runs(limit=RUNS_LOOKED_AT)
    last = next((run for run in began if run.run_id != context.run.run_id and MADE_BY_TAG in run.tags), None)
    if last is None or last.tags[MADE_BY_TAG] != made_by or ended_well(context.instance, last):
        return set()
    return days_of_run(dict(last.tags))
