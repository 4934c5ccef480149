"""What a piece of work costs, measured in a process of its own so that its peak of memory is its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any


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
    return {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.monotonic() - begun,
        # Linux counts in kilobytes, macOS in bytes.
        "memory": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }
