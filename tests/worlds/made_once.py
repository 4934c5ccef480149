"""Folders that are dear to make, made once for all processes of a test session."""

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MadeOnce:
    """Folders below one that all processes of the session know."""

    session: Path

    def __call__(self, name: str, fill: Callable[[Path], object]) -> Path:
        """The folder of that name; the first process that asks fills it, the others wait for it."""
        folder, finished = self.session / name, self.session / f"{name}.finished"
        with (self.session / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not finished.exists():
                # What a process left that failed here.
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                finished.touch()
        return folder
