"""Phrases as a trie over bytes, laid out in flat arrays for the compiled pass."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PAIRS = 1 << 16
"""Entries of the table that leads from a phrase's first two bytes straight into the trie: most places of a text end
there."""


FEW_CHILDREN = 4
"""Children that are looked through one by one; nodes with more have a row of 256 places: after the first bytes of a
Chinese character any of 64 may follow."""


@dataclass(frozen=True)
class CueTrie:
    """A trie of phrases of at least one byte.

    Attributes:
        single: for each byte the phrase that is just this byte, or -1.
        pair: for each pair of bytes (first × 256 + second) the node it leads to, or -1.
        phrase: the phrase that ends in each node, or -1.
        first_child: where each node's children begin in `child_byte` and `child`; one more for the end.
        child_byte, child: the byte that leads to each child, and the child's node.
        row: which row of `wide` has each node's children, or -1.
        wide: for each node with many children, and each byte, the child or -1.
    """

    single: NDArray[np.int32]
    pair: NDArray[np.int32]
    phrase: NDArray[np.int32]
    first_child: NDArray[np.int32]
    child_byte: NDArray[np.uint8]
    child: NDArray[np.int32]
    row: NDArray[np.int32]
    wide: NDArray[np.int32]


def build_trie(phrases: list[str]) -> CueTrie:
    """Lay out a trie.

    Args:
        phrases: different texts, none empty; their places in the list name them.

    Returns:
        The trie, nodes in order of depth, so that those which are visited often lie together.
    """
    single, pair = np.full(256, -1, np.int32), np.full(PAIRS, -1, np.int32)
    level: dict[bytes, list[tuple[bytes, int]]] = {}
    for number, text in enumerate(phrases):
        encoded = text.encode()
        if len(encoded) == 1:
            single[encoded[0]] = number
        else:
            level.setdefault(encoded[:2], []).append((encoded, number))
    ends: list[int] = []
    first_child, child_byte, child = [0], [], []
    for place, prefix in enumerate(sorted(level)):
        pair[prefix[0] * 256 + prefix[1]] = place
    known = len(level)
    while level:
        below: dict[bytes, list[tuple[bytes, int]]] = {}
        for prefix in sorted(level):
            depth = len(prefix)
            ends.append(next((number for encoded, number in level[prefix] if len(encoded) == depth), -1))
            grown = {encoded[: depth + 1] for encoded, _ in level[prefix] if len(encoded) > depth}
            for longer in sorted(grown):
                child_byte.append(longer[-1])
                child.append(known)
                known += 1
            first_child.append(len(child))
            for encoded, number in level[prefix]:
                if len(encoded) > depth:
                    below.setdefault(encoded[: depth + 1], []).append((encoded, number))
        level = below
    arrays = (np.array(first_child, np.int32), np.array(child_byte, np.uint8), np.array(child, np.int32))
    return CueTrie(single, pair, np.array(ends, np.int32), *arrays, *_wide_rows(*arrays))


def _wide_rows(
    first_child: NDArray[np.int32], child_byte: NDArray[np.uint8], child: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The row of each node, and the rows."""
    many = np.flatnonzero(np.diff(first_child) > FEW_CHILDREN)
    row = np.full(len(first_child) - 1, -1, np.int32)
    row[many] = np.arange(len(many))
    wide = np.full((max(len(many), 1), 256), -1, np.int32)
    for place, node in enumerate(many.tolist()):
        among = slice(first_child[node], first_child[node + 1])
        wide[place, child_byte[among]] = child[among]
    return row, wide
