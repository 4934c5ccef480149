"""Baseline: an isolation forest on the features of single accounts."""

import duckdb
import polars as pl

from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.warehouse.tables import read_frame

TREES = 200
"""Twice the default: scores of a few hundred accounts then hardly depend on the seed."""


def accuse_outlying_features(connection: duckdb.DuckDBPyConnection, seed: int) -> pl.DataFrame:
    """Accuse every account that the forest isolates sooner than its own default threshold.

    The threshold is the one of the method's authors (`contamination="auto"`), chosen without knowing how many accounts
    are fraudulent. Each account is a finding of its own: the method knows no groups.

    Args:
        connection: with features.accounts.
        seed: seed of the forest.

    Returns:
        finding_id and account_id.

    Source: Liu, Ting and Zhou 2008.
    """
    from sklearn.ensemble import IsolationForest

    features = read_frame(connection, "SELECT * FROM features.accounts ORDER BY account_id")
    if features.is_empty():
        return pl.DataFrame(schema={"finding_id": pl.String, "account_id": pl.String})
    forest = IsolationForest(n_estimators=TREES, contamination="auto", random_state=seed, n_jobs=1)
    isolated = forest.fit_predict(features.select(FEATURE_NAMES).to_numpy()) < 0
    accounts = features["account_id"].filter(pl.Series(isolated))
    return pl.DataFrame({"finding_id": "outlier-" + accounts, "account_id": accounts})
