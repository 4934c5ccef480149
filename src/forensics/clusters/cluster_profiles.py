"""clusters.cluster_profiles: what sets each cluster apart, in the features' own units."""

import numpy as np
import polars as pl

from forensics.clusters.account_matrix import CLUSTERING_FEATURES

PROFILE_FEATURES = 5
"""Features named per cluster: as many as a person reads."""


def cluster_profiles(features: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The features that separate each cluster most from all other accounts.

    Args:
        features: rows of features.accounts, sorted by account_id.
        placed: rows of clusters.account_clusters for the same accounts in the same order.

    Returns:
        Up to `PROFILE_FEATURES` rows per cluster (noise included), farthest first, columns of the contract.

    Method: Cliff's delta from the rank sum, 2U / (n·m) − 1; 0 where a cluster holds all accounts.
    """
    labels = placed["cluster_id"].to_numpy()
    values = {name: features[name].to_numpy() for name in CLUSTERING_FEATURES}
    ranks = {name: features[name].rank("average").to_numpy() for name in CLUSTERING_FEATURES}
    rows = []
    for cluster_id in np.unique(labels):
        inside = labels == cluster_id
        size, others = int(inside.sum()), int((~inside).sum())
        if not others:
            continue
        deltas = {
            name: 2 * (ranks[name][inside].sum() - size * (size + 1) / 2) / (size * others) - 1
            for name in CLUSTERING_FEATURES
        }
        for name in sorted(deltas, key=lambda feature: (-abs(deltas[feature]), feature))[:PROFILE_FEATURES]:
            rows.append(
                {
                    "cluster_id": int(cluster_id),
                    "feature": name,
                    "account_count": size,
                    "cluster_median": float(np.median(values[name][inside])),
                    "other_median": float(np.median(values[name][~inside])),
                    "distance": float(np.clip(deltas[name], -1, 1)),
                }
            )
    schema = {
        "cluster_id": pl.Int64,
        "feature": pl.String,
        "account_count": pl.Int64,
        "cluster_median": pl.Float64,
        "other_median": pl.Float64,
        "distance": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)
