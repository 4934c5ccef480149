"""Work in several threads: its results come in the order of the batches, and its errors come out."""

import threading
import time
from collections.abc import Iterator

import pytest

from forensics.core.text_batches import done_ahead


def test_batches_are_worked_on_at_once_and_handed_on_in_their_order() -> None:
    read: list[int] = []
    both = threading.Barrier(2, timeout=20)

    def batches() -> Iterator[int]:
        for number in range(6):
            read.append(number)
            yield number

    def work(number: int) -> int:
        both.wait()  # Passed by nobody who is alone.
        time.sleep(0.01 * (number % 2 == 0))
        return number * number

    handed = []
    for number, square in done_ahead(work, batches(), threads=2):
        handed.append((number, square))
        assert len(read) <= number + 3, "no more in memory than are worked on"
    assert handed == [(number, number**2) for number in range(6)]


def test_what_fails_in_a_thread_fails_here_and_nothing_goes_on() -> None:
    done = []

    def work(number: int) -> int:
        if number == 1:
            raise ValueError("batch 1")
        done.append(number)
        return number

    with pytest.raises(ValueError, match="batch 1"):
        for _ in done_ahead(work, iter(range(100)), threads=1):
            pass
    assert len(done) < 5
