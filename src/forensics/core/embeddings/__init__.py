"""Embeddings: prompts as vectors that say what they are about, from weights on this machine only."""

from forensics.core.embeddings.static_words import StaticWordEmbedder
from forensics.core.embeddings.words import excerpt

__all__ = ["StaticWordEmbedder", "excerpt"]
