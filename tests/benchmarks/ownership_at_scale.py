"""Time and memory of everything on organisations at the size of a large provider's registers.

    python -m tests.benchmarks.ownership_at_scale [--organisations 300000] [--stakes 670000] [--seed 1]

A random register with rings, joint ventures at 50 %, unknown figures, persons and dates, loaded into an empty
warehouse; then the steps as a run takes them, each in processor seconds, and the largest memory of the process.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from forensics import contracts, features, links
from forensics.charts.ownership_chart import ownership_chart
from forensics.features.organisation_identities import organisation_identities
from forensics.features.organisation_pairs import organisation_pairs
from forensics.features.organisations.decisions import read_decisions
from forensics.links.ownership import load_profile, roll_up
from forensics.warehouse import replace_table
from tests.unit.links.ownership.worlds import make_tables
from tests.worlds.line import open_line

DAY = date(2026, 3, 2)
WORDS = [
    "amber", "basil", "cliff", "dune", "elm", "fern", "gale", "heath", "isle", "jasper", "knoll", "larch", "moss",
    "north", "oak", "pebble", "quill", "reed", "sable", "thorn", "upland", "vale", "wren", "yew", "zinc", "brook",
]  # fmt: skip
TRADES = ["Technology", "Trading", "Holdings", "Software", "Data", "Media", "Logistics", "Capital"]
FORMS = ["Ltd", "Inc.", "GmbH", "S.A.", "LLC", "Pte. Ltd.", "B.V.", "K.K."]
HAN = "腾云智远海天华光明德新科星辰东方"


def named(organisations: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The register with names of two or three words and a form, a tenth in Han characters, and register entries."""
    draw = np.random.default_rng(seed)
    count = organisations.height

    def pick(words: list[str]) -> np.ndarray:
        return np.array(words, dtype=object)[draw.integers(0, len(words), count)]

    latin = pick(WORDS) + "-" + pick(WORDS) + draw.integers(1, 4_000, count).astype(str).astype(object)
    latin = latin + " " + pick(TRADES) + " " + pick(FORMS)
    han = pick(list(HAN)) + pick(list(HAN)) + pick(list(HAN)) + "科技有限公司"
    shared = draw.integers(0, int(count * 0.98), count)
    return organisations.with_columns(
        name=pl.Series(np.where(draw.random(count) < 0.1, han, latin), dtype=pl.String),
        jurisdiction=pl.when(pl.col("headquarters") == "").then(None).otherwise("headquarters"),
        headquarters=pl.when(pl.col("headquarters") == "").then(None).otherwise("headquarters"),
        registration_number=pl.Series([f"R{number:08d}" for number in shared]),
        domain=pl.Series([f"company{number}.com" for number in draw.integers(0, 3 * count, count)]),
        lei=pl.lit(None, pl.String),
    )


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Print what a step costs."""
    begin = time.process_time()
    yield
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{what:<62}{time.process_time() - begin:>8.1f} cpu s{memory:>8.2f} GB at most", flush=True)


def load(connection: Any, name: str, frame: pl.DataFrame) -> None:
    """Make a raw table these rows."""
    columns = contracts.get(name).columns
    present = set(frame.columns)
    shaped = frame.with_columns(snapshot_date=pl.lit(DAY)).select(
        (pl.col(column) if column in present or column == "snapshot_date" else pl.lit(None))
        .cast(one.dtype)
        .alias(column)
        for column, one in columns.items()
    )
    replace_table(connection, name, shaped)
    file = {"snapshot_date": DAY, "load_number": 1, "table_name": name.split(".")[1], "file": name, "load_id": "x"}
    row = {**file, "bytes": 1, "sha256": "0" * 64, "row_count": 1, "quarantined_count": 0, "root": "here",
           "loaded_at": datetime(2026, 3, 3)}  # fmt: skip
    names = ", ".join(row)
    connection.execute(f"INSERT INTO raw.loads ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=300_000)
    parser.add_argument(
        "--stakes", type=int, default=670_000, help="drawn; a quarter would be in persons and are left out"
    )
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    organisations, stakes = make_tables(chosen.organisations, chosen.stakes, chosen.seed)
    organisations = named(organisations, chosen.seed)
    print(f"{organisations.height:,} organisations, {stakes.height:,} stakes, seed {chosen.seed}")
    with measured("roll-up (verdicts, intervals, paths, deciding stakes)"):
        result = roll_up(organisations, stakes, on=DAY, profile=load_profile("provider_gt50"))
    print(result.verdicts["verdict"].value_counts(sort=True))
    with measured("keys and alike pairs of all names and entries"):
        pairs = organisation_pairs(organisations, stakes)
    with measured("identities"):
        identities = organisation_identities(organisations, pairs, read_decisions(None))
    merged = identities.filter(pl.col("record_count") > 1).height
    print(f"{pairs.height:,} alike pairs, {merged:,} records in merged organisations")
    _in_a_warehouse(organisations, stakes)


def _in_a_warehouse(organisations: pl.DataFrame, stakes: pl.DataFrame) -> None:
    with tempfile.TemporaryDirectory() as folder, open_line(Path(folder), DAY) as line:
        load(line.connection, "raw.organisations", organisations)
        load(line.connection, "raw.ownership", stakes)
        steps: dict[str, Callable[..., object]] = {
            "step features: organisations": features.build_identities,
            "step links: ownership tables and candidates": links.build_ownership,
        }
        for what, step in steps.items():
            with measured(what):
                step(line.connection, line.settings, line.window)
        asked = line.frame("SELECT organisation_id FROM links.ownership_verdicts WHERE verdict = 'met_both' LIMIT 1")
        with measured("one ownership chart"):
            ownership_chart(line.connection, asked.item())
        for table in contracts.tables():
            if table.schema.__module__ == "forensics.contracts.ownership":
                print(
                    f"  {table.full_name:<40}{line.frame(f'SELECT COUNT(*) FROM {table.full_name}').item():>12,} rows"
                )


if __name__ == "__main__":
    main()
