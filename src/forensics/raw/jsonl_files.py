"""Reading JSON Lines: one object a line; keys are taken as they are spelled, and each value is parsed once."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from forensics.contracts.sql import literal, quote
from forensics.contracts.tables import Table
from forensics.raw.csv_files import undecodable
from forensics.raw.reading import Reading, UnreadableFile
from forensics.raw.records import line_blocks, unpacked
from forensics.raw.rules import Field

STREAM = "json_lines"
_BLANK = "E' \\t\\r\\n'"


@contextmanager
def open_jsonl(connection: duckdb.DuckDBPyConnection, path: Path, packing: str, table: Table) -> Iterator[Reading]:
    """Read a file of JSON Lines. Which columns it has shows only when it is read: `record_keys` holds each row's.

    Raises:
        UnreadableFile: when the stream or the last line is cut short, while the relation is read.
    """
    import pyarrow as pa

    parser = _Lines()
    batches = parser.batches(line_blocks(unpacked(path, packing)))
    connection.register(STREAM, pa.RecordBatchReader.from_batches(parser.schema, batches))
    fields = {name: _field(name) for name in table.snapshot_columns}
    try:
        yield Reading(_relation(table), fields, row="line", keys="record_keys")
    except duckdb.Error as fault:
        raise parser.fault or fault from fault
    finally:
        connection.unregister(STREAM)


def _relation(table: Table) -> str:
    """One row a line that is not blank, with the object's values as JSON; a line that is no object is malformed."""
    shape = literal(json.dumps(dict.fromkeys(table.snapshot_columns, "JSON")))
    values = ", ".join(f"record.{quote(name)} AS {quote(f'json_{name}')}" for name in table.snapshot_columns)
    return f"""(
    SELECT row_number, malformed, line, record_keys, {values}
    FROM (
        SELECT *, CASE WHEN NOT malformed THEN from_json(line, {shape}) END AS record,
            CASE WHEN NOT malformed THEN json_keys(line) END AS record_keys
        FROM (
            SELECT row_number, line, undecodable OR NOT json_valid(line)
                OR NOT starts_with(ltrim(line, {_BLANK}), '{{') AS malformed
            FROM {STREAM}
            WHERE strlen(line) > 8 OR trim(line, {_BLANK}) <> ''
        )
    )
)"""


def _field(name: str) -> Field:
    """A value as text: a JSON text without its quotes, anything else as it is written."""
    value = quote(f"json_{name}")
    text = f"CAST({value} AS VARCHAR)"
    raw = f"CASE WHEN starts_with({text}, '\"') THEN {value} ->> '$' ELSE {text} END"
    return Field(raw, "VARCHAR", nested=f"starts_with({text}, '{{') OR starts_with({text}, '[')")


class _Lines:
    """Blocks of lines in, Arrow batches out: row_number, line, and whether its bytes are not UTF-8."""

    def __init__(self) -> None:
        import pyarrow as pa

        self.lines_before = 0
        self.fault: UnreadableFile | None = None
        self.schema = pa.schema([("row_number", pa.int64()), ("line", pa.large_string()), ("undecodable", pa.bool_())])

    def batches(self, blocks: Iterator[bytes]) -> Iterator[Any]:
        """The batches; a fault is kept, because DuckDB passes on only its text."""
        try:
            for block in blocks:
                if not block.endswith(b"\n"):
                    _refuse_unfinished(block[block.rfind(b"\n") + 1 :])
                yield self._block(block)
        except UnreadableFile as fault:
            self.fault = fault
            raise

    def _block(self, block: bytes) -> Any:
        import pyarrow as pa

        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
        if not ends.size or ends[-1] != len(block):
            ends = np.append(ends, len(block))
        offsets = np.concatenate(([0], ends)).astype(np.int64)
        lines = pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(block)]
        )
        wrong = np.zeros(len(ends), bool)
        try:
            text = lines.cast(pa.large_string())
        except pa.ArrowInvalid:
            wrong[undecodable(lines)] = True
            text = pa.array([value.decode("utf-8", "replace") for value in lines.to_pylist()], pa.large_string())
        numbers = np.arange(len(ends), dtype=np.int64) + self.lines_before + 1
        self.lines_before += len(ends)
        return pa.record_batch([pa.array(numbers), text, pa.array(wrong)], schema=self.schema)


def _refuse_unfinished(line: bytes) -> None:
    """A last line without a line break must at least be a whole object."""
    if not line.strip():
        return
    try:
        whole = isinstance(json.loads(line), dict)
    except ValueError:
        whole = False
    if not whole:
        raise UnreadableFile("its last record is unfinished: the last line is no whole JSON object")
