"""Case files in a browser of this machine: pages of this state folder, under their own name, and nothing else."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from forensics.cli.case_server import serving_case_files
from forensics.cli.ui import _serve_case_files
from forensics.errors import SettingsError
from forensics.exports.case_links import case_link, newest_index, served_page
from forensics.home import Home
from forensics.settings import Settings

DAY = date(2026, 3, 8)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Home, Settings]]:
    """A state folder with one page that is served."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        settings = Settings(case_files_url=f"http://127.0.0.1:{probe.getsockname()[1]}")
    home = Home(tmp_path / "home").create()
    (home.cases / DAY.isoformat()).mkdir(parents=True)
    (home.cases / DAY.isoformat() / "finding-1.html").write_text("<h1>déjà vu</h1>", "utf-8")
    (home.root / "secret.html").write_text("secret", "utf-8")
    with serving_case_files(home, settings) as is_served:
        assert is_served
        yield home, settings


def status_of(settings: Settings, path: str, **headers: str) -> int:
    connection = HTTPConnection(str(urlsplit(settings.case_files_url).netloc), timeout=10)
    with closing(connection):
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status


def test_a_link_opens_the_page(place: tuple[Home, Settings]) -> None:
    home, settings = place
    with urllib.request.urlopen(case_link(home, settings, DAY, "finding-1.html"), timeout=10) as answer:
        assert answer.read().decode() == "<h1>déjà vu</h1>"
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["X-Frame-Options"] == "DENY"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(case_link(home, settings, DAY, "finding-2.html"), timeout=10)


def test_the_newest_index_is_said_in_full_and_opens(
    place: tuple[Home, Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    home, settings = place
    assert newest_index(home, settings) is None
    for day in (DAY - timedelta(days=1), DAY):
        (home.cases / day.isoformat()).mkdir(exist_ok=True)
        (home.cases / day.isoformat() / "index.html").write_text(str(day), "utf-8")
    home.settings.write_text('case_files_url = "https://cases.example"\n', "utf-8")
    with ExitStack() as served:
        _serve_case_files(served, home)
    said = capsys.readouterr().out
    page = urlsplit(said.removeprefix("Case files: ").split(",")[0]).path
    with urllib.request.urlopen(f"{settings.case_files_url}{page}", timeout=10) as answer:
        assert answer.read().decode() == str(DAY)


def test_nothing_else_is_served(place: tuple[Home, Settings], tmp_path: Path) -> None:
    home, settings = place
    page = urlsplit(case_link(home, settings, DAY, "finding-1.html")).path
    folder = page.rpartition("/")[0]
    for path in ("/", folder, f"{folder}/", f"{folder}/../../../secret.html", f"{folder}/..%2f..%2fsecret.html"):
        assert status_of(settings, path) == 404, path
    other = case_link(Home(tmp_path / "other"), settings, DAY, "finding-1.html")
    assert status_of(settings, urlsplit(other).path) == 404, "a link of another state folder opens nothing of this one"
    assert status_of(settings, page) == 200
    assert status_of(settings, page, Host="evil.example") == 404, "a name that was rebound to this machine"
    assert served_page(home, page.replace("finding-1", ".finding-1")) is None


def test_a_taken_port_is_said_and_another_machine_is_left_alone(place: tuple[Home, Settings]) -> None:
    home, settings = place
    with pytest.raises(SettingsError, match="cannot be served"), serving_case_files(home, settings):
        pass
    with serving_case_files(home, Settings(case_files_url="https://cases.example/archive")) as is_served:
        assert not is_served
