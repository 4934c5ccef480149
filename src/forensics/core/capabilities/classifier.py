"""The capability classifier: named evidence and hashed n-grams, weighed by one linear layer.

Linear, because every verdict must be explained: a capability's score is a sum, each term of which has a name. What two
facts say only together is among the named shapes. A demand is looked for in the prompt's ends too (`edges`).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.capabilities.cues import LOGARITHMS, CueIndex
from forensics.core.capabilities.edges import with_edges
from forensics.core.capabilities.evidence import Calls
from forensics.core.capabilities.excerpts import excerpts_of
from forensics.core.capabilities.gram_weighing import GramTable, gram_table, weigh_grams
from forensics.core.capabilities.structure import structure
from forensics.core.capabilities.taxonomy import LAYERS, Taxonomy
from forensics.core.capabilities.weights import Weights

ECHO_MARGIN = 2.0
"""A subject that scores so far below the prompt's strongest, in log-odds, is an echo of its words and no second
request: a coding task is full of numbers. In cross-validation by pattern on the project's own prompts, margins of 0 to
2 did best and lifted macro-F1 by half a hundredth."""

CHUNK_ROWS = 16384
"""Prompts read at once: enough that preparing the phrases costs little, some 50 MB of evidence."""

REVISION = 5
"""Raised when the same weights and taxonomy read the same prompts otherwise than before: days read before are then read
again."""

TASKS = ("manner", "subject", "ordinary")
"""Layers of which a prompt has one, or several that score about as high."""

FALLBACK = "ordinary_chat"
"""What a prompt is when no capability is found in it."""

FAINT = 1.5
"""How far below even odds, in log-odds, the likeliest task may still be in a prompt in which nothing else is found: new
situations are worded as no training prompt was, and every score is lower there. Of 0 to 3 it was best on files of
training prompts that were left out one at a time. Nothing that counts for an account's rates is ever so faint."""


class CapabilityClassifier(Protocol):
    """Anything that says what prompts ask for."""

    @property
    def id(self) -> str:
        """Names the method, its weights and its taxonomy; days that were read under another one are read again."""
        ...

    @property
    def taxonomy(self) -> Taxonomy:
        """The capabilities it tells apart."""
        ...

    def scores(self, prompts: pl.Series, calls: Calls | None = None) -> NDArray[np.float32]:
        """Rows × capabilities of the taxonomy: log-odds, above zero where the prompt asks for it."""
        ...


@dataclass(frozen=True)
class EvidenceClassifier:
    """The project's own classifier.

    Attributes:
        taxonomy: the capabilities.
        cues: the taxonomy's phrases, prepared for finding.
        weights: what evidence says.
    """

    taxonomy: Taxonomy
    cues: CueIndex
    weights: Weights

    @property
    def id(self) -> str:
        """Method with its revision, digests of the weights and of the taxonomy."""
        return f"evidence{REVISION}-{self.weights.digest[:16]}-{self.taxonomy.digest[:16]}"

    @cached_property
    def gram_table(self) -> GramTable:
        """The weights of n-grams, laid out for the compiled pass."""
        return gram_table(self.weights.grams, self.weights.edges.grams)

    def scores(self, prompts: pl.Series, calls: Calls | None = None) -> NDArray[np.float32]:
        """Log-odds of every capability.

        Args:
            prompts: text, null reads as empty.
            calls: tools and images of the exchanges.

        Returns:
            rows × capabilities.
        """
        calls = calls or Calls()
        parts = [np.zeros((0, len(self.taxonomy.names)), dtype=np.float32)]
        for begin in range(0, len(prompts), CHUNK_ROWS):
            chosen = slice(begin, begin + CHUNK_ROWS)
            excerpts = excerpts_of(prompts[chosen])
            counts = [None if count is None else count[chosen] for count in (calls.tool_count, calls.image_count)]
            whole, near = self.cues.counted(excerpts)
            visible = np.hstack([structure(excerpts, *counts), whole])
            weighed, edges = weigh_grams(excerpts, self.gram_table)
            scores = visible @ self.weights.visible + weighed + self.weights.bias
            parts.append(with_edges(scores, near, LOGARITHMS, edges, self.weights.edges))
        return np.vstack(parts)


def tags_of(scores: NDArray[np.float32], taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Which capabilities each prompt has: all above zero but echoes of a stronger subject, or one if there is none.

    Args:
        scores: rows × capabilities, log-odds.
        taxonomy: whose capabilities they are.

    Returns:
        rows × capabilities; every row has at least one.
    """
    tags = scores > 0
    subjects = np.array([capability.layer in TASKS for capability in taxonomy.capabilities])
    tags &= ~subjects | _near_strongest(scores, tags & subjects)
    counted = np.array([capability.counts_as is not None for capability in taxonomy.capabilities])
    faint = ~counted & (scores > -FAINT)
    tags |= faint & _near_strongest(scores, faint, margin=0) & ~tags.any(axis=1, keepdims=True)
    none = ~tags.any(axis=1)
    if FALLBACK in taxonomy.names:
        tags[none, taxonomy.names.index(FALLBACK)] = True
    elif none.any():
        tags[none, scores[none].argmax(axis=1)] = True
    return tags


def _near_strongest(
    scores: NDArray[np.float32], of: NDArray[np.bool_], margin: float = ECHO_MARGIN
) -> NDArray[np.bool_]:
    """Which scores are no further than a margin below each prompt's strongest of some."""
    strongest = np.where(of, scores, -np.inf).max(axis=1, initial=-np.inf)
    return np.asarray(scores >= strongest[:, None] - margin)


def masks_of(tags: NDArray[np.bool_], taxonomy: Taxonomy) -> NDArray[np.int64]:
    """One whole number a row with the bits of its capabilities."""
    bits = np.array([1 << capability.bit for capability in taxonomy.capabilities], dtype=np.int64)
    return tags.astype(np.int64) @ bits


def first_of(scores: NDArray[np.float32], tags: NDArray[np.bool_], taxonomy: Taxonomy) -> NDArray[np.int64]:
    """The capability that names each prompt: of the first layer that applies, the one that scores highest.

    Work in an environment names no prompt whose task speaks much louder: who asks a shop about its app operates none.
    """
    layers = np.array([capability.layer for capability in taxonomy.capabilities])
    tasks = np.isin(layers, TASKS)
    naming = tags & ((layers != "agentic") | _near_strongest(scores, tags & tasks))
    place = np.array([LAYERS.index(layer) for layer in layers])
    lowest = np.where(naming, place, len(LAYERS)).min(axis=1)
    return np.asarray(np.where(naming & (place == lowest[:, None]), scores, -np.inf).argmax(axis=1))
