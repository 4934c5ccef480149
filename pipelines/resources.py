"""What assets are given: the one writer's warehouse, the root of the snapshots, and the window to look back on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import dagster as dg
import duckdb
from pydantic import Field, PrivateAttr

from forensics.errors import SettingsError
from forensics.exports.case_files.writing import settle_case_files
from forensics.exports.publication import settle_reports
from forensics.home import Home
from forensics.settings import Settings, load_settings
from forensics.warehouse import open_building, writer_lock
from forensics.window import Window
from pipelines.partitions import as_of_day
from pipelines.progress import tell
from pipelines.runs import close_dead_runs


class WarehouseResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The building warehouse, held under the kernel lock from a run's first step to its last.

    Two runs therefore never interleave: the second waits as long as the settings allow, saying whom it waits for.
    The state folder and its settings are read when the run starts, not when the definitions are loaded.
    """

    _home: Home = PrivateAttr()
    _settings: Settings = PrivateAttr()
    _connection: duckdb.DuckDBPyConnection = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["WarehouseResource"]:
        """Hold lock and connection for the whole run; both are free again however it ends."""
        self._home = Home.resolve()
        self._settings = load_settings(self._home)
        run = context.run
        has_waited = False

        def say(text: str) -> None:
            nonlocal has_waited
            has_waited = True
            (context.log.info if context.log else print)(text)
            tell("lock", 0, 1, text)

        with writer_lock(
            self._home,
            purpose=f"Dagster run {run.run_id[:8]}" if run else "Dagster",
            wait_seconds=self._settings.lock_wait_seconds,
            say=say,
        ):
            if has_waited:
                tell("lock", 1, 1, "the other run has ended")
            if context.instance and run:
                close_dead_runs(context.instance, run.run_id)
            settle_reports(self._home)
            settle_case_files(self._home)
            with open_building(self._home, self._settings) as connection:
                self._connection = connection
                yield self

    @property
    def home(self) -> Home:
        """The state folder."""
        return self._home

    @property
    def settings(self) -> Settings:
        """Its settings, as they were when the run started."""
        return self._settings

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The writer's connection."""
        return self._connection


class SnapshotResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where the daily snapshot folders lie."""

    root: str | None = Field(
        default=None,
        description="Local folder or s3://, gs://, az:// URL. Left out: FORENSICS_SNAPSHOTS, else the settings.",
    )

    def resolve(self, settings: Settings) -> str:
        """The root that the run's configuration, the environment or the settings name, in this order.

        Raises:
            SettingsError: when none of them names one.
        """
        return self.root or snapshot_root(settings)


class WindowResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The days that the looking-back steps of a run read; one as-of day for all of them."""

    as_of: str | None = Field(
        default=None,
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="Day to stand on, YYYY-MM-DD. Left out: the last day of the run's partitions, else the newest"
        " loaded day.",
    )

    def resolve(self, context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Window:
        """The window of this run."""
        day: date = as_of_day(warehouse.connection, dict(context.run.tags), self.as_of)
        return Window(day, warehouse.settings.window_days)


def snapshot_root(settings: Settings) -> str:
    """The root of the snapshot folders: `FORENSICS_SNAPSHOTS`, else the setting `snapshots`.

    Raises:
        SettingsError: when neither names one.
    """
    root = os.environ.get("FORENSICS_SNAPSHOTS") or settings.snapshots
    if not root:
        raise SettingsError(
            "Nobody has said where the daily snapshot folders are.",
            next_step='Set FORENSICS_SNAPSHOTS, or write `snapshots = "…"` into the state folder\'s settings.toml.',
        )
    return root
