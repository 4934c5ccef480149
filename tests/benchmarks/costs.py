"""What a piece of work costs, measured in a process of its own so that its peak of memory is its own."""

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
"""Where Linux tells what this process holds."""


def cost_of(module: str, *arguments: str) -> dict[str, Any]:
    """Run a benchmark's module in a new process, and return what it prints last."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def costs_of_process(work: Callable[[], object]) -> dict[str, float]:
    """Do some work, and return what the process cost up to its end: imports count, as they do in a run.

    Returns:
        cpu and wall (seconds; wall without imports) and memory (bytes, the peak).
    """
    begun = time.monotonic()
    work()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - begun, "memory": peak_memory()}


def peak_memory() -> int:
    """The most that this process held at once, in bytes.

    On Linux `ru_maxrss` is no less than what the starting process had held, a simulator for one.
    """
    if STATUS.is_file() and (found := re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())):
        return 1024 * int(found[1])
    # macOS counts in bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
