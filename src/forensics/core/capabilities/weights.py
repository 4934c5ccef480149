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

from forensics.core.capabilities.edges import EdgeWeights, edge_names, places_of_pairs
from forensics.core.capabilities.evidence import visible_names
from forensics.core.capabilities.excerpts import excerpts_of
from forensics.core.capabilities.grams import BLOCK_COLUMNS, BUCKETS, gram_matrix
from forensics.core.capabilities.taxonomy import Taxonomy
from forensics.errors import SettingsError

SHIPPED = Path(__file__).with_name("weights.npz")

GRAM_STEP = 1 / 64
"""A prompt's n-grams are divided by the root of their number, so their errors add up to about a third of a step."""

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
        edges: what stands at a prompt's ends × demands.
        digest: SHA-256 of the file.
    """

    visible: NDArray[np.float32]
    grams: NDArray[np.float32]
    bias: NDArray[np.float32]
    edges: EdgeWeights
    digest: str


@dataclass(frozen=True)
class EdgeFile:
    """Weights of a prompt's ends as training wrote them, with the names of evidence and demands."""

    cues: NDArray[np.float32]
    grams: NDArray[np.float32]
    bias: NDArray[np.float32]
    names: tuple[str, ...]
    demands: tuple[str, ...]


@dataclass(frozen=True)
class WeightFile:
    """Weights as training wrote them, with the names of rows and columns."""

    visible: NDArray[np.float32]
    grams: NDArray[np.float32]
    bias: NDArray[np.float32]
    visible_names: tuple[str, ...]
    capabilities: tuple[str, ...]
    edges: EdgeFile

    def write(self, path: Path) -> None:
        """Write the file; the same weights give the same bytes."""
        np.savez_compressed(
            path,
            visible=self.visible.astype(np.float16),
            grams=_stepped(self.grams),
            bias=self.bias.astype(np.float32),
            visible_names=np.array(self.visible_names),
            capabilities=np.array(self.capabilities),
            edge_cues=self.edges.cues.astype(np.float16),
            edge_grams=_stepped(self.edges.grams),
            edge_bias=self.edges.bias.astype(np.float32),
            edge_names=np.array(self.edges.names),
            edge_demands=np.array(self.edges.demands),
        )

    @cached_property
    def row(self) -> dict[str, int]:
        """Place of each visible column."""
        return {name: place for place, name in enumerate(self.visible_names)}

    @cached_property
    def column(self) -> dict[str, int]:
        """Place of each capability."""
        return {name: place for place, name in enumerate(self.capabilities)}


def _stepped(weights: NDArray[np.float32]) -> NDArray[np.float16]:
    """Weights of n-grams, rounded to steps that halve the file and move a score by a hundredth at most."""
    return np.asarray(np.round(weights / GRAM_STEP) * GRAM_STEP, dtype=np.float16)


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
        read = _read(source)
        if read.grams.shape != (BUCKETS, len(read.capabilities)):
            raise ValueError(f"{read.grams.shape[0]} buckets of n-grams where {BUCKETS} are needed")
        if read.edges.grams.shape[1] > BLOCK_COLUMNS:
            raise ValueError(f"{read.edges.grams.shape[1]} demands where {BLOCK_COLUMNS} have room")
    except (OSError, KeyError, ValueError) as fault:
        raise SettingsError(
            f"The capability weights {source} cannot be used: {fault}",
            next_step="Write them anew with `python -m forensics.core.capabilities.train --out FILE`, or remove the"
            " setting `capability_model`.",
        ) from fault
    return _fitted(read, taxonomy, hashlib.sha256(content).hexdigest())


def _read(source: Path) -> WeightFile:
    with np.load(source, allow_pickle=False) as arrays:
        numbers = {name: arrays[name].astype(np.float32) for name in arrays.files if arrays[name].dtype.kind == "f"}
        names = {name: tuple(arrays[name].tolist()) for name in arrays.files if name not in numbers}
    edges = EdgeFile(
        numbers["edge_cues"], numbers["edge_grams"], numbers["edge_bias"], names["edge_names"], names["edge_demands"]
    )
    return WeightFile(
        numbers["visible"], numbers["grams"], numbers["bias"], names["visible_names"], names["capabilities"], edges
    )


def _fitted_edges(read: EdgeFile, taxonomy: Taxonomy) -> EdgeWeights:
    """Weights of the demands that the taxonomy still has; lists that training never saw say nothing."""
    kept = [place for place, name in enumerate(read.demands) if name in taxonomy.names]
    columns = [taxonomy.names.index(read.demands[place]) for place in kept]
    row = {name: place for place, name in enumerate(read.names)}
    names = edge_names(taxonomy)
    cues = np.zeros((len(names), len(kept)), dtype=np.float32)
    for place, name in enumerate(names):
        if name in row:
            cues[place] = read.cues[row[name], kept]
    caution = np.array([taxonomy.capabilities[column].caution for column in columns], dtype=np.float32)
    bias = read.bias[kept] - caution
    return EdgeWeights(np.array(columns, dtype=np.int64), places_of_pairs(taxonomy), cues, read.grams[:, kept], bias)


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
    return Weights(visible, grams, bias - caution, _fitted_edges(read.edges, taxonomy), digest)
