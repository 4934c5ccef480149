"""The whole pass over one day's content: exchanges a second, times the floor, and the peak of memory as days grow.

    python -m tests.benchmarks.content_pass [--days 1 8] [--scale 0.1] [--document tests/benchmarks/README.md]

A large day is several simulated days of one provider put into one, each with exchange ids of its own, so that prompts
recur as they do. The floor is DuckDB reading the same Parquet and adding up by account. Loading and summing up run in
processes of their own; processor seconds are of the work alone, without imports, and memory is the process's peak.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from forensics import core, raw
from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate
from forensics.warehouse import open_building, writer_lock
from tests.benchmarks.costs import cost_of, costs_of_process

SEED = 12
BEGIN = "<!-- content pass: written by `make benchmark`, not by hand -->"
END = "<!-- end of the content pass -->"
FLOOR = """
    SELECT account_id, COUNT(*), SUM(STRLEN(prompt)), COUNT(DISTINCT prompt), MIN(occurred_at)
    FROM raw.exchanges GROUP BY account_id
"""


def merge(snapshots: Path, target: Path, count: int) -> None:
    """Put the exchanges of the first days into the first one, at the same times of the day."""
    folders = sorted(snapshots.glob("date=*"))[:count]
    first = target / folders[0].name
    first.mkdir(parents=True)
    for file in folders[-1].glob("*.parquet"):
        (first / file.name).write_bytes(file.read_bytes())
    day = date.fromisoformat(folders[0].name.removeprefix("date="))
    days = " UNION ALL BY NAME ".join(
        f"SELECT * REPLACE ('{number}-' || exchange_id AS exchange_id, occurred_at - INTERVAL {number} DAY"
        f" AS occurred_at) FROM read_parquet('{folder}/exchanges.parquet')"
        for number, folder in enumerate(folders)
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM ({days}) WHERE CAST(occurred_at AS DATE) = '{day}')"
            f" TO '{first}/exchanges.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
    (first / "payments.parquet").unlink(missing_ok=True)
    (first / "_SUCCESS").touch()


def run_step(step: str, root: Path, home: Home, settings: Settings) -> dict[str, float]:
    """Load the day, or measure the floor, or sum it up; the seconds of the work, and what it read."""
    (day,) = raw.list_days(str(root))
    with writer_lock(home, purpose="a benchmark"), open_building(home, settings) as connection:
        work: dict[str, Callable[[], object]] = {
            "raw": lambda: raw.load_day(connection, home, settings, root=str(root), day=day),
            "floor": lambda: connection.execute(FLOOR).fetchall(),
            "core": lambda: core.build_day(connection, day, settings),
        }
        begun, begun_at = time.process_time(), time.monotonic()
        work[step]()
        seconds, waited = time.process_time() - begun, time.monotonic() - begun_at
        count = connection.execute("SELECT COUNT(*) FROM raw.exchanges").fetchall()[0][0]
    return {"seconds": seconds, "waited": waited, "exchanges": count}


def table(found: list[dict[str, Any]]) -> str:
    """The measurements as Markdown."""
    lines = [
        "| exchanges of the day | floor, cpu s | content pass, cpu s | exchanges a cpu s | times the floor | peak MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in found:
        count, floor, whole = one["core"]["exchanges"], one["floor"]["seconds"], one["core"]["seconds"]
        peak = one["core"]["memory"] / 1e6
        lines.append(
            f"| {count:,} | {floor:.2f} | {whole:.1f} | {count / whole:,.0f} | {whole / floor:.0f} | {peak:,.0f} |"
        )
    settings = Settings()
    return "\n".join(lines) + (
        f"\n\nSimulated days, {settings.threads} threads, DuckDB bounded to {settings.memory_limit}. *Floor*: DuckDB"
        " reading the same Parquet and adding up lengths and distinct prompts by account."
    )


def main() -> None:
    """Make each day, load it, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, nargs="+", default=[1, 8], help="simulated days put into one")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--snapshots", type=Path, help="a root with days to put together, instead of simulating")
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where worlds and warehouses lie while they are needed")
    for hidden in ("--step", "--root", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        seconds: dict[str, float] = {}
        work = partial(run_step, chosen.step, Path(chosen.root), Home(Path(chosen.home)), Settings())
        print(json.dumps(costs_of_process(lambda: seconds.update(work())) | seconds))
        return
    found = []
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        snapshots = chosen.snapshots or Path(folder) / "world" / "snapshots"
        if not chosen.snapshots:
            simulate(snapshots.parent, scale=chosen.scale, days=max(chosen.days), seed=SEED)
        for count in chosen.days:
            root, home = Path(folder) / f"day-{count}", Path(folder) / f"home-{count}"
            merge(snapshots, root, count)
            home.mkdir()
            one: dict[str, Any] = {}
            for step in ("raw", "floor", "core"):
                print(f"{count} in one: {step}", file=sys.stderr, flush=True)
                one[step] = cost_of(__spec__.name, "--step", step, "--root", str(root), "--home", str(home))
            found.append(one)
    text = table(found)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
