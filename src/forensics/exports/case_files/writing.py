"""Writing the case files of a run, and knowing them again.

A page carries the manifest's hash, and the manifest the page's: so that both can, the manifest holds the hash of the
page with a blank in that place, and whoever verifies puts the blank back.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from forensics.charts import account_map_page
from forensics.exports.case_files.facts import read_facts
from forensics.exports.case_files.folders import ACCOUNT_MAP, INDEX, case_folder, page_name
from forensics.exports.case_files.page import BLANK, MARKING, case_page, index_page
from forensics.exports.dated_folders import fresh_folder, mend_folders, place_folder, synchronise
from forensics.exports.stix import LIMITS
from forensics.home import Home
from forensics.settings import Settings

NO_MANIFEST = "none on record"

PLACES = ('<code id="manifest">', '<code class="command" id="verify">forensics verify --expect ')
"""What stands before the manifest's hash; no value can, since each is escaped."""

RUN = re.compile(r'<meta name="run" content="([^"]*)">')
HEAD_CHARACTERS = 4000
"""Of a page that name its run."""


def render_case_files(
    connection: duckdb.DuckDBPyConnection, settings: Settings, policy: Mapping[str, str]
) -> dict[str, str]:
    """All pages of the run that a warehouse shows, with a blank for the manifest's hash.

    Args:
        connection: to the warehouse that is published.
        settings: of the state folder.
        policy: the ownership rule in force: profile, version and profile_sha256.

    Returns:
        HTML by file name, the index first and the account map last; equal rows give equal text.
    """
    run, cases = read_facts(connection, settings, policy)
    names = [page_name(case.finding["finding_id"]) for case in cases]
    pages = {INDEX: index_page(run, cases, names)}
    for name, case in zip(names, cases, strict=True):
        pages[name] = case_page(case, connection)
    pages[ACCOUNT_MAP] = account_map_page(
        connection, run.run.as_of, case_file=page_name, index=INDEX, marking=MARKING, limits=LIMITS
    )
    return pages


def described(home: Home, as_of: date, pages: Mapping[str, str]) -> list[dict[str, Any]]:
    """The pages as a manifest holds them: file, bytes, and SHA-256 with a blank for the manifest's own."""
    folder = case_folder(home, as_of).relative_to(home.root).as_posix()
    return [
        {"file": f"{folder}/{name}", "bytes": len(data), "sha256_with_blank": hashlib.sha256(data).hexdigest()}
        for name, data in ((name, text.encode()) for name, text in sorted(pages.items()))
    ]


def place_case_files(home: Home, as_of: date, pages: Mapping[str, str], manifest: str | None) -> Path:
    """Put pages in force, all at once.

    Args:
        home: the state folder; the caller holds the writer lock.
        as_of: names the folder.
        pages: as rendered.
        manifest: the manifest's SHA-256, which takes the blank's place; None when there is none.

    Returns:
        The index.
    """
    mend_folders(home.cases)
    fresh = fresh_folder(home.cases, as_of)
    fresh.mkdir(parents=True)
    for name, text in pages.items():
        (fresh / name).write_text(_with(text, BLANK, manifest or NO_MANIFEST), "utf-8")
        synchronise(fresh / name)
    synchronise(fresh)
    return place_folder(home.cases, as_of) / INDEX


def sha256_with_blank(path: Path, manifest: str) -> str:
    """The hash of a page with a blank for the manifest's."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    return hashlib.sha256(_with(text, manifest, BLANK).encode("utf-8", "surrogateescape")).hexdigest()


def _with(text: str, old: str, new: str) -> str:
    for place in PLACES:
        text = text.replace(place + old, place + new)
    return text


def settle_case_files(home: Home) -> None:
    """Delete folders of other runs than the published warehouse names for their date; the caller holds the lock."""
    mend_folders(home.cases)
    if not home.published.is_file():
        return
    with duckdb.connect(str(home.published), read_only=True) as connection:
        published = {
            day.isoformat(): run_id
            for day, run_id in connection.execute("SELECT as_of, run_id FROM reports.runs").fetchall()
        }
    for folder in _folders(home):
        if _run_of(folder) != published.get(folder.name):
            shutil.rmtree(folder)


def remove_case_files(home: Home, *, before: date) -> None:
    """Delete the folders of as-of dates before a day."""
    for folder in _folders(home):
        if folder.name < before.isoformat():
            shutil.rmtree(folder)


def _folders(home: Home) -> Iterator[Path]:
    for folder in sorted(home.cases.iterdir()) if home.cases.is_dir() else ():
        if folder.is_dir() and re.fullmatch(r"\d{4}-\d{2}-\d{2}", folder.name):
            yield folder


def _run_of(folder: Path) -> str | None:
    """The run that an index names; None without one."""
    index = folder / INDEX
    found = RUN.search(index.read_text("utf-8", "replace")[:HEAD_CHARACTERS]) if index.is_file() else None
    return found[1] if found else None
