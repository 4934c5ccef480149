"""The one writer: a kernel lock that is free again the moment its holder ends, however it ends."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from forensics.errors import WarehouseBusyError
from forensics.home import Home

POLL_SECONDS = 0.2


@contextmanager
def writer_lock(
    home: Home,
    *,
    purpose: str,
    wait_seconds: float = 0.0,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Be the one writer of a state folder while the block runs.

    Args:
        home: the state folder.
        purpose: what the lock is held for, shown to whoever has to wait.
        wait_seconds: how long to wait for another writer.
        say: told once whom this process waits for and how long, if it has to wait.

    Raises:
        WarehouseBusyError: when another process still writes after the wait.
    """
    home.create()
    with home.lock.open("a+", encoding="utf-8") as file:
        _acquire(file.fileno(), home, wait_seconds, say)
        file.seek(0)
        file.truncate()
        started_at = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"process": os.getpid(), "purpose": purpose, "since": started_at}, file)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _acquire(descriptor: int, home: Home, wait_seconds: float, say: Callable[[str], None]) -> None:
    started = time.monotonic()
    is_said = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() - started >= wait_seconds:
                raise WarehouseBusyError(
                    f"Another process writes {home.root}: {holder(home)}.",
                    next_step="Wait for it to end and try again; reading is possible all the time.",
                ) from None
            if not is_said:
                say(f"another run is writing ({holder(home)}); waiting up to {wait_seconds:,.0f} s")
                is_said = True
            time.sleep(POLL_SECONDS)


def holder(home: Home) -> str:
    """Who holds the lock, as far as its file says."""
    try:
        note = json.loads(home.lock.read_text("utf-8"))
        return f"process {note['process']}, {note['purpose']}, since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "an unnamed process"
