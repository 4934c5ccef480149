"""Fitting one logistic regression a capability to labelled prompts."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forensics.core.capabilities.taxonomy import Taxonomy
from forensics.core.capabilities.training.grammar import Prompt

ITERATIONS_MAXIMUM = 1000
RARE_GRAM_PATTERNS = 2
"""N-grams of fewer patterns than this are left out: they name a pattern, not a capability."""

TOLERANCE = 1e-3
"""Where a regression may stop, of its gradient. At a hundredth it stops far from its optimum: macro-F1 on files that
were left out was lower by 0.06; at a ten-thousandth it was no better."""

THREADS = 2


def fit_weights(
    evidence: sp.csr_array | NDArray[np.float32],
    labels: NDArray[np.bool_],
    prompts: list[Prompt],
    inverse_penalty: float = 1.0,
    tolerances: NDArray[np.float64] | None = None,
    counting: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One logistic regression a column of labels.

    Args:
        evidence: prompts × features.
        labels: prompts × capabilities, each with a prompt at least.
        prompts: the same prompts, for their weights.
        inverse_penalty: C of the regression.
        tolerances: of each regression's gradient, where it stops; None stops all at `TOLERANCE`.
        counting: prompts × capabilities, how much a prompt counts for a capability; None counts all alike.

    Returns:
        Features × capabilities, and one bias a capability.
    """
    from sklearn.linear_model import LogisticRegression

    whole = language_weights(prompts)
    stops = np.full(labels.shape[1], TOLERANCE) if tolerances is None else tolerances

    def fit(column: int) -> NDArray[np.float64]:
        truth = labels[:, column]
        weights = whole if counting is None else whole * counting[:, column]
        share = (weights * truth).sum() / weights.sum()
        # Between true frequencies, which forget small capabilities, and equal ones, which cry wolf.
        balance = np.where(truth, np.sqrt(0.5 / share), np.sqrt(0.5 / (1 - share)))
        model = LogisticRegression(C=inverse_penalty, max_iter=ITERATIONS_MAXIMUM, tol=stops[column])
        model.fit(evidence, truth, sample_weight=weights * balance)
        return np.concatenate([model.coef_[0], model.intercept_])

    with ThreadPoolExecutor(THREADS) as threads:
        found = np.array(list(threads.map(fit, range(labels.shape[1])))).T
    return found[:-1], found[-1]


def label_matrix(prompts: list[Prompt], taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """prompts × capabilities: what each asks for."""
    place = {name: number for number, name in enumerate(taxonomy.names)}
    labels = np.zeros((len(prompts), len(place)), dtype=np.bool_)
    for row, prompt in enumerate(prompts):
        labels[row, [place[name] for name in prompt.capabilities if name in place]] = True
    return labels


def without_rare(grams: sp.csr_array, patterns: NDArray[np.int64]) -> sp.csr_array:
    """N-grams of prompts with those of too few patterns at zero."""
    _, numbers = np.unique(patterns, return_inverse=True)
    ones = np.ones(len(numbers), dtype=np.float32)
    by_pattern = sp.csr_array((ones, (numbers, np.arange(len(numbers)))))
    spread = (by_pattern @ (grams > 0)).astype(np.bool_).sum(axis=0)
    return sp.csr_array(grams @ sp.diags_array((spread >= RARE_GRAM_PATTERNS).astype(np.float32)))


def language_weights(prompts: list[Prompt]) -> NDArray[np.float64]:
    """Weights that give a capability's languages together the root of their number of prompts."""
    keys = [(prompt.language, prompt.capabilities) for prompt in prompts]
    _, numbers, counts = np.unique([str(key) for key in keys], return_inverse=True, return_counts=True)
    weights = 1 / np.sqrt(counts[numbers])
    return np.asarray(weights / weights.mean())
