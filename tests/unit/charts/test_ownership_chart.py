"""The ownership chart: sound inline SVG whatever names say, boxes apart, and every figure that is meant to be there."""

import re
from itertools import pairwise
from random import Random
from xml.etree import ElementTree

import pytest

from forensics.charts.labels import fitted
from forensics.charts.ownership_chart import draw
from forensics.charts.ownership_layout import BOX_HEIGHT, BOX_WIDTH, lay_out
from forensics.links.ownership.picture import Holding, Party, Picture

HOSTILE = '</text><script>alert(1)</script>"&\x1b[31m\u202e<style>*{display:none}</style>' + "x" * 5_000


def holding(owner: str, low: float, owned: str, high: float | None = None, **marks: bool) -> Holding:
    given = {"is_on_path": False, "is_deciding": False, "percent_min_exclusive": False, "percent_max_exclusive": False}
    return Holding(owner, owned, low, low if high is None else high, **{**given, **marks})


def picture(asked: str, *holdings: Holding, **parties: Party) -> Picture:
    names = {asked, *(end for one in holdings for end in (one.owner_id, one.owned_id))}
    told = {name: parties.get(name, Party(name)) for name in sorted(names)}
    return Picture(asked, None, "rule 1", told, holdings)


CASE_11 = picture(
    "T",
    holding("R", 51, "A", is_on_path=True, is_deciding=True), holding("T", 30, "A"), holding("o", 19, "A"),
    holding("A", 60, "T", is_on_path=True, is_deciding=True), holding("o", 40, "T"),
    R=Party("R", "Restricted", "company", "CN", "KY", "seed"),
    A=Party("A", None, None, None, "KY", "met_both", (81, 81), (62.1951, 62.1951), 2),
    T=Party("T", "Target", "company", "US", None, "met_cascade", (60, 60), (37.3171, 37.3171)),
    o=Party("o", "Owner", "person"),
)  # fmt: skip


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_chart_shows_shares_readings_path_and_deciding_stakes() -> None:
    svg = draw(CASE_11)
    shown = texts(svg)
    assert {"51 % ◆", "60 % ◆", "30 %", "19 %", "40 %"} <= set(shown)
    assert {"cascade 81 %", "look-through 62.2 %", "cascade 60 %", "look-through 37.3 %"} <= set(shown)
    assert "restricted: counts in full" in shown and "KY (inc.) · company · +2 owners" in shown
    assert any("Meets the rule by cascade; rule rule 1" in text for text in shown)
    assert len(re.findall('<g class="path">', svg)) == 2
    assert svg == draw(CASE_11)


@pytest.mark.parametrize(
    ("low", "high", "marks", "said"),
    [
        (25, 50, {"percent_min_exclusive": True}, ">25–50 %"), (25, 50, {"percent_max_exclusive": True}, "25–<50 %"),
        (0, 100, {}, "size unknown"), (33.333333, 33.333333, {}, "33.3333 %"),
    ],
)  # fmt: skip
def test_a_bound_is_shown_as_a_bound(low: float, high: float, marks: dict[str, bool], said: str) -> None:
    assert said in texts(draw(picture("T", holding("a", low, "T", high, **marks))))


def test_hostile_names_are_text_of_bounded_length_and_nothing_runs() -> None:
    svg = draw(picture("T", holding(HOSTILE, 60, "T"), **{HOSTILE: Party(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)}))
    root = ElementTree.fromstring(svg)
    assert {node.tag.rpartition("}")[2] for node in root.iter()} <= {
        "svg",
        "style",
        "g",
        "title",
        "desc",
        "rect",
        "path",
        "text",
    }
    assert not re.search(r"<script|href|url\(|@import|javascript|\son\w+=", svg.replace("&lt;script", ""))
    assert "\x1b" not in svg and "\u202e" not in svg
    assert all(len(text) < 200 for text in texts(svg))


def test_wide_letters_count_twice() -> None:
    assert fitted("深圳市腾云科技有限公司", 10) == "深圳市腾云…"
    assert fitted("Shenzhen", 10) == "Shenzhen"
    assert len(fitted("a" + "\u0301" * 500, 10)) < 30


def random_picture(seed: int) -> Picture:
    """An organisation with owners upstream, rings, shortcuts and stakes in itself."""
    random = Random(seed)
    names = ["T"] + [f"n{number}" for number in range(random.randrange(1, 18))]
    holdings = {(names[place], random.choice(names[:place])) for place in range(1, len(names))}
    holdings |= {(random.choice(names), random.choice(names)) for _ in range(random.randrange(8))}
    return picture("T", *(holding(owner, random.randrange(1, 101), owned) for owner, owned in sorted(holdings)))


@pytest.mark.parametrize("seed", range(40))
def test_no_box_lies_on_another_and_all_lie_in_the_chart(seed: int) -> None:
    drawn = random_picture(seed)
    layout = lay_out(drawn)
    assert set(layout.places) == set(drawn.parties)
    places = sorted(layout.places.values(), key=lambda place: (place.y, place.x))
    for one, other in pairwise(places):
        assert one.y != other.y or one.x + BOX_WIDTH <= other.x
    assert min(place.x for place in places) >= 0 and max(place.x for place in places) + BOX_WIDTH <= layout.width
    assert max(place.y for place in places) + BOX_HEIGHT <= layout.height
    assert layout.places["T"].y == max(place.y for place in places), "the organisation stands below its owners"
    ElementTree.fromstring(draw(drawn))
    # No line of a stake that passes a row runs through a box of it.
    for lanes in layout.lanes.values():
        for row, x in lanes.items():
            for place in places:
                assert place.row != row or not place.x <= x <= place.x + BOX_WIDTH
