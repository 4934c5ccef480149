"""How well look-alikes are matched to their modes: one area under the curve a mode and marginal, with its error.

A look-alike is only hard if no single number tells it from its mode. Each marginal of an account is taken as it is,
without training, and compared between a mode's accounts and those of its look-alikes; 0.5 is a perfect match.

Accounts of one group share wiring, work and rhythm, so a mode with three groups offers three independent looks, not
forty. The standard error therefore takes the group as its unit.

Drawback: groups of one world also share which clients are popular there; worlds of several seeds even that out.
"""

from pathlib import Path

import numpy as np
import polars as pl

from forensics.simulate.leaks import pool_worlds
from forensics.simulate.ranks import area_under_curve, grouped_error

MARGINALS: dict[str, pl.Expr] = {
    "volume": pl.col("volume"),
    "template_share": pl.col("template_share"),
    "accounts_an_address": pl.col("accounts_an_address"),
    "addresses": pl.col("addresses"),
    "browser_share": pl.col("browser_share"),
    "user_agents": pl.col("user_agents"),
    "accounts_a_user_agent": pl.col("accounts_a_user_agent"),
    "system_prompt_share": pl.col("system_prompt_share"),
    "prompt_length": pl.col("mean_prompt_length"),
    "thinking_share": pl.col("thinking_share"),
    "tools": pl.col("mean_tool_count"),
    "images": pl.col("image_share"),
    "refused_share": pl.col("refused_share"),
    "rate_limited_share": pl.col("rate_limited_share"),
    "age": pl.col("age_days"),
    "organisation": pl.col("has_organisation"),
}
"""What an account shows in one number: sums and means over all its exchanges, not one exchange's luck."""

MATCH_LIMIT = 0.15
"""How far from a half the area of a marginal may lie, before sampling error: an area of 0.65 sorts two accounts in
three rightly, too few for a threshold on one number to be of use."""

ERROR_WIDTH = 2.0
"""Standard errors granted on top of the limit."""


def measure_matching(worlds: list[Path]) -> pl.DataFrame:
    """Compare every mode with its look-alikes on every marginal.

    Args:
        worlds: folders that `simulate` wrote, pooled.

    Returns:
        One row a mode and marginal; see `match_sample`.
    """
    kinds = pl.concat(
        [
            pl.read_parquet(world / "truth" / "accounts.parquet").select("account_id", "mode", "twin_of")
            for world in worlds
        ]
    )
    return match_sample(pool_worlds(worlds).join(kinds.unique("account_id"), on="account_id"))


def match_sample(sample: pl.DataFrame) -> pl.DataFrame:
    """Compare modes with their look-alikes in a sample of accounts (`pool_worlds`, with columns mode and twin_of).

    Returns:
        One row a mode and marginal: mode, marginal, auc (0.5: matched; 1: the mode is always higher), error (standard
        error over groups), accounts, twins, groups, twin_groups (how many there are of each), apart (whether the area
        is further from a half than the limit by more than sampling error).
    """
    sample = sample.sort("unit", "account_id")
    rows = []
    for mode in sorted(sample["mode"].drop_nulls().unique()):
        twin = pl.col("twin_of").str.split(",").list.contains(mode).fill_null(False)
        part = sample.filter((pl.col("mode") == mode).fill_null(False) | twin)
        guilty = (part["mode"] == mode).fill_null(False).to_numpy()
        unit = part["unit"].rank("dense").to_numpy()
        counts = {
            "accounts": int(guilty.sum()),
            "twins": int((~guilty).sum()),
            "groups": len(np.unique(unit[guilty])),
            "twin_groups": len(np.unique(unit[~guilty])),
        }
        for name, expression in MARGINALS.items():
            values = part.select(expression.cast(pl.Float64).fill_null(0.0).alias("value"))["value"].to_numpy()
            area = area_under_curve(guilty, values)
            error = grouped_error(guilty, values, unit)
            apart = abs(area - 0.5) > MATCH_LIMIT + ERROR_WIDTH * error
            rows.append({"mode": mode, "marginal": name, "auc": area, "error": error, **counts, "apart": apart})
    return pl.DataFrame(rows)
