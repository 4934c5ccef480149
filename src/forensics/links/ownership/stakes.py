"""The stakes of one day as they were counted: tranches added, sources reconciled, unknown sizes as bounds."""

import numpy as np
import polars as pl

from forensics.links.ownership.graph import shares_from
from forensics.links.ownership.profiles import DECIMALS
from forensics.links.ownership.records import FOREVER, Records
from forensics.links.ownership.verdicts import DayFindings


def tabulate_stakes(records: Records, day: DayFindings, on: int) -> pl.DataFrame:
    """One row per pair of owner and owned.

    Args:
        records: the cleaned tables.
        day: findings of the day.
        on: the day, counted from 1970-01-01.

    Returns:
        owner_id, owned_id, percent_min, percent_max, percent_min_exclusive, percent_max_exclusive, valid_from,
        valid_to (dates on which all rows of the stake hold), source; sorted by owned and owner.
    """
    holdings, ids = day.holdings, records.nodes["organisation_id"]
    counted = pl.DataFrame(
        {
            "owner": holdings.owner,
            "owned": holdings.owned,
            "owner_id": ids[holdings.owner],
            "owned_id": ids[holdings.owned],
            # A figure over 100 % is an error of the register, and shown as it is.
            "percent_min": pl.Series(shares_from(holdings.least) * 100).round(DECIMALS),
            "percent_max": pl.Series(shares_from(holdings.most) * 100).round(DECIMALS),
            "percent_min_exclusive": np.asarray(holdings.least_open > 0),
            "percent_max_exclusive": np.asarray(holdings.most_open > 0),
        }
    )
    active = records.shares.filter((pl.col("start") <= on) & (on < pl.col("end")))
    dated = active.group_by("owner", "owned").agg(
        valid_from=as_date(pl.col("start").max()),
        valid_to=as_date(pl.col("end").min()),
        source=pl.col("source").drop_nulls().unique().sort().str.join("; ").replace("", None),
    )
    joined = counted.join(dated, on=["owner", "owned"], how="left", maintain_order="left")
    return joined.drop("owner", "owned").sort("owned_id", "owner_id")


def as_date(day: pl.Expr) -> pl.Expr:
    """A counted day as a date; null for an open end."""
    return pl.when(day.abs() < FOREVER).then(day).cast(pl.Int32).cast(pl.Date)
