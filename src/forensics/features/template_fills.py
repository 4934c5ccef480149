"""features.template_fills: how the items under each template come: always new, recurring, dealt out or all alike."""

import duckdb
import polars as pl

from forensics.features.fill_overlap import FAMILY_FILLS, overlap, with_verdict
from forensics.features.templates import FAMILY_USE
from forensics.warehouse.tables import read_frame
from forensics.window import Window

FILLS_MINIMUM = 20
"""Fills, after sampling, from which growth and slope are more than noise."""

RANKS_MAXIMUM = 1000
"""Ranks of the Zipf line: the long tail of fills used once would decide it otherwise."""


def template_fills(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Fills of every template of features.templates, variations taken together.

    Growth is the local slope of log distinct fills over log uses. By Good and Turing the next use brings a new fill
    with probability (fills used once / uses), so the slope is (fills used once / fills): no order of uses is needed.

    Args:
        connection: with core.fill_days and core.template_days of the window, features.template_families and
            features.templates.
        window: the days that count.

    Returns:
        One row per template, columns of the contract.
    """
    dates = {"first": window.first, "last": window.as_of}
    known = " WHERE family_id IN (SELECT template_id FROM features.templates)"
    fills = read_frame(
        connection, f"SELECT * FROM ({FAMILY_FILLS}){known} ORDER BY family_id, account_id, fill_hash", **dates
    ).rename({"family_id": "template_id"})
    repeats = read_frame(
        connection,
        f"SELECT family_id AS template_id, SUM(repeat_count) / SUM(exchange_count) AS repeat_share FROM ({FAMILY_USE})"
        f"{known} GROUP BY family_id",
        **dates,
    )
    uses = fills.group_by("template_id", "fill_hash").agg(use_count=pl.col("use_count").sum())
    enough = pl.len() >= FILLS_MINIMUM
    shapes = uses.group_by("template_id").agg(
        use_count=pl.col("use_count").sum(),
        reissued_share=1 - pl.len() / pl.col("use_count").sum(),
        growth_exponent=pl.when(enough).then((pl.col("use_count") == 1).mean()),
    )
    counts = fills.group_by("template_id").agg(sample_level=pl.col("level").first())
    judged = with_verdict(overlap(fills, ["template_id"]))
    return (
        judged.drop("variance", "overlap_z")
        .join(shapes, on="template_id")
        .join(counts, on="template_id")
        .join(_zipf_slopes(uses), on="template_id", how="left")
        .join(repeats, on="template_id")
        .sort("template_id")
    )


def _zipf_slopes(uses: pl.DataFrame) -> pl.DataFrame:
    """Slope of log frequency over log rank, per template with enough fills; 0 where all come equally often."""
    ranked = (
        uses.sort(["template_id", "use_count", "fill_hash"], descending=[False, True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("template_id"), fills=pl.len().over("template_id"))
        .filter((pl.col("rank") <= RANKS_MAXIMUM) & (pl.col("fills") >= FILLS_MINIMUM))
        .with_columns(x=pl.col("rank").log(), y=pl.col("use_count").log())
    )
    return ranked.group_by("template_id", maintain_order=True).agg(zipf_slope=pl.cov("x", "y") / pl.col("x").var())
