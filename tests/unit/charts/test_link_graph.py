"""The link graph: two shapes, bounded, crossings few, and nothing that anybody wrote is obeyed."""

import re
from random import Random
from xml.etree import ElementTree

from forensics.charts.link_graph import MOST_ACCOUNTS, MOST_VALUES, Value, link_graph
from tests.unit.exports.case_facts import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def value(number: int, label: str = "", family: str = "payment") -> Value:
    return Value("payment instrument", label or f"card-{number}", family, 3, 1, number == 0)


def drawn(svg: str) -> tuple[dict[str, int], dict[str, int], set[tuple[int, int]]]:
    """Heights of accounts and of values by their label, and the pairs of heights that are joined."""
    root = ElementTree.fromstring(svg)
    accounts, values = {}, {}
    for group in root.iter(f"{SVG}g"):
        title = group.findtext(f"{SVG}title") or ""
        if (circle := group.find(f"{SVG}circle")) is not None:
            accounts[title] = int(circle.attrib["cy"])
        elif (square := group.find(f"{SVG}rect")) is not None:
            values[title.partition(": ")[2]] = int(square.attrib["y"]) + 5
    joined = re.findall(r"M\d+ (\d+)C\d+ \d+ \d+ \d+ \d+ (\d+)", svg)
    return accounts, values, {(int(one), int(other)) for one, other in joined}


def test_every_link_is_drawn_between_its_account_and_its_value() -> None:
    links = {(0, 0), (0, 1), (1, 1), (2, 2)}
    accounts, values, joined = drawn(link_graph(["a", "b", "c"], [value(number) for number in range(3)], links))
    assert set(accounts) == {"a", "b", "c"} and set(values) == {"card-0", "card-1", "card-2"}
    assert joined == {(values[f"card-{v}"], accounts["abc"[a]]) for a, v in links}
    assert link_graph(["a"], [value(0)], {(0, 0)}).count("hub") >= 2


def test_what_belongs_together_lies_together() -> None:
    """Two groups that share nothing, given interleaved, do not cross."""
    links = {(account, account % 2 + 2 * pick) for account in range(12) for pick in range(3)}
    accounts, values, joined = drawn(
        link_graph([f"a{n}" for n in range(12)], [value(number) for number in range(6)], links)
    )
    sides = [sorted(accounts[f"a{n}"] for n in range(12) if n % 2 == side) for side in (0, 1)]
    first, second = sorted(sides)
    assert first[-1] < second[0]
    crossings = sum(
        one < other and there > here for one, there in joined for other, here in joined if (one, there) != (other, here)
    )
    # Within a group of three values and six accounts, all joined, that many cross whatever the order.
    assert crossings == 2 * (3 * 2 // 2) * (6 * 5 // 2)
    assert len(values) == 6


def test_a_large_finding_is_cut_to_a_hundred_and_fifty_nodes() -> None:
    random = Random(5)
    links = {(random.randrange(4000), random.randrange(400)) for _ in range(40_000)}
    svg = link_graph([f"account {n}" for n in range(4000)], [value(number) for number in range(400)], links)
    assert svg.count("<circle") == MOST_ACCOUNTS and svg.count("<rect") == MOST_VALUES
    assert MOST_ACCOUNTS + MOST_VALUES <= 150
    assert "120 of 4000 accounts and 30 of 400 shared values" in svg
    assert len(svg) < 150_000


def test_hostile_names_and_values_are_text() -> None:
    tame = link_graph(["a"] * len(HOSTILE), [value(n) for n in range(len(HOSTILE))], {(0, 0)})
    wild = link_graph(HOSTILE, [value(n, text) for n, text in enumerate(HOSTILE)], {(0, 0)})
    tags = [[(node.tag, sorted(node.attrib)) for node in ElementTree.fromstring(svg).iter()] for svg in (tame, wild)]
    assert tags[0] == tags[1]
    assert max(len(text) for text in re.findall(r"<text[^>]*>([^<]*)", wild)) < 400
