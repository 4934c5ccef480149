"""`datapackage.json`: what lies in a folder of Parquet files, in the words of the contract (Data Package 2.0)."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dataframely as dy

from forensics import __version__
from forensics.contracts import Table

FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
BLOCK_BYTES = 2**20

_TYPES: tuple[tuple[type[dy.Column], str], ...] = (
    (dy.Enum, "string"),
    (dy.String, "string"),
    (dy.Int64, "integer"),
    (dy.Float64, "number"),
    (dy.Bool, "boolean"),
    (dy.Datetime, "datetime"),
    (dy.Date, "date"),
)


def datapackage(name: str, title: str, files: Mapping[Path, Table]) -> str:
    """The descriptor of Parquet files.

    Args:
        name: of the package: lower case letters, digits, hyphens.
        title: for people.
        files: the tables in them, by file; all in one folder.

    Returns:
        JSON that follows from the files alone, ending with a line end.
    """
    package = {
        "$schema": PROFILE,
        "name": name,
        "title": title,
        "version": __version__,
        "resources": [_resource(path, table) for path, table in files.items()],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _resource(path: Path, table: Table) -> dict[str, Any]:
    import pyarrow.parquet as pq

    return {
        "name": table.name,
        "type": "table",
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": f"{table.description} One row per {table.grain}.",
        "rowCount": pq.read_metadata(path).num_rows,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{file_sha256(path)}",
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(name, column) for name, column in table.columns.items()]}
    if table.primary_key:
        schema["primaryKey"] = table.primary_key
    return schema


def _field(name: str, column: dy.Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if isinstance(column, dy.Enum):
        constraints["enum"] = list(column.categories)
    for ours, theirs in (("min", "minimum"), ("max", "maximum"), ("min_length", "minLength"), ("regex", "pattern")):
        if (bound := getattr(column, ours, None)) is not None:
            constraints[theirs] = bound
    kind = next(name for cls, name in _TYPES if isinstance(column, cls))
    field = {"name": name, "type": kind, "description": column.description or ""}
    return {**field, "constraints": constraints} if constraints else field
