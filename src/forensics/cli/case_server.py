"""Serves case files to the browser of this machine, as long as `forensics ui` runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from forensics.cli.environment import LOOPBACK
from forensics.errors import SettingsError
from forensics.exports.case_links import served_page
from forensics.home import Home
from forensics.settings import Settings

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
"""A page keeps its own strict policy; these keep it out of other sites' frames, caches and logs."""


@contextmanager
def serving_case_files(home: Home, settings: Settings) -> Iterator[bool]:
    """Serve the pages of a state folder while the block runs.

    Yields:
        Whether they are served: not where case_files_url names another machine, whose matter it then is.

    Raises:
        SettingsError: when the port is taken.
    """
    place = urlsplit(settings.case_files_url)
    if place.hostname != LOOPBACK:
        yield False
        return
    try:
        server = ThreadingHTTPServer((LOOPBACK, place.port or 80), _handler(home, place.netloc))
    except OSError as fault:
        raise SettingsError(
            f"Case files cannot be served at {settings.case_files_url}: {fault.strerror}.",
            next_step="Name a free port of 127.0.0.1 in case_files_url; links of earlier runs keep the old one.",
        ) from fault
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield True
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(home: Home, host: str) -> type[BaseHTTPRequestHandler]:
    class Pages(BaseHTTPRequestHandler):
        """Answers GET for a page and nothing else; only under its own name, which a rebound name is not."""

        server_version, sys_version = "forensics", ""

        def do_GET(self) -> None:
            page = served_page(home, urlsplit(self.path).path) if self.headers.get("Host") == host else None
            if page is None:
                self.send_error(HTTPStatus.NOT_FOUND, "No case file of this state folder")
                return
            text = page.read_bytes()
            self.send_response(HTTPStatus.OK)
            for name, value in {**HEADERS, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: which page was read is nobody's concern."""

    return Pages
