"""The sensor: a day starts when its snapshot is complete."""

import json
from datetime import date

import dagster as dg

from forensics.errors import NotFoundError
from forensics.home import Home
from forensics.settings import load_settings
from forensics.warehouse import open_published
from pipelines.jobs import nightly
from pipelines.partitions import contiguous, range_tags
from pipelines.resources import snapshot_root

INTERVAL_SECONDS = 60
"""A snapshot comes once a day: a minute's delay is nothing, and listing a bucket every second is not."""


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts the whole line when _SUCCESS of a day appears that is not loaded yet. Each day is asked for"
    " once: a day that failed is started again by a person, or by resetting this sensor's cursor.",
)
def complete_day(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Ask for the complete days that are neither loaded nor asked for, contiguous ones as one run."""
    from forensics.raw import list_days

    home = Home.resolve()
    complete, loaded = set(list_days(snapshot_root(load_settings(home)))), loaded_days(home)
    asked = {date.fromisoformat(day) for day in json.loads(context.cursor or "[]")}
    new = sorted(complete - loaded - asked)
    if not new:
        return dg.SkipReason(f"No new day: {len(complete)} complete, {len(loaded)} loaded, {len(asked)} asked for.")
    newest = max([*loaded, *new])
    return dg.SensorResult(
        run_requests=[run_request(block, newest) for block in contiguous(new)],
        cursor=json.dumps(sorted(day.isoformat() for day in asked | set(new))),
    )


def loaded_days(home: Home) -> set[date]:
    """The days in the published warehouse; none when nothing was published yet."""
    try:
        with open_published(home) as connection:
            return {row[0] for row in connection.execute("SELECT DISTINCT snapshot_date FROM raw.loads").fetchall()}
    except NotFoundError:
        return set()


def run_request(block: tuple[date, date], newest: date) -> dg.RunRequest:
    """A run over a block of days that looks back from the newest day known, also when the block came late."""
    first, last = block
    return dg.RunRequest(
        run_key=f"{first}...{last}",
        tags=range_tags(first, last),
        run_config={"resources": {"window": {"config": {"as_of": newest.isoformat()}}}},
    )
