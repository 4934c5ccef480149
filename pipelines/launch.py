"""Starting the pipeline from a program: one Dagster run in this process, on the instance that the UI shows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import dagster as dg
from dagster import AssetCheckSeverity, DagsterExecutionInterruptedError, DagsterInstance, RunConfig

from forensics.errors import ContractError, ForensicsError, SettingsError, SnapshotError
from forensics.home import Home
from pipelines.assets.raw import RawConfig
from pipelines.definitions import defs
from pipelines.partitions import FIRST_DAY, contiguous, range_tags
from pipelines.progress import Listener, listening, of_all_days
from pipelines.resources import SnapshotResource, WindowResource


@dataclass(frozen=True)
class RunRequest:
    """What to run.

    Attributes:
        root: where the snapshot folders lie.
        days: the days to load, sorted; each block without a gap is one Dagster run.
        as_of: the day the last run looks back from.
        reissued: days that shall be loaded anew though their files changed.
        verbose: whether Dagster's own log is shown.
    """

    root: str
    days: Sequence[date]
    as_of: date
    reissued: Sequence[date] = ()
    verbose: bool = False


def run(home: Home, request: RunRequest, listener: Listener) -> list[str]:
    """Load all days, look back from the last one and publish; returns the ids of the Dagster runs.

    Every block but the last is only loaded and summed up; the last one does the rest of the line as well.

    Raises:
        ForensicsError: what went wrong inside a step, as it was raised there.
    """
    first, blocks = request.days[0], contiguous(request.days)
    if first < FIRST_DAY:
        raise SettingsError(
            f"The pipeline knows no day before {FIRST_DAY}, and {first} was asked for.", next_step="Choose later days."
        )
    runs, before = [], 0
    with DagsterInstance.from_config(str(home.dagster)) as instance:
        for block in blocks:
            job = "nightly" if block == blocks[-1] else "one_day"
            with listening(of_all_days(listener, before, len(request.days))):
                runs.append(_run_block(instance, block, request, job))
            before += (block[1] - block[0]).days + 1
    return runs


def _run_block(instance: DagsterInstance, block: tuple[date, date], request: RunRequest, job: str) -> str:
    reissued = [day.isoformat() for day in request.reissued if block[0] <= day <= block[1]]
    resources: dict[str, dg.ConfigurableResource[object]] = {"snapshots": SnapshotResource(root=request.root)}
    if job == "nightly":
        resources["window"] = WindowResource(as_of=request.as_of.isoformat())
    config = RunConfig(
        ops={"raw": RawConfig(reissued=reissued)},
        resources=resources,
        loggers={"console": {"config": {"log_level": "DEBUG" if request.verbose else "CRITICAL"}}},
    )
    # Dagster counts a day as a partition once it is over by this machine's clock; a complete snapshot is over anyway.
    now = max(datetime.now(UTC), datetime.combine(block[1] + timedelta(days=1), time(1), UTC))
    run_id = str(uuid.uuid4())
    with dg.partition_loading_context(effective_dt=now):
        try:
            defs.resolve_job_def(job).execute_in_process(
                run_config=config, instance=instance, tags=range_tags(*block), run_id=run_id
            )
        except DagsterExecutionInterruptedError as error:
            raise KeyboardInterrupt from error
        except Exception as error:
            if cause := cause_of(error, instance, run_id):
                raise cause from error
            raise
    return run_id


def cause_of(error: BaseException | None, instance: DagsterInstance, run_id: str) -> ForensicsError | None:
    """The error that a step raised, out of what Dagster wrapped around it; failed checks become one of their own."""
    while error is not None:
        if isinstance(error, ForensicsError):
            return error
        if isinstance(error, dg.DagsterError) and "asset check" in str(error):
            return failed_checks(instance, run_id)
        error = getattr(error, "user_exception", None) or error.__cause__
    return None


def failed_checks(instance: DagsterInstance, run_id: str) -> ForensicsError:
    """The blocking checks that failed in a run, as sentences."""
    evaluations = [
        record.event_log_entry.dagster_event.asset_check_evaluation_data
        for record in instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
        if record.event_log_entry.dagster_event
    ]
    grave = [one for one in evaluations if not one.passed and one.severity == AssetCheckSeverity.ERROR]
    kind = SnapshotError if all(one.asset_key.path[0] == "raw" for one in grave) else ContractError
    return kind(
        "The run was stopped by its checks; nothing was published.",
        faults=[f"{one.asset_key.to_user_string()}, {one.check_name}: {one.description}" for one in grave],
        next_step="Look at the checks in `forensics ui`, mend the input or the step, and run again.",
    )
