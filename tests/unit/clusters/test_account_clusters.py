"""The map and its clusters: every account placed once, noise kept, numbers by size, whoever is few."""

import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.clusters.account_clusters import FEWEST_ACCOUNTS, _by_falling_size, account_clusters
from forensics.clusters.account_matrix import CLUSTERING_FEATURES
from tests.worlds.line import Line


def _few(count: int) -> pl.DataFrame:
    rng = np.random.default_rng(count)
    columns = {name: rng.random(count) for name in CLUSTERING_FEATURES}
    return pl.DataFrame({"account_id": [f"a{number:03}" for number in range(count)], **columns})


def test_every_account_with_features_is_on_the_map_once(tiny_line: Line) -> None:
    placed = tiny_line.frame("FROM clusters.account_clusters ORDER BY account_id")
    features = tiny_line.frame("SELECT account_id FROM features.accounts ORDER BY account_id")
    assert placed["account_id"].equals(features["account_id"])
    assert placed["map_x"].is_finite().all() and placed["map_y"].is_finite().all()
    assert (placed.filter(cluster_id=-1)["membership"] == 0).all()


def test_clusters_are_numbered_by_falling_size(tiny_line: Line) -> None:
    sizes = tiny_line.frame(
        "SELECT cluster_id, COUNT(*) AS n FROM clusters.account_clusters WHERE cluster_id >= 0 GROUP BY ALL ORDER BY 1"
    )
    assert sizes["cluster_id"].to_list() == list(range(sizes.height))
    assert (sizes["n"].diff().drop_nulls() <= 0).all()


def test_accounts_that_work_alike_lie_together(tiny_line: Line) -> None:
    kinds = tiny_line.frame(
        "SELECT STR_SPLIT(account_id, '-')[1] AS kind, cluster_id, COUNT(*) AS n FROM clusters.account_clusters"
        " WHERE cluster_id >= 0 GROUP BY ALL"
    )
    for kind, size in (("hydra", 24), ("app", 20)):
        assert kinds.filter(kind=kind)["n"].max() >= 0.8 * size


@pytest.mark.parametrize("count", [0, 1, 2, 3, FEWEST_ACCOUNTS - 1])
def test_few_accounts_are_placed_without_a_density(count: int) -> None:
    placed = account_clusters(_few(count), seed=1)
    assert placed.height == count
    assert placed["cluster_id"].to_list() == [-1] * count
    assert placed["map_x"].is_finite().all()
    assert placed.equals(account_clusters(_few(count), seed=2))
    assert set(placed.columns) == set(contracts.get("clusters.account_clusters").columns)


def test_equal_sizes_are_numbered_by_their_first_member() -> None:
    labels = np.array([5, 5, -1, 2, 2, 2, 0, 0])
    assert _by_falling_size(labels).tolist() == [1, 1, -1, 0, 0, 0, 2, 2]
    assert _by_falling_size(np.array([-1, -1])).tolist() == [-1, -1]
