"""The account map to explore: one HTML page that needs nothing else, neither a server nor another file.

warehouse ─ points ─ inert JSON ─┐
page.html, page.css, page.js ────┴─ one file, whose policy allows its own script and style by hash and no request
"""

from forensics.charts.account_map_page.page import account_map_page

__all__ = ["account_map_page"]
