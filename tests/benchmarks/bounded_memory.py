"""The same job with little and with much memory for DuckDB: peaks, costs, and whether the findings are the same.

    python -m tests.benchmarks.bounded_memory [--scale 0.1] [--days 3] [--limits 500MB 8GB] [--document README.md]
        [--world WORLD --beside HOME]

Every step runs in a process of its own. The hash is that of all that two runs on the same input must agree on, in every
table of the published warehouse. With --world a world is given and not simulated, and --beside is the state folder of a
run on it with the default limit, of which only the hash is told (`growth --kept` leaves both). Under a hard limit of
the system, which kills what goes beyond, run the command in a control group, such as `systemd-run --user --scope -p
MemoryMax=4G …`.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate
from tests.benchmarks.costs import cost_of, costs_of_process
from tests.benchmarks.growth import STEPS, run_step, size_of
from tests.integration.dagster_runs import digest

SEED = 10
BEGIN = "<!-- bounded memory: written by `make benchmark`, not by hand -->"
END = "<!-- end of bounded memory -->"


def measure(world: Path, home: Path, limit: str) -> dict[str, Any]:
    """All steps under one limit, and the hash of what they published."""
    home.mkdir()
    found: dict[str, Any] = {}
    for step in STEPS[1:]:
        print(f"{limit}: {step}", file=sys.stderr, flush=True)
        hidden = ["--step", step, "--world", str(world), "--home", str(home), "--limits", limit]
        found[step] = cost_of(__spec__.name, *hidden)
    return found | {"hash": digest(Home(home).published)}


def table(found: dict[str, dict[str, Any]], exchanges: int) -> str:
    """The measurements as Markdown."""
    heads = " | ".join(f"DuckDB bounded to {limit}" for limit in found)
    lines = [f"| step: cpu s · peak MB | {heads} |", "| --- |" + " ---: |" * len(found)]
    for step in STEPS[1:]:
        cells = [
            f"{one[step]['cpu']:.1f} · {one[step]['memory'] / 1e6:.0f}" if step in one else "" for one in found.values()
        ]
        lines.append(f"| {step} | {' | '.join(cells)} |")
    lines.append(f"| hash of all tables | {' | '.join(one['hash'][:12] for one in found.values())} |")
    same = "the same findings" if len({one["hash"] for one in found.values()}) == 1 else "**different** findings"
    return "\n".join(lines) + f"\n\n{exchanges:,} exchanges, {Settings().threads} threads: {same}."


def main() -> None:
    """Simulate, run the job under each limit, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--limits", nargs="+", default=["500MB", "8GB"])
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where world and warehouses lie while they are needed")
    parser.add_argument("--world", type=Path, help="a world that is there already")
    parser.add_argument("--beside", type=Path, help="state folder of a run on it with the default limit")
    for hidden in ("--step", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        settings = Settings(memory_limit=chosen.limits[0])
        work = lambda: run_step(chosen.step, chosen.world, Home(Path(chosen.home)), settings)  # noqa: E731
        print(json.dumps(costs_of_process(work)))
        return
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        world = chosen.world or Path(folder) / "world"
        if not chosen.world:
            simulate(world, scale=chosen.scale, days=chosen.days, seed=SEED)
        exchanges = size_of(world)["exchanges"]
        found = {limit: measure(world, Path(folder) / f"home-{limit}", limit) for limit in chosen.limits}
    if chosen.beside:
        found[f"{Settings().memory_limit}, the default"] = {"hash": digest(Home(chosen.beside).published)}
    text = table(found, exchanges)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
