"""Files of text as blocks of whole records: unpacked block by block, cut where a record ends, told when cut short.

A CSV record may hold line breaks inside quotes, so its end is found by the parity of the quotes before it. That holds
only while every quote stands where RFC 4180 allows one. A block in which one does not is gone through record by
record: what fits no record is set aside up to the next line break, and reading goes on there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from forensics.raw.reading import UnreadableFile

BLOCK_BYTES = 8 * 2**20
MAXIMUM_RECORD_BYTES = 64 * 2**20
"""A record longer than this is taken for a file that has lost its line breaks or a closing quote."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
QUOTE, COMMA, LINE_FEED, CARRIAGE_RETURN = b'",\n\r'
UNPACKERS = {"gz": "gzip", "zst": "zstd"}

_FIELD = rb'(?:"(?:[^"]|"")*+"|[^",\r\n]*+)'
RECORD = re.compile(_FIELD + rb"(?:," + _FIELD + rb")*+(?:\r?\n|\Z)")
_OPEN_AT_END = re.compile(rb"(?:" + _FIELD + rb',)*+"(?:[^"]|"")*+\Z')


@dataclass(frozen=True)
class CsvBlock:
    """Whole CSV records: well-formed ones as they stood, and the lines that fit no record with their positions.

    Attributes:
        text: well-formed records, one after the other.
        stray: position (from 0, among all records of the block) and text of each line that fits no record.
        closed: whether the last record ended with a line break of its own.
    """

    text: bytes
    stray: tuple[tuple[int, bytes], ...] = ()
    closed: bool = True


def unpacked(path: Path, packing: str) -> Iterator[bytes]:
    """The file's bytes in blocks, unpacked, without a byte order mark.

    Raises:
        UnreadableFile: when the packed stream is damaged or ends too early.
    """
    import pyarrow as pa

    first = True
    try:
        with pa.OSFile(str(path)) as file:
            stream = pa.CompressedInputStream(file, UNPACKERS[packing]) if packing else file
            while block := stream.read(BLOCK_BYTES):
                yield block.removeprefix(BYTE_ORDER_MARK) if first else block
                first = False
    except OSError as fault:
        raise UnreadableFile(f"it is damaged or cut short: {fault}") from fault


def line_blocks(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks that end with a line break, but for the last one if the file does not."""
    carried: list[bytes] = []
    for block in blocks:
        cut = block.rfind(b"\n") + 1
        if cut:
            yield b"".join([*carried, block[:cut]])
            carried = []
        carried.append(block[cut:])
        _refuse_endless(sum(map(len, carried)))
    if rest := b"".join(carried):
        yield rest


def csv_blocks(blocks: Iterator[bytes], *, is_packed: bool = False) -> Iterator[CsvBlock]:
    """Blocks of whole CSV records.

    Args:
        blocks: the file's bytes, unpacked.
        is_packed: whether they come from a packed stream, which shows by itself that nothing is cut off.

    Raises:
        UnreadableFile: when the last record is unfinished: a quote is never closed, or no line break follows it and
            neither a closing quote nor a packed stream shows that it is whole.
    """
    pending = b""
    for block in blocks:
        pending += block
        found, used = _whole_records(pending)
        yield from found
        pending = pending[used:]
        _refuse_endless(len(pending))
    if not pending:
        return
    found, used = _whole_records(pending + b"\n")
    if used <= len(pending):
        raise UnreadableFile("its last record is unfinished: a quote is opened and never closed")
    if not is_packed and not pending.endswith((b'"', b"\r")):
        raise UnreadableFile("its last record has no line end, so the file may be cut short")
    for number, whole in enumerate(found):
        yield CsvBlock(whole.text, whole.stray, closed=number < len(found) - 1)


def _whole_records(pending: bytes) -> tuple[list[CsvBlock], int]:
    """The whole records at the start of some bytes, and how many bytes they take."""
    found: list[CsvBlock] = []
    cut, damaged = _cut(pending)
    if cut:
        found.append(CsvBlock(pending[:cut]))
    if damaged:
        block, cut = _record_by_record(pending, cut)
        found.append(block)
    return found, cut


def _cut(pending: bytes) -> tuple[int, bool]:
    """Where the last whole record before any misplaced quote ends, and whether there is a misplaced quote."""
    data = np.frombuffer(pending, np.uint8)
    quotes = np.flatnonzero(data == QUOTE)
    breaks = np.flatnonzero(data == LINE_FEED)
    outside = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
    misplaced = _first_misplaced(data, quotes)
    if misplaced is not None:
        outside = outside[: np.searchsorted(outside, misplaced)]
    return (int(outside[-1]) + 1 if outside.size else 0), misplaced is not None


def _first_misplaced(data: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64]) -> int | None:
    """The first quote, or carriage return outside quotes, that stands where RFC 4180 does not allow it."""
    openers, closers = quotes[0::2], quotes[1::2]
    before = data[openers[openers > 0] - 1]
    wrong_openers = openers[openers > 0][~np.isin(before, (COMMA, LINE_FEED, QUOTE))]
    inner = closers[closers < data.size - 1]
    wrong_closers = inner[~np.isin(data[inner + 1], (COMMA, LINE_FEED, CARRIAGE_RETURN, QUOTE))]
    returns = np.flatnonzero(data == CARRIAGE_RETURN)
    returns = returns[(returns < data.size - 1) & (np.searchsorted(quotes, returns) % 2 == 0)]
    wrong_returns = returns[data[returns + 1] != LINE_FEED]
    firsts = [int(wrong[0]) for wrong in (wrong_openers, wrong_closers, wrong_returns) if wrong.size]
    return min(firsts, default=None)


def _record_by_record(pending: bytes, start: int) -> tuple[CsvBlock, int]:
    """Go through a damaged stretch; only such a stretch is ever read record by record."""
    good: list[bytes] = []
    stray: list[tuple[int, bytes]] = []
    position, count = start, 0
    while position < len(pending):
        match = RECORD.match(pending, position)
        if match and not match[0].endswith(b"\n"):
            break
        if match:
            if match[0].strip(b"\r\n"):
                good.append(match[0])
                count += 1
            position = match.end()
            continue
        end = pending.find(b"\n", position)
        if end < 0 or _OPEN_AT_END.match(pending, position):
            break
        stray.append((count, pending[position:end].rstrip(b"\r")))
        count += 1
        position = end + 1
    return CsvBlock(b"".join(good), tuple(stray)), position


def _refuse_endless(length: int) -> None:
    if length > MAXIMUM_RECORD_BYTES:
        size = MAXIMUM_RECORD_BYTES // 2**20
        raise UnreadableFile(f"a record is longer than {size} MB, or a quote or line break is missing")
