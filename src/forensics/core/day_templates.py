"""The templates of a day's prompts, read in two passes: what is fixed, then what is left of each prompt without it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.fixed_parts import (
    BASE,
    BRANCHING,
    FRAME_LENGTHS,
    FRAMES,
    NO_KEY,
    ONLY_TAIL,
    Depths,
    Flags,
    Hashes,
    Part,
    first_of_each,
    first_rows,
    fixed_part,
    frames,
    framing,
    is_example,
    kept_ends,
    middles,
    with_ends,
    without,
)
from forensics.core.text_batches import done_ahead
from forensics.core.text_buffers import buffers, words_buffers
from forensics.errors import SnapshotError

Numbers = NDArray[np.int32]

PARTS = pl.Enum(["head", "tail", "system", "middle", "frame"])
"""A number a row, where text would take sixteen bytes."""

SIGNED = np.uint64(2**63 - 1)
"""Fill hashes keep 63 bits: the warehouse's whole numbers have a sign."""


@dataclass(frozen=True)
class PromptHashes:
    """What a batch of prompts is compared by.

    Attributes:
        heads, tails: hashes from the start and from the end at growing depths, a row a prompt.
        prompts: XXH64 of each prompt.
        systems: the same from the start of each distinct system prompt of the batch, with that of the whole as the last
            column.
        system_ends: from its end.
        system_places: the place of each exchange's system prompt among them.
    """

    heads: Hashes
    tails: Hashes
    prompts: Hashes
    systems: Hashes
    system_ends: Hashes
    system_places: NDArray[np.int64]


def hashes_of(prompts: pl.Series, system_prompts: pl.Series) -> PromptHashes:
    """Read a batch: prompts that were not read yet, and the system prompts of all exchanges."""
    from forensics.core.prompt_kernels import depth_hashes, text_hashes

    heads, tails, _ = depth_hashes(*words_buffers(prompts), False)
    return PromptHashes(heads, tails, text_hashes(*buffers(prompts)), *system_hashes(system_prompts))


