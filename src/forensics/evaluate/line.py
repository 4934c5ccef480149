"""The whole line over a folder of snapshots in this process, without Dagster: for worlds made to be measured."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from forensics.errors import SnapshotError
from forensics.home import Home
from forensics.settings import Settings
from forensics.window import Window

Progress = Callable[[str], None]


@contextmanager
def run_line(
    snapshots: Path, home: Home, settings: Settings, say: Progress = lambda _: None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Window]]:
    """Load every complete day, run all steps as of the last one and write the report tables.

    Args:
        snapshots: folder of the days.
        home: an empty state folder.
        settings: the settings of the run.
        say: told each step as it begins.

    Yields:
        The writer's connection, still open, and the window: baselines read the same tables.

    Raises:
        SnapshotError: when there is no complete day.
    """
    from forensics import clusters, core, features, links, raw, reports
    from forensics.exports.report_tables import write_report_tables
    from forensics.warehouse import open_building, writer_lock

    days = raw.list_days(str(snapshots))
    if not days:
        raise SnapshotError(f"{snapshots} holds no complete day.", next_step="Simulate a world into it first.")
    window = Window(days[-1], settings.window_days)
    with writer_lock(home, purpose="evaluation"), open_building(home, settings) as connection:
        say("load and sum up the days")
        for day in days:
            raw.load_day(connection, home, settings, root=str(snapshots), day=day)
            core.build_day(connection, day, settings)
        for name, build in (("features", features.build), ("clusters", clusters.build), ("links", links.build)):
            say(name)
            build(connection, settings, window)
        say("reports")
        reports.build(connection, settings, window, run_id="evaluation")
        write_report_tables(connection, home, window.as_of)
        yield connection, window


@contextmanager
def scratch_folder(place: Path | None) -> Iterator[Path]:
    """A new folder that is deleted with all it holds when the block ends, in `place` or where the system keeps such."""
    with tempfile.TemporaryDirectory(prefix="evaluation-", dir=place) as name:
        yield Path(name)
