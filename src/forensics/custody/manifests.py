"""The chain of manifests: files that are only ever added, each with the hash of the one before."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from forensics.errors import ForensicsError, NotFoundError
from forensics.home import Home

NAME = re.compile(r"([0-9]{6})-([A-Za-z0-9]{1,40})\.json")
LABEL_CHARACTERS = 8
"""Of a run's id in a file's name: for people, who see the same in Dagster."""

READ_ONLY = 0o444
FORMAT = "forensics manifest 1"


class CustodyError(ForensicsError):
    """Evidence is not what its manifest says it was, or cannot be made again."""

    exit_code = 8
    title = "Evidence differs"


@dataclass(frozen=True)
class Entry:
    """One manifest: its number and its file, which is read when something of it is asked for first.

    A night needs the newest one of hundreds, each of which lists the files of all days.
    """

    number: int
    path: Path

    @cached_property
    def _read(self) -> tuple[str, Mapping[str, Any] | None]:
        text = self.path.read_bytes()
        try:
            content = json.loads(text.decode("utf-8"))
        except ValueError:
            content = None
        readable = isinstance(content, dict) and content.get("format") == FORMAT
        return hashlib.sha256(text).hexdigest(), content if readable else None

    @property
    def sha256(self) -> str:
        """SHA-256 of the file."""
        return self._read[0]

    @property
    def content(self) -> Mapping[str, Any] | None:
        """What it says; None when it cannot be read."""
        return self._read[1]

    @property
    def said(self) -> Mapping[str, Any]:
        """What it says.

        Raises:
            CustodyError: when it cannot be read.
        """
        if self.content is None:
            raise CustodyError(f"The manifest {self.path} cannot be read.", next_step="`forensics verify` says more.")
        return self.content


def manifests(home: Home) -> list[Entry]:
    """All manifests, oldest first."""
    found = []
    for path in sorted(home.manifests.glob("*.json")) if home.manifests.is_dir() else []:
        if match := NAME.fullmatch(path.name):
            found.append(Entry(int(match[1]), path))
    return found


def newest_of_run(home: Home, run_id: str) -> Entry | None:
    """The newest manifest that describes the results of a run; an erasure adds one to that of the run."""
    return next((one for one in reversed(manifests(home)) if one.content and one.content["run_id"] == run_id), None)


def named(home: Home, name: str) -> Entry:
    """The newest manifest of a run by its number, its Dagster id or the beginning of that, or `latest`.

    Raises:
        NotFoundError: when there is none, or more than one run begins like that.
    """
    known = [one for one in manifests(home) if one.content]
    found = {
        one.said["run_id"]: one
        for one in known
        if name in ("latest", str(one.number)) or (len(name) >= 4 and one.said["run_id"].startswith(name))
    }
    if name == "latest" and known:
        return known[-1]
    if len(found) != 1:
        listed = [f"{one.number}: run {one.said['run_id']}, as of {one.said['as_of']}" for one in known[-10:]]
        raise NotFoundError(
            f"{len(found) or 'No'} run{'s match' if len(found) > 1 else ' matches'} {name!r}.",
            faults=listed,
            next_step="Name one by its number or the beginning of its id; `latest` is the newest.",
        )
    return next(iter(found.values()))


def append(home: Home, content: Mapping[str, Any]) -> Entry:
    """Add a manifest to the chain; the caller holds the writer lock."""
    home.manifests.mkdir(parents=True, exist_ok=True)
    earlier = manifests(home)
    last = earlier[-1] if earlier else None
    number = last.number + 1 if last else 1
    previous = {"file": last.path.name, "sha256": last.sha256} if last else None
    label = re.sub("[^A-Za-z0-9]", "", content["run_id"])[:LABEL_CHARACTERS] or "run"
    path = home.manifests / f"{number:06}-{label}.json"
    fresh = home.manifests / f".{path.name}"
    text = json.dumps({"format": FORMAT, "number": number, "previous": previous, **content}, indent=1, sort_keys=True)
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(READ_ONLY)
    # A link, since a rename would silently take the place of a file of that name.
    os.link(fresh, path)
    fresh.unlink()
    return Entry(number, path)
