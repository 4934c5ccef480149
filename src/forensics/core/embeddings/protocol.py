"""What an embedder is, and which one the settings name."""

from pathlib import Path
from typing import Protocol, runtime_checkable

import polars as pl

from forensics.core.embeddings.words import Matrix, Words
from forensics.errors import EmbedderError

CHOICES = (
    "static-words (default), static-words-128, static-words-256, hashing,"
    " sentence-transformers:FOLDER or onnx:FOLDER with a model on this machine"
)


class Embedder(Protocol):
    """Turns texts into vectors of length one.

    Attributes:
        id: name with the hash of the weights; two embedders with one id give the same vectors.
        dimensions: numbers a vector has.
    """

    id: str
    dimensions: int

    def encode(self, texts: pl.Series) -> Matrix:
        """Vectors of texts, float32, one row of length one a text; zeros for a text that says nothing."""


@runtime_checkable
class WordEmbedder(Protocol):
    """An embedder that adds up words, and takes texts that are split already."""

    def encode_words(self, words: Words) -> Matrix:
        """The same vectors from the texts' words."""


def load_embedder(name: str) -> Embedder:
    """The embedder that a setting names.

    Args:
        name: one of `CHOICES`.

    Raises:
        EmbedderError: for an unknown name, missing or altered weights, or a package that is not installed.
    """
    kind, _, place = name.partition(":")
    match kind, place:
        case (("static-words" | "static-words-128" | "static-words-256"), ""):
            from forensics.core.embeddings.static_words import StaticWordEmbedder

            return StaticWordEmbedder(int(kind.removeprefix("static-words").removeprefix("-") or 64))
        case "hashing", "":
            from forensics.core.embeddings.hashing import HashingEmbedder

            return HashingEmbedder()
        case (("sentence-transformers" | "onnx"), str(place)) if place:
            from forensics.core.embeddings.local_models import OnnxEmbedder, SentenceTransformersEmbedder

            folder = Path(place).expanduser()
            return OnnxEmbedder(folder) if kind == "onnx" else SentenceTransformersEmbedder(folder)
    raise EmbedderError(f"There is no embedder {name!r}.", next_step=f"Set embedder to one of: {CHOICES}.")