class TemplatePass:
    """Takes in a day's prompts batch by batch and then says which templates they follow.

    Use: `add` the hashes of every batch in order, then hand the prompts of the same batches to `assign`. Between the
    two, a prompt is 136 bytes of hashes, and an exchange the places of its prompt and its system prompt.
    """

    def __init__(self) -> None:
        self.prompts = np.zeros(0, dtype=np.uint64)
        self.is_long = np.zeros(0, dtype=np.bool_)
        self._numbers: list[Numbers] = []
        self._heads: list[Hashes] = []
        self._tails: list[Hashes] = []
        self._systems: list[Hashes] = []
        self._system_ends: list[Hashes] = []
        self._system_places: list[NDArray[np.int32]] = []
        self._system_count = 0

    def add(self, batch: PromptHashes, numbers: NDArray[np.int64] | None = None) -> list[pl.Series]:
        """Take in a batch.

        Args:
            batch: what its exchanges are compared by.
            numbers: of each exchange the number of its prompt among those that were taken in, those of the batch
                included; none: each has its own.

        Returns:
            The columns row_number (over all batches), prompt_hash (XXH64) and is_long (sixty units or more).
        """
        if numbers is None:
            numbers = np.arange(len(batch.prompts)) + len(self.prompts)
        before = sum(map(len, self._numbers))
        self.prompts = np.concatenate([self.prompts, batch.prompts])
        self.is_long = np.concatenate([self.is_long, batch.heads[:, BASE] != 0])
        self._numbers.append(numbers.astype(np.int32))
        self._heads.append(batch.heads)
        self._tails.append(batch.tails)
        self._systems.append(batch.systems)
        self._system_ends.append(batch.system_ends)
        self._system_places.append((self._system_count + batch.system_places).astype(np.int32))
        self._system_count += len(batch.systems)
        return [
            pl.int_range(before, before + len(numbers), eager=True).alias("row_number"),
            pl.Series("prompt_hash", self.prompts[numbers]),
            pl.Series("is_long", self.is_long[numbers]),
        ]

    def _settle(self) -> None:
        """Decide how far each prompt is fixed, now that all were seen; what is no longer needed is let go."""
        self.numbers = np.concatenate([np.zeros(0, dtype=np.int32), *self._numbers])
        self._numbers.clear()
        self.first = first_rows(self.prompts)
        self.is_first = self.first == np.arange(len(self.first))
        self._settle_systems()
        heads = _joined(self._heads)
        self.head = fixed_part(heads, self.is_first)
        self.first_heads = heads[:, : max(FRAME_LENGTHS) + 1].copy()
        del heads
        tails = _joined(self._tails)
        self.tail = fixed_part(tails, self.is_first)
        self.first_tails = tails[:, :BASE].copy()
        # Where both are as common and overlap, all of the text is fixed.
        self.kept = kept_ends(self.head, self.tail, BRANCHING)
        self.framing = framing(self.head, self.tail, self.is_first)
        self.has_lines = (self.head.key == NO_KEY) & (self.tail.key == NO_KEY)
        for part in (self.head, self.tail):
            self.has_lines |= is_example(part.key, self.prompts, self.is_first)

    def _settle_systems(self) -> None:
        """Decide how far each system prompt is fixed, distinct ones of each batch once."""
        empty = np.zeros(0, dtype=np.int32)
        self.system_rows = np.concatenate(self._system_places) if self._system_places else empty
        self._system_places.clear()
        systems = _joined(self._systems)
        counted = self.system_rows[first_of_each(self.prompts[self.numbers], systems[self.system_rows, -1])]
        head = fixed_part(systems, np.bincount(counted, minlength=len(systems)))
        # From the end, equal ones once over all batches.
        _, places = np.unique(systems[:, -1], return_inverse=True)
        ends = _joined(self._system_ends)
        ends = ends[np.unique(ends[:, -1], return_index=True)[1], :-1]
        tail = fixed_part(ends, np.bincount(places[counted], minlength=len(ends)))
        tail = Part(tail.depth[places], tail.key[places], tail.agree[places])
        self.system, self.system_tail_depth = with_ends(head, tail)

    def assign(self, batches: Iterator[pl.Series], *, threads: int = 1) -> pl.DataFrame:
        """Read the prompts again and name the fixed parts of each.

        Args:
            batches: the prompts of all batches, in the order in which they were added.
            threads: batches read at once.

        Returns:
            One row a prompt and part: row_number, part (one of `PARTS`), key (hash), depth and tail_depth (places),
            fill_hash.

        Raises:
            SnapshotError: when the prompts are not those that were added.
        """
        self._settle()
        fills, overlaps, lines = self._read_again(batches, threads)
        behind = overlaps & (self.kept == ONLY_TAIL)
        head, tail = without(self.head, behind), without(self.tail, overlaps & ~behind)
        is_open = (head.depth < 0) & (tail.depth < 0)
        middle = np.where(is_open, middles(lines, self.is_first)[self.first], NO_KEY)
        frame, frame_key = frames(self.first_heads, self.first_tails, is_open & (middle == 0), self.is_first)
        ends = np.array([*FRAMES, (-1, -1)], dtype=np.int8)[frame]
        rows = self.numbers
        # Under an instruction in the system prompt all of the prompt is the item, whatever else is fixed in it.
        items = self.prompts[rows] & SIGNED
        fills = fills[rows]
        parts = [
            _part_rows("head", head.key, head.depth, rows, fills),
            _part_rows("tail", tail.key, tail.depth, rows, fills),
            _part_rows("system", self.system.key, self.system.depth, self.system_rows, items, self.system_tail_depth),
            _part_rows("middle", middle, np.zeros(len(middle), dtype=np.int8), rows, fills),
            _part_rows("frame", frame_key, ends[:, 0], rows, fills, ends[:, 1]),
        ]
        return pl.concat(parts)

    def _read_again(self, batches: Iterator[pl.Series], threads: int) -> tuple[Hashes, Flags, pl.DataFrame]:
        """Fills, overlaps of beginning and end, and the lines of prompts that have neither or are examples (row, key,
        units).

        Equal prompts have one answer: the first is read, and lines are of first ones only. A short one has no part.
        """
        fills, overlaps = np.zeros(len(self.prompts), dtype=np.uint64), np.zeros(len(self.prompts), dtype=np.bool_)
        lines = [pl.DataFrame(schema={"row": pl.Int64, "key": pl.UInt64, "units": pl.Int16})]
        row_of = np.zeros(len(self.prompts), dtype=np.int64)
        # Of several rows with one number the last that is written stays: the first row.
        row_of[self.numbers[::-1]] = np.arange(len(self.numbers))[::-1]
        has_part = (self.head.key != NO_KEY) | (self.tail.key != NO_KEY)
        self._wanted = np.flatnonzero(self.is_first & (self.is_long | has_part))
        self._wanted_rows = row_of[self._wanted]
        for _, (numbers, own_fills, own_overlaps, own_lines) in done_ahead(
            self._read_batch, _placed(batches), threads=threads
        ):
            fills[numbers], overlaps[numbers] = own_fills, own_overlaps
            lines.append(own_lines)
        return fills[self.first] & SIGNED, overlaps[self.first], pl.concat(lines)

    def _read_batch(self, batch: tuple[int, pl.Series]) -> tuple[NDArray[np.int64], Hashes, Flags, pl.DataFrame]:
        """The prompts that are wanted of a batch, whose first row is given with it; what is found in each."""
        from forensics.core.prompt_kernels import fills_and_middles, text_hashes

        at, prompts = batch
        here = slice(*np.searchsorted(self._wanted_rows, [at, at + len(prompts)]))
        numbers, prompts = self._wanted[here], prompts.gather(self._wanted_rows[here] - at)
        if not np.array_equal(text_hashes(*buffers(prompts)), self.prompts[numbers]):
            raise SnapshotError(
                "The exchanges changed while they were read.", next_step="Run the day again; nobody else may write."
            )
        fills, overlaps, keys, units = fills_and_middles(
            *words_buffers(prompts),
            self.head.depth[numbers],
            self.tail.depth[numbers],
            self.kept[numbers],
            self.framing[numbers],
            self.has_lines[numbers],
        )
        texts, places = np.nonzero(keys)
        lines = pl.DataFrame({"row": numbers[texts], "key": keys[texts, places], "units": units[texts, places]})
        return numbers, fills, overlaps, lines


