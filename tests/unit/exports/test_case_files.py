"""Case files: nothing that anybody wrote becomes markup, every section says something, and pages stay small."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jinja2 import UndefinedError

from forensics.exports.case_files import facts
from forensics.exports.case_files.actions import actions
from forensics.exports.case_files.facts import QUERIES, RunFacts, read_facts
from forensics.exports.case_files.folders import case_file, page_name
from forensics.exports.case_files.page import BLANK, SECTIONS, case_page, index_page
from forensics.exports.case_files.rendering import MOST_CHARACTERS, content_policy, environment, readable, style
from forensics.exports.case_files.writing import (
    described,
    place_case_files,
    settle_case_files,
    sha256_with_blank,
)
from forensics.home import Home
from forensics.reports.rivals import RIVALS
from tests.unit.exports.case_facts import AS_OF, HOSTILE, SEEN, case, harmless, hostile, run_facts
from tests.worlds.line import Line, put

MOST_BYTES = 400_000
"""Of a page whose every text is as long as an attacker likes."""

LINK = re.compile(r"account_map\.html|#[a-z]+|index\.html|[a-z0-9-]{1,80}\.html|data:,")


class Skeleton(HTMLParser):
    """Elements with the names of their attributes, in order; the values of attributes that lead somewhere; texts."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.targets: list[str] = []
        self.text: list[str] = []
        self.comments: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.targets += [value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


@pytest.fixture(scope="module")
def connection(blank_building: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """To a warehouse without a row."""
    with duckdb.connect(str(blank_building), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The page of a finding with harmless texts and with hostile ones, and both indexes."""
    tame, wild = case(), case(hostile())
    return {
        "tame": case_page(tame, connection),
        "wild": case_page(wild, connection),
        "tame index": index_page(tame.run, [tame], ["finding-1.html"]),
        "wild index": index_page(wild.run, [wild], ["finding-1.html"]),
    }


@pytest.mark.parametrize("kind", ["", " index"])
def test_hostile_texts_make_no_element_and_no_attribute(pages: dict[str, str], kind: str) -> None:
    tame, wild = Skeleton(pages[f"tame{kind}"]), Skeleton(pages[f"wild{kind}"])
    assert wild.elements == tame.elements
    assert not wild.comments
    assert all(LINK.fullmatch(target) for target in wild.targets)
    names = {name for _, names in wild.elements for name in names}
    assert not {name for name in names if name.startswith("on")} and "style" not in names
    assert not {tag for tag, _ in wild.elements} & {"script", "iframe", "object", "embed", "form", "base", "img"}
    if not kind:
        assert "<script>alert(1)</script>" in "".join(wild.text)


def test_nothing_unreadable_is_left_and_a_flood_is_cut(pages: dict[str, str]) -> None:
    wild = pages["wild"]
    assert not [one for one in wild if not one.isprintable() and one != "\n"]
    assert len(wild.encode()) < MOST_BYTES
    assert "\u0301" * 3 not in wild
    assert "49" not in re.findall(r"\b49\b", wild), "a template in a text is not filled in"


def test_every_value_is_cut_and_escaped_whatever_a_template_forgets() -> None:
    for text in HOSTILE:
        shown = environment().from_string("<b title='{{ value }}'>{{ value }}</b>").render(value=text)
        assert Skeleton(shown).elements == [("b", ("title",))] and len(shown) < 12 * MOST_CHARACTERS
        assert shown.isprintable()
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_the_policy_forbids_everything_but_the_own_style_sheets(pages: dict[str, str]) -> None:
    (said,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', pages["wild"])
    policy = said.replace("&#39;", "'").replace("&#43;", "+")
    assert policy == content_policy()
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
    assert pages["wild"].index("Content-Security-Policy") < pages["wild"].index("<style>")
    assert len(re.findall("<style>", pages["wild"])) <= policy.count("sha256-")


def test_the_sections_stand_in_the_order_in_which_an_investigator_reads(pages: dict[str, str]) -> None:
    page = pages["tame"]
    assert re.findall(r'<h2 id="(\w+)">', page) == [name for name, _ in SECTIONS]
    judgements = page[page.index('id="judgements"') : page.index("<nav")]
    assert judgements.count("<li>") == 5
    for said in ("Decision support: needs human review.", "TLP:AMBER+STRICT", "run-1", "some profile", "and 10 more"):
        assert said in page
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))


def test_a_finding_without_anything_beside_it_still_says_so_in_every_section(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    full = case(kind="barred_ownership", decision=None)
    bare = type(full)(full.run, full.finding, {"sizes": full.rows["sizes"]})
    page = case_page(bare, connection)
    assert re.findall(r'<h2 id="(\w+)">', page) == [name for name, _ in SECTIONS]
    for said in ("There are no shared values", "No account is listed", "name no organisation", "No earlier run"):
        assert said in page
    assert "This finding accuses nobody by behaviour" in page


def test_templates_whose_text_is_gone_are_not_said_to_be_none(connection: duckdb.DuckDBPyConnection) -> None:
    told = case()
    (signal, *_) = told.rows["signals"]
    for kind, said in (("prompt_template", "is no longer kept"), ("ip", "No template that these accounts share")):
        rows = {**told.rows, "templates": [], "signals": [{**signal, "signal_kind": kind}]}
        assert said in case_page(replace(told, rows=rows), connection)


def test_every_query_gives_what_the_pages_read(blank_line: Line) -> None:
    put(blank_line.connection, "reports.findings", [{**case().finding, "decided_finding_id": None}])
    put(
        blank_line.connection,
        "reports.runs",
        [
            {"as_of": AS_OF, "window_from": AS_OF, "loads_fingerprint": "a", "settings_fingerprint": "b",
             "code_version": "1", "finding_count": 1, "run_id": "r", "finished_at": SEEN}
        ],
    )  # fmt: skip
    run, (read,) = read_facts(blank_line.connection, blank_line.settings, {"profile": "p"})
    assert isinstance(run, RunFacts) and run.run.run_id == "r" and run.days == ()
    assert set(read.rows) == {*QUERIES, "exemplars"} - {"findings"}
    columns = {name: set(rows[0]) for name, rows in case().rows.items()}
    for name in set(QUERIES) - {"findings"}:
        assert columns_of(blank_line, name) | ({"network"} if name == "signals" else set()) == columns[name], name


def test_a_lost_file_of_exchanges_keeps_no_finding_back(blank_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = blank_line.home.root / "gone.parquet"
    monkeypatch.setattr(
        facts, "exemplars", lambda opened, *_: opened.sql(f"SELECT prompt FROM read_parquet('{gone}')").pl()
    )
    found, can_be_read = facts._exemplars(blank_line.connection, [case().finding], blank_line.settings)
    assert found.is_empty() and not can_be_read
    told = case()
    lost = replace(told, run=replace(told.run, prompts_can_be_read=False), rows={**told.rows, "exemplars": []})
    assert "A file with these exchanges cannot be read" in case_page(lost, blank_line.connection)


def columns_of(line: Line, name: str) -> set[str]:
    """Columns of a query on an empty warehouse."""
    from forensics.exports.case_files.facts import BOUNDS, _read

    values = {**BOUNDS, "first": AS_OF, "as_of": AS_OF, "first_shown": AS_OF, "hours": 1, "significant": 0.01}
    return set(_read(line.connection, name, values).columns)


def test_text_becomes_readable() -> None:
    assert readable("a\x00b\u202ec\ud800d\ne\tf") == "abcd e f"
    assert readable("x" * 3000) == "x" * 1999 + "…"
    assert readable("é" + "\u0301" * 9) == "é\u0301\u0301"
    assert readable("Здравствуйте, 你好 שלום") == "Здравствуйте, 你好 שלום"


def test_no_id_names_a_path() -> None:
    assert page_name("finding-30133f0db925") == "finding-30133f0db925.html"
    for odd in ("../../etc/passwd", "index", "a/b", "", "A" * 300, "<b>", "x\n"):
        assert re.fullmatch(r"finding-[0-9a-f]{32}\.html", page_name(odd))
    assert case_file(Home(Path("/home")), AS_OF, "f-1") == Path("/home/cases/2026-03-08/f-1.html")


def test_what_is_recommended_is_milder_the_less_is_known() -> None:
    for kind in ("coordinated_extraction", "relay", "barred_ownership"):
        counts = [len(actions(kind, level, "new")) for level in ("low", "moderate", "high")]
        assert counts == sorted(counts)
        assert all("uspend" not in one.step for one in actions(kind, "moderate", "new"))
        assert actions(kind, "high", "dormant") == actions("relay", "low", "new")


def test_a_rivals_sentences_fit_the_page() -> None:
    assert all(len(text) <= 300 for rival in RIVALS for text in (rival.title, rival.needs, rival.check))


def test_pages_carry_the_manifests_hash_and_the_manifest_the_pages(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    home, manifest = Home(tmp_path), "d" * 64
    forged = case(lambda name: HOSTILE[-2] if name == "rival" else HOSTILE[-3])
    given = {
        "index.html": index_page(forged.run, [forged], ["finding-1.html"]),
        "finding-1.html": case_page(forged, connection),
    }
    said = {one["file"]: one for one in described(home, AS_OF, given)}
    index = place_case_files(home, AS_OF, given, manifest)
    assert index == home.cases / "2026-03-08" / "index.html"
    for name, was in said.items():
        path = home.root / name
        assert path.stat().st_size == was["bytes"]
        assert sha256_with_blank(path, manifest) == was["sha256_with_blank"]
    page = case_file(home, AS_OF, "finding-1")
    text = page.read_text("utf-8")
    assert text.count(manifest) == 2 and BLANK in text, "zeros that a caller wrote stay"
    page.write_text(text.replace(manifest, "e" * 64), "utf-8")
    assert sha256_with_blank(page, manifest) != said["cases/2026-03-08/finding-1.html"]["sha256_with_blank"]


def test_pages_of_a_run_that_is_not_published_are_deleted(blank_line: Line, tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "as_of": AS_OF, "window_from": AS_OF, "loads_fingerprint": "a", "settings_fingerprint": "b",
        "code_version": "1", "finding_count": 0, "run_id": "run-1", "finished_at": SEEN,
    }  # fmt: skip
    put(blank_line.connection, "reports.runs", [row])
    blank_line.connection.execute("CHECKPOINT")
    home = Home(tmp_path / "settled")
    home.root.mkdir()
    shutil.copyfile(blank_line.home.building, home.published)
    page = index_page(run_facts(), [], [])
    other = page.replace('name="run" content="run-1"', 'name="run" content="run-0"')
    place_case_files(home, AS_OF, {"index.html": page}, None)
    place_case_files(home, AS_OF.replace(day=7), {"index.html": page}, None)
    (home.cases / ".2026-03-06.new").mkdir()
    settle_case_files(home)
    assert [folder.name for folder in home.cases.iterdir()] == ["2026-03-08"]
    place_case_files(home, AS_OF, {"index.html": other}, None)
    settle_case_files(home)
    assert not list(home.cases.iterdir())


def _luminance(colour: str) -> float:
    full = "".join(2 * one for one in colour) if len(colour) == 3 else colour
    parts = [int(full[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of two colours."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_told_from_its_ground_in_light_and_dark() -> None:
    assert round(contrast("000", "ffffff"), 1) == 21
    blocks = re.findall(r":root\{([^}]*)\}", str(style()))
    for block in blocks[:2]:
        colours = dict(re.findall(r"--(\w+):#([0-9a-f]{3,6})", block))
        for ground in ("paper", "box", "wash", "mark"):
            for ink in ("ink", "link", "soft") if ground != "mark" else ("ink",):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert contrast(colours["focus"], colours["paper"]) >= 3


def test_the_same_rows_give_the_same_page(connection: duckdb.DuckDBPyConnection) -> None:
    assert case_page(case(harmless), connection) == case_page(case(harmless), connection)


def test_takeovers_and_releases_say_what_was_seen_and_what_chance_gives(pages: dict[str, str]) -> None:
    text = " ".join(re.sub(r"<[^>]+>", " ", pages["tame"]).split())
    assert "first call after a ban 1 of 1 0.036 12 0.036 and 0.5" in text
    assert "2 times the odds (1.1 times the odds to over 1,000 times the odds) 1.2 times the odds" in text
    assert "how much of a move to a new model stays 0.70 0.20" in text
    assert "new prompts sent to a new model 70% (60% to 80%) 20%" in text
    assert text.count("describes, tests nothing") == 2
