"""`forensics ui`: answers on this machine only, shows the pipeline, keeps to the state folder, and ends whole."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from forensics.home import Home
from tests.integration.dagster_runs import copied

START_SECONDS = 200
STOP_SECONDS = 60
QUESTION = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
    location { name } sensors { name sensorState { status } } schedules { name scheduleState { status } }
    assetNodes { id } } } } }"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(home: Home) -> list[int]:
    """Processes whose environment names this state folder."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and f"FORENSICS_HOME={home.root}\0".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def listening_addresses(port: int) -> set[str]:
    """Addresses that something listens on with this port, as the kernel lists them; 4 and 6."""
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text("utf-8").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, hexadecimal = local.split(":")
            if state == "0A" and int(hexadecimal, 16) == port:
                found.add(address)
    return found


@pytest.mark.timeout(400)
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="looks at Linux's list of processes and sockets")
def test_the_interface_opens_shows_everything_and_ends_with_its_children(tmp_path: Path, finished: Home) -> None:
    home, user, port = copied(finished, tmp_path / "home"), tmp_path / "user", free_port()
    user.mkdir()
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from forensics.cli import main; main()",
            "ui",
            "--port",
            str(port),
            "--home",
            home.root,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOME": str(user), "PYTHONUNBUFFERED": "1"},
        cwd=tmp_path,
    )
    try:
        assert process.stdout
        said = b""
        ends = time.monotonic() + START_SECONDS
        while b"Ctrl-C" not in said and time.monotonic() < ends and process.poll() is None:
            if select.select([process.stdout], [], [], 1)[0]:
                said += process.stdout.read1()
        assert f"http://127.0.0.1:{port}" in said.decode(), said.decode()
        assert not re.search("Warning|Error", said.decode()), said.decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/graphql",
            json.dumps({"query": QUESTION}).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            (shown,) = json.load(answer)["data"]["repositoriesOrError"]["nodes"]
        assert shown["location"]["name"] == "forensics"
        assert len(shown["assetNodes"]) > 30
        assert [one["sensorState"]["status"] for one in shown["sensors"]] == ["STOPPED"]
        assert [one["scheduleState"]["status"] for one in shown["schedules"]] == ["STOPPED"]
        assert listening_addresses(port) == {"0100007F"}
        assert len(processes_of(home)) > 2
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
    assert processes_of(home) == []
    assert listening_addresses(port) == set()
    assert list(user.rglob("*")) == []


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from forensics.cli import main

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = CliRunner().invoke(main, ["ui", "--port", str(port), "--home", str(tmp_path)])
    assert done.exit_code == 2
    assert "--port" in done.stderr
