"""The writer's lock: one process at a time, told who holds it, free the moment the holder is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from forensics.errors import WarehouseBusyError
from forensics.home import Home
from forensics.warehouse import writer_lock
from forensics.warehouse.lock import holder

HOLD = """
import sys, time
from pathlib import Path
from forensics.home import Home
from forensics.warehouse.lock import writer_lock
with writer_lock(Home(Path(sys.argv[1])), purpose="a long run"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def _other_writer(home: Home) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    path = os.pathsep.join([str(Path(__file__).parents[3] / "src"), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.root)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_process_is_told_whom_it_waits_for_and_gets_the_lock_when_the_first_is_killed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with _other_writer(home) as process:
        started = time.monotonic()
        with pytest.raises(WarehouseBusyError) as fault, writer_lock(home, purpose="mine", wait_seconds=0.5):
            pass
        assert 0.4 < time.monotonic() - started < 10
        assert f"process {process.pid}, a long run" in fault.value.message
        said: list[str] = []
        with (
            pytest.raises(WarehouseBusyError),
            writer_lock(home, purpose="mine", wait_seconds=0.3, say=said.append),
        ):
            pass
        assert said == [f"another run is writing ({holder(home)}); waiting up to 0 s"] and "a long run" in said[0]
        process.send_signal(signal.SIGKILL)
        process.wait()
        with writer_lock(home, purpose="mine", wait_seconds=5):
            assert f"process {os.getpid()}, mine" in holder(home)
    assert holder(home) == "an unnamed process"


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(RuntimeError), writer_lock(home, purpose="fails"):
        raise RuntimeError
    with writer_lock(home, purpose="next"):
        pass


def test_two_homes_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with (
        writer_lock(Home(tmp_path / "a"), purpose="one"),
        writer_lock(Home(tmp_path / "b"), purpose="two"),
    ):
        assert "one" in holder(Home(tmp_path / "a"))


def test_a_torn_note_is_no_obstacle(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create().lock.write_text('{"process": 1', "utf-8")
    assert holder(home) == "an unnamed process"
    with writer_lock(home, purpose="mine"):
        pass
