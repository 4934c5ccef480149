"""Writing a world to disk: one folder a day to the contract, complete only when its `_SUCCESS` stands."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from forensics.simulate.calls import Calls
from forensics.simulate.exchanges import write_exchanges
from forensics.simulate.models import released_us, write_models
from forensics.simulate.payments import write_payments
from forensics.simulate.settings import DAY_MICROSECONDS
from forensics.simulate.states import write_accounts
from forensics.simulate.traffic import draw_calls
from forensics.simulate.world import World

ROWS_AT_A_TIME = 200_000
"""Exchanges written at a time: some hundred megabytes of text."""

REFERENCE_EVERY_DAYS = 7
"""The networks table is issued anew once a week."""

COMPRESSION = "zstd"


def write_day(world: World, day: int, root: Path) -> Iterator[tuple[Calls, pl.Series]]:
    """Write one day's folder, the marker last, and hand out the calls as they are written.

    Args:
        world: the world.
        day: number of the day, from 0.
        root: the folder of all days.

    Yields:
        Parts of the day's calls with their exchange ids, for the truth.
    """
    folder = root / f"date={world.settings.day(day).isoformat()}"
    folder.mkdir(parents=True)
    calls = draw_calls(world, day)
    yield from _write_exchanges(world, day, calls, folder / "exchanges.parquet")
    write_table(write_accounts(world, day), folder / "accounts.parquet")
    write_table(write_payments(world, day), folder / "payments.parquet")
    write_table(world.register.organisations, folder / "organisations.parquet")
    write_table(world.register.ownership, folder / "ownership.parquet")
    if day % REFERENCE_EVERY_DAYS == 0:
        write_table(world.internet.networks, folder / "networks.parquet")
    begin = world.settings.start_us + day * DAY_MICROSECONDS
    if day == 0 or begin <= released_us(world.settings) < begin + DAY_MICROSECONDS:
        write_table(write_models(world.settings, day), folder / "models.parquet")
    marker = folder / "._SUCCESS"
    marker.touch()
    marker.rename(folder / "_SUCCESS")


def _write_exchanges(world: World, day: int, calls: Calls, path: Path) -> Iterator[tuple[Calls, pl.Series]]:
    writer: pq.ParquetWriter | None = None
    for first in range(0, max(len(calls.account), 1), ROWS_AT_A_TIME):
        part = calls.take(np.arange(first, min(first + ROWS_AT_A_TIME, len(calls.account))))
        frame = write_exchanges(world, day, part, first)
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression=COMPRESSION)
        writer.write_table(table)
        yield part, frame["exchange_id"]
    if writer is not None:
        writer.close()


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write one table as Parquet."""
    pq.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), path, compression=COMPRESSION)
