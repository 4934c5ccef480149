"""Reading register files in batches: CSV, JSON and JSON lines, plain, gzip, Zstandard or zip with one file inside."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from forensics.raw.registers.rows import RegisterError

BATCH_ROWS = 50_000
PACKED = (".gz", ".zst", ".zip")
CSV_BLOCK_BYTES = 8_000_000


def kind_of(path: Path) -> str:
    """`csv`, `json` or `jsonl`, from the name without the ending of its packing.

    Raises:
        RegisterError: for any other name.
    """
    endings = [ending for ending in path.suffixes[-2:] if ending not in PACKED]
    kinds = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
    if not endings or endings[-1].lower() not in kinds:
        raise RegisterError(
            f"{path} is no register file by its name.",
            next_step="Name a .csv, .json or .jsonl file, plain or packed as .gz, .zst or .zip.",
        )
    return kinds[endings[-1].lower()]


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The unpacked bytes of a file.

    Raises:
        RegisterError: if it cannot be read, is cut off, or is a zip file of several files.
    """
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if not name.endswith("/")]
                if len(names) != 1:
                    raise RegisterError(
                        f"{path} holds {len(names)} files.", next_step="Unpack it and name one of them."
                    )
                with archive.open(names[0]) as stream:
                    yield stream
        elif path.suffix == ".gz":
            with gzip.open(path) as stream:
                yield stream
        elif path.suffix == ".zst":
            import pyarrow as pa

            with pa.CompressedInputStream(str(path), "zstd") as stream:
                yield io.BufferedReader(stream)
        else:
            with path.open("rb") as stream:
                yield stream
    except (OSError, EOFError, zipfile.BadZipFile) as fault:
        raise RegisterError(
            f"{path} cannot be read: {fault}", next_step="Fetch the file again, or name another."
        ) from fault


def header_of(path: Path) -> set[str]:
    """Names of the columns of a CSV file."""
    import csv

    with opened(path) as stream:
        line = io.TextIOWrapper(stream, "utf-8-sig", errors="replace").readline()
    return set(next(csv.reader([line]), []))


def csv_batches(path: Path, columns: list[str]) -> Iterator[pl.DataFrame]:
    """Batches of the wanted columns of a CSV file as text, numbered from 1; columns it lacks are null.

    Raises:
        RegisterError: if a line has another number of fields than the header.
    """
    import pyarrow as pa
    from pyarrow import csv

    with opened(path) as stream:
        try:
            batches = csv.open_csv(
                stream,
                read_options=csv.ReadOptions(block_size=CSV_BLOCK_BYTES),
                parse_options=csv.ParseOptions(newlines_in_values=True),
                convert_options=csv.ConvertOptions(
                    include_columns=columns,
                    include_missing_columns=True,
                    column_types=dict.fromkeys(columns, pa.string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
            first = 1
            for batch in batches:
                frame = pl.DataFrame(pl.from_arrow(batch))
                yield _numbered(frame, first)
                first += frame.height
        except pa.ArrowInvalid as fault:
            raise RegisterError(f"{path} is no sound CSV file: {fault}", next_step="Fetch the file again.") from fault


def json_objects(path: Path, inside: tuple[str, ...]) -> Iterator[tuple[int, Any]]:
    """Every object of a JSON or JSON lines file with its number from 1; None for a line that is not JSON.

    Args:
        path: the file. JSON lines are read one at a time; a JSON document is read whole.
        inside: names under which a document may hold its list of objects.

    Raises:
        RegisterError: if a JSON document is not JSON, or holds no list.
    """
    with opened(path) as stream:
        if kind_of(path) == "jsonl":
            for number, line in enumerate(filter(bytes.strip, stream), start=1):
                try:
                    yield number, json.loads(line)
                except (UnicodeDecodeError, json.JSONDecodeError):
                    yield number, None
            return
        try:
            document = json.load(stream)
        except (UnicodeDecodeError, json.JSONDecodeError) as fault:
            raise RegisterError(f"{path} is no JSON document: {fault}", next_step="Fetch the file again.") from fault
    if isinstance(document, dict):
        document = next((document[name] for name in inside if isinstance(document.get(name), list)), None)
    if not isinstance(document, list):
        raise RegisterError(
            f"{path} holds no list of records.", next_step=f"Name a file with a list, or with one under {inside[0]!r}."
        )
    yield from enumerate(document, start=1)


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Leaves of nested JSON under dotted names; lists count from 1, `$` is a node's text, attributes are left out."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not key.startswith("@"):
                yield from flat(inner, name if key == "$" else f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            yield from flat(inner, f"{name}.{place}")
    elif value is not None and not isinstance(value, bool):
        yield name, str(value)


def flat_batches(path: Path, columns: dict[str, str], inside: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Batches of flattened JSON objects as text, numbered from 1.

    Args:
        path: the file.
        columns: dotted name in the JSON by wanted name.
        inside: names under which a document may hold its list.
    """
    schema = {"row_number": pl.Int64, **dict.fromkeys(columns, pl.String)}
    rows: list[dict[str, Any]] = []
    for number, value in json_objects(path, inside):
        leaves = dict(flat(value)) if isinstance(value, dict) else {}
        # A list of one may be written as its only member.
        rows.append(
            {"row_number": number}
            | {name: leaves.get(there) or leaves.get(there.replace(".1.", ".")) for name, there in columns.items()}
        )
        if len(rows) == BATCH_ROWS:
            yield pl.DataFrame(rows, schema=schema)
            rows = []
    yield pl.DataFrame(rows, schema=schema)


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return frame.with_columns(row_number=pl.int_range(first, first + frame.height, dtype=pl.Int64))
