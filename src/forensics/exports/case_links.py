"""Addresses of case files, which a browser follows from Dagster's interface.

A browser opens no file from a page that came over HTTP, so the pages are served: `forensics ui` does so at the setting
case_files_url, to this machine only. The first part of a path names the state folder, so that a link of one never
opens a page of another.
"""

import hashlib
import re
from datetime import date
from pathlib import Path

from forensics.exports.case_files.folders import INDEX
from forensics.home import Home
from forensics.settings import Settings

HOME_CHARACTERS = 12
"""48 bits of the hash of the folder's path: no two folders of a machine meet by chance."""

SERVED = re.compile(r"/([0-9a-f]{12})/(\d{4}-\d{2}-\d{2})/([a-z0-9][a-z0-9_-]{0,79}\.html)")
"""All that is served: pages by their names, nothing hidden and no folder."""


def case_link(home: Home, settings: Settings, as_of: date, page: str) -> str:
    """The address of a page.

    Args:
        home: the state folder.
        settings: with case_files_url.
        as_of: names the folder.
        page: file name, as `page_name` gives it.
    """
    return f"{settings.case_files_url}/{_mark(home)}/{as_of.isoformat()}/{page}"


def newest_index(home: Home, settings: Settings) -> str | None:
    """The address of the index of the newest as-of date; None before the first run."""
    pages = sorted(home.cases.glob(f"????-??-??/{INDEX}"))
    return case_link(home, settings, date.fromisoformat(pages[-1].parent.name), INDEX) if pages else None


def served_page(home: Home, path: str) -> Path | None:
    """The file that an address's path names; None for whatever is no page of this state folder."""
    match = SERVED.fullmatch(path)
    if match is None or match[1] != _mark(home):
        return None
    file = home.cases / match[2] / match[3]
    return file if file.is_file() else None


def _mark(home: Home) -> str:
    return hashlib.sha256(str(home.root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:HOME_CHARACTERS]
