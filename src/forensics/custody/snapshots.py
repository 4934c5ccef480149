"""The snapshots that a run read, looked at again where they can still be reached."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from forensics.errors import SnapshotError
from forensics.home import Home
from forensics.raw.sources import Source, open_source

Fault = tuple[str, str, Literal["differs", "note"]]


def snapshot_differences(
    home: Home, loads: Sequence[Mapping[str, Any]], *, quick: bool, progress: Callable[[str, int, int], None]
) -> tuple[int, list[Fault]]:
    """Compare snapshot files with what was loaded.

    Args:
        home: the state folder, for scratch.
        loads: files of loads, as in a manifest.
        quick: compare sizes and hash nothing.
        progress: told how far it is.

    Returns:
        How many files were looked at, and what differs. A root that cannot be reached any more is a note: providers
        delete old exports.
    """
    faults: list[Fault] = []
    looked_at = 0
    for root in sorted({load["root"] for load in loads}):
        files = [load for load in loads if load["root"] == root]
        try:
            source = open_source(root)
            if source.entries("") is None:
                raise SnapshotError(f"There is nothing at {root}.", next_step="")
        except SnapshotError as fault:
            faults.append((root, f"cannot be reached: {fault.message}", "note"))
            continue
        scratch = home.scratch / "verify"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        try:
            for number, load in enumerate(files, start=1):
                progress("snapshots", number, len(files))
                faults += _file_faults(source, root, load, scratch, quick=quick)
                looked_at += 1
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return looked_at, faults


def _file_faults(source: Source, root: str, load: Mapping[str, Any], scratch: Any, *, quick: bool) -> list[Fault]:
    folder, _, name = f"date={load['snapshot_date']}/{load['file']}".rpartition("/")
    subject = f"{root}/{folder}/{name}"
    entries = {entry.name: entry for entry in source.entries(folder) or ()}
    if name not in entries:
        return [(subject, "the snapshot file is gone", "note" if not entries else "differs")]
    if quick:
        same = entries[name].size == load["bytes"]
        return (
            [] if same else [(subject, f"has {entries[name].size:,} bytes, {load['bytes']:,} were loaded", "differs")]
        )
    copy = source.fetch(f"{folder}/{name}", scratch)
    if copy.path.is_relative_to(scratch):
        copy.path.unlink()
    if copy.sha256 == load["sha256"]:
        return []
    return [(subject, f"its SHA-256 is {copy.sha256}, {load['sha256']} was loaded", "differs")]
