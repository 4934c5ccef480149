"""`forensics ui`: answers on this machine only, shows the pipeline, keeps to the state folder, and ends whole."""

import html
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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from forensics.exports.case_files import case_files_index
from forensics.home import Home
from forensics.warehouse import open_published, versions
from pipelines.runs import FINDINGS_TAG
from tests.browser import found_browser, open_page
from tests.integration.dagster_runs import copied
from tests.integration.small_world import SECOND

START_SECONDS = 250
STOP_SECONDS = 60
RUN_SECONDS = 200
QUESTION = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
    location { name } sensors { name sensorState { status } } schedules { name scheduleState { status } }
    assetNodes { id } } } } }"""

RUNS = """query ($job: String!) { runsOrError(filter: {pipelineName: $job}, limit: 1) { ... on Runs { results {
    status tags { key value } } } } }"""
LAUNCH = "mutation ($parameters: ExecutionParams!) { launchRun(executionParams: $parameters) { __typename } }"
REASONS = """{ assetOrError(assetKey: {path: ["exports", "published_warehouse"]}) { ... on Asset {
    assetMaterializations(limit: 1) { metadataEntries { label ... on MarkdownMetadataEntry { mdStr } } } } } }"""

MATERIALISE = (
    "[...document.querySelectorAll('button')].find(one => one.innerText === 'Materialize all' && !one.disabled)"
)
IS_INDEX = "u.endsWith('/index.html')"
OPEN = "Open its case file"
SHOW_MARKDOWN = """[...[...document.querySelectorAll('tr')].find(one => one.cells[0]?.innerText.trim() === '{name}')
    ?.querySelectorAll('a, button, [role=button]') ?? []].find(one => one.innerText.includes('Show Markdown'))"""
"""What opens a text of an asset; short ones stand on the page themselves, with links that lead elsewhere."""


def said(text: str) -> str:
    """Whether the page says something, as an expression."""
    return f"document.body.innerText.includes({json.dumps(text)})"


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


@dataclass(frozen=True)
class Interface:
    """A running `forensics ui` and its state folder."""

    home: Home
    port: int

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, question: str, **variables: Any) -> dict[str, Any]:
        """Ask its GraphQL service."""
        body = json.dumps({"query": question, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.address}/graphql", body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            said: dict[str, Any] = json.load(answer)
        assert "errors" not in said, said
        return dict(said["data"])

    def wait_for_run(self, job: str, *, ended: bool = True) -> dict[str, str]:
        """Wait until the newest run of a job has ended well, or is there at all; its tags."""
        ends = time.monotonic() + RUN_SECONDS
        while time.monotonic() < ends:
            runs = self.ask(RUNS, job=job)["runsOrError"]["results"]
            if runs and (not ended or runs[0]["status"] in ("SUCCESS", "FAILURE", "CANCELED")):
                assert not ended or runs[0]["status"] == "SUCCESS"
                return {tag["key"]: tag["value"] for tag in runs[0]["tags"]}
            time.sleep(2)
        raise AssertionError(f"{job} did not end in {RUN_SECONDS} s")


@pytest.fixture(scope="module")
def interface(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interface]:
    """The interface on a copy of the finished state folder; when it ends, so has all that it began."""
    folder = tmp_path_factory.mktemp("interface")
    home, user, port = copied(finished, folder / "home"), folder / "user", free_port()
    user.mkdir()
    pages = f"http://127.0.0.1:{free_port()}"
    command = ["from forensics.cli import main; main()", "ui", "--port", str(port), "--home", str(home.root)]
    process = subprocess.Popen(
        [sys.executable, "-c", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOME": str(user), "PYTHONUNBUFFERED": "1", "FORENSICS_CASE_FILES_URL": pages},
        cwd=folder,
    )
    try:
        assert process.stdout
        said = b""
        ends = time.monotonic() + START_SECONDS
        while b"Ctrl-C" not in said and time.monotonic() < ends and process.poll() is None:
            if select.select([process.stdout], [], [], 1)[0]:
                said += process.stdout.read1()
        assert f"http://127.0.0.1:{port}" in said.decode() and f"Case files: {pages}" in said.decode(), said.decode()
        assert not re.search("Warning|Error", said.decode()), said.decode()
        yield Interface(home, port)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
    ends = time.monotonic() + STOP_SECONDS
    while processes_of(home) and time.monotonic() < ends:
        time.sleep(0.5)
    assert processes_of(home) == []
    assert listening_addresses(port) == listening_addresses(int(pages.rpartition(":")[2])) == set()
    assert list(user.rglob("*")) == []


pytestmark = pytest.mark.skipif(
    not Path("/proc/net/tcp").exists(), reason="looks at Linux's list of processes and sockets"
)


@pytest.mark.timeout(400)
def test_the_interface_opens_shows_everything_and_answers_this_machine_only(interface: Interface) -> None:
    (shown,) = interface.ask(QUESTION)["repositoriesOrError"]["nodes"]
    assert shown["location"]["name"] == "forensics"
    assert len(shown["assetNodes"]) > 30
    assert [one["sensorState"]["status"] for one in shown["sensors"]] == ["STOPPED"]
    assert [one["scheduleState"]["status"] for one in shown["schedules"]] == ["STOPPED"]
    assert listening_addresses(interface.port) == {"0100007F"}
    assert len(processes_of(interface.home)) > 2


def first_finding(home: Home) -> tuple[str, str]:
    """Id and headline of the most urgent finding in force."""
    with open_published(home) as connection:
        query = "SELECT finding_id, headline FROM reports.findings ORDER BY score DESC, finding_id LIMIT 1"
        finding: tuple[str, str] = connection.execute(query).fetchall()[0]
    return finding


@pytest.mark.timeout(400)
@pytest.mark.skipif(found_browser() is not None, reason="there is a browser, whose test does this and more")
def test_an_asset_materialised_through_the_service_publishes_and_tells_a_finding(interface: Interface) -> None:
    before = versions(interface.home)[0].number
    selector = {
        "repositoryLocationName": "forensics",
        "repositoryName": "__repository__",
        "jobName": "look_back",
        "assetSelection": [{"path": ["exports", "published_warehouse"]}],
        "assetCheckSelection": [],
    }
    launched = interface.ask(LAUNCH, parameters={"selector": selector, "runConfigData": {}})["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    tags = interface.wait_for_run("look_back")
    assert int(tags[FINDINGS_TAG]) > 0 and versions(interface.home)[0].number == before + 1
    (told,) = interface.ask(REASONS)["assetOrError"]["assetMaterializations"]
    texts = {entry["label"]: html.unescape(entry["mdStr"]) for entry in told["metadataEntries"] if "mdStr" in entry}
    finding_id, headline = first_finding(interface.home)
    assert headline[:80] in texts["reasons"] and finding_id in texts["findings"]


@pytest.mark.timeout(600)
def test_an_investigator_runs_the_job_in_a_browser_and_reads_a_finding(interface: Interface, tmp_path: Path) -> None:
    with open_page(tmp_path, width=1500, height=1000) as browser:
        browser.goto(f"{interface.address}/locations/forensics/jobs/look_back", MATERIALISE, RUN_SECONDS)
        browser.evaluate(f"{MATERIALISE}.click()")
        interface.wait_for_run("look_back", ended=False)
        # A page that waits asks and draws all the time.
        browser.goto("about:blank")
        tags = interface.wait_for_run("look_back")
        assert int(tags[FINDINGS_TAG]) > 0 and tags["dagster/from_ui"] == "true"
        finding_id, headline = first_finding(interface.home)

        asset = f"{interface.address}/assets/exports/published_warehouse"
        browser.goto(asset, said("manifest_sha256"), RUN_SECONDS)
        assert str(case_files_index(interface.home, SECOND)) in browser.text()
        link = browser.evaluate(f"[...document.querySelectorAll('a')].map(a => a.href).find(u => {IS_INDEX})")
        browser.evaluate(f"{SHOW_MARKDOWN.format(name='reasons')}?.click()")
        browser.wait_for(said(headline[:80]))
        assert "must review" in browser.text()
        case = browser.evaluate(f"[...document.querySelectorAll('a')].find(a => a.innerText === '{OPEN}').href")

        browser.goto(asset, said("manifest_sha256"), RUN_SECONDS)
        browser.evaluate(f"{SHOW_MARKDOWN.format(name='findings')}?.click()")
        browser.wait_for(f"[...document.querySelectorAll('table td')].some(one => one.innerText === '{finding_id}')")

        browser.goto(asset, said("manifest_sha256"), RUN_SECONDS)
        browser.evaluate(f"{SHOW_MARKDOWN.format(name='account_map')}.click()")
        browser.wait_for("document.querySelector('img[src^=\"data:image/png\"]').naturalWidth === 972")
        outside = [url for url in browser.requests if not url.startswith((interface.address, "data:", "blob:"))]
        assert outside == []

        browser.goto(link, said(headline[:40]), RUN_SECONDS)
        browser.goto(case, said(finding_id), RUN_SECONDS)
        assert "human review" in browser.text()


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
