"""The area under the curve and its error where accounts come in groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.simulate.ranks import area_under_curve, grouped_error


def _world(seed: int, groups: int, size: int, spread: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw groups whose accounts share a part of their value: guilt, values and groups."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(2 * groups), size)
    guilty = unit < groups
    values = rng.normal(0.0, spread, 2 * groups)[unit] + rng.normal(0.0, 1.0, len(unit))
    return guilty, values, unit


@given(st.integers(0, 1_000))
def test_the_error_of_single_accounts_is_that_of_placements(seed: int) -> None:
    """DeLong's variance, written out pair by pair, is the special case of groups of one."""
    guilty, values, unit = _world(seed, 12, 1, 0.5)
    above = (values[guilty][:, None] > values[~guilty][None, :]).astype(float)
    wanted = above.mean(axis=1).var(ddof=1) / guilty.sum() + above.mean(axis=0).var(ddof=1) / (~guilty).sum()
    assert grouped_error(guilty, values, unit) == pytest.approx(float(np.sqrt(wanted)))


def test_copies_of_an_account_tell_nothing_new() -> None:
    guilty, values, unit = _world(4, 15, 1, 0.5)
    copied = [np.repeat(column, 20) for column in (guilty, values, unit)]
    assert grouped_error(*copied) == pytest.approx(grouped_error(guilty, values, unit))
    assert area_under_curve(copied[0], copied[1]) == pytest.approx(area_under_curve(guilty, values))


def test_the_error_is_the_spread_over_worlds() -> None:
    """Worlds drawn again and again spread as the error of one says; accounts taken for independent claim too much."""
    worlds = [_world(seed, 14, 10, 1.0) for seed in range(300)]
    spread = float(np.std([area_under_curve(guilty, values) for guilty, values, _ in worlds]))
    grouped = float(np.mean([grouped_error(*world) for world in worlds]))
    alone = float(np.mean([grouped_error(g, v, np.arange(len(v))) for g, v, _ in worlds]))
    assert grouped == pytest.approx(spread, rel=0.15)
    assert alone < 0.6 * spread


def test_one_group_a_side_proves_nothing() -> None:
    guilty, values, _ = _world(1, 1, 30, 1.0)
    assert grouped_error(guilty, values, guilty.astype(int)) == float("inf")
