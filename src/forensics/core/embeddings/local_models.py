"""Embedders that a user brings: a sentence-transformers or ONNX model in a local folder, never fetched.

Both packages are the user's to install: they weigh gigabytes. A transformer embeds some tens of prompts a second and
core, so `prompts_per_account_day` must come down with it.
"""

import os
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from forensics.core.embeddings.words import Matrix, unit_rows
from forensics.errors import EmbedderError

WEIGHT_FILES = ("*.safetensors", "*.bin", "*.onnx", "*.onnx_data", "tokenizer.json", "*.json", "*.txt", "*.model")
READ_BYTES = 2**20
BATCH_TEXTS = 64
MOST_TOKENS = 256
"""Tokens of a text that are read: an excerpt has about a hundred."""


class SentenceTransformersEmbedder:
    """A sentence-transformers model from a folder.

    Args:
        folder: what `SentenceTransformer.save` wrote.

    Raises:
        EmbedderError: when the folder holds no weights or the package is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self.id = f"sentence-transformers-{folder_hash(folder)}"
        os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"})
        package = _installed("sentence_transformers")
        self._model: Any = package.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        # Version 6 calls it by the shorter name, and the longer one will go.
        named = ("get_embedding_dimension", "get_sentence_embedding_dimension")
        self.dimensions = int(next(getattr(self._model, name) for name in named if hasattr(self._model, name))())

    def encode(self, texts: pl.Series) -> Matrix:
        """Vectors of texts."""
        given = texts.cast(pl.String).fill_null("")
        vectors = self._model.encode(given.to_list(), batch_size=BATCH_TEXTS, show_progress_bar=False)
        return _said(given, np.asarray(vectors, np.float32), self.dimensions)


class OnnxEmbedder:
    """A transformer in `model.onnx` with `tokenizer.json` beside it; the mean of its tokens' last states.

    Args:
        folder: where both files lie.

    Raises:
        EmbedderError: when a file is missing or the package is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self.id = f"onnx-{folder_hash(folder)}"
        missing = [
            f"{folder / name} is missing" for name in ("model.onnx", "tokenizer.json") if not (folder / name).is_file()
        ]
        if missing:
            raise EmbedderError("The ONNX model is incomplete.", faults=missing, next_step="Export the model again.")
        package = _installed("onnxruntime")
        from tokenizers import Tokenizer

        self._session: Any = package.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._tokeniser = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokeniser.enable_truncation(MOST_TOKENS)
        self._tokeniser.enable_padding()
        self.dimensions = int(self._states(["a"])[0].shape[-1])

    def encode(self, texts: pl.Series) -> Matrix:
        """Vectors of texts."""
        given = texts.cast(pl.String).fill_null("")
        listed = given.to_list()
        means = [np.zeros((0, self.dimensions), np.float32)]
        for at in range(0, len(listed), BATCH_TEXTS):
            states, mask = self._states(listed[at : at + BATCH_TEXTS])
            means.append((states * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1))
        return _said(given, np.concatenate(means), self.dimensions)

    def _states(self, texts: list[str]) -> tuple[Matrix, Matrix]:
        """Last states (texts, tokens, dimensions) and which tokens are no padding (texts, tokens, 1)."""
        encoded = self._tokeniser.encode_batch(texts)
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: fed[name] for name in self._inputs})[0]
        return np.asarray(states, np.float32), mask[:, :, None].astype(np.float32)


def folder_hash(folder: Path) -> str:
    """Twelve digits of the SHA-256 of a model's files, names included.

    Raises:
        EmbedderError: when there is no such folder or nothing in it.
    """
    files = sorted({path for pattern in WEIGHT_FILES for path in folder.rglob(pattern) if path.is_file()})
    if not files:
        raise EmbedderError(
            f"{folder} holds no embedding model.",
            next_step='Name the folder a model was saved in, or set embedder = "static-words".',
        )
    digest = sha256()
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode("utf-8") + b"\0")
        with path.open("rb") as file:
            while content := file.read(READ_BYTES):
                digest.update(content)
    return digest.hexdigest()[:12]


def _said(texts: pl.Series, vectors: Matrix, dimensions: int) -> Matrix:
    """Unit vectors, zeros for a text of white space: a transformer has a vector for nothing, too."""
    says = (texts.str.strip_chars().str.len_bytes() > 0).to_numpy()
    return unit_rows(np.where(says[:, None], vectors.reshape(len(texts), dimensions), 0).astype(np.float32))


def _installed(package: str) -> Any:
    """The package, imported by name because the pipeline does not depend on it."""
    try:
        return import_module(package)
    except ImportError as fault:
        raise EmbedderError(
            f"The embedder needs {package.replace('_', '-')}, which is not installed.",
            next_step=f'Install {package.replace("_", "-")} beside the pipeline, or set embedder = "static-words".',
        ) from fault
