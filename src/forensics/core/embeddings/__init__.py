"""Embeddings: prompts as vectors that say what they are about, from weights on this machine only."""

from functools import lru_cache

from forensics.core.embeddings.prompt_vectors import PromptVectors
from forensics.core.embeddings.protocol import Embedder, load_embedder
from forensics.core.embeddings.static_words import StaticWordEmbedder
from forensics.core.embeddings.words import excerpt

__all__ = ["Embedder", "PromptVectors", "StaticWordEmbedder", "excerpt", "load_embedder", "prompt_vectors"]


@lru_cache(maxsize=1)
def prompt_vectors(name: str) -> PromptVectors:
    """Stored vectors by the embedder that a setting names; loaded once a process.

    Raises:
        EmbedderError: as `load_embedder`.
    """
    return PromptVectors(load_embedder(name))
