"""Many accounts on one map: some are placed by UMAP, and the others take the side of their neighbours among those.

Exact neighbours cost the square of the accounts and UMAP some milliseconds each, so above a limit only landmarks are
placed. They are drawn so that rare behaviour stays whole: the emptier it is around an account, the likelier it is one.

Known drawbacks: in a crowd a cluster near the smallest size can lose members below it; loners are landmarks more often
than their number asks for; an account between two clusters takes the one with more landmarks near by.
"""

import numpy as np
from numpy.typing import NDArray

PROBES = 1_000
"""Accounts drawn evenly that show how crowded it is around each account."""

PROBES_NEAR = 10
"""The distance to so many of them is the emptiness: behaviour of fewer than one account in a hundred reaches for probes
of other behaviour."""

VOTERS = 5
"""Landmarks that place an account: an odd number, few enough that all lie near."""

Matrix = NDArray[np.float32]


def nearest_rows(known: Matrix, asked: Matrix, count: int) -> tuple[Matrix, NDArray[np.int64]]:
    """Distances and row numbers of the nearest known rows of each asked row, exactly."""
    from sklearn.neighbors import NearestNeighbors

    found: tuple[Matrix, NDArray[np.int64]] = (
        NearestNeighbors(n_neighbors=count, algorithm="brute").fit(known).kneighbors(asked)
    )
    return found


def choose_landmarks(matrix: Matrix, count: int, *, seed: int) -> NDArray[np.int64]:
    """Rows that stand for all.

    Args:
        matrix: rows × features, rows in the order of their ids.
        count: how many to choose.
        seed: of the draw.

    Returns:
        Row numbers in ascending order: all rows where there are no more than `count`, else `count` of them.

    Method: Ohlsson 1998 (sequential Poisson sampling, with the emptiness around a row as its size).
    """
    if len(matrix) <= count:
        return np.arange(len(matrix))
    rng = np.random.default_rng(seed)
    probes = np.sort(rng.choice(len(matrix), min(PROBES, len(matrix)), replace=False))
    distances, _ = nearest_rows(matrix[probes], matrix, min(PROBES_NEAR, len(probes)))
    emptiness = np.maximum(distances[:, -1], np.finfo(np.float32).tiny).astype(np.float64)
    drawn = np.argsort(rng.random(len(matrix)) / emptiness, kind="stable")
    return np.sort(drawn[:count])


def place_by_vote(
    nearest: NDArray[np.int64], places: Matrix, labels: NDArray[np.int64], strengths: NDArray[np.float64]
) -> tuple[Matrix, NDArray[np.int64], NDArray[np.float64]]:
    """Place, cluster and membership of accounts by the landmarks next to them.

    Args:
        nearest: accounts × voters, numbers of landmarks, the nearest first.
        places: landmarks × 2.
        labels: cluster of each landmark, −1 for noise, which votes as well.
        strengths: membership of each landmark, 0–1.

    Returns:
        The cluster that most voters have, of equal ones that of the nearer voter; the mean place of those voters; their
        mean membership times their share.
    """
    votes = labels[nearest]
    agree = votes[:, :, None] == votes[:, None, :]
    chosen = agree.sum(axis=2).argmax(axis=1)
    winners = agree[np.arange(len(votes)), chosen]
    count = winners.sum(axis=1)
    placed = (places[nearest] * winners[:, :, None]).sum(axis=1) / count[:, None]
    strength = (strengths[nearest] * winners).sum(axis=1) / nearest.shape[1]
    return placed.astype(np.float32), votes[np.arange(len(votes)), chosen], strength
