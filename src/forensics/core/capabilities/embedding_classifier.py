"""A classifier on any embedder: for those who have a sentence-transformers model at hand and the time to run it.

The embedder's vectors take the place of n-grams; shape and cues stay, since embeddings tell topics better than tasks.
The weights are trained on the project's prompts when it is loaded: a minute with a small model on a processor.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.capabilities.cues import CueIndex
from forensics.core.capabilities.evidence import Calls, visible_evidence
from forensics.core.capabilities.excerpts import excerpts_of
from forensics.core.capabilities.taxonomy import Taxonomy
from forensics.core.embeddings import Embedder

DRAWS = 6
"""Training prompts of a pattern: embedding is dear, and most of a pattern's prompts say the same to an embedder."""

CHUNK_ROWS = 1024


@dataclass(frozen=True)
class EmbeddingClassifier:
    """Shape, cues and an embedder's vectors, weighed by one linear layer.

    Attributes:
        taxonomy: the capabilities.
        cues: the taxonomy's phrases.
        embedder: what makes vectors of prompts.
        weights: evidence and vector × capabilities.
        bias: one a capability.
        digest: SHA-256 of what it was trained on, taxonomy and prompts.
    """

    taxonomy: Taxonomy
    cues: CueIndex
    embedder: Embedder
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    digest: str

    @property
    def id(self) -> str:
        """Method, id of the embedder, which holds the hash of its weights, and digest of the training."""
        return f"embedding-{self.embedder.id}-{self.digest[:16]}"

    @classmethod
    def trained(cls, taxonomy: Taxonomy, embedder: Embedder, draws: int = DRAWS) -> "EmbeddingClassifier":
        """Train on the project's prompts and the taxonomy's examples."""
        from forensics.core.capabilities.train import SEED, noisy_evidence, with_examples
        from forensics.core.capabilities.training.fitting import fit_weights, label_matrix
        from forensics.core.capabilities.training.grammar import training_prompts

        prompts = with_examples(training_prompts(SEED, draws), taxonomy)
        cues = CueIndex(taxonomy)
        texts = pl.Series([prompt.text for prompt in prompts], dtype=pl.String)
        evidence = np.hstack([noisy_evidence(prompts, cues), embedder.encode(texts)])
        weights, bias = fit_weights(evidence, label_matrix(prompts, taxonomy), prompts)
        caution = np.array([entry.caution for entry in taxonomy.capabilities])
        read = hashlib.sha256("\0".join([taxonomy.digest, *texts]).encode()).hexdigest()
        return cls(taxonomy, cues, embedder, weights.astype(np.float32), (bias - caution).astype(np.float32), read)

    def scores(self, prompts: pl.Series, calls: Calls | None = None) -> NDArray[np.float32]:
        """Log-odds of every capability: rows × capabilities."""
        calls = calls or Calls()
        parts = [np.zeros((0, len(self.taxonomy.names)), dtype=np.float32)]
        for begin in range(0, len(prompts), CHUNK_ROWS):
            chosen = slice(begin, begin + CHUNK_ROWS)
            counts = [None if count is None else count[chosen] for count in (calls.tool_count, calls.image_count)]
            visible = visible_evidence(excerpts_of(prompts[chosen]), self.cues, Calls(*counts))
            vectors = self.embedder.encode(prompts[chosen].fill_null(""))
            parts.append((np.hstack([visible, vectors]) @ self.weights + self.bias).astype(np.float32))
        return np.vstack(parts)
