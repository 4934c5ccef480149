"""Chromium without a window, driven over its debugging pipe: where there is none, tests that want one are skipped.

The DevTools protocol is JSON, each message ended by a zero byte, on the browser's file descriptors 3 and 4; no driver,
no port and no package is needed for it. No page reaches another machine: every name but this one's is unknown.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    # Chromium's own sandbox wants rights that a container's root has not got; the pages are this project's own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--mute-audio",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
ANSWER_SECONDS = 60.0
POLL_SECONDS = 0.1


def found_browser() -> str | None:
    """The browser's program, if this machine has one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def browser_or_skip() -> str:
    """The browser's program; without one the test is skipped, and the summary says why."""
    found = found_browser()
    if found is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(PROGRAMS)}")
    return found


@contextmanager
def open_page(folder: Path, *, width: int = 1280, height: int = 900, is_dark: bool = False) -> Iterator["Page"]:
    """A browser with one empty page, ended when the block ends.

    Args:
        folder: an empty one for the browser's profile.
        width, height: of the page in pixels.
        is_dark: whether the page is told that its reader prefers dark colours.
    """
    program = browser_or_skip()
    here_in, to_browser = os.pipe()
    from_browser, here_out = os.pipe()

    def connect() -> None:
        # Descriptors are moved out of the way first: either of them may be 3 or 4 already.
        read, write = os.dup(here_in), os.dup(here_out)
        os.dup2(read, 3)
        os.dup2(write, 4)

    process = subprocess.Popen(
        [program, *OPTIONS, f"--user-data-dir={folder}", f"--window-size={width},{height}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=False,
        preexec_fn=connect,
        env={**os.environ, "HOME": str(folder)},
    )
    os.close(here_in)
    os.close(here_out)
    page = Page(from_browser, to_browser)
    try:
        page.attach(width, height, is_dark=is_dark)
        yield page
    finally:
        with os.fdopen(to_browser, "wb"), os.fdopen(from_browser, "rb"):
            page.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Page:
    """A page: what is on it, and what it asked for and complained about.

    Attributes:
        requests: addresses the page asked for, in order.
        complaints: errors, refusals of the page's policy and dialogues, as texts.
    """

    def __init__(self, from_browser: int, to_browser: int) -> None:
        """Take the two ends of the pipe."""
        self._from, self._to = from_browser, to_browser
        self._unread = b""
        self._number = 0
        self._session: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def attach(self, width: int, height: int, *, is_dark: bool) -> None:
        """Take hold of the first page."""
        target = next(one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def close(self) -> None:
        """Ask the browser to end."""
        self._session = None
        with suppress(OSError, EOFError):
            self.call("Browser.close")

    def goto(self, url: str, ready: str = "document.readyState === 'complete'", seconds: float = 60.0) -> None:
        """Open an address and wait until an expression holds there."""
        said = self.call("Page.navigate", url=url)
        assert "errorText" not in said, said
        self.wait_for(ready, seconds)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression on the page."""
        said = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def wait_for(self, expression: str, seconds: float = 30.0) -> Any:
        """Wait until an expression has a value that counts as true, and give it back."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            # An element counts as true and cannot be handed over.
            tried = f"try {{ const it = {expression}; return it instanceof Node ? true : it }} catch {{ return null }}"
            if value := self.evaluate(f"(() => {{ {tried} }})()"):
                return value
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"{expression} did not come true in {seconds:.0f} s; on the page: {self.text()[:3000]}")

    def text(self) -> str:
        """What a person can read on the page."""
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def move(self, x: float, y: float) -> None:
        """Move the mouse to a place, in pixels of the page's window."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, x: float, y: float) -> None:
        """Click there."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def picture(self) -> bytes:
        """The page as a PNG picture."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method of the protocol; what happens meanwhile is noted down."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": arguments}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        ends = time.monotonic() + ANSWER_SECONDS
        while True:
            said = self._next(ends)
            if said.get("id") == self._number:
                assert "error" not in said, (method, said["error"])
                return said.get("result", {})
            self._note(said)

    def _next(self, ends: float) -> dict[str, Any]:
        while b"\0" not in self._unread:
            if not select.select([self._from], [], [], max(0.0, ends - time.monotonic()))[0]:
                raise TimeoutError("The browser gave no answer.")
            data = os.read(self._from, 1 << 20)
            if not data:
                raise EOFError("The browser ended.")
            self._unread += data
        one, _, self._unread = self._unread.partition(b"\0")
        said: dict[str, Any] = json.loads(one)
        return said

    def _note(self, said: dict[str, Any]) -> None:
        method, about = said.get("method"), said.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialogue: {about['message']}")
        elif method == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.complaints.append(str(details.get("exception", {}).get("description") or details["text"]))
        elif method == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.complaints.append(about["entry"]["text"])
