"""What a reader of one format hands over: a relation with every record of the file, and its columns."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from forensics.contracts.tables import Table
from forensics.raw.rules import Field

SHOWN_NAMES = 50
SHOWN_CHARACTERS = 100
"""How many unknown columns are named, and how much of a name: a file can be full of both."""


@dataclass(frozen=True)
class Reading:
    """A file that is open for reading.

    Attributes:
        relation: SQL of a relation with one row a record: row_number, malformed, line, and what the fields name.
        fields: the contract's columns that the file has.
        unknown: columns the contract does not know.
        row: SQL of a record's text for the quarantine; None: made from the fields.
        keys: SQL of the list of a record's own keys, for formats whose records may differ in their columns.
    """

    relation: str
    fields: dict[str, Field]
    unknown: list[str] = field(default_factory=list)
    row: str | None = None
    keys: str | None = None


class UnreadableFile(Exception):  # noqa: N818 - a finding about a file, gathered with others into a SnapshotError
    """A file cannot be read, or not to its end; the text says why."""


def unknown_names(table: Table, found: Iterable[str]) -> list[str]:
    """Names that the contract does not have, sorted and bounded; a name in another case is unknown too."""
    names = sorted({name for name in found if name not in table.snapshot_columns})
    shown = [
        "".join(c if c.isprintable() and c != "," else "?" for c in name[:SHOWN_CHARACTERS])
        for name in names[:SHOWN_NAMES]
    ]
    return [*shown, f"and {len(names) - SHOWN_NAMES} more"] if len(names) > SHOWN_NAMES else shown


def missing_names(table: Table, found: Iterable[str], *, required: bool) -> list[str]:
    """The contract's required, or optional, columns that a file does not have."""
    has = set(found)
    columns = table.snapshot_columns.items()
    return [name for name, column in columns if name not in has and column.nullable != required]


def repeated_names(table: Table, found: Iterable[str]) -> list[str]:
    """The contract's columns that a file has more than once."""
    names = list(found)
    return [name for name in table.snapshot_columns if names.count(name) > 1]
