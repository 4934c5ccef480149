"""The first step: a provider's daily snapshots, read as they are, checked row by row, and kept with their origin."""

from forensics.raw.days import list_days
from forensics.raw.load import load_day
from forensics.raw.report import LoadReport, TableLoad

__all__ = ["LoadReport", "TableLoad", "list_days", "load_day"]
