"""Publishing: a whole copy of the warehouse takes the old one's place in one step; the last few are kept."""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from forensics.contracts.sql import literal
from forensics.errors import NotFoundError
from forensics.home import Home
from forensics.warehouse.connection import STORAGE_VERSION

PREFIX = "forensics-"
READ_ONLY = 0o444
"""Published files carry no write permission: nobody changes one by opening it with another tool."""


@dataclass(frozen=True)
class Version:
    """One published warehouse.

    Attributes:
        number: counts up from 1.
        path: the file.
        published_at: when it was published, UTC.
        size_bytes: size of the file.
        in_force: whether it is the one analysts open now.
    """

    number: int
    path: Path
    published_at: datetime
    size_bytes: int
    in_force: bool


def publish(connection: duckdb.DuckDBPyConnection, home: Home, *, kept_versions: int) -> Version:
    """Copy the writer's warehouse and put the copy in the published one's place.

    The copy is complete and on disk before it gets its name, so a reader sees the old state or the new one, and a
    crash at any moment leaves the last good copy. Readers that are open keep the state they opened.

    Args:
        connection: the writer's, with no open transaction; the caller holds the writer lock.
        home: the state folder.
        kept_versions: how many published warehouses are kept, this one included.
    """
    _remove_leftovers(home)
    target = home.root / ".publishing.duckdb"
    building = connection.execute("SELECT current_database()").fetchall()[0][0]
    connection.execute(f"ATTACH {literal(str(target))} AS publishing (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        connection.execute(f'COPY FROM DATABASE "{building}" TO publishing')
        connection.execute("CHECKPOINT publishing")
    finally:
        connection.execute("DETACH publishing")
    return _put_in_force(target, home, kept_versions)


def versions(home: Home) -> list[Version]:
    """The kept versions, newest first."""
    in_force = home.published.stat().st_ino if home.published.exists() else None
    found = []
    for path in home.versions.glob(f"{PREFIX}*.duckdb"):
        status = path.stat()
        number = int(path.stem.removeprefix(PREFIX))
        published_at = datetime.fromtimestamp(status.st_mtime, UTC)
        found.append(Version(number, path, published_at, status.st_size, status.st_ino == in_force))
    return sorted(found, key=lambda version: -version.number)


def restore(home: Home, number: int) -> Version:
    """Put an earlier version in force again, for readers and for the next run; the caller holds the writer lock.

    Raises:
        NotFoundError: when that version is not kept.
    """
    kept = {version.number: version for version in versions(home)}
    if number not in kept:
        raise NotFoundError(
            f"Version {number} is not kept in {home.versions}.",
            next_step=f"Choose one of: {', '.join(map(str, sorted(kept))) or 'none is kept'}.",
        )
    source = kept[number].path
    _remove_leftovers(home)
    rebuilt = home.root / ".restoring.duckdb"
    shutil.copyfile(source, rebuilt)
    _synchronise(rebuilt)
    Path(f"{home.building}.wal").unlink(missing_ok=True)
    rebuilt.replace(home.building)
    link = home.root / ".publishing.duckdb"
    os.link(source, link)
    link.replace(home.published)
    _synchronise(home.root)
    return next(version for version in versions(home) if version.number == number)


def _put_in_force(target: Path, home: Home, kept_versions: int) -> Version:
    target.chmod(READ_ONLY)
    _synchronise(target)
    number = max((version.number for version in versions(home)), default=0) + 1
    kept = home.versions / f"{PREFIX}{number}.duckdb"
    os.link(target, kept)
    target.replace(home.published)
    _synchronise(home.versions)
    _synchronise(home.root)
    current, *others = versions(home)
    for old in others[kept_versions - 1 :]:
        old.path.unlink()
    return current


def _remove_leftovers(home: Home) -> None:
    """Delete what a killed publication left; it never had a name that anybody reads."""
    for name in (".publishing.duckdb", ".publishing.duckdb.wal", ".restoring.duckdb"):
        (home.root / name).unlink(missing_ok=True)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
