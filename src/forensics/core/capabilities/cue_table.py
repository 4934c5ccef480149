"""Phrases as a table of their first bytes, laid out in flat arrays for the compiled pass."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

KEY_BYTES = 8
"""Bytes of a phrase's beginning by which it is looked up: one machine word. A shorter phrase is looked up by all."""

FIRST_BYTES = 4
"""Bytes of a beginning that are asked about before: most places of a text end there."""

FLAG_BITS = 18
"""Bits of a hash that name a flag: so many flags fit the fastest memory, and one in twenty is set."""

FACTOR = 0x9E3779B97F4A7C15
"""Odd factor of the hash: the upper bits of a product with it are a hash of the key."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class CueTable:
    """Phrases of at least one byte, found by their beginnings.

    Attributes:
        flags: for the hashes of at most `FIRST_BYTES` bytes, and of at most `KEY_BYTES`, whether a phrase begins so,
            eight flags a byte.
        keys: beginning in each slot, the first byte lowest.
        sizes: bytes of that beginning; 0 where the slot is free. A taken slot sends on to the next one.
        first, last: the phrases that begin so, in order of their bytes: from the first to before the last.
        data, bounds: bytes of all phrases, and where each begins, with the end of the last.
    """

    flags: NDArray[np.uint8]
    keys: NDArray[np.uint64]
    sizes: Numbers
    first: Numbers
    last: Numbers
    data: NDArray[np.uint8]
    bounds: Numbers


def build_table(phrases: list[str]) -> CueTable:
    """Lay out a table.

    Args:
        phrases: different texts in order, none empty; their places in the list name them.
    """
    encoded = [text.encode() for text in phrases]
    groups = [
        (key, [place for place, _ in group]) for key, group in groupby(enumerate(encoded), lambda one: _key(one[1]))
    ]
    # Half of the slots at least stay free, so that few are taken by another.
    slots = 1 << (2 * len(groups)).bit_length()
    keys, (sizes, first, last) = np.zeros(slots, dtype=np.uint64), np.zeros((3, slots), dtype=np.int64)
    for (lane, size), places in groups:
        slot = (_hash(lane, size) >> 32) % slots
        while sizes[slot]:
            slot = (slot + 1) % slots
        keys[slot], sizes[slot], first[slot], last[slot] = lane, size, places[0], places[-1] + 1
    data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    bounds = np.concatenate([[0], np.cumsum([len(text) for text in encoded])]).astype(np.int64)
    return CueTable(_flags(encoded), keys, sizes, first, last, data, bounds)


def _key(text: bytes, size: int = KEY_BYTES) -> tuple[int, int]:
    """The first bytes as a number, the first one lowest, and how many they are."""
    return int.from_bytes(text[:size], "little"), min(len(text), size)


def _hash(lane: int, size: int) -> int:
    return (lane + size) * FACTOR & (1 << 64) - 1


def _flags(encoded: list[bytes]) -> NDArray[np.uint8]:
    found = np.zeros((2, 1 << FLAG_BITS), dtype=np.bool_)
    for row, size in enumerate((FIRST_BYTES, KEY_BYTES)):
        found[row, [_hash(*_key(text, size)) >> (64 - FLAG_BITS) for text in encoded]] = True
    return np.packbits(found, axis=1, bitorder="little")
