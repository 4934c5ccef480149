"""Case files in a real Chromium: hostile pages do nothing, nothing is asked for, and they can be read at any width."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from forensics.exports.case_files.page import SECTIONS, case_page, index_page
from forensics.home import Home
from tests.accessibility import FAULTS
from tests.browser import Page, open_page
from tests.unit.exports.case_facts import case, hostile

LOOKS = [(1280, False), (1280, True), (390, False), (390, True), (320, False)]

PAPER = 680
"""Pixels between the margins of an A4 sheet."""

FOREIGN = "document.querySelectorAll('script, iframe, object, embed, form, base, [style]').length"
"""How much there is of what a page of ours never has."""

JUDGEMENTS = """[...document.querySelectorAll('.judgements li')].map(one => [
    Math.round(one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)),
    one.getBoundingClientRect().bottom + scrollY])"""
"""Lines of each key judgement, and where it ends on the page."""

CELLS = """[...document.querySelector('.cards tbody tr').children].map(one => [
    one.dataset.label ?? '', one.getBoundingClientRect().left, one.getBoundingClientRect().right])"""
"""Label and edges of each cell of the first row."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser for all of these tests."""
    with open_page(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture(scope="module")
def hostile_pages(blank_building: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A case file and an index in which every text is hostile."""
    folder = tmp_path_factory.mktemp("cases")
    with duckdb.connect(str(blank_building), read_only=True) as connection:
        found = case(hostile())
        texts = {
            "finding-1.html": case_page(found, connection),
            "index.html": index_page(found.run, [found], ["finding-1.html"]),
        }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return {name: folder / name for name in texts}


def look(browser: Page, path: Path, width: int, *, is_dark: bool) -> None:
    """Open a page in a window of some width."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
    browser.call("Emulation.setEmulatedMedia", media="screen", features=[scheme])
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
    browser.requests.clear()
    browser.complaints.clear()
    browser.goto(path.as_uri())


@pytest.mark.parametrize("name", ["finding-1.html", "index.html"])
def test_a_hostile_page_is_inert_and_readable_at_any_width(
    browser: Page, hostile_pages: dict[str, Path], name: str
) -> None:
    grounds = set()
    for width, is_dark in LOOKS:
        look(browser, hostile_pages[name], width, is_dark=is_dark)
        assert browser.evaluate(FAULTS) == [], (width, is_dark)
        assert browser.evaluate(FOREIGN) == 0
        assert browser.complaints == []
        assert browser.requests == [hostile_pages[name].as_uri()]
        assert browser.evaluate("document.title") in ("finding-1 · case file", "Findings as of 2026-03-08")
        grounds.add(browser.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert len(grounds) == 2, "light and dark have grounds of their own"
    assert "<script>alert(1)</script>" in browser.text()


def test_the_policy_stops_what_would_get_through_the_other_walls(
    browser: Page, hostile_pages: dict[str, Path], tmp_path: Path
) -> None:
    """Markup is put into a page by hand: even then nothing runs, nothing is fetched and nothing is restyled."""
    page = hostile_pages["finding-1.html"].read_text("utf-8")
    planted = (
        "<script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">"
        "<style>main{display:none}</style><iframe src='http://127.0.0.1:9/'></iframe>"
        "<p style='color:red' id='red'>x</p>"
    )
    path = tmp_path / "planted.html"
    path.write_text(page.replace('<main id="content">', f'<main id="content">{planted}'), "utf-8")
    look(browser, path, 1280, is_dark=False)
    assert browser.evaluate("document.title") == "finding-1 · case file"
    assert browser.evaluate("getComputedStyle(document.querySelector('main')).display") == "block"
    assert browser.evaluate("getComputedStyle(document.getElementById('red')).color") != "rgb(255, 0, 0)"
    assert browser.complaints, "the browser says what it refused"


def test_a_page_prints_with_all_its_sections(browser: Page, hostile_pages: dict[str, Path]) -> None:
    look(browser, hostile_pages["finding-1.html"], PAPER, is_dark=True)
    scheme = {"name": "prefers-color-scheme", "value": "dark"}
    browser.call("Emulation.setEmulatedMedia", media="print", features=[scheme])
    assert browser.evaluate(FAULTS) == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= PAPER
    assert browser.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    shown = browser.evaluate("[...document.querySelectorAll('h2')].filter(one => one.offsetHeight).length")
    assert shown == len(SECTIONS)
    assert browser.evaluate(
        "[...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_the_pages_of_a_real_run_can_be_read(browser: Page, finished: Home) -> None:
    (folder,) = finished.cases.iterdir()
    look(browser, folder / "index.html", 390, is_dark=False)
    assert browser.evaluate(FAULTS) == [] and browser.complaints == []
    links = browser.evaluate("[...document.querySelectorAll('tbody a')].map(one => one.href)")
    # Beside the pages of findings lie the index and the account map.
    assert len(links) == len(list(folder.iterdir())) - 2 > 0
    browser.evaluate("document.querySelector('tbody a').click()")
    browser.wait_for("document.title.endsWith('case file') && document.readyState === 'complete'")
    assert browser.evaluate(FAULTS) == [] and browser.complaints == []
    assert browser.evaluate("document.querySelectorAll('figure svg').length") >= 3
    browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    judgements = browser.evaluate(JUDGEMENTS)
    assert len(judgements) == 5 and all(lines <= 2 for lines, _ in judgements), judgements
    assert judgements[-1][1] < 900, "all of them stand on the first screen"


def test_on_a_phone_the_index_is_cards_with_nothing_out_of_sight(browser: Page, hostile_pages: dict[str, Path]) -> None:
    look(browser, hostile_pages["index.html"], 390, is_dark=False)
    cells = browser.evaluate(CELLS)
    assert len(cells) == 7
    assert all(left >= 0 and right <= 390 for _, left, right in cells), cells
    assert {"Confidence", "Accounts", "Decision"} <= {label for label, _, _ in cells}
