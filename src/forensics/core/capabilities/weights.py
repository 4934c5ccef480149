"""Trained weights: what each piece of evidence says for or against each capability, in one small file.

The file carries names, so that a taxonomy which was edited since training still fits: lists and capabilities that
training never saw get weights from what the taxonomy says of them, and those that are gone are left out.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.capabilities.evidence import visible_names
from forensics.core.capabilities.excerpts import excerpts_of
from forensics.core.capabilities.grams import BUCKETS, gram_matrix
from forensics.core.capabilities.taxonomy import Taxonomy
from forensics.errors import SettingsError

SHIPPED = Path(__file__).with_name("weights.npz")

UNSEEN_BIAS = -2.5
UNSEEN_LIST = 2.6
UNSEEN_LIKENESS = 6.0
"""What a capability without training starts from, gains by one hit of its lists, and by likeness of one to its
examples: one cue tags, and so does a prompt that shares almost half its n-grams with an example."""


@dataclass(frozen=True)
class Weights:
    """Weights for the capabilities of one taxonomy.

    Attributes:
        visible: shape and cues × capabilities.
        grams: buckets × capabilities.
        bias: one a capability, less the taxonomy's caution.
        digest: SHA-256 of the file.
    """

    visible: NDArray[np.float32]
    grams: NDArray[np.float32]
    bias: NDArray[np.float32]
    digest: str


@dataclass(frozen=True)
class WeightFile:
    """Weights as training wrote them, with the names of rows and columns."""

    visible: NDArray[np.float32]
    grams: NDArray[np.float32]
    bias: NDArray[np.float32]
    visible_names: tuple[str, ...]
    capabilities: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write the file; the same weights give the same bytes."""
        np.savez_compressed(
            path,
            visible=self.visible.astype(np.float16),
            grams=self.grams.astype(np.float16),
            bias=self.bias.astype(np.float32),
            visible_names=np.array(self.visible_names),
            capabilities=np.array(self.capabilities),
        )

    @cached_property
    def row(self) -> dict[str, int]:
        """Place of each visible column."""
        return {name: place for place, name in enumerate(self.visible_names)}

    @cached_property
    def column(self) -> dict[str, int]:
        """Place of each capability."""
        return {name: place for place, name in enumerate(self.capabilities)}


def load_weights(taxonomy: Taxonomy, path: Path | None = None) -> Weights:
    """Read weights and fit them to a taxonomy.

    Args:
        taxonomy: whose capabilities are asked for.
        path: a file of the training script; None reads the project's own.

    Returns:
        The weights, columns in the order of the taxonomy.

    Raises:
        SettingsError: when the file cannot be read or is of another layout.
    """
    source = path or SHIPPED
    try:
        content = source.read_bytes()
        with np.load(source, allow_pickle=False) as arrays:
            read = WeightFile(
                arrays["visible"].astype(np.float32),
                arrays["grams"].astype(np.float32),
                arrays["bias"].astype(np.float32),
                tuple(arrays["visible_names"].tolist()),
                tuple(arrays["capabilities"].tolist()),
            )
        if read.grams.shape != (BUCKETS, len(read.capabilities)):
            raise ValueError(f"{read.grams.shape[0]} buckets of n-grams where {BUCKETS} are needed")
    except (OSError, KeyError, ValueError) as fault:
        raise SettingsError(
            f"The capability weights {source} cannot be used: {fault}",
            next_step="Write them anew with `python -m forensics.core.capabilities.train --out FILE`, or remove the"
            " setting `capability_model`.",
        ) from fault
    return _fitted(read, taxonomy, hashlib.sha256(content).hexdigest())


def _fitted(read: WeightFile, taxonomy: Taxonomy, digest: str) -> Weights:
    names = visible_names(taxonomy.cue_lists)
    columns = np.array([read.column.get(name, -1) for name in taxonomy.names])
    rows = np.array([read.row.get(name, -1) for name in names])
    visible = read.visible[np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))]
    visible[rows < 0] = 0
    visible[:, columns < 0] = 0
    grams = read.grams[:, np.maximum(columns, 0)]
    bias = read.bias[np.maximum(columns, 0)]
    place = {name: number for number, name in enumerate(names)}
    for number, capability in enumerate(taxonomy.capabilities):
        is_new = columns[number] < 0
        for cue in capability.cues:
            if is_new or rows[place[f"cues {cue}"]] < 0:
                visible[place[f"cues {cue}"], number] = UNSEEN_LIST
        if is_new:
            bias[number] = UNSEEN_BIAS
            likeness = gram_matrix(excerpts_of(pl.Series(capability.examples))).mean(axis=0)
            norm = np.sqrt((likeness**2).sum())
            grams[:, number] = UNSEEN_LIKENESS * likeness / max(norm, 1e-9)
    caution = np.array([capability.caution for capability in taxonomy.capabilities], dtype=np.float32)
    return Weights(visible, grams, bias - caution, digest)
