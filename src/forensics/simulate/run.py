"""The simulator's straight line: world, then day after day traffic, text and snapshot, then the truth."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from forensics.simulate.settings import SimulationSettings
from forensics.simulate.snapshots import COMPRESSION, write_day
from forensics.simulate.truth import truth_exchanges, write_truth
from forensics.simulate.world import build_world


def write_world(settings: SimulationSettings, out: Path, progress: Callable[[str, int, int], None]) -> dict[str, int]:
    """Write all days and the truth of a world.

    Args:
        settings: the checked settings.
        out: the folder.
        progress: called with what is being done, steps done and steps in all.

    Returns:
        Counts for the summary.
    """
    progress("accounts", 0, settings.days)
    world = build_world(settings)
    write_truth(world, out / "truth")
    campaign = np.array([group.is_campaign for group in world.members.groups] + [False])
    exchanges = campaign_exchanges = 0
    writer: pq.ParquetWriter | None = None
    for day in range(settings.days):
        for calls, ids in write_day(world, day, out / "snapshots"):
            table = truth_exchanges(world, calls, ids).to_arrow(compat_level=pl.CompatLevel.oldest())
            if writer is None:
                writer = pq.ParquetWriter(out / "truth" / "exchanges.parquet", table.schema, compression=COMPRESSION)
            writer.write_table(table)
            exchanges += len(ids)
            campaign_exchanges += int(campaign[calls.group].sum())
        progress("days", day + 1, settings.days)
    if writer is not None:
        writer.close()
    open_accounts = world.lifetimes.created < settings.end_us
    return {
        "accounts": int(open_accounts.sum()),
        "fraudulent_accounts": int((open_accounts & campaign[world.members.group]).sum()),
        "groups": len(world.members.groups),
        "exchanges": exchanges,
        "campaign_exchanges": campaign_exchanges,
    }
