"""Reading the owners of one organisation back: bounded, the path first, and no answer about nobody."""

from itertools import pairwise

import pytest

from forensics.charts.ownership_chart import ownership_chart
from forensics.errors import NotFoundError
from forensics.links.ownership.picture import NODES_SHOWN, OWNERS_SHOWN, read_picture
from tests.worlds.line import Line
from tests.worlds.registers import build_ownership, put_registers


def test_of_many_owners_the_path_and_the_largest_are_shown(register_line: Line) -> None:
    small = tuple(f"o{number:02d} 2 T" for number in range(20))
    put_registers(register_line, "R 51 A", "o 49 A", "A 51 T", *small, "o 9 T")
    build_ownership(register_line)
    picture = read_picture(register_line.connection, "T")
    owners = [one for one in picture.holdings if one.owned_id == "T"]
    assert len(owners) == OWNERS_SHOWN and picture.parties["T"].more_owners == 22 - OWNERS_SHOWN
    assert [(one.owner_id, one.is_on_path, one.is_deciding) for one in owners[:2]] == [
        ("A", True, True), ("o", False, False),
    ]  # fmt: skip
    assert picture.parties["R"].verdict == "seed" and picture.parties["T"].attributed == (51.0, 51.0)
    assert "and" not in ownership_chart(register_line.connection, "T")[:60]


def test_a_large_pyramid_is_cut_to_what_can_be_read(register_line: Line) -> None:
    levels = [["T"], *([f"n{row}-{place}" for place in range(5)] for row in range(12))]
    stakes = [f"{owner} 20 {owned}" for below, above in pairwise(levels) for owned in below for owner in above]
    put_registers(register_line, *stakes)
    build_ownership(register_line)
    picture = read_picture(register_line.connection, "T")
    assert len(picture.parties) <= NODES_SHOWN + OWNERS_SHOWN
    assert ownership_chart(register_line.connection, "T").startswith("<svg")


def test_a_ring_without_an_outside_owner_is_drawn(register_line: Line) -> None:
    put_registers(register_line, "A 100 B", "B 100 A", "A 60 T", "o 40 T")
    build_ownership(register_line)
    assert 'class="edge ring"' in ownership_chart(register_line.connection, "T")
    assert "no owner on record" in ownership_chart(register_line.connection, "o")


def test_nobody_has_no_picture(register_line: Line) -> None:
    with pytest.raises(NotFoundError, match="'nobody'"):
        read_picture(register_line.connection, "nobody")
