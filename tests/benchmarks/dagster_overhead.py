"""What Dagster adds to the library, one run for many days against a run a day, and going on after a kill.

    python -m tests.benchmarks.dagster_overhead [--scale 0.001] [--days 14] [--document README.md] [--scratch FOLDER]

Every way in a process of its own, on the same days. The map of accounts is left out of looking back, as it takes the
same time either way. Runs get SIGKILL one after another: when half of the days are loaded or summed
up, and at the end of each step that looks back; the last one ends. What is compiled is compiled before, on one day.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
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
from tests.integration.dagster_runs import digest

SEED = 12
BEGIN = "<!-- dagster: written by `make benchmark`, not by hand -->"
END = "<!-- end of dagster -->"


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


def killed(world: Path, home: Home, days: list[date], step: str) -> None:
    """One run that is killed in the middle of its days, or at the end of a step that looks back."""

    def listen(progress: Any) -> None:
        if progress.step == step and progress.done >= max(progress.total // 2, 1):
            os.kill(os.getpid(), signal.SIGKILL)

    _launch(world, home, days, listen)


def _launch(world: Path, home: Home, days: list[date], listener: Callable[[Any], None]) -> None:
    from pipelines.launch import RunRequest, run

    run(home, RunRequest(str(world / "snapshots"), days, days[-1]), listener)


WAYS: dict[str, Callable[[Path, Home, list[date]], None]] = {
    "the library alone": without_dagster,
    "Dagster, one run": one_run,
    "Dagster, a run a day": a_run_a_day,
}
KILLED_AT = ("raw", "core", "features", "clusters", "links", "reports", "published_warehouse")
LAST = "… the run after these"
KILLED: dict[str, Callable[[Path, Home, list[date]], None]] = {
    **{f"… killed in {step}": partial(killed, step=step) for step in KILLED_AT},
    LAST: one_run,
}
"""One after another in the same state folder."""


def measure(way: str, world: Path, home: Home, newest: int = 0) -> dict[str, float]:
    """What a way costs in a process of its own, however that ends."""
    home.create()
    # No account has so many exchanges, so that none is mapped.
    home.settings.write_text("minimum_exchanges = 1000000\n", "utf-8")
    print(way, file=sys.stderr, flush=True)
    command = [sys.executable, "-m", __spec__.name, "--way", way, "--world", str(world), "--home", str(home.root)]
    command += ["--newest", str(newest)]
    started = subprocess.Popen(command)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    expected = -signal.SIGKILL if way in KILLED and way != LAST else 0
    if started.returncode != expected:
        sys.exit(f"{way}: the process ended with {started.returncode}, not with {expected}.")
    return {"cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)}


def table(found: dict[str, dict[str, float]], days: int, exchanges: int) -> str:
    """The measurements as Markdown."""
    own = found["the library alone"]["cpu"]
    lines = ["| | cpu s | more than the library alone | peak MB |", "| --- | ---: | ---: | ---: |"]
    chain = {"cpu": sum(found[way]["cpu"] for way in KILLED), "memory": max(found[way]["memory"] for way in KILLED)}
    rows = {**{way: found[way] for way in WAYS}, "Dagster, killed at every step": chain}
    rows |= {way: found[way] for way in KILLED}
    for way, one in rows.items():
        more = "" if way in KILLED else f"{one['cpu'] - own:+.1f}"
        lines.append(f"| {way} | {one['cpu']:.1f} | {more} | {one['memory'] / 1e6:.0f} |")
    whole, daily = found["Dagster, one run"]["cpu"], found["Dagster, a run a day"]["cpu"]
    return "\n".join(lines) + (
        f"\n\n{days} days, {exchanges:,} exchanges, all {len(KILLED_AT)} steps, imports included. Everything of Dagster"
        f" in one run over all days costs {whole - own:.1f} processor seconds, {(whole - own) / len(KILLED_AT):.2f} a"
        f" step or {(whole - own) / days:.2f} a day; a run of its own costs a day {(daily - whole) / (days - 1):.2f}"
        " more than a share in one run. SIGKILL came in the middle of the days of raw and core, and at the end of each"
        " later step: the next run went on after what was finished, reports apart, and the last one ended with the same"
        f" tables. Each of the {len(KILLED)} processes imports everything anew."
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
    parser.add_argument("--newest", type=int, default=0, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        world, home = Path(chosen.world), Home(Path(chosen.home))
        prepare(home)
        days = raw.list_days(str(world / "snapshots"))[-chosen.newest :]
        (WAYS | KILLED)[chosen.way](world, home, days)
        return
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        world = Path(folder) / "world"
        exchanges = simulate(world, scale=chosen.scale, days=chosen.days, seed=SEED).exchanges
        os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(folder).resolve() / "compiled"))
        measure("the library alone", world, Home(Path(folder) / "compiling"), newest=1)
        one, chain = Home(Path(folder) / "one"), Home(Path(folder) / "killed")
        homes = {"Dagster, one run": one} | dict.fromkeys(KILLED, chain)
        found = {way: measure(way, world, homes.get(way, Home(Path(folder) / way))) for way in WAYS | KILLED}
        if digest(one.published) != digest(chain.published):
            sys.exit("The runs that were killed ended with other tables.")
    text = table(found, chosen.days, exchanges)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
