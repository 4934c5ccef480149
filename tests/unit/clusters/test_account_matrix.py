"""The matrix behind the map: ranks only, so that units, tails and monotone changes do not matter."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clusters.account_matrix import CLUSTERING_FEATURES, SCORE_LIMIT, account_matrix


def _features(columns: list[list[float]]) -> pl.DataFrame:
    filled = {name: columns[place % len(columns)] for place, name in enumerate(CLUSTERING_FEATURES)}
    return pl.DataFrame(filled, schema=dict.fromkeys(CLUSTERING_FEATURES, pl.Float64))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_scores_are_bounded_finite_and_ordered_like_the_values(values: list[float]) -> None:
    matrix = account_matrix(_features([values]))
    assert matrix.shape == (len(values), len(CLUSTERING_FEATURES))
    assert np.isfinite(matrix).all() and (np.abs(matrix) <= SCORE_LIMIT).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(matrix[order, 0]) >= 0).all()
    assert np.median(matrix[:, 0]) == 0


def test_units_and_tails_do_not_matter() -> None:
    values = np.random.default_rng(0).lognormal(0, 3, 50)
    np.testing.assert_array_equal(
        account_matrix(_features([values.tolist()])), account_matrix(_features([(np.log(values) * 7).tolist()]))
    )


def test_a_feature_that_is_the_same_for_all_carries_nothing() -> None:
    assert not account_matrix(_features([[0.25] * 30])).any()


def test_nobody_gives_an_empty_matrix() -> None:
    assert account_matrix(_features([[]])).shape == (0, len(CLUSTERING_FEATURES))
