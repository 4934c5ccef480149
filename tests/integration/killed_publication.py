"""A publication in a process of its own, made to be killed."""

from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
from dagster import AssetKey, DagsterInstance, RunConfig

from forensics.cli.environment import prepare
from forensics.exports import publication
from forensics.home import Home
from pipelines.definitions import defs
from pipelines.resources import WindowResource

JOB = defs.resolve_job_def("look_back")
"""Resolved when the module is loaded: the processes that are forked from its loader need not do it again."""


def publish_as_of(root: Path, as_of: date, begun: Event, ended: Event) -> None:
    """Materialise `published_warehouse`; tells when its work begins, once Dagster has started, and when it ended."""
    home = Home(root)
    prepare(home)
    publish = publication.publish_with_reports

    def begin(*arguments: Any, **options: Any) -> object:
        begun.set()
        return publish(*arguments, **options)

    with DagsterInstance.from_config(str(home.dagster)) as instance, pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "publish_with_reports", begin)
        JOB.execute_in_process(
            instance=instance,
            asset_selection=[AssetKey(["exports", "published_warehouse"])],
            run_config=RunConfig(
                resources={"window": WindowResource(as_of=as_of.isoformat())},
                loggers={"console": {"config": {"log_level": "CRITICAL"}}},
            ),
        )
    ended.set()
