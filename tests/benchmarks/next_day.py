"""What one more day costs, and whether a long history makes the looking-back steps dearer: a table for the README.

    python -m tests.benchmarks.next_day [--scale 0.001] [--history 280] [--document README.md] [--scratch FOLDER]
        [--world WORLD]

One simulated world is loaded twice: all of its days, and only as many last ones as a window holds. Both look back from
the same last day. Only what a window reads may cost anything, so both should cost the same, and the last day of a long
history should cost what the days of a short one did. Processor seconds; medians.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from forensics import clusters, core, features, links, raw, reports
from forensics.custody.publishing import publish_run
from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate
from forensics.warehouse import open_building, writer_lock
from forensics.window import Window
from tests.benchmarks.costs import cost_of

SEED = 5
"""Of the world; a tuning seed."""

BEGIN = "<!-- next day: written by `make benchmark`, not by hand -->"
END = "<!-- end of the next day -->"
LOOK_BACK = ("features", "clusters", "links", "reports", "exports")

Measured = dict[str, Any]


def load_days(world: Path, home: Home, settings: Settings, newest: int) -> Measured:
    """Load and sum up the newest days of a world in order; processor seconds and exchanges of each."""
    root, costs, exchanges = str(world / "snapshots"), [], []
    with writer_lock(home, purpose="a benchmark"), open_building(home, settings) as connection:
        for day in raw.list_days(root)[-newest:]:
            begun = time.process_time()
            raw.load_day(connection, home, settings, root=root, day=day)
            core.build_day(connection, day, settings)
            costs.append(time.process_time() - begun)
            counted = connection.execute(
                "SELECT SUM(exchange_count) FROM core.account_days WHERE snapshot_date = ?", [day]
            )
            exchanges.append(int(counted.fetchall()[0][0]))
    return {"cpu": costs, "exchanges": exchanges}


def look_back(world: Path, home: Home, settings: Settings, repeats: int) -> Measured:
    """Every looking-back step several times after a first that compiles; the median of its processor seconds."""
    window = Window(raw.list_days(str(world / "snapshots"))[-1], settings.window_days)
    with writer_lock(home, purpose="a benchmark"), open_building(home, settings) as connection:
        work: dict[str, Callable[[], object]] = {
            "features": lambda: features.build(connection, settings, window),
            "clusters": lambda: clusters.build(connection, settings, window),
            "links": lambda: links.build(connection, settings, window),
            "reports": lambda: reports.build(connection, settings, window, run_id="benchmark"),
            "exports": lambda: publish_run(connection, home, settings, window.as_of, days={window.as_of}),
        }
        found: Measured = {}
        for step in LOOK_BACK:
            costs = []
            for _ in range(1 + repeats):
                begun = time.process_time()
                work[step]()
                costs.append(time.process_time() - begun)
            found[step] = statistics.median(costs[1:])
    return found


def table(scale: float, repeats: int, days: dict[int, Measured], steps: dict[int, Measured]) -> str:
    """The measurements as Markdown."""
    short, long = sorted(days)
    each = {length: _each(found) for length, found in days.items()}
    lines = [
        f"| processor seconds | {short} days loaded | {long} days loaded | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, part in (("raw and core, a day of the first week", slice(1, 8)), ("… of the last week", slice(-7, None))):
        costs = {length: statistics.median(found["cpu"][part]) for length, found in days.items()}
        lines.append(f"| {name} | {costs[short]:.2f} | {costs[long]:.2f} | {costs[long] / costs[short]:.2f} |")
    last = {length: values[-1] / statistics.mean(values[1:-1]) for length, values in each.items()}
    lines.append(f"| the last day ÷ its share of all before, by exchanges | {last[short]:.2f} | {last[long]:.2f} | |")
    for step in LOOK_BACK:
        one, other = steps[short][step], steps[long][step]
        lines.append(f"| {step} | {one:.2f} | {other:.2f} | {other / one:.2f} |")
    count = sum(days[long]["exchanges"])
    return "\n".join(lines) + (
        f"\n\nOne simulated world of scale {scale:g}: {count:,} exchanges on {long} days, loaded whole and from its"
        f" last {short} days on; both look back {Settings().window_days} days from the same day. Imports, the first"
        " day and the first look back, which compile, are left out; medians, of"
        f" {repeats} for the looking-back steps. Repeat with `make benchmark`."
    )


def _each(found: Measured) -> list[float]:
    """Processor seconds for an exchange, day by day."""
    return [cpu / count for cpu, count in zip(found["cpu"], found["exchanges"], strict=True)]


def measure(world: Path, scratch: Path, newest: int, repeats: int) -> tuple[Measured, Measured]:
    """Load so many days in one process and look back in another."""
    home = scratch / f"home-{newest}"
    home.mkdir()
    found = []
    for step in ("load", "look-back"):
        print(f"{newest} days: {step}", file=sys.stderr, flush=True)
        hidden = ["--step", step, "--world", str(world), "--home", str(home), "--newest", str(newest)]
        hidden += ["--repeats", str(repeats)]
        found.append(cost_of(__spec__.name, *hidden))
    return found[0], found[1]


def main() -> None:
    """Measure both histories, or one step of one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.001)
    parser.add_argument("--history", type=int, default=280, help="days of the long history")
    parser.add_argument("--repeats", type=int, default=3, help="of the looking-back steps")
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where the world and the warehouses lie while they are needed")
    parser.add_argument("--world", type=Path, help="a world of that scale and history that is there already")
    for hidden in ("--step", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--newest", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        world, home = chosen.world, Home(Path(chosen.home))
        if chosen.step == "load":
            found = load_days(world, home, Settings(), chosen.newest)
        else:
            found = look_back(world, home, Settings(), chosen.repeats)
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        world = chosen.world or Path(folder) / "world"
        if not chosen.world:
            simulate(world, scale=chosen.scale, days=chosen.history, seed=SEED)
        lengths = (Settings().window_days, chosen.history)
        both = {length: measure(world, Path(folder), length, chosen.repeats) for length in lengths}
    text = table(
        chosen.scale,
        chosen.repeats,
        {n: one for n, (one, _) in both.items()},
        {n: two for n, (_, two) in both.items()},
    )
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
