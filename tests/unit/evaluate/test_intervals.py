"""Intervals: coverage on simulated tallies, honesty about few units, determinism."""

import numpy as np
import polars as pl
import pytest

from forensics.evaluate.intervals import exact_bounds, summarise
from forensics.evaluate.tallies import TALLY_SCHEMA


def tallies(rates: list[list[float]], size: int = 10) -> pl.DataFrame:
    """One measure; for every seed the hit rates of its units."""
    rows = [
        ("m", "all", "all", f"u{number}", rate * size, float(size), seed)
        for seed, some in enumerate(rates)
        for number, rate in enumerate(some)
    ]
    return pl.DataFrame(rows, schema={**TALLY_SCHEMA, "seed": pl.Int64}, orient="row")


def test_the_figure_is_the_ratio_of_sums() -> None:
    figures = summarise(tallies([[0.2, 0.4], [0.9]]), ["measure"])
    assert figures["value"].to_list() == [pytest.approx(0.5)]
    assert figures.select("hits", "total", "unit_count", "seed_count").row(0) == (15.0, 30.0, 3, 2)
    assert figures["low"][0] < 0.5 < figures["high"][0]


def test_units_that_agree_get_the_exact_binomial_interval() -> None:
    figures = summarise(tallies([[0.0] * 13]), ["measure"])
    low, high = figures.select("low", "high").row(0)
    assert low == 0.0
    # All thirteen spared has a chance of 2.5 percent at the upper end.
    assert (1 - high) ** 13 == pytest.approx(0.025)
    assert exact_bounds(1.0, 13) == (pytest.approx(1 - high), 1.0)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    """Rates vary by seed and by unit; of 95 % intervals over eight seeds more than 85 % hold the true mean."""
    random, covered = np.random.default_rng(5), 0
    for _ in range(80):
        seeds = random.normal(0.5, 0.08, 8)
        figures = summarise(
            tallies([np.clip(random.normal(mean, 0.1, 12), 0, 1).tolist() for mean in seeds]), ["measure"]
        )
        covered += figures["low"][0] <= 0.5 <= figures["high"][0]
    assert covered / 80 >= 0.85


def test_seeds_that_differ_widen_the_interval() -> None:
    alike = summarise(tallies([[0.3, 0.7] * 10, [0.3, 0.7] * 10]), ["measure"])
    apart = summarise(tallies([[0.3] * 20, [0.7] * 20]), ["measure"])
    width = [float((one["high"] - one["low"])[0]) for one in (alike, apart)]
    assert alike["value"][0] == pytest.approx(apart["value"][0])
    assert width[1] > 2 * width[0]


def test_row_order_changes_nothing() -> None:
    frame = tallies([[0.1, 0.5, 0.9], [0.2, 0.3]])
    assert summarise(frame, ["measure"]).equals(summarise(frame.reverse(), ["measure"]))