def _placed(batches: Iterator[pl.Series]) -> Iterator[tuple[int, pl.Series]]:
    """Each batch with the number of its first row."""
    at = 0
    for prompts in batches:
        yield at, prompts
        at += len(prompts)


def _joined(parts: list[Hashes]) -> Hashes:
    """All batches as one matrix; each is let go when it was copied, so that no two copies of a day are held."""
    from forensics.core.lexing import MARK_UNITS

    found = np.empty((sum(map(len, parts)), parts[0].shape[1] if parts else len(MARK_UNITS)), dtype=np.uint64)
    end = len(found)
    while parts:
        part = parts.pop()
        found[end - len(part) : end] = part
        end -= len(part)
    return found


def system_hashes(texts: pl.Series) -> tuple[Hashes, Hashes, NDArray[np.int64]]:
    """Depth hashes of distinct system prompts with that of the whole as the last column.

    Returns:
        From the start; from the end; and for each text the place of its distinct one.
    """
    from forensics.core.prompt_kernels import depth_hashes

    distinct = texts.fill_null("").alias("text").to_frame().unique(maintain_order=True).with_row_index("place")
    heads, tails, wholes = depth_hashes(*words_buffers(distinct["text"]))
    of_row = texts.fill_null("").alias("text").to_frame().join(distinct, on="text", how="left", maintain_order="left")
    places = of_row["place"].to_numpy().astype(np.int64)
    return np.column_stack([heads, wholes]), np.column_stack([tails, wholes]), places


def _part_rows(
    part: str, keys: Hashes, depths: Depths, places: Numbers, fills: Hashes, tail_depths: Depths | None = None
) -> pl.DataFrame:
    """Rows of one part: its keys and depths are of texts, places and fills of exchanges."""
    rows = np.flatnonzero((keys != 0)[places])
    texts = places[rows]
    tails = np.full(len(rows), -1, dtype=np.int8) if tail_depths is None else tail_depths[texts]
    return pl.DataFrame(
        {
            "row_number": rows,
            "part": pl.repeat(part, len(rows), dtype=PARTS, eager=True),
            "key": keys[texts],
            "depth": depths[texts],
            "tail_depth": tails,
            "fill_hash": fills[rows].astype(np.int64),
        }
    )
