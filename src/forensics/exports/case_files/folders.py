"""Where case files lie: `cases/<as-of date>/`, an index, one page a finding and the account map."""

import hashlib
import re
from datetime import date
from pathlib import Path

from forensics.home import Home

INDEX = "index.html"
ACCOUNT_MAP = "account_map.html"
"""The one page with a script; no finding's page can have this name."""
PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
"""Ids as the pipeline makes them; any other becomes a hash, so that no id can name a path."""


def case_folder(home: Home, as_of: date) -> Path:
    """The folder of an as-of date."""
    return home.cases / as_of.isoformat()


def case_file(home: Home, as_of: date, finding_id: str) -> Path:
    """The page of a finding as of a date, whether or not it was written."""
    return case_folder(home, as_of) / page_name(finding_id)


def case_files_index(home: Home, as_of: date) -> Path:
    """The index of all findings as of a date, whether or not it was written."""
    return case_folder(home, as_of) / INDEX


def account_map_file(home: Home, as_of: date) -> Path:
    """The account map as of a date, whether or not it was written."""
    return case_folder(home, as_of) / ACCOUNT_MAP


def page_name(finding_id: str) -> str:
    """The file name of a finding's page."""
    plain = PLAIN_ID.fullmatch(finding_id) is not None and f"{finding_id}.html" != INDEX
    name = finding_id if plain else f"finding-{hashlib.md5(finding_id.encode('utf-8', 'replace')).hexdigest()}"
    return f"{name}.html"
