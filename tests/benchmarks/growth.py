"""What each step costs as the provider grows: processor seconds, time, memory and bytes, as a table and a picture.

    python -m tests.benchmarks.growth [--scales 0.03 0.1 0.3] [--days 3] [--document README.md] [--scratch FOLDER]
        [--found FILE] [--kept FOLDER]

Measured worlds are kept in the file --found, so that a larger one can be added later without measuring all again. What
lies below --kept stays, and a world that lies there already is not simulated again.

Each step runs in a process of its own, so that its peak of memory is its own; what is read from disk was written just
before. `floor` is DuckDB reading the same snapshots and adding up a few columns and the lengths of the texts for each
account: what no pass over the content can be faster than by much.
"""

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from forensics import clusters, core, features, links, raw, reports
from forensics.custody.publishing import publish_run
from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate
from forensics.warehouse import open_building, writer_lock
from forensics.window import Window
from tests.benchmarks.costs import cost_of, costs_of_process

SEED = 4
"""Of the worlds; a tuning seed."""

STEPS = ("floor", "raw", "core", "features", "clusters", "links", "reports", "exports")
BEGIN = "<!-- growth: written by `make benchmark`, not by hand -->"
END = "<!-- end of the growth table -->"
HEADING = "## What does it cost?"
PICTURE = Path("warehouse/pictures/growth.png")
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
            "exports": lambda: publish_run(connection, home, settings, window.as_of, days=set(days), checks=[]),
        }
        work[step]()


def measure(scale: float, days: int, scratch: Path) -> Measured:
    """All steps on one simulated world: step → what it cost, and the world's size."""
    world, home = scratch / f"world-{scale:g}", scratch / f"home-{scale:g}"
    if not world.exists():
        simulate(world, scale=scale, days=days, seed=SEED)
    home.mkdir()
    found: Measured = {"scale": scale, "days": days, **size_of(world)}
    found["snapshot_bytes"] = _size(world / "snapshots")
    held, found["load"] = 0, 0.0
    for step in STEPS:
        print(f"scale {scale:g}: {step}", file=sys.stderr, flush=True)
        found[step] = cost_of(__spec__.name, "--step", step, "--world", str(world), "--home", str(home))
        found[step]["bytes"], held = _size(home) - held, _size(home)
        found["load"] = max(found["load"], os.getloadavg()[0])
    found["bytes"] = held
    return found


def size_of(world: Path) -> dict[str, int]:
    """Exchanges of all days of a world, and its accounts on the last one."""
    days = sorted((world / "snapshots").iterdir())
    count = "SELECT count(*) FROM read_parquet($files)"
    exchanges, accounts = [str(day / "exchanges.parquet") for day in days], [str(days[-1] / "accounts.parquet")]
    return {
        name: int(duckdb.execute(count, {"files": files}).fetchall()[0][0])
        for name, files in (("exchanges", exchanges), ("accounts", accounts))
    }


