"""Functions of frames as Arrow functions: what reads text on one machine reads the partitions of another engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

BATCH_ROWS = 50_000
BATCH_BYTES = 64 * 2**20
"""Bounds of what a function is given at once where rows do not depend on each other."""

Frames = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class ArrowPass:
    """A function of frames in the form in which Spark calls it on each partition.

    Attributes:
        function: a frame → a frame; what it reads and writes are columns by name.
        schema: the columns it gives, in order.
        whole: whether it must see a partition as one frame, because rows that agree in a key are counted together.
    """

    function: Frames
    schema: pa.Schema
    whole: bool = False

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Read a partition."""
        for table in _gathered(batches, None if self.whole else BATCH_ROWS):
            found = self.function(_frame(table)).select(self.schema.names)
            yield from found.to_arrow().cast(self.schema).to_batches(BATCH_ROWS)


def _gathered(batches: Iterator[pa.RecordBatch], most: int | None) -> Iterator[pa.Table]:
    """Small batches put together up to the bounds, or all of a partition; none of an empty one."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        held.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if most and (rows >= most or size >= BATCH_BYTES):
            yield pa.Table.from_batches(held)
            held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held)


def _frame(table: pa.Table) -> pl.DataFrame:
    frame: Any = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
