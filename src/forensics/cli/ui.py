"""`forensics ui`: Dagster's web interface and daemon for a state folder, on this machine only."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress

import click

from forensics.cli.environment import LOOPBACK, prepare, workspace
from forensics.cli.options import home_options, is_verbose
from forensics.errors import ForensicsError, SettingsError
from forensics.home import Home

SENSOR = "complete_day"
START_SECONDS = 240
STOP_SECONDS = 20
POLL_SECONDS = 0.25
SET_PARENT_DEATH_SIGNAL = 1
"""Number of the option of the Linux call prctl that has a process ended with its parent."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--automate", is_flag=True, help="Start the sensor that runs each day when its snapshot is complete.")
@home_options
def ui(port: int, automate: bool, home: Home) -> None:
    """Open Dagster's web interface and the case files of a state folder, on this machine only; Ctrl-C ends it.

    Runs, backfills, the schedule and the sensor work as long as this command runs. Schedule and sensor are off until
    they are switched on there, or with --automate.
    """
    _check_port(port)
    prepare(home)
    if automate:
        _dagster(["sensor", "start", SENSOR, "--workspace", str(workspace(home))])
        click.echo(f"The sensor {SENSOR} is on: a day runs when its _SUCCESS appears.")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _as_interrupt)
    process = subprocess.Popen(_dev_command(home, port), start_new_session=True, preexec_fn=_end_with_parent)
    served = ExitStack()
    try:
        # After the process, which a thread of this one must not be in the way of.
        _serve_case_files(served, home)
        _wait_until_open(process, port)
        click.echo(f"Dagster: http://{LOOPBACK}:{port}   state folder: {home.root}   Ctrl-C ends it.")
        process.wait()
    except KeyboardInterrupt:
        click.echo("Ending …", err=True)
    finally:
        _end(process)
        served.close()


def _serve_case_files(served: ExitStack, home: Home) -> None:
    """Serve the case files until the stack is closed; where that fails, the interface is of use without them."""
    from forensics.cli.case_server import serving_case_files
    from forensics.exports.case_links import newest_index
    from forensics.settings import load_settings

    settings = load_settings(home)
    try:
        is_served = served.enter_context(serving_case_files(home, settings))
    except SettingsError as fault:
        click.echo(f"{fault.message} {fault.next_step}", err=True)
        return
    here = "" if is_served else ", where somebody else has to serve them"
    index = newest_index(home, settings)
    click.echo(f"Case files: {index}{here}" if index else "Case files: none yet; `forensics run` writes them.")


def _dev_command(home: Home, port: int) -> list[str]:
    code = ["--workspace", str(workspace(home))]
    level = "info" if is_verbose() else "warning"
    levels = ["--log-level", level, "--code-server-log-level", level]
    address = ["--host", LOOPBACK, "--port", str(port)]
    return [sys.executable, "-W", "ignore", "-m", "dagster", "dev", *code, *address, *levels]


def _dagster(arguments: Sequence[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "dagster", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ForensicsError(
            f"Dagster refused {' '.join(arguments[:3])}: {(done.stderr or done.stdout).strip()[-2000:]}",
            next_step="`forensics doctor` says what is wrong with the installation.",
        )


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as fault:
            raise SettingsError(
                f"Port {port} of {LOOPBACK} cannot be used: {fault.strerror}.", next_step="Choose another with --port."
            ) from fault


def _wait_until_open(process: "subprocess.Popen[bytes]", port: int) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(POLL_SECONDS)
    raise ForensicsError(
        "Dagster's web interface did not start.", next_step="Start it with --verbose and read what it says."
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask Dagster to end its services, and end whatever is left of its process group."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _as_interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """Let Ctrl-C through, and have Linux end this process when its parent is killed and can no longer do so itself."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGINT)
