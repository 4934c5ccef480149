"""Demands at a prompt's ends: first and last bytes read by themselves, since a long item drowns what is asked of it.

A second linear layer, for demands only. It knows more phrases than the layer that reads whole prompts: words that mean
nothing in a whole prompt, as "in full" and "your thoughts", say much in two sentences, and most where two kinds of them
meet. A demand's score is the highest of the whole prompt and its windows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.core.capabilities.taxonomy import Taxonomy


@dataclass(frozen=True)
class EdgeWeights:
    """What evidence in a window says for demands.

    Attributes:
        columns: place in the taxonomy of each demand that has weights.
        pairs: pairs × 2, places of lists of cues.
        cues: lists of cues and pairs of them × demands.
        grams: buckets × demands.
        bias: one a demand, less the taxonomy's caution.
    """

    columns: NDArray[np.int64]
    pairs: NDArray[np.int64]
    cues: NDArray[np.float32]
    grams: NDArray[np.float32]
    bias: NDArray[np.float32]


def edge_names(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Names of the evidence in a window: lists of cues, then pairs of them."""
    return (*taxonomy.edge_lists, *(f"{one} & {other}" for one, other in taxonomy.edge_pairs))


def places_of_pairs(taxonomy: Taxonomy) -> NDArray[np.int64]:
    """Pairs × 2: the places of their lists."""
    place = {name: number for number, name in enumerate(taxonomy.edge_lists)}
    return np.array([[place[name] for name in pair] for pair in taxonomy.edge_pairs], dtype=np.int64).reshape(-1, 2)


def with_pairs(hits: NDArray[np.float32], pairs: NDArray[np.int64]) -> NDArray[np.float32]:
    """Add the hits that two lists have both.

    Args:
        hits: … × lists, log2(1 + hits).
        pairs: pairs × 2, places of lists.

    Returns:
        … × lists and pairs.
    """
    return np.concatenate([hits, np.minimum(hits[..., pairs[:, 0]], hits[..., pairs[:, 1]])], axis=-1)


def window_scores(hits: NDArray[np.float32], weighed: NDArray[np.float32], weights: EdgeWeights) -> NDArray[np.float32]:
    """Log-odds of demands in each window.

    Args:
        hits: rows × windows × lists, log2(1 + hits).
        weighed: rows × windows × demands, what n-grams say.
        weights: what hits say.

    Returns:
        rows × windows × demands.
    """
    return np.asarray(with_pairs(hits, weights.pairs) @ weights.cues + weighed + weights.bias)


def with_edges(
    scores: NDArray[np.float32],
    near: NDArray[np.int16],
    said_by: NDArray[np.float32],
    weighed: NDArray[np.float32],
    weights: EdgeWeights,
) -> NDArray[np.float32]:
    """Scores of whole prompts, demands raised to those of their strongest window.

    Args:
        scores: rows × capabilities.
        near: rows × windows × lists, hits.
        said_by: what so many hits are worth.
        weighed, weights: as in `window_scores`.

    Returns:
        rows × capabilities.
    """
    from forensics.core.capabilities.edge_kernel import raise_scores

    raised = scores.copy()
    raise_scores(near, weighed, said_by, weights.pairs, weights.cues, weights.bias, weights.columns, raised)
    return raised
