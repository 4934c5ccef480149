"""The DuckDB warehouse: one writer under a kernel lock, whole published copies for everybody else."""

from forensics.warehouse.connection import check_published, open_building, open_published
from forensics.warehouse.lock import writer_lock
from forensics.warehouse.publication import Version, publish, restore, versions
from forensics.warehouse.tables import day_rows_replaced, read_frame, replace_table

__all__ = [
    "Version",
    "check_published",
    "day_rows_replaced",
    "open_building",
    "open_published",
    "publish",
    "read_frame",
    "replace_table",
    "restore",
    "versions",
    "writer_lock",
]
