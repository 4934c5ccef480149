"""The payments of a day: renewals and top-ups, as often as an account's use asks for."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.exchanges import account_ids
from forensics.simulate.instruments import INSTRUMENT_KINDS
from forensics.simulate.networks import COUNTRY_CODES
from forensics.simulate.randomness import choose, derive, hex_ids, mix, pick_weighted, unit
from forensics.simulate.settings import DAY_MICROSECONDS
from forensics.simulate.world import World

AMOUNTS = np.array([5.0, 10.0, 20.0, 20.0, 25.0, 50.0, 100.0, 200.0])
"""Round amounts that people top up with or pay as a subscription."""

STATUSES = ("settled", "declined", "refunded", "chargeback")
STATUS_WEIGHTS = np.array([0.945, 0.04, 0.01, 0.005])

NOT_PAYING_SHARE = 0.25
"""Share of light users who never pay."""

COLUMNS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "payment_id": pl.String, "account_id": pl.String, "paid_at": pl.Datetime("us"), "instrument_id": pl.String,
    "instrument_kind": pl.String, "issuer_country": pl.String, "amount_usd": pl.Float64, "status": pl.String,
}  # fmt: skip


def write_payments(world: World, day: int) -> pl.DataFrame:
    """Write one day's payments in order of time.

    Heavy users top up every few days, light ones renew monthly; the day within the period is the account's own.
    """
    members, lives = world.members, world.lifetimes
    begin = world.settings.start_us + day * DAY_MICROSECONDS
    daily = members.cover_rate + members.work_rate
    period = np.clip(200.0 / (daily + 1.0), 4.0, 30.0).astype(np.int64)
    number = begin // DAY_MICROSECONDS
    due = (number + choose(mix(members.keys, 41), 10_000)) % period == 0
    signed_up = (lives.opens >= begin) & (lives.opens < begin + DAY_MICROSECONDS)
    pays = (daily > 3.0) | (unit(mix(members.keys, 42)) >= NOT_PAYING_SHARE)
    open_now = (lives.opens < begin + DAY_MICROSECONDS) & (np.minimum(lives.ends, lives.stops) > begin)
    rows = np.flatnonzero(pays & (due | signed_up) & open_now)
    key = mix(members.keys[rows] + np.uint64(day), derive(world.settings.seed, "payments") % 2**32)
    at = begin + (unit(mix(key, 43)) * DAY_MICROSECONDS).astype(np.int64)
    at = np.clip(at, lives.opens[rows], begin + DAY_MICROSECONDS - 1)
    return _rows(world, rows, at, key, daily[rows] * period[rows])


def _rows(
    world: World,
    rows: NDArray[np.int64],
    at: NDArray[np.int64],
    key: NDArray[np.uint64],
    exchanges: NDArray[np.float64],
) -> pl.DataFrame:
    """Write the payments of these accounts."""
    instruments, seed = world.instruments, world.settings.seed
    instrument = np.where(unit(mix(key, 44)) < 0.4, instruments.second[rows], instruments.first[rows])
    kind = instruments.kind[instrument]
    wished = AMOUNTS[
        np.minimum(choose(mix(world.members.keys[rows], 45), 5) + (np.log10(exchanges + 1)).astype(int) - 1, 7).clip(0)
    ]
    billed = np.round(exchanges * (0.006 + 0.02 * unit(mix(world.members.keys[rows], 46))) + 1, 2)
    by_bill = (kind == INSTRUMENT_KINDS.index("invoice")) | (unit(mix(world.members.keys[rows], 47)) < 0.2)
    listed = unit(mix(instrument, 48)) >= 0.04
    issuer = pl.Series(COUNTRY_CODES).gather(instruments.issuer[instrument])
    frame = pl.DataFrame(
        {
            "payment_id": hex_ids("pay_", mix(key, 49)),
            "account_id": account_ids(world).gather(rows),
            "paid_at": pl.Series(at).cast(pl.Datetime("us")),
            "instrument_id": hex_ids("pi_", mix(instrument, derive(seed, "instruments") % 2**32)),
            "instrument_kind": pl.Series(INSTRUMENT_KINDS).gather(kind),
            "issuer_country": pl.DataFrame({"c": issuer, "l": listed}).select(pl.when("l").then("c").alias("c"))["c"],
            "amount_usd": np.where(by_bill, billed, wished),
            "status": pl.Series(STATUSES).gather(pick_weighted(mix(key, 50), STATUS_WEIGHTS)),
        },
        schema_overrides=COLUMNS,
    )
    return frame.sort("paid_at", "payment_id")
