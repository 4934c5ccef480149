"""Progress of a run: told to Dagster's event log, and to whoever listens in the same process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import dagster as dg

from pipelines.specs import DAILY_STEPS


@dataclass(frozen=True)
class Progress:
    """How far a step is.

    Attributes:
        step: name of the step.
        done: units (days, or the step itself) that are done.
        total: units in all.
        text: what just happened, in a few words.
    """

    step: str
    done: int
    total: int
    text: str


Listener = Callable[[Progress], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of every progress in this process while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def of_all_days(listener: Listener, before: int, total: int) -> Listener:
    """A listener to one of several runs that is told of all their days.

    Args:
        listener: who listens to all of them.
        before: days of the runs before.
        total: days of all runs.
    """

    def listen(progress: Progress) -> None:
        if progress.step in DAILY_STEPS:
            progress = replace(progress, done=before + progress.done, total=total)
        listener(progress)

    return listen


def announce(context: dg.AssetExecutionContext, step: str, done: int, total: int, text: str) -> None:
    """Write progress to the run's log and tell the listeners."""
    context.log.info(text)
    tell(step, done, total, text)


def tell(step: str, done: int, total: int, text: str) -> None:
    """Tell the listeners alone."""
    for listener in _listeners:
        listener(Progress(step, done, total, text))
