"""A process that loads the days of a root into a state folder, to be killed by tests.

It is forked from a server that has imported everything and opened nothing, so starting one costs milliseconds.
"""

import multiprocessing
import sys
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from forensics.home import Home
from forensics.raw import list_days, load_day
from forensics.settings import Settings
from forensics.warehouse import open_building, writer_lock

READY_SECONDS = 60


def load_days(root: Path, home: Home, progress: Connection) -> None:
    """Load every complete day as the one writer, and tell each line of progress."""
    settings = Settings()
    with writer_lock(home, purpose="test"), open_building(home, settings) as connection:
        progress.send("ready")
        for day in list_days(str(root)):
            load_day(connection, home, settings, root=str(root), day=day, say=progress.send)


def start(root: Path, home: Home) -> tuple[ForkServerProcess, Connection]:
    """Start a loader and wait until its warehouse is open; its lines of progress come through the connection."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "polars", "pyarrow.parquet", "pyarrow.csv"])
    here, there = context.Pipe()
    process = context.Process(target=load_days, args=(root, home, there))
    # Other tests of this process may have left a program's path here, which the child would run as its own.
    with patch.object(sys.modules["__main__"], "__file__", None, create=True):
        process.start()
    there.close()
    assert here.poll(READY_SECONDS)
    assert here.recv() == "ready"
    return process, here
