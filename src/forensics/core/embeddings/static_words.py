"""The default embedder: static token vectors that were distilled from a large model and come with a package.

A text's vector is the mean of its tokens' vectors. It says what a text is about about as well as a small transformer
does, at a hundredth of the cost, and less well what the text asks for. The weights are read from the installed package
wordllama (MIT), whose own loader would look for them elsewhere and then ask a server.

Known drawbacks: order is lost; scripts that the tokeniser spells out in bytes are told apart less finely; line breaks
count as any white space.
"""

from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

from forensics.core.embeddings.words import Matrix, Words, summed, unit_rows, words_of
from forensics.errors import EmbedderError

WEIGHTS = ("weights/l2_supercat_256.safetensors", "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5")
TOKENS = (
    "tokenizers/l2_supercat_tokenizer_config.json",
    "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
)
"""Files inside the package and their SHA-256."""

DIMENSIONS = (64, 128, 256)
"""The vectors were trained so that their first 64 and 128 numbers are embeddings by themselves."""

JOINED_WORDS = 200
"""Words that are tokenised as one text, a line each: a call costs more than a word."""

SPACE_MARK = "\u2581"
LINE_BREAK_TOKEN = 13


class StaticWordEmbedder:
    """Mean of static token vectors, as unit vectors.

    Args:
        dimensions: one of `DIMENSIONS`.
        folder: where the package's files lie; the installed package unless a test says otherwise.

    Attributes:
        id: name, hash of weights and tokeniser, dimensions.

    Raises:
        EmbedderError: when the files are missing or are not those whose hashes are known.
    """

    def __init__(self, dimensions: int = 256, folder: Path | None = None) -> None:
        if dimensions not in DIMENSIONS:
            raise EmbedderError(
                f"The static embedder has no {dimensions} dimensions.",
                next_step=f"Choose one of {', '.join(map(str, DIMENSIONS))}.",
            )
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        weights, tokens = _checked_files(folder or _package_folder())
        self.dimensions = dimensions
        self.id = f"static-words-{WEIGHTS[1][:12]}-{TOKENS[1][:12]}-{dimensions}"
        self._vectors: Matrix = load(weights)["embedding.weight"][:, :dimensions].astype(np.float32)
        self._tokeniser = Tokenizer.from_str(tokens.decode("utf-8"))
        # White space before a word is marked here, word by word.
        self._tokeniser.normalizer = None

    def encode(self, texts: pl.Series) -> Matrix:
        """Vectors of texts.

        Args:
            texts: text; null reads as empty.

        Returns:
            float32, one row of length one a text; zeros for a text without a word.
        """
        return self.encode_words(words_of(texts))

    def encode_words(self, words: Words) -> Matrix:
        """The same for texts that are split already. Scaling to length one makes the mean's divisor needless."""
        return unit_rows(summed(words, self.word_vectors(words.distinct)))

    def word_vectors(self, distinct: pl.Series) -> Matrix:
        """For each word the sum of its tokens' vectors."""
        if not len(distinct):
            return np.zeros((0, self.dimensions), np.float32)
        marked = distinct.str.replace(r"^\s", SPACE_MARK).to_list()
        joined = ["\n".join(marked[at : at + JOINED_WORDS]) + "\n" for at in range(0, len(marked), JOINED_WORDS)]
        encoded = self._tokeniser.encode_batch_fast(joined, add_special_tokens=False)
        tokens = np.concatenate([np.asarray(one.ids, np.int32) for one in encoded])
        is_end = tokens == LINE_BREAK_TOKEN
        word = np.cumsum(is_end)[~is_end]
        starts = np.searchsorted(word, np.arange(len(marked) + 1))
        return summed(Words(pl.Series("word", [], pl.String), tokens[~is_end], starts), self._vectors)


def _package_folder() -> Path:
    found = find_spec("wordllama")
    if found is None or found.origin is None:
        raise EmbedderError(
            "The package with the default embedding weights is not installed.",
            next_step='Install it (`make setup`), or set embedder = "hashing", which needs no weights.',
        )
    return Path(found.origin).parent


@lru_cache(maxsize=1)
def _checked_files(folder: Path) -> tuple[bytes, bytes]:
    """The bytes of both files, none unless both are as they should be."""
    contents, faults = [], []
    for name, digest in (WEIGHTS, TOKENS):
        path = folder / name
        content = path.read_bytes() if path.is_file() else b""
        if not content:
            faults.append(f"{path} is missing")
        elif sha256(content).hexdigest() != digest:
            faults.append(f"{path} has SHA-256 {sha256(content).hexdigest()}, expected {digest}")
        contents.append(content)
    if faults:
        raise EmbedderError(
            "The default embedding weights cannot be used.",
            faults=faults,
            next_step='Install the locked version again (`make setup`), or set embedder = "hashing".',
        )
    return contents[0], contents[1]
