"""Weights of n-grams, laid out for the compiled pass that adds them up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.core.capabilities.excerpts import Excerpts
from forensics.core.capabilities.gram_kernel import weigh
from forensics.core.capabilities.grams import BLOCK_COLUMNS


@dataclass(frozen=True)
class GramTable:
    """Weights of n-grams as the compiled pass reads them.

    A few columns at a time fit the fast memory that belongs to one core; all of them do not.

    Attributes:
        blocks: blocks × buckets × `BLOCK_COLUMNS`, the last one filled up with zeros.
        used: whether a bucket has any weight.
        columns: how many there are without what fills up.
        edges: buckets × `BLOCK_COLUMNS` of windows at a prompt's ends, filled up likewise.
        edge_used: whether a bucket has any weight there.
        edge_columns: how many of them there are.
    """

    blocks: NDArray[np.float32]
    used: NDArray[np.bool_]
    columns: int
    edges: NDArray[np.float32]
    edge_used: NDArray[np.bool_]
    edge_columns: int


def gram_table(weights: NDArray[np.float32], edges: NDArray[np.float32]) -> GramTable:
    """Lay out weights of `BUCKETS` × columns, and at most `BLOCK_COLUMNS` columns for windows at a prompt's ends."""
    buckets, columns = weights.shape
    padded = np.zeros((buckets, -(-columns // BLOCK_COLUMNS) * BLOCK_COLUMNS), dtype=np.float32)
    padded[:, :columns] = weights
    blocks = np.ascontiguousarray(padded.reshape(buckets, -1, BLOCK_COLUMNS).swapaxes(0, 1))
    block = np.zeros((buckets, BLOCK_COLUMNS), dtype=np.float32)
    block[:, : edges.shape[1]] = edges
    used, edge_used = np.asarray(weights.any(axis=1)), np.asarray(edges.any(axis=1))
    return GramTable(blocks, used, columns, block, edge_used, edges.shape[1])


def weigh_grams(excerpts: Excerpts, table: GramTable) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`gram_matrix(excerpts) @ weights` in one compiled pass, and the same of each window at a prompt's ends.

    Args:
        excerpts: the prompts.
        table: the weights, as `gram_table` lays them out.

    Returns:
        rows × columns, and rows × `WINDOWS` × columns of windows.
    """
    found, windows = weigh(excerpts.data, excerpts.starts, table.blocks, table.used, table.edges, table.edge_used)
    return found[:, : table.columns], windows[:, :, : table.edge_columns]
