"""The schedule: every night, the day that ended."""

from datetime import timedelta

import dagster as dg

from pipelines.jobs import nightly

HOUR_UTC = 2
"""Two hours after the day's end: exports need time, and investigators want results in the morning."""


@dg.schedule(
    job=nightly,
    cron_schedule=f"0 {HOUR_UTC} * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=f"Runs the whole line at {HOUR_UTC:02}:00 UTC for the day that ended. Use it or the sensor, not both.",
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for yesterday's partition; the same tick never asks twice."""
    yesterday = (context.scheduled_execution_time - timedelta(days=1)).date().isoformat()
    return dg.RunRequest(run_key=yesterday, partition_key=yesterday)
