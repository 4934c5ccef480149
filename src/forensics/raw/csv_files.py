"""Reading CSV as RFC 4180 defines it: comma, double quotes, a header; nothing about it is sniffed.

An empty field is null where the contract allows null, quoted or not, as empty text is in every format
(`forensics.raw.rules`): writers differ in what they quote. Where it wants text that may be empty (a prompt), an empty
field is empty text. The fields are split by pyarrow's parser, which is told every type beforehand.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dataframely as dy
import duckdb
import numpy as np

from forensics.contracts.tables import Table
from forensics.raw.reading import Reading, UnreadableFile, repeated_names, unknown_names
from forensics.raw.records import RECORD, CsvBlock, csv_blocks, unpacked
from forensics.raw.rules import Field

STREAM = "csv_records"


@contextmanager
def open_csv(connection: duckdb.DuckDBPyConnection, path: Path, packing: str, table: Table) -> Iterator[Reading]:
    """Read a CSV file.

    Raises:
        UnreadableFile: when the stream or the last record is cut short, the header cannot be read, or a column is
            there twice; also while the relation is read.
    """
    import pyarrow as pa

    blocks = csv_blocks(unpacked(path, packing), is_packed=bool(packing))
    names, first = _header(next(blocks, None))
    if repeated := repeated_names(table, names):
        raise UnreadableFile(f"the column {', '.join(repeated)} is there more than once")
    wanted = {f"c{number}": name for number, name in enumerate(names) if name in table.snapshot_columns}
    parser = _Parser(len(names), list(wanted))
    batches = parser.batches(_and_then(first, blocks))
    connection.register(STREAM, pa.RecordBatchReader.from_batches(parser.schema, batches))
    fields = {name: Field(_raw(column, table.snapshot_columns[name]), "VARCHAR") for column, name in wanted.items()}
    try:
        yield Reading(STREAM, fields, unknown_names(table, names))
    except duckdb.Error as fault:
        raise parser.fault or fault from fault
    finally:
        connection.unregister(STREAM)


def _header(block: CsvBlock | None) -> tuple[list[str], CsvBlock]:
    """The names in the first record, and the block without it."""
    match = RECORD.match(block.text) if block else None
    if block is None or match is None or (block.stray and block.stray[0][0] == 0):
        raise UnreadableFile("it has no header that can be read")
    try:
        names = next(csv.reader(io.StringIO(match[0].decode("utf-8"), newline="")), [])
    except UnicodeDecodeError as fault:
        raise UnreadableFile("its header is not UTF-8") from fault
    if not names:
        raise UnreadableFile("it has no header that can be read")
    stray = tuple((position - 1, line) for position, line in block.stray)
    return names, CsvBlock(block.text[match.end() :], stray, block.closed)


def _and_then(first: CsvBlock, rest: Iterator[CsvBlock]) -> Iterator[CsvBlock]:
    yield first
    yield from rest


def _raw(column: str, contract: dy.Column) -> str:
    """SQL of a field's value: null or empty text where the field is empty."""
    if contract.nullable or not isinstance(contract, dy.String | dy.Enum):
        return f"nullif({column}, '')"
    if isinstance(contract, dy.String) and not any((contract.primary_key, contract.min_length, contract.regex)):
        return f"coalesce({column}, '')"
    return column