def _size(folder: Path) -> int:
    """Bytes of all files but those that are deleted after use; a version is a hard link to what is published."""
    files = {path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    scratch = folder / "scratch"
    return sum(files.values()) - sum(path.stat().st_size for path in scratch.rglob("*") if path.is_file())


def growth(found: list[Measured], step: str) -> str:
    """The power of the exchanges with which a step's processor seconds grew from one world to the next, the largest."""
    powers = [
        math.log(large[step]["cpu"] / small[step]["cpu"]) / math.log(large["exchanges"] / small["exchanges"])
        for small, large in pairwise(found)
    ]
    return f"{max(powers):.2f}" if powers else ""


def table(found: list[Measured]) -> str:
    """The measurements as Markdown."""
    heads = [f"{one['exchanges']:,} exchanges, {one['accounts']:,} accounts" for one in found]
    lines = [
        f"| step: cpu s · wall s · peak MB · MB written | {' | '.join(heads)} | power |",
        "| --- |" + " ---: |" * (len(found) + 1),
    ]
    for step in STEPS:
        lines.append(f"| {step} | {' | '.join(_cell(one[step]) for one in found)} | {growth(found, step)} |")
    total = [sum(one[step]["cpu"] for step in STEPS[1:]) for one in found]
    wall = [sum(one[step]["wall"] for step in STEPS[1:]) for one in found]
    lines += [
        _row("all but the floor: cpu s · wall s", [f"{c:.0f} · {w:.0f}" for c, w in zip(total, wall, strict=True)]),
        _row("core, times the floor", [f"{one['core']['cpu'] / one['floor']['cpu']:.1f}" for one in found]),
        _row("µs of cpu an exchange, raw and core", [f"{_each(one, 'raw') + _each(one, 'core'):.0f}" for one in found]),
        _row(
            "state folder ÷ snapshots (MB)",
            [f"{one['bytes'] / 1e6:.0f} ÷ {one['snapshot_bytes'] / 1e6:.0f}" for one in found],
        ),
    ]
    scales = ", ".join(f"{one['scale']:g}" for one in found)
    return "\n".join(lines) + (
        f"\n\nSimulated worlds of scale {scales} over {found[0]['days']} days, {Settings().threads} threads, DuckDB"
        f" bounded to {Settings().memory_limit}; each step in a process of its own, imports included. *Power*: the"
        " largest exponent of growth between neighbouring worlds, 1 is in proportion. *Floor*: DuckDB reading the same"
        " snapshots and adding up by account. The machine's load was up to"
        f" {max(one['load'] for one in found):.1f} on {os.cpu_count()} processors; what else runs lengthens wall time,"
        " and processor seconds too. Repeat with `python -m tests.benchmarks.growth --scales"
        f" {scales.replace(',', '')}`. A day more, little memory, the largest day,"
        " Dagster's share, and the job beside other tools: [tests/benchmarks](tests/benchmarks/README.md)."
    )


def _cell(cost: Measured) -> str:
    written = f"{max(cost['bytes'], 0) / 1e6:.0f}"
    return f"{cost['cpu']:.1f} · {cost['wall']:.1f} · {cost['memory'] / 1e6:.0f} · {written}"


def _each(one: Measured, step: str) -> float:
    return float(1e6 * one[step]["cpu"] / one["exchanges"])


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} | |"


def plot(found: list[Measured], picture: Path) -> None:
    """Processor seconds of each step over the exchanges, both on logarithmic scales, with a line in proportion."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    exchanges = [one["exchanges"] for one in found]
    for step in STEPS:
        axes.plot(exchanges, [one[step]["cpu"] for one in found], marker="o", markersize=3, label=step)
    start = found[0]["core"]["cpu"]
    axes.plot(exchanges, [start * e / exchanges[0] for e in exchanges], "k:", linewidth=1, label="in proportion")
    axes.set(xscale="log", yscale="log", xlabel="exchanges", ylabel="processor seconds")
    axes.legend(fontsize=8, ncols=3)
    axes.grid(alpha=0.3, which="both", linewidth=0.5)
    figure.savefig(picture, dpi=110, metadata={"Software": None})


def main() -> None:
    """Measure one step, or all of them on each world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", type=float, nargs="*", default=[0.03, 0.1], help="in rising order")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where worlds and warehouses lie while they are needed")
    parser.add_argument("--kept", type=Path, help="folder in which worlds and warehouses stay")
    parser.add_argument("--found", type=Path, help="file of worlds measured so far, which is added to")
    for hidden in ("--step", "--world", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        home = Home(Path(chosen.home))
        print(json.dumps(costs_of_process(lambda: run_step(chosen.step, Path(chosen.world), home, Settings()))))
        return
    found = json.loads(chosen.found.read_text()) if chosen.found and chosen.found.exists() else []
    for scale in chosen.scales:
        with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
            found.append(measure(scale, chosen.days, chosen.kept or Path(folder)))
        if chosen.found:
            chosen.found.write_text(json.dumps(found, indent=1))
    text = table(found)
    print(text)
    if chosen.document:
        plot(found, PICTURE)
        picture = f"![Processor seconds of each step over the exchanges]({PICTURE})"
        replace_block(chosen.document, f"{HEADING}\n\n{text}\n\n{picture}", begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
