"""A publication in a process of its own, made to be killed."""

from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance, RunConfig

from forensics.cli.environment import prepare
from forensics.exports import report_tables
from forensics.home import Home
from pipelines.definitions import defs
from pipelines.resources import WindowResource

JOB = defs.resolve_job_def("look_back")
"""Resolved when the module is loaded: the processes that are forked from its loader need not do it again."""


def publish_as_of(root: Path, as_of: date, begun: Event, ended: Event) -> None:
    """Materialise `published_warehouse`; tells when its work begins, once Dagster has started, and when it ended."""
    home = Home(root)
    prepare(home)
    write = report_tables.write_report_tables

    def begin(*arguments: object) -> object:
        begun.set()
        return write(*arguments)  # type: ignore[arg-type]

    with DagsterInstance.from_config(str(home.dagster)) as instance, pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_tables, "write_report_tables", begin)
        JOB.execute_in_process(
            instance=instance,
            asset_selection=[AssetKey(["exports", "published_warehouse"])],
            run_config=RunConfig(
                resources={"window": WindowResource(as_of=as_of.isoformat())},
                loggers={"console": {"config": {"log_level": "CRITICAL"}}},
            ),
        )
    ended.set()
