"""What sets a cluster apart, against every pair of accounts compared by hand."""

import numpy as np
import polars as pl
import pytest

from forensics.clusters.account_matrix import CLUSTERING_FEATURES
from forensics.clusters.cluster_profiles import PROFILE_FEATURES, cluster_profiles


def test_the_distance_is_cliffs_delta() -> None:
    rng = np.random.default_rng(0)
    features = pl.DataFrame(
        {
            "account_id": [f"a{number:02}" for number in range(40)],
            **{name: rng.integers(0, 6, 40).astype(float) for name in CLUSTERING_FEATURES},
        }
    )
    labels = np.repeat([-1, 0, 1], [8, 20, 12])
    found = cluster_profiles(features, pl.DataFrame({"cluster_id": labels}))
    assert found.group_by("cluster_id").len()["len"].to_list() == [PROFILE_FEATURES] * 3
    for row in found.iter_rows(named=True):
        values = features[row["feature"]].to_numpy()
        inside, outside = values[labels == row["cluster_id"]], values[labels != row["cluster_id"]]
        expected = np.sign(inside[:, None] - outside[None, :]).mean()
        assert row["distance"] == pytest.approx(expected)
        assert (row["cluster_median"], row["other_median"]) == (np.median(inside), np.median(outside))


def test_a_cluster_of_everybody_is_set_apart_from_nobody() -> None:
    features = pl.DataFrame({"account_id": ["a", "b"], **{name: [0.0, 1.0] for name in CLUSTERING_FEATURES}})
    assert cluster_profiles(features, pl.DataFrame({"cluster_id": [0, 0]})).is_empty()
