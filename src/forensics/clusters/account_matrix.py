"""The account matrix: features as ranks, so that no heavy tail and no unit decides who is near whom.

Each feature becomes its normal score (the quantile of its mean rank), cut at three standard deviations. Infrastructure
stays out: what accounts share is judged by the links, and a map that mixed both would count it twice.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

CLUSTERING_FEATURES = (
    "exchanges_per_active_day",
    "input_tokens_mean",
    "output_tokens_mean",
    "prompt_characters_mean",
    "refused_share",
    "thinking_share",
    "tool_share",
    "image_share",
    "conversation_share",
    "distinct_prompt_share",
    "reasoning_share",
    "grading_share",
    "hour_entropy_share",
    "night_share",
    "top_template_share",
    "template_entropy_bits",
    "template_rarity",
)
"""Behaviour only: what is asked, how much, when."""

SCORE_LIMIT = 3.0
"""Standard deviations at which a score is cut: one odd feature must not outweigh all others."""


def account_matrix(features: pl.DataFrame) -> NDArray[np.float32]:
    """Normal scores of the clustering features.

    Args:
        features: rows of features.accounts, sorted by account_id.

    Returns:
        Matrix of accounts × `CLUSTERING_FEATURES`; a feature that is the same for all is all zero.

    Method: van der Waerden scores Φ⁻¹(rank / (n + 1)) with mean ranks for ties.
    """
    from scipy.special import ndtri

    count = features.height
    if not count:
        return np.zeros((0, len(CLUSTERING_FEATURES)), np.float32)
    columns = []
    for name in CLUSTERING_FEATURES:
        ranks = features[name].rank("average").to_numpy()
        scores = ndtri(ranks / (count + 1))
        # Ties pull the scores together; without centring a common zero would carry weight.
        columns.append(np.clip(scores - np.median(scores), -SCORE_LIMIT, SCORE_LIMIT))
    return np.column_stack(columns).astype(np.float32)
