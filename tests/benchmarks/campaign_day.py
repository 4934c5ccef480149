"""Memory of a day on which one campaign sends very much: raw and core of an ordinary day, and of one with more of it.

    python -m tests.benchmarks.campaign_day [--more 1000000 3000000] [--scale 0.02] [--limit 500MB]
        [--document README.md]

The largest campaign of a simulated day is multiplied: the same instruction, accounts and moments, each prompt with a
fill of its own in its middle, so that nothing can be held once for many. Peaks of the process; the bytes of one more
exchange are the slope between the days.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate
from tests.benchmarks.costs import cost_of, costs_of_process
from tests.benchmarks.growth import run_step

SEED = 11
PEAK_DAY = 3_000_000
"""Exchanges of one campaign on its highest published day."""

BEGIN = "<!-- campaign day: written by `make benchmark`, not by hand -->"
END = "<!-- end of the campaign day -->"


def multiply(world: Path, more: int) -> None:
    """Add so many exchanges of the largest campaign to the world's only day."""
    (file,) = (world / "snapshots").glob("*/exchanges.parquet")
    truth = pl.scan_parquet(world / "truth" / "exchanges.parquet").filter(pl.col("group_id").is_not_null())
    accounts = pl.scan_parquet(world / "truth" / "accounts.parquet").filter(pl.col("label") == "campaign")
    campaign = truth.join(accounts.select("account_id"), on="account_id", how="semi")
    largest = campaign.group_by("group_id").len().sort("len", "group_id").last().collect()["group_id"][0]
    own = campaign.filter(pl.col("group_id") == largest).select("exchange_id").collect()
    if not more:
        return
    with duckdb.connect() as connection:
        connection.register("own", own.to_arrow())
        grown = file.with_suffix(".grown")
        connection.execute(
            f"""
            COPY (
                SELECT * FROM read_parquet($file)
                UNION ALL BY NAME
                SELECT * EXCLUDE (copy) REPLACE (
                    MD5(exchange_id || copy) AS exchange_id,
                    LEFT(prompt, LEN(prompt) // 2) || ' ' || MD5(copy || exchange_id) || ' '
                        || SUBSTR(prompt, LEN(prompt) // 2 + 1) AS prompt
                )
                FROM (
                    SELECT day.*, copy FROM read_parquet($file) AS day JOIN own USING (exchange_id),
                           range({-(-more // own.height)}) AS copies (copy)
                    LIMIT {more}
                )
            ) TO '{grown}' (FORMAT parquet, COMPRESSION zstd)
            """,
            {"file": str(file)},
        )
        grown.replace(file)


def table(found: dict[int, dict[str, Any]], ordinary: int, limit: str) -> str:
    """The measurements as Markdown."""
    lines = [
        "| exchanges of the day | cpu s: raw · core | peak MB: raw · core | bytes for one more exchange: raw · core |",
        "| ---: | ---: | ---: | ---: |",
    ]
    first = found[0]
    for more, one in found.items():
        cpu, memory = ([one[step][what] for step in ("raw", "core")] for what in ("cpu", "memory"))
        slopes = [
            (own - first[step]["memory"]) / more for step, own in zip(("raw", "core"), memory, strict=True) if more
        ]
        lines.append(
            f"| {ordinary + more:,} | {cpu[0]:.1f} · {cpu[1]:.1f} | {memory[0] / 1e6:.0f} · {memory[1] / 1e6:.0f} |"
            f" {' · '.join(f'{slope:.0f}' for slope in slopes)} |"
        )
    return "\n".join(lines) + (
        "\n\nOne simulated day, and the same with more exchanges of its largest campaign, each with a fill of its own;"
        f" the first one may compile. The highest published day has {PEAK_DAY:,} exchanges of one campaign. DuckDB's"
        f" buffers are part of both slopes and end at {limit}."
    )


def main() -> None:
    """Make the days, load and sum up each, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--more", type=int, nargs="+", default=[1_000_000, PEAK_DAY], help="in rising order")
    parser.add_argument("--limit", default=Settings().memory_limit, help="of DuckDB's memory")
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where worlds and warehouses lie while they are needed")
    for hidden in ("--step", "--world", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        world, home, settings = Path(chosen.world), Home(Path(chosen.home)), Settings(memory_limit=chosen.limit)
        print(json.dumps(costs_of_process(lambda: run_step(chosen.step, world, home, settings))))
        return
    found, ordinary = {}, 0
    for more in (0, *chosen.more):
        with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
            world, home = Path(folder) / "world", Path(folder) / "home"
            ordinary = simulate(world, scale=chosen.scale, days=1, seed=SEED).exchanges
            multiply(world, more)
            home.mkdir()
            found[more] = {}
            for step in ("raw", "core"):
                print(f"{more:,} more: {step}", file=sys.stderr, flush=True)
                hidden = ["--step", step, "--world", str(world), "--home", str(home), "--limit", chosen.limit]
                found[more][step] = cost_of(__spec__.name, *hidden)
    text = table(found, ordinary, chosen.limit)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
