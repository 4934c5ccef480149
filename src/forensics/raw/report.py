"""What a load did, table by table."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["loaded", "already_loaded", "reissued", "file_restored"]


@dataclass(frozen=True)
class TableLoad:
    """One table of a load.

    Attributes:
        name: the table.
        files: how many files it came in.
        rows: rows that keep the contract and are now in the warehouse.
        quarantined: rows that break it and are in `raw.quarantine`.
        unknown_columns: columns of any file that the contract does not know; they were kept out.
        missing_columns: optional columns that at least one file does not have.
        erased: rows of erased accounts, which were kept out.
    """

    name: str
    files: int
    rows: int
    quarantined: int
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    erased: int = 0


@dataclass(frozen=True)
class LoadReport:
    """One day's load.

    Attributes:
        day: the snapshot's day.
        load_id: day and fingerprint of all its files.
        load_number: 1 for the day's first load; counts up with each re-issue.
        status: loaded, already_loaded (nothing was changed), reissued, or file_restored (only its lost file was
            written).
        tables: the tables that the day brought, in the contract's order.
        unknown_files: what lies in the folder and belongs to no table.
    """

    day: date
    load_id: str
    load_number: int
    status: Status
    tables: tuple[TableLoad, ...]
    unknown_files: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all tables that are now in the warehouse."""
        return sum(table.rows for table in self.tables)

    @property
    def quarantined(self) -> int:
        """Rows of all tables that went to the quarantine."""
        return sum(table.quarantined for table in self.tables)

    @property
    def erased(self) -> int:
        """Rows of erased accounts that were kept out of all tables."""
        return sum(table.erased for table in self.tables)
