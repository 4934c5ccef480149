"""The account map is a picture whatever there is to draw, the same bytes for the same accounts."""

import io
import struct

from forensics.charts import account_map
from tests.worlds.line import Line

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(SIGNATURE)
    width, height = struct.unpack(">II", io.BytesIO(picture[16:24]).read())
    return width, height


def test_the_map_of_the_tiny_world_is_the_same_twice(tiny_line: Line) -> None:
    picture = account_map(tiny_line.connection)
    assert _size(picture) == (972, 648)
    assert len(picture) < 1_000_000
    assert account_map(tiny_line.connection) == picture


def test_a_provider_without_accounts_gets_a_picture_that_says_so(blank_line: Line) -> None:
    assert _size(account_map(blank_line.connection)) == (972, 648)


def test_findings_of_an_earlier_run_are_not_ringed(tiny_line: Line) -> None:
    assert account_map(tiny_line.connection, ring_findings=False) != account_map(tiny_line.connection)