class _Parser:
    """Blocks of records in, Arrow batches out: row_number, malformed, line, and one text column a wanted field."""

    def __init__(self, width: int, wanted: list[str]) -> None:
        import pyarrow as pa

        self.columns = [f"c{number}" for number in range(width)]
        self.wanted = wanted
        self.rows_before = 0
        self.fault: UnreadableFile | None = None
        self.schema = pa.schema(
            [("row_number", pa.int64()), ("malformed", pa.bool_()), ("line", pa.large_string())]
            + [(name, pa.large_string()) for name in wanted]
        )

    def batches(self, blocks: Iterator[CsvBlock]) -> Iterator[Any]:
        """The batches; a fault is kept, because DuckDB passes on only its text."""
        try:
            for block in blocks:
                yield from self._block(block)
        except UnreadableFile as fault:
            self.fault = fault
            raise

    def _block(self, block: CsvBlock) -> Iterator[Any]:
        """Number the block's records: parsed ones, those with too few or many fields, and lines that fit none."""
        table, uneven = self._parsed(block.text)
        in_text = table.num_rows + len(uneven)
        if not block.closed and uneven and uneven[-1][0] == in_text - 1:
            raise UnreadableFile("its last record is unfinished: it has too few fields and no line end")
        total = in_text + len(block.stray)
        is_stray = np.zeros(total, bool)
        is_stray[[position for position, _ in block.stray]] = True
        in_text_numbers = np.flatnonzero(~is_stray)
        is_uneven = np.zeros(in_text, bool)
        is_uneven[[position for position, _ in uneven]] = True
        bad = [(position, line) for position, line in block.stray]
        bad += [(int(in_text_numbers[position]), line) for position, line in uneven]
        numbers = in_text_numbers[~is_uneven]
        good, numbers, undecodable = _decoded(table, numbers)
        yield self._batch(numbers, (), good)
        if bad + undecodable:
            lines = sorted(bad + undecodable)
            yield self._batch(
                [position for position, _ in lines], [line.decode("utf-8", "replace") for _, line in lines]
            )
        self.rows_before += total

    def _parsed(self, text: bytes) -> tuple[Any, list[tuple[int, bytes]]]:
        """Fields as bytes, and position and text of the records that have another number of fields."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        uneven: list[tuple[int, bytes]] = []

        def set_aside(row: Any) -> str:
            uneven.append((row.number - 1, row.text.encode("utf-8", "surrogateescape")))
            return "skip"

        if not text.strip(b"\r\n"):
            return pa.table({name: pa.array([], pa.binary()) for name in self.wanted}), []
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            read_options=arrow_csv.ReadOptions(column_names=self.columns, block_size=len(text) + 1, use_threads=False),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=set_aside),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(self.columns, pa.binary()),
                include_columns=self.wanted,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        return table, uneven

    def _batch(self, numbers: Any, lines: Sequence[str], good: dict[str, Any] | None = None) -> Any:
        import pyarrow as pa

        count = len(numbers)
        text = pa.array(list(lines), pa.large_string()) if lines else pa.nulls(count, pa.large_string())
        fields = [good[name] if good else pa.nulls(count, pa.large_string()) for name in self.wanted]
        rows = pa.array(np.asarray(numbers, np.int64) + self.rows_before + 1)
        malformed = pa.array(np.full(count, bool(lines)))
        return pa.record_batch([rows, malformed, text, *fields], schema=self.schema)


def _decoded(table: Any, numbers: Any) -> tuple[dict[str, Any], Any, list[tuple[int, bytes]]]:
    """Fields as text; records with a field that is not UTF-8 are set aside."""
    import pyarrow as pa

    try:
        return {name: _as_text(table[name]) for name in table.column_names}, numbers, []
    except pa.ArrowInvalid:
        valid = np.ones(table.num_rows, bool)
        for name in table.column_names:
            valid[undecodable(table[name].combine_chunks())] = False
    rows = table.filter(pa.array(~valid)).to_pylist()
    aside = [
        (int(number), b",".join(value or b"" for value in row.values()))
        for number, row in zip(numbers[~valid], rows, strict=True)
    ]
    table = table.filter(pa.array(valid))
    return {name: _as_text(table[name]) for name in table.column_names}, numbers[valid], aside


def _as_text(column: Any) -> Any:
    import pyarrow as pa

    return column.combine_chunks().cast(pa.large_binary()).cast(pa.large_string())


def undecodable(column: Any, start: int = 0) -> list[int]:
    """Positions of the values of an Arrow array of bytes that are not UTF-8, found by halving."""
    import pyarrow as pa

    try:
        column.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        if len(column) == 1:
            return [start]
        half = len(column) // 2
        return undecodable(column[:half], start) + undecodable(column[half:], start + half)
    return []
