"""The sensor: a day starts when its snapshot is complete."""

import json
from datetime import UTC, date, datetime, timedelta

import dagster as dg
from dagster import DagsterRunStatus

from forensics.errors import NotFoundError, WarehouseBusyError
from forensics.home import Home
from forensics.settings import load_settings
from forensics.warehouse import open_published, writer_lock
from pipelines.jobs import nightly
from pipelines.partitions import contiguous, range_tags
from pipelines.resources import snapshot_root

INTERVAL_SECONDS = 60
"""A snapshot comes once a day: a minute's delay is nothing, and listing a bucket every second is not."""

STARTING = timedelta(minutes=5)
"""A run that is older and still does not hold the warehouse was killed: Dagster would count it as running for ever."""

UNFINISHED = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts the whole line when _SUCCESS of a day appears that is not loaded yet; days without a gap are"
    " one run, and the next run is asked for when the one before has ended. Each day is asked for once: a day that"
    " failed is started again by a person, or by resetting this sensor's cursor.",
)
def complete_day(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Ask for the oldest block of complete days that are neither loaded nor asked for, unless a run is going on."""
    from forensics.raw import list_days

    home = Home.resolve()
    if busy := writing(context.instance, home):
        return dg.SkipReason(busy)
    loaded = loaded_days(home)
    asked = {date.fromisoformat(day) for day in json.loads(context.cursor or "[]")}
    new = list_days(snapshot_root(load_settings(home)), lambda day: day not in loaded and day not in asked)
    if not new:
        return dg.SkipReason(f"No new day is complete: {len(loaded)} loaded, {len(asked)} asked for.")
    first, last = contiguous(new)[0]
    block = {day for day in new if first <= day <= last}
    return dg.SensorResult(
        run_requests=[run_request(first, last, as_of=max([*loaded, last]))],
        cursor=json.dumps(sorted(day.isoformat() for day in asked | block)),
    )


def writing(instance: dg.DagsterInstance, home: Home) -> str | None:
    """Who writes the warehouse or is about to, or None: a run that had to wait for another could wait too long."""
    recent = dg.RunsFilter(statuses=UNFINISHED, created_after=datetime.now(UTC) - STARTING)
    if starting := instance.get_runs(recent, limit=1):
        return f"Run {starting[0].run_id[:8]} is starting or going on."
    try:
        with writer_lock(home, purpose="the sensor"):
            return None
    except WarehouseBusyError as busy:
        return busy.message


def loaded_days(home: Home) -> set[date]:
    """The days in the published warehouse; none when nothing was published yet."""
    try:
        with open_published(home) as connection:
            return {row[0] for row in connection.execute("SELECT DISTINCT snapshot_date FROM raw.loads").fetchall()}
    except NotFoundError:
        return set()


def run_request(first: date, last: date, *, as_of: date) -> dg.RunRequest:
    """A run over a block of days that looks back from the newest day there then is, also when the block came late.

    It has no run key: the cursor keeps what was asked for, and a key would still refuse a day after a reset of it.
    """
    return dg.RunRequest(
        tags=range_tags(first, last),
        run_config={"resources": {"window": {"config": {"as_of": as_of.isoformat()}}}},
    )
