"""Publishing: a whole copy of the warehouse takes the old one's place in one step; the last few are kept."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from forensics.contracts.sql import literal
from forensics.errors import NotFoundError
from forensics.home import Home
from forensics.warehouse.connection import STORAGE_VERSION

PREFIX = "forensics-"
NUMBERED = re.compile(rf"{PREFIX}([1-9][0-9]*)\.duckdb")
"""Names of kept versions; whatever else somebody puts into their folder is left alone."""

PUBLISHING = ".publishing.duckdb"
RESTORING = ".restoring.duckdb"
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


DENSE_SHARE = 0.25
"""Free blocks beside used ones up to which a file is copied as it is: more would be kept with every version."""


def publish(
    connection: duckdb.DuckDBPyConnection, home: Home, *, kept_versions: int, compacts: bool = False
) -> Version:
    """Copy the writer's warehouse and put the copy in the published one's place.

    The copy is complete and on disk before it gets its name, so a reader sees the old state or the new one, and a
    crash at any moment leaves the last good copy. Readers that are open keep the state they opened.

    Args:
        connection: the writer's, with no open transaction; the caller holds the writer lock.
        home: the state folder.
        kept_versions: how many published warehouses are kept, this one included.
        compacts: whether the copy must hold nothing but the rows, as after an erasure: blocks that are free keep what
            stood in them.
    """
    _remove_leftovers(home)
    target = home.root / PUBLISHING
    try:
        if compacts or not _clone(connection, target):
            _copy(connection, target)
        return _put_in_force(target, home, kept_versions)
    except BaseException:
        # A full disk must not stay full because of a copy that nobody will open.
        _remove_leftovers(home)
        raise


def _clone(connection: duckdb.DuckDBPyConnection, target: Path) -> bool:
    """Copy the file as it is, where that wastes little room; False where it was not done.

    A hundredth of the work of copying rows, and none where the file system shares blocks between copies. By a process
    of its own: closing a file lets go of all locks that a process has on it, DuckDB's among them.
    """
    connection.execute("CHECKPOINT")
    path, used, free = connection.execute(
        "SELECT path, used_blocks, free_blocks FROM pragma_database_size()"
        " JOIN duckdb_databases() USING (database_name) WHERE database_name = current_database()"
    ).fetchall()[0]
    wal = Path(f"{path}.wal")
    if not path or free > DENSE_SHARE * used or (wal.is_file() and wal.stat().st_size):
        return False
    program = shutil.which("cp")
    if program and subprocess.run([program, "--reflink=auto", path, str(target)], capture_output=True).returncode == 0:
        return True
    target.unlink(missing_ok=True)
    return False


def _copy(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    building = connection.execute("SELECT current_database()").fetchall()[0][0]
    connection.execute(f"ATTACH {literal(str(target))} AS publishing (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        connection.execute(f'COPY FROM DATABASE "{building}" TO publishing')
        connection.execute("CHECKPOINT publishing")
    finally:
        connection.execute("DETACH publishing")


def versions(home: Home) -> list[Version]:
    """The kept versions, newest first; not the one that a publication is about to put in force, or was killed over."""
    in_force = _inode(home.published)
    unfinished = _inode(home.root / PUBLISHING)
    found = []
    for path in home.versions.glob(f"{PREFIX}*.duckdb"):
        name = NUMBERED.fullmatch(path.name)
        if name is None or not path.is_file():
            continue
        status = path.stat()
        if status.st_ino == unfinished != in_force:
            continue
        published_at = datetime.fromtimestamp(status.st_mtime, UTC)
        found.append(Version(int(name[1]), path, published_at, status.st_size, status.st_ino == in_force))
    return sorted(found, key=lambda version: -version.number)


def restore(home: Home, number: int) -> Version:
    """Put an earlier version in force again, for readers; the caller holds the writer lock.

    Only what readers open goes back. The writer's building copy stays as it is: days that were loaded since are
    evidence, each committed as a whole, and forgetting them would let a changed day be loaded as if it were new. The
    next run computes every derived table anew and publishes from that copy. Only where the building copy is lost does
    the newest kept version take its place.

    Raises:
        NotFoundError: when that version is not kept.
    """
    _remove_leftovers(home)
    source = kept_version(home, number).path
    if not home.building.exists():
        rebuilt = home.root / RESTORING
        shutil.copyfile(versions(home)[0].path, rebuilt)
        _synchronise(rebuilt)
        Path(f"{home.building}.wal").unlink(missing_ok=True)
        rebuilt.replace(home.building)
    link = home.root / RESTORING
    os.link(source, link)
    link.replace(home.published)
    # Renaming one name of a file to another name of the same file does nothing: then the first is still there.
    link.unlink(missing_ok=True)
    _synchronise(home.root)
    return kept_version(home, number)


def kept_version(home: Home, number: int) -> Version:
    """The version of that number.

    Raises:
        NotFoundError: when it is not kept.
    """
    kept = {version.number: version for version in versions(home)}
    if number not in kept:
        raise NotFoundError(
            f"Version {number} is not kept in {home.versions}.",
            next_step=f"Choose one of: {', '.join(map(str, sorted(kept))) or 'none is kept'}.",
        )
    return kept[number]


def _put_in_force(target: Path, home: Home, kept_versions: int) -> Version:
    target.chmod(READ_ONLY)
    _synchronise(target)
    number = max((version.number for version in versions(home)), default=0) + 1
    kept = home.versions / f"{PREFIX}{number}.duckdb"
    # First the number, then the name that readers open: while both names are there, `versions` lists neither.
    os.link(target, kept)
    target.replace(home.published)
    _synchronise(home.versions)
    _synchronise(home.root)
    current, *others = versions(home)
    for old in others[kept_versions - 1 :]:
        old.path.unlink()
    return current


def _remove_leftovers(home: Home) -> None:
    """Delete what a killed publication left: a copy that was never in force, and its number if it had one already."""
    unfinished = _inode(home.root / PUBLISHING)
    if unfinished not in (None, _inode(home.published)):
        for path in home.versions.glob(f"{PREFIX}*.duckdb"):
            if _inode(path) == unfinished:
                path.unlink()
    for name in (PUBLISHING, f"{PUBLISHING}.wal", RESTORING):
        (home.root / name).unlink(missing_ok=True)


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
