"""What each step costs as the provider grows: processor seconds, time, memory and bytes, as a table for the README.

    python -m tests.benchmarks.growth [--scales 0.01 0.03 0.1] [--days 7] [--document README.md] [--scratch FOLDER]

Each step runs in a process of its own, so that its peak of memory is its own; what is read from disk was written just
before. `floor` is DuckDB reading the same snapshots and adding up a few columns and the lengths of the texts for each
account: what no pass over the content can be faster than by much.
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from forensics import clusters, core, features, links, raw, reports
from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate
from forensics.warehouse import open_building, publish, writer_lock
from forensics.window import Window

SEED = 4
"""Of the worlds; a tuning seed."""

STEPS = ("floor", "raw", "core", "features", "clusters", "links", "reports", "publish")
BEGIN = "<!-- growth: written by `make benchmark`, not by hand -->"
END = "<!-- end of the growth table -->"
HEADING = "## What does it cost?"
FLOOR = """
    SELECT account_id, COUNT(*), SUM(input_tokens), SUM(output_tokens), SUM(STRLEN(prompt)),
           SUM(STRLEN(system_prompt)), COUNT(DISTINCT ip), MIN(occurred_at), MAX(occurred_at)
    FROM read_parquet($files) GROUP BY account_id
"""

Measured = dict[str, Any]


def run_step(step: str, world: Path, home: Home, settings: Settings) -> None:
    """One step over all days of a world."""
    root = str(world / "snapshots")
    if step == "floor":
        files = [str(path) for path in sorted((world / "snapshots").glob("*/exchanges.parquet"))]
        config = {"threads": settings.threads, "memory_limit": settings.memory_limit}
        with duckdb.connect(config=config) as connection:
            connection.execute(FLOOR, {"files": files}).fetchall()
        return
    days = raw.list_days(root)
    window = Window(days[-1], settings.window_days)
    with writer_lock(home, purpose="a benchmark"), open_building(home, settings) as connection:
        work: dict[str, Callable[[], object]] = {
            "raw": lambda: [raw.load_day(connection, home, settings, root=root, day=day) for day in days],
            "core": lambda: [core.build_day(connection, day, settings) for day in days],
            "features": lambda: features.build(connection, settings, window),
            "clusters": lambda: clusters.build(connection, settings, window),
            "links": lambda: links.build(connection, settings, window),
            "reports": lambda: reports.build(connection, settings, window, run_id="benchmark"),
            "publish": lambda: publish(connection, home, kept_versions=1),
        }
        work[step]()


def measure_here(step: str, world: Path, home: Path) -> None:
    """Run a step and print what it cost; imports and opening the warehouse count, as they do in a run."""
    begun = time.monotonic()
    run_step(step, world, Home(home), Settings())
    used = resource.getrusage(resource.RUSAGE_SELF)
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file() and "scratch" not in path.parts)
    print(
        json.dumps(
            {
                "cpu": used.ru_utime + used.ru_stime,
                "wall": time.monotonic() - begun,
                # Linux counts in kilobytes, macOS in bytes.
                "memory": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
                "bytes": size,
            }
        )
    )


def measure(scale: float, days: int, scratch: Path) -> Measured:
    """All steps on one simulated world: step → what it cost, and the world's size."""
    world, home = scratch / f"world-{scale:g}", scratch / f"home-{scale:g}"
    summary = simulate(world, scale=scale, days=days, seed=SEED)
    home.mkdir()
    found: Measured = {"scale": scale, "exchanges": summary.exchanges}
    found["snapshot_bytes"] = sum(path.stat().st_size for path in (world / "snapshots").rglob("*") if path.is_file())
    for step in STEPS:
        print(f"scale {scale:g}: {step}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", __spec__.name, "--step", step, "--world", str(world), "--home", str(home)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found[step] = json.loads(done.stdout.splitlines()[-1])
    return found


def growth(found: list[Measured], step: str) -> str:
    """The power of the exchanges with which a step's processor seconds grew from one world to the next, the largest."""
    powers = [
        math.log(large[step]["cpu"] / small[step]["cpu"]) / math.log(large["exchanges"] / small["exchanges"])
        for small, large in pairwise(found)
    ]
    return f"{max(powers):.2f}" if powers else ""


def table(found: list[Measured], days: int) -> str:
    """The measurements as Markdown."""
    heads = [f"{one['exchanges']:,} exchanges" for one in found]
    lines = [
        f"| step: cpu s · wall s · peak MB | {' | '.join(heads)} | power |",
        "| --- |" + " ---: |" * (len(found) + 1),
    ]
    for step in STEPS:
        costs = [f"{one[step]['cpu']:.1f} · {one[step]['wall']:.1f} · {one[step]['memory'] / 1e6:.0f}" for one in found]
        lines.append(f"| {step} | {' | '.join(costs)} | {growth(found, step)} |")
    lines.append(_row("core, times the floor", [f"{one['core']['cpu'] / one['floor']['cpu']:.1f}" for one in found]))
    lines.append(
        _row("µs of cpu an exchange, raw and core", [f"{_each(one, 'raw') + _each(one, 'core'):.0f}" for one in found])
    )
    lines.append(
        _row(
            "state folder ÷ snapshots (MB)",
            [f"{one['publish']['bytes'] / 1e6:.0f} ÷ {one['snapshot_bytes'] / 1e6:.0f}" for one in found],
        )
    )
    scales = ", ".join(f"{one['scale']:g}" for one in found)
    return "\n".join(lines) + (
        f"\n\nSimulated worlds of scale {scales} over {days} days, {Settings().threads} threads, DuckDB bounded to"
        f" {Settings().memory_limit}; each step in a process of its own, imports included. *Power*: the largest"
        " exponent of growth between neighbouring worlds, 1 is in proportion. *Floor*: DuckDB reading the same"
        " snapshots and adding up by account. Repeat with `make benchmark`."
    )


def _each(one: Measured, step: str) -> float:
    return float(1e6 * one[step]["cpu"] / one["exchanges"])


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} | |"


def main() -> None:
    """Measure one step, or all of them on each world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", type=float, nargs="+", default=[0.01, 0.03, 0.1], help="in rising order")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where worlds and warehouses lie while they are needed")
    for hidden in ("--step", "--world", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        measure_here(chosen.step, Path(chosen.world), Path(chosen.home))
        return
    found = []
    for scale in chosen.scales:
        with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
            found.append(measure(scale, chosen.days, Path(folder)))
    text = table(found, chosen.days)
    print(text)
    if chosen.document:
        replace_block(chosen.document, f"{HEADING}\n\n{text}", begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
