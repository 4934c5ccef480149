"""A day's exchanges in bounded batches, and work on them in several threads, handed on in the order of the batches."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import duckdb
import polars as pl

from forensics.raw.exchange_files import VECTOR_ROWS

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 100_000
BATCH_BYTES = 16 * 2**20
"""Bounds of a batch. Text is masked in a few copies and several batches are worked on at once, so long prompts come in
smaller batches; only a single run of `VECTOR_ROWS` exchanges can be larger."""

Batch = TypeVar("Batch")
Found = TypeVar("Found")


def text_batches(
    connection: duckdb.DuckDBPyConnection, exchanges: str, day: date, columns: str
) -> Generator[pl.DataFrame]:
    """The day's exchanges in the order of their file.

    One thread of the engine reads: each holds row groups of text, and a second gains nothing beside those that work on
    the batches. Until all is read the engine has this one thread only.

    Args:
        connection: the writer's; a cursor of it reads, so that what is found in one batch can be written meanwhile.
        exchanges: SQL of the relation that holds the day's exchanges.
        day: the UTC day.
        columns: what is read of them.
    """
    reader = connection.cursor()
    threads = reader.execute("SELECT current_setting('threads')").fetchall()[0][0]
    reader.execute("SET threads = 1")
    try:
        query = f"SELECT {columns} FROM {exchanges} WHERE snapshot_date = $day"
        waiting: list[pa.RecordBatch] = []
        rows = size = 0
        for part in reader.sql(query, params={"day": day}).to_arrow_reader(VECTOR_ROWS):
            if waiting and (rows + part.num_rows > BATCH_ROWS or size + part.nbytes > BATCH_BYTES):
                yield _joined(waiting)
                waiting, rows, size = [], 0, 0
            waiting.append(part)
            rows, size = rows + part.num_rows, size + part.nbytes
        if waiting:
            yield _joined(waiting)
    finally:
        reader.execute(f"SET threads = {threads}")
        reader.close()


def _joined(parts: list["pa.RecordBatch"]) -> pl.DataFrame:
    """Arrow batches as one frame, each column in one piece."""
    import pyarrow as pa

    return pl.DataFrame(pa.Table.from_batches(parts)).rechunk()


def done_ahead(
    work: Callable[[Batch], Found], batches: Iterable[Batch], *, threads: int
) -> Iterator[tuple[Batch, Found]]:
    """Each batch with what the work found in it.

    Compiled kernels, Polars and DuckDB let other threads run: one batch is read from its file and another is written
    while others are worked on.

    Args:
        work: called in other threads, for several batches at once; must change nothing that they share.
        batches: where they come from; read in the caller's thread.
        threads: batches worked on at once; besides these, one is read and one handed out.
    """
    waiting: deque[tuple[Batch, Future[Found]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for batch in batches:
                waiting.append((batch, pool.submit(work, batch)))
                if len(waiting) > threads:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()
