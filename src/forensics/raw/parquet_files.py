"""Reading Parquet: columns are taken by their exact names, whatever physical type they have."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from forensics.contracts.sql import literal
from forensics.contracts.tables import Table
from forensics.raw.reading import Reading, UnreadableFile, repeated_names, unknown_names
from forensics.raw.rules import Field

BATCH_ROWS = 20_000


@contextmanager
def open_parquet(connection: duckdb.DuckDBPyConnection, path: Path, table: Table) -> Iterator[Reading]:
    """Read a Parquet file.

    DuckDB does not tell `Prompt` from `prompt`, so columns are taken by position and the names come from the footer.

    Raises:
        UnreadableFile: when the footer is damaged or a column is there twice.
    """
    names = column_names(path)
    if repeated := repeated_names(table, names):
        raise UnreadableFile(f"the column {', '.join(repeated)} is there more than once")
    aliases = ", ".join([*(f"c{number}" for number in range(len(names))), "position"])
    scan = f"read_parquet({literal(str(path))}, file_row_number = true, hive_partitioning = false) AS file({aliases})"
    types = [row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()]
    fields = {
        name: Field(f"c{number}", types[number]) for number, name in enumerate(names) if name in table.snapshot_columns
    }
    columns = "".join(f", {found.raw}" for found in fields.values())
    relation = (
        f"(SELECT position + 1 AS row_number, false AS malformed, CAST(NULL AS VARCHAR) AS line{columns} FROM {scan})"
    )
    yield Reading(relation, fields, unknown_names(table, names))


def with_text_as_bytes(path: Path, scratch: Path, table: Table) -> Path:
    """A copy of a Parquet file whose text columns are bytes, so that text which is not UTF-8 is found row by row.

    DuckDB refuses a whole file for one such value; the copy is made only then.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = scratch / "text-as-bytes.parquet"
    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name in table.snapshot_columns]
        writer = None
        try:
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=names):
                columns = [_as_bytes(column) for column in batch.columns]
                out = pa.table(columns, names=names)
                writer = writer or pq.ParquetWriter(target, out.schema, compression="snappy")
                writer.write_table(out)
        finally:
            if writer:
                writer.close()
    return target


def _as_bytes(column: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    is_text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return column.cast(pa.large_binary()) if any(check(column.type) for check in is_text) else column


def column_names(path: Path) -> list[str]:
    """The names in a file's footer, spelled as they are.

    Raises:
        UnreadableFile: when the footer is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as fault:
        raise UnreadableFile(f"it is damaged or cut short: {fault}") from fault
