"""Figures with intervals from tallies: a two-stage bootstrap over seeds and, within each, over units."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

DRAWS = 2_000
"""Bootstrap samples: the ends of a 95 % interval rest on the 50 outermost."""

LEVEL = 0.95

BOOTSTRAP_SEED = 20_260_302
"""Fixed, so that the same tallies give the same intervals."""


def summarise(tallies: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Turn tallies into figures with intervals.

    The figure is the sum of hits over the sum of totals. Each bootstrap sample draws seeds with replacement, since
    worlds of one seed are alike, and then units within each drawn seed; with one seed only units are drawn. Where all
    units agree on 0 or 1 the bootstrap sees no spread, although few units prove little: there the interval is the
    exact binomial one for that many units, all alike (0 of 13 groups is 0 to 0.25). One unit alone between 0 and 1
    says nothing about spread and gets no interval.

    Args:
        tallies: `TALLY_SCHEMA` and `scenario`, `seed` and the columns of `by`.
        by: what a figure is about, e.g. detector, measure and slice.

    Returns:
        One row per value of `by`, sorted: value, low, high, hits, total, unit_count, seed_count.

    Source: Davison and Hinkley 1997, section 3.8 (resampling of nested data); Clopper and Pearson 1934.
    """
    random = np.random.default_rng(BOOTSTRAP_SEED)
    # Units with the same hits and total are exchangeable: how often each pair occurs is all a draw needs.
    pairs = tallies.filter(pl.col("total") > 0).group_by(*by, "seed", "hits", "total").len("units").sort(pl.all())
    rows = [
        {**dict(zip(by, key, strict=True)), **_figure(part, random)}
        for key, part in pairs.group_by(by, maintain_order=True)
    ]
    figures = {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "hits": pl.Float64, "total": pl.Float64}
    counts = {"unit_count": pl.Int64, "seed_count": pl.Int64}
    keys = {name: tallies.schema[name] for name in by}
    return pl.DataFrame(rows, schema={**keys, **figures, **counts}).sort(by)


def _figure(pairs: pl.DataFrame, random: np.random.Generator) -> dict[str, float | int | None]:
    hits, total = (float((pairs["units"] * pairs[name]).sum()) for name in ("hits", "total"))
    value, units = hits / total, int(pairs["units"].sum())
    low, high = _bounds(pairs, value, units, random)
    return {
        "value": value, "low": low, "high": high, "hits": hits, "total": total,
        "unit_count": units, "seed_count": pairs["seed"].n_unique(),
    }  # fmt: skip


def _bounds(
    pairs: pl.DataFrame, value: float, units: int, random: np.random.Generator
) -> tuple[float, float] | tuple[None, None]:
    if value in (0.0, 1.0):
        return exact_bounds(value, units)
    if units == 1:
        return None, None
    low, high = np.quantile(_bootstrap(pairs, random), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def exact_bounds(value: float, units: int) -> tuple[float, float]:
    """Return the Clopper–Pearson interval of `units` trials that all failed (0) or all succeeded (1)."""
    slack = ((1 - LEVEL) / 2) ** (1 / units)
    return (0.0, 1 - slack) if value == 0.0 else (slack, 1.0)


def _bootstrap(pairs: pl.DataFrame, random: np.random.Generator) -> NDArray[np.float64]:
    """Draw `DRAWS` figures: how often each seed is drawn, then that many times its units."""
    seeds = pairs.partition_by("seed", maintain_order=True)
    times = random.multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), size=DRAWS)
    hits, total = np.zeros(DRAWS), np.zeros(DRAWS)
    for place, part in enumerate(seeds):
        units = part["units"].to_numpy().astype(np.int64)
        drawn = random.multinomial(times[:, place] * units.sum(), units / units.sum())
        hits += drawn @ part["hits"].to_numpy()
        total += drawn @ part["total"].to_numpy()
    figures: NDArray[np.float64] = hits / total
    return figures
