"""Closes the warehouses that tests of this folder open."""

from collections.abc import Iterator

import pytest

from tests.unit.links.timing.scenes import OPENED


@pytest.fixture(autouse=True)
def closed_warehouses() -> Iterator[None]:
    """Close what the test opened."""
    yield
    while OPENED:
        OPENED.pop().close()
