"""Which exchanges of a day have a prompt that an earlier one had: each prompt of a day is read once.

Prompts are told apart by a hash under a seed of the process, so that nobody can write two that agree; no result depends
on the seed. Of 2.6 million exchanges of a large day a fifth repeat an earlier one's prompt.
"""

import secrets

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class DistinctPrompts:
    """Numbers the prompts of a day as they come.

    A prompt that comes with tools and without counts as two, and so does one with images: what it asks for may differ.
    """

    def __init__(self) -> None:
        self._seed = secrets.randbits(64)
        self._keys = np.zeros(1 << 16, dtype=np.uint64)
        self._slots = np.full(1 << 17, -1, dtype=np.int32)
        self._count = 0

    def add(self, batch: pl.DataFrame) -> tuple[Numbers, NDArray[np.bool_]]:
        """Number the prompts of a batch.

        Args:
            batch: exchanges with prompt, tool_count and image_count.

        Returns:
            For each row the number of its prompt, from 0 in the order of their coming, and whether it is the first row
            with this number.
        """
        from forensics.core.distinct_kernel import number_keys

        calls = [pl.col(name).fill_null(0) > 0 for name in ("tool_count", "image_count")]
        keys = batch.select(
            pl.col("prompt").fill_null("").hash(self._seed),
            *(call.cast(pl.UInt64).alias(str(place)) for place, call in enumerate(calls)),
        )
        mixed = [keys[:, place].to_numpy() for place in range(3)]
        odd, other = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
        numbers, is_new, self._keys, self._slots, self._count = number_keys(
            mixed[0] ^ mixed[1] * odd ^ mixed[2] * other, self._keys, self._slots, self._count
        )
        return numbers, is_new
