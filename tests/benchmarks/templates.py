"""Template recovery on simulated campaigns, and the cost of finding templates, beside drain3 on the same prompts.

    python -m tests.benchmarks.templates [--scale .02] [--days 3] [--seed 10001] [--drain3-prompts 20000]

Pairs of exchanges of campaign accounts are compared with the simulator's truth: two exchanges belong together when they
carry the same instruction, whatever phrase of it was exchanged; traffic without an instruction belongs to nothing, and
is also left to itself: ordinary prompts have wording in common, of which the truth says nothing. An
exchange of several templates counts under its system prompt's, since that is the instruction, else under the one its
account uses most: items have patterns too. drain3 is left out when it is not installed.
Then the whole pass over a day's content, and what DuckDB takes to read and aggregate the same file. Processor seconds.
"""

import argparse
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from forensics.core import build_day
from forensics.core.day_templates import TemplatePass, hashes_of
from forensics.features.template_families import template_families
from forensics.raw import load_day
from forensics.simulate import simulate
from tests.worlds.line import Line, open_line

FIRST_DAY = date(2026, 3, 2)
POPULATIONS = {
    "pure": 1.0,
    "at 50 % dilution": 0.5,
    "at 25 % dilution": 0.25,
    "at 10 % dilution": 0.1,
    "at 5 % dilution": 0.05,
}


def main() -> None:
    """Simulate, run and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        world = Path(scratch) / "world"
        simulate(world, scale=options.scale, days=options.days, seed=options.seed, scenario=options.scenario)
        days = [FIRST_DAY + timedelta(days=number) for number in range(options.days)]
        home = Path(scratch) / "home"
        home.mkdir()
        with open_line(home, days[-1]) as line:
            for day in days:
                load_day(line.connection, line.home, line.settings, root=str(world / "snapshots"), day=day)
            _throughput(line, days)
            truth = _truth(world)
            _print_recovery(
                "this project, single templates", truth.join(_found(line, families=False), on="exchange_id", how="left")
            )
            _print_recovery(
                "this project, with variations", truth.join(_found(line, families=True), on="exchange_id", how="left")
            )
            _beside_drain3(line, truth, options.drain3_prompts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Template recovery and cost.")
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--seed", type=int, default=10_001)
    parser.add_argument("--scenario", default="dilution")
    parser.add_argument("--drain3-prompts", type=int, default=20_000)
    return parser.parse_args()


def _throughput(line: Line, days: list[date]) -> None:
    """Time of the floor, of templates alone and of the whole pass."""
    prompts = line.frame("SELECT prompt, system_prompt FROM raw.exchanges")
    _templates_alone(prompts.head(1000))
    alone = _seconds(lambda: _templates_alone(prompts))
    print(f"templates alone: {alone / prompts.height * 1e6:,.1f} cpu s per million prompts of {prompts.height:,}")
    floor = _seconds(
        lambda: line.frame(
            "SELECT account_id, COUNT(*), SUM(LENGTH(prompt)), COUNT(DISTINCT prompt), MIN(occurred_at)"
            " FROM raw.exchanges GROUP BY account_id"
        )
    )
    whole = _seconds(lambda: [build_day(line.connection, day) for day in days])
    print(
        f"reading and aggregating: {floor:.2f} cpu s; whole content pass: {whole:.2f} cpu s, {whole / floor:.1f} times"
    )
    print(f"{prompts.height / whole:,.0f} exchanges per cpu s, peak memory {_peak_gigabytes():.2f} GB")


def _templates_alone(prompts: pl.DataFrame) -> None:
    reading = TemplatePass()
    batches = list(prompts.iter_slices(100_000))
    for batch in batches:
        reading.add(hashes_of(batch["prompt"], batch["system_prompt"]))
    reading.assign(batch["prompt"] for batch in batches)


def _truth(world: Path) -> pl.DataFrame:
    accounts = pl.read_parquet(world / "truth" / "accounts.parquet").filter(pl.col("label") == "campaign")
    return (
        pl.read_parquet(world / "truth" / "exchanges.parquet", columns=["exchange_id", "account_id", "template_id"])
        .join(accounts.select("account_id", "dilution_share"), on="account_id")
        .rename({"template_id": "true"})
    )


def _found(line: Line, *, families: bool) -> pl.DataFrame:
    """One template of each exchange: its system prompt's, else the one its account uses most, the longer if equal."""
    found = line.frame("SELECT exchange_id, account_id, template_id FROM core.exchange_templates")
    texts = line.frame("SELECT template_id, MAX(LENGTH(text)) AS length FROM core.templates GROUP BY template_id")
    found = found.join(texts, on="template_id").with_columns(is_system=pl.col("template_id").str.starts_with("system-"))
    if families:
        found = found.join(template_families(line.connection, line.window), on="template_id")
        found = found.drop("template_id").rename({"family_id": "template_id"})
    return (
        found.with_columns(use=pl.col("exchange_id").n_unique().over("account_id", "template_id"))
        .sort(["exchange_id", "is_system", "use", "length", "template_id"], descending=[False, True, True, True, False])
        .unique("exchange_id", keep="first", maintain_order=True)
        .select("exchange_id", found="template_id")
    )


def _print_recovery(name: str, judged: pl.DataFrame) -> None:
    single = judged.with_columns(pl.coalesce("true", "exchange_id"), pl.coalesce("found", "exchange_id"))
    for population, share in POPULATIONS.items():
        rows = single.filter(pl.col("dilution_share") == share)
        together = _pairs(rows, "true", "found")
        strangers = _pairs(rows.filter(pl.col("true") == pl.col("exchange_id")), "found")
        found, right = _pairs(rows, "found"), max(_pairs(rows, "true"), 1)
        print(
            f"{name}, {population}: precision {together / max(found, 1):.4f}, of pairs with an instruction"
            f" {together / max(found - strangers, 1):.4f}; recall {together / right:.4f} of {rows.height:,} exchanges"
        )


def _pairs(rows: pl.DataFrame, *names: str) -> float:
    sizes = rows.group_by(names).len()["len"].cast(pl.Float64)
    return float((sizes * (sizes - 1) / 2).sum())


def _beside_drain3(line: Line, truth: pl.DataFrame, count: int) -> None:
    """Run drain3 with its defaults on the first prompts, with their system prompts, and judge both there."""
    try:
        from drain3 import TemplateMiner  # type: ignore[import-not-found]
        from drain3.template_miner_config import TemplateMinerConfig  # type: ignore[import-not-found]
    except ImportError:
        print("drain3 is not installed: left out")
        return
    rows = line.frame(
        "SELECT exchange_id, coalesce(system_prompt || ' ', '') || replace(prompt, chr(10), ' ') AS text"
        f" FROM raw.exchanges ORDER BY occurred_at, exchange_id LIMIT {count}"
    )
    miner = TemplateMiner(config=TemplateMinerConfig())
    begun = time.process_time()
    clusters = [miner.add_log_message(text)["cluster_id"] for text in rows["text"]]
    seconds = time.process_time() - begun
    print(f"drain3: {seconds / rows.height * 1e6:,.1f} cpu s per million prompts of {rows.height:,}")
    here = truth.join(rows.select("exchange_id"), on="exchange_id", how="semi")
    mined = rows.select("exchange_id", found=pl.Series(clusters).cast(pl.String))
    _print_recovery("drain3, the same prompts", here.join(mined, on="exchange_id", how="left"))
    _print_recovery(
        "this project, the same prompts", here.join(_found(line, families=True), on="exchange_id", how="left")
    )


def _seconds(work: object) -> float:
    begun = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - begun


def _peak_gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
