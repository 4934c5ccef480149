"""Progress on stderr: bars on a terminal, one plain line per step and tenth elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import click

LINES_A_STEP = 10
"""Plain lines per step at most: a log of a year of days stays readable."""


class Display(Protocol):
    """Shows how far a run is."""

    def update(self, label: str, done: int, total: int, text: str = "") -> None:
        """Show that `done` of `total` units of `label` are done."""


@contextmanager
def progress_display() -> Iterator[Display]:
    """Bars if stderr is a terminal, plain lines otherwise."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[text]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Bars(bars)


class _Bars:
    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def update(self, label: str, done: int, total: int, text: str = "") -> None:
        if label not in self._tasks:
            self._tasks[label] = self._bars.add_task(label, total=total, text=text)
        self._bars.update(self._tasks[label], completed=done, total=total, text=text)


class _Lines:
    def __init__(self) -> None:
        self._said: dict[str, int] = {}

    def update(self, label: str, done: int, total: int, text: str = "") -> None:
        tenth = done * LINES_A_STEP // max(total, 1)
        if tenth == self._said.get(label):
            return
        self._said[label] = tenth
        now = datetime.now().astimezone().isoformat(" ", "seconds")
        click.echo(f"{now} {label} {done}/{total} {text}".rstrip(), err=True)
