"""Second moments of sampled prompts: in how many directions an account's or a group's phrasing goes, from sums alone.

The mean of an account's prompts says where they lie, the second moment along which directions they vary. Over all 128
dimensions of the form it would take eight thousand numbers an account. The form is projected onto eight directions that
hashed signs fix for ever; the upper triangle of its second moment there is 36 whole numbers. They add up to the last
bit in any order, over days, accounts and groups, and no prompt is read again.

The effective number of directions is one over the mean squared cosine of two different prompts: Rényi's entropy of
order 2 of the moment's eigenvalues, without the pairs of a prompt with itself, so that volume makes nobody broad.

Known drawbacks: eight directions tell nothing apart beyond eight; unrelated prompts agree by chance in an eighth, and a
small number of them by more or less. Prompts of opposite sign count as alike.

Source: Johnson and Lindenstrauss 1984 and Achlioptas 2003 for projections by signs; Friedman and Dieng 2023 for the
effective number at order 2.
"""

from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from forensics.core.embeddings.hashing import FORM_DIMENSIONS, mixed

DIRECTIONS = 8
"""As many as the prompts among which variety is measured; sixteen would take four times the bytes."""

PAIRS = tuple(combinations_with_replacement(range(DIRECTIONS), 2))

STEPS = 128
"""Steps of a projected length of one: squares of sixteen thousand, so that 64 prompts a day of a month fit 32 bits."""

FEWEST_PROMPTS = 8
"""Prompts from which the mean over their pairs says something."""

Sums = NDArray[np.int32]


def projection() -> NDArray[np.float32]:
    """Signs of the directions, dimensions × `DIRECTIONS`: the lowest bit of a hash of their place."""
    places = np.arange(FORM_DIMENSIONS * DIRECTIONS, dtype=np.uint64)
    signs = 1.0 - 2.0 * (mixed(places) & np.uint64(1)).astype(np.float32)
    return np.asarray(signs.reshape(FORM_DIMENSIONS, DIRECTIONS), np.float32)


def moment_sums(forms: NDArray[np.int8], starts: NDArray[np.int64]) -> Sums:
    """Sum of the prompts' second moments, for each stretch of rows.

    Args:
        forms: form part of stored vectors, one row a prompt.
        starts: where each stretch begins; none is empty.

    Returns:
        Stretches × `PAIRS`. An empty prompt adds nothing.
    """
    # Sums of whole numbers below 2^24 are exact in single precision.
    projected = (forms.astype(np.float32) @ projection()).astype(np.float64)
    lengths = np.sqrt((projected**2).sum(axis=1, keepdims=True))
    unit = np.rint(np.divide(projected * STEPS, lengths, out=np.zeros_like(projected), where=lengths > 0))
    whole = unit.astype(np.int32)
    sums = np.zeros((len(starts), len(PAIRS)), dtype=np.int32)
    for place, (one, other) in enumerate(PAIRS if len(starts) else ()):
        sums[:, place] = np.add.reduceat(whole[:, one] * whole[:, other], starts, dtype=np.int32)
    return sums


def effective_directions(sums: NDArray[np.int64] | Sums) -> NDArray[np.float64]:
    """Effective number of directions of sums of second moments.

    Args:
        sums: one row an account, or a group as its members' sum.

    Returns:
        1 where all prompts go one way, `DIRECTIONS` where they go every way alike; not a number below
        `FEWEST_PROMPTS`.
    """
    moments = sums.astype(np.float64) / STEPS**2
    is_square = np.array([one == other for one, other in PAIRS])
    count = moments[:, is_square].sum(axis=1)
    squares = (moments**2 * np.where(is_square, 1, 2)).sum(axis=1)
    pairs = np.maximum(count * (count - 1), 1)
    cosine = np.clip((squares - count) / pairs, 1 / DIRECTIONS, 1)
    return np.asarray(np.where(np.rint(count) >= FEWEST_PROMPTS, 1 / cosine, np.nan))
