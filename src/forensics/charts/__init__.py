"""Pictures for people: one chart a file."""

from forensics.charts.account_map import account_map

__all__ = ["account_map"]
