"""Pictures for people: one chart a file."""

from forensics.charts.account_map import account_map
from forensics.charts.account_map_page import account_map_page

__all__ = ["account_map", "account_map_page"]
