"""Marks on runs: who holds the warehouse, as of when, and what was found."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import dagster as dg

WRITER_TAG = "forensics/writer"
AS_OF_TAG = "forensics/as_of"
FINDINGS_TAG = "forensics/findings"


def ended_well(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a run did all it was to do.

    Its status says so a moment after the warehouse is free again, and a run that waited for it looks earlier: so the
    steps are asked, too.
    """
    if run.status == dg.DagsterRunStatus.SUCCESS:
        return True
    if not run.execution_plan_snapshot_id:
        return False
    planned = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id).step_keys_to_execute
    steps = instance.get_run_step_stats(run.run_id)
    return set(planned) <= {step.step_key for step in steps if step.status and step.status.value == "SUCCESS"}


def close_dead_runs(instance: dg.DagsterInstance, run_id: str) -> None:
    """Mark as failed every earlier run that held the warehouse, still counts as running and has steps left.

    Only one process can hold the kernel lock, and this run holds it now: the others were killed.
    """
    running = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED], tags={WRITER_TAG: "true"})
    for run in instance.get_runs(running):
        if run.run_id != run_id and not ended_well(instance, run):
            instance.report_run_failed(run, "The process of this run ended without a word; nothing of it is locked.")
    if instance.get_run_by_id(run_id):
        instance.add_run_tags(run_id, {WRITER_TAG: "true"})


def mark_run(context: dg.AssetExecutionContext, as_of: date, findings: Sequence[tuple[str, str]]) -> None:
    """Write onto the run as of when it looked back, and how many findings it made of each kind and confidence.

    Args:
        context: of an asset of the run.
        as_of: last day that was looked at.
        findings: kind and confidence of each.
    """
    counts = Counter(name for finding in findings for name in finding)
    tags = {f"{FINDINGS_TAG}.{name}": str(number) for name, number in sorted(counts.items())}
    context.instance.add_run_tags(
        context.run.run_id, {AS_OF_TAG: as_of.isoformat(), FINDINGS_TAG: str(len(findings)), **tags}
    )
