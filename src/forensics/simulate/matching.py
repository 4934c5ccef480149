"""How well look-alikes are matched to their modes: one area under the curve a mode and marginal.

A look-alike is only hard if no single number tells it from its mode. Each marginal of an account is taken as it is,
without training, and compared between a mode's accounts and those of its look-alikes; 0.5 is a perfect match.
"""

from pathlib import Path

import polars as pl

from forensics.simulate.leaks import pool_worlds
from forensics.simulate.ranks import area_under_curve

MARGINALS: dict[str, pl.Expr] = {
    "volume": pl.col("volume"),
    "template_share": pl.col("template_share"),
    "accounts_an_address": pl.col("accounts_an_address"),
    "addresses": pl.col("addresses"),
    "browser": pl.col("user_agent").str.starts_with("Mozilla"),
    "system_prompt": pl.col("system_prompt").is_not_null(),
    "prompt_length": pl.col("prompt_length"),
    "thinking": pl.col("thinking"),
    "tools": pl.col("tool_count"),
    "refused": pl.col("outcome") == "refused",
    "age": pl.col("age_days"),
    "organisation": pl.col("has_organisation"),
}
"""What an account shows in one number."""


def measure_matching(worlds: list[Path]) -> pl.DataFrame:
    """Compare every mode with its look-alikes on every marginal.

    Args:
        worlds: folders that `simulate` wrote, pooled.

    Returns:
        One row a mode and marginal: mode, marginal, auc (0.5: matched; 1: the mode is always higher), accounts,
        twins (how many there are of each).
    """
    kinds = pl.concat(
        [
            pl.read_parquet(world / "truth" / "accounts.parquet").select("account_id", "mode", "twin_of")
            for world in worlds
        ]
    )
    sample = pool_worlds(worlds).join(kinds.unique("account_id"), on="account_id").sort("unit", "account_id")
    rows = []
    for mode in sorted(kinds["mode"].drop_nulls().unique()):
        twin = pl.col("twin_of").str.split(",").list.contains(mode).fill_null(False)
        part = sample.filter((pl.col("mode") == mode).fill_null(False) | twin)
        guilty = (part["mode"] == mode).fill_null(False).to_numpy()
        for name, expression in MARGINALS.items():
            values = part.select(expression.cast(pl.Float64).fill_null(0.0).alias("value"))["value"].to_numpy()
            row = {"mode": mode, "marginal": name, "auc": area_under_curve(guilty, values)}
            rows.append(row | {"accounts": int(guilty.sum()), "twins": int((~guilty).sum())})
    return pl.DataFrame(rows)
