"""What Dagster adds to the library, one run for many days against a run a day, and going on after a kill.

    python -m tests.benchmarks.dagster_overhead [--scale 0.001] [--days 14] [--document README.md] [--scratch FOLDER]

Every way in a process of its own, on the same days. The map of accounts is left out of looking back, as it takes the
same time either way. The killed run gets SIGKILL when half of the days are summed up.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from forensics import core, features, links, raw, reports
from forensics.cli.environment import prepare
from forensics.custody.publishing import publish_run
from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import load_settings
from forensics.simulate import simulate
from forensics.warehouse import open_building, writer_lock
from forensics.window import Window
from tests.benchmarks.costs import cost_of, costs_of_process

SEED = 12
BEGIN = "<!-- dagster: written by `make benchmark`, not by hand -->"
END = "<!-- end of dagster -->"
STEPS = 7
"""raw, core, features, clusters, links, reports, exports."""


def without_dagster(world: Path, home: Home, days: list[date]) -> None:
    """The steps one after another."""
    from forensics import clusters

    settings, root = load_settings(home), str(world / "snapshots")
    window = Window(days[-1], settings.window_days)
    with writer_lock(home, purpose="a benchmark"), open_building(home, settings) as connection:
        for day in days:
            raw.load_day(connection, home, settings, root=root, day=day)
            core.build_day(connection, day, settings)
        for step in (features, clusters, links):
            step.build(connection, settings, window)
        reports.build(connection, settings, window, run_id="benchmark")
        publish_run(connection, home, settings, window.as_of, days=days)


def one_run(world: Path, home: Home, days: list[date]) -> None:
    """One run over all days."""
    _launch(world, home, days, lambda _: None)


def a_run_a_day(world: Path, home: Home, days: list[date]) -> None:
    """A run for each day that loads and sums it up, as without the back-fill policy; the last one does the rest."""
    from pipelines.definitions import defs
    from pipelines.launch import DagsterInstance, RunConfig, SnapshotResource, range_tags

    resources: dict[str, Any] = {"snapshots": SnapshotResource(root=str(world / "snapshots"))}
    loggers = {"console": {"config": {"log_level": "CRITICAL"}}}
    with DagsterInstance.from_config(str(home.dagster)) as instance:
        for day in days[:-1]:
            defs.resolve_job_def("one_day").execute_in_process(
                run_config=RunConfig(resources=resources, loggers=loggers), instance=instance, tags=range_tags(day, day)
            )
    _launch(world, home, days[-1:], lambda _: None)


def killed(world: Path, home: Home, days: list[date]) -> None:
    """One run that is killed when half of its days are summed up."""

    def listen(progress: Any) -> None:
        if progress.step == "core" and progress.done == len(days) // 2:
            os.kill(os.getpid(), signal.SIGKILL)

    _launch(world, home, days, listen)


def _launch(world: Path, home: Home, days: list[date], listener: Callable[[Any], None]) -> None:
    from pipelines.launch import RunRequest, run

    run(home, RunRequest(str(world / "snapshots"), days, days[-1]), listener)


WAYS: dict[str, Callable[[Path, Home, list[date]], None]] = {
    "the library alone": without_dagster,
    "Dagster, one run": one_run,
    "Dagster, a run a day": a_run_a_day,
    "killed": killed,
    "the next run after it": one_run,
}


def measure(way: str, world: Path, folder: Path) -> dict[str, float] | None:
    """What a way costs; none for the one that is killed."""
    home = Home(
        folder / ("killed" if way in ("killed", "the next run after it") else str(list(WAYS).index(way)))
    ).create()
    # No account has so many exchanges, so that none is mapped.
    home.settings.write_text("minimum_exchanges = 1000000\n", "utf-8")
    hidden = ["--way", way, "--world", str(world), "--home", str(home.root)]
    print(way, file=sys.stderr, flush=True)
    if way != "killed":
        return cost_of(__spec__.name, *hidden)
    ended = subprocess.run([sys.executable, "-m", __spec__.name, *hidden], stdout=subprocess.DEVNULL, check=False)
    if ended.returncode != -signal.SIGKILL:
        sys.exit(f"The run that should have been killed ended with {ended.returncode}.")
    return None


def table(found: dict[str, dict[str, float]], days: int, exchanges: int) -> str:
    """The measurements as Markdown."""
    own = found["the library alone"]["cpu"]
    lines = ["| | cpu s | more than the library alone | peak MB |", "| --- | ---: | ---: | ---: |"]
    for way, one in found.items():
        lines.append(f"| {way} | {one['cpu']:.1f} | {one['cpu'] - own:+.1f} | {one['memory'] / 1e6:.0f} |")
    whole, daily = found["Dagster, one run"]["cpu"], found["Dagster, a run a day"]["cpu"]
    return "\n".join(lines) + (
        f"\n\n{days} days, {exchanges:,} exchanges, all {STEPS} steps, imports included. One run for all days costs"
        f" {(whole - own) / days:.2f} processor seconds a day more than the library, everything of Dagster in it; a run"
        f" of its own costs a day {(daily - whole) / (days - 1):.2f} more than a share in one run. The run after a kill"
        " sums up only the days that the killed one had left, and ends with the same tables."
    )


def main() -> None:
    """Simulate, run each way, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.001)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where world and warehouses lie while they are needed")
    for hidden in ("--way", "--world", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        world, home = Path(chosen.world), Home(Path(chosen.home))
        prepare(home)
        days = raw.list_days(str(world / "snapshots"))
        print(json.dumps(costs_of_process(lambda: WAYS[chosen.way](world, home, days))))
        return
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        world = Path(folder) / "world"
        exchanges = simulate(world, scale=chosen.scale, days=chosen.days, seed=SEED).exchanges
        found = {way: cost for way in WAYS if (cost := measure(way, world, Path(folder)))}
    text = table(found, chosen.days, exchanges)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
