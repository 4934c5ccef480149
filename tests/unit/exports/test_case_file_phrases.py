"""Case files in words: no code of a table is shown to a reader, and every code has its phrase."""

import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from forensics import contracts
from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.core.capabilities import load_taxonomy
from forensics.core.capabilities.taxonomy import MODES
from forensics.exports.case_files.page import case_page, index_page
from forensics.exports.case_files.sentences import (
    LINE_CHARACTERS,
    brief,
    confidence,
    key_judgements,
    likelihood,
    robustness_meaning,
    worth,
    would_lower,
    would_raise,
)
from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.phrases import PHRASES
from forensics.reports.rivals import RIVALS
from forensics.reports.sources import OF_A_GROUP
from tests.unit.exports.case_facts import case


class Visible(HTMLParser):
    """What a page shows but ids, commands and prompts, which stand as code or as quotations."""

    UNREAD = ("code", "style", "blockquote", "svg")

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.inside = 0
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag in self.UNREAD
        self.text += "".join(f" {value} " for name, value in attrs if name in ("aria-label", "data-label", "alt"))

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in self.UNREAD

    def handle_data(self, data: str) -> None:
        self.text += "" if self.inside else data


SNAKE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
NAMELESS = {code.replace("_", " ") for codes in PHRASES.values() for code in codes if "_" in code} - {
    words for codes in PHRASES.values() for words in codes.values()
}
"""Codes with their underscores taken out: what a page shows that looks a phrase up nowhere."""


@pytest.fixture(scope="module")
def pages(blank_building: Path) -> dict[str, str]:
    """An index, and the page of a finding of each kind."""
    told = case()
    with duckdb.connect(str(blank_building), read_only=True) as opened:
        return {
            "index": index_page(told.run, [told], ["finding-1.html"]),
            "extraction": case_page(told, opened),
            **{
                kind: case_page(case(kind=kind, status="split", confidence="low"), opened)
                for kind in ("relay", "barred_ownership")
            },
        }


def test_no_code_is_shown_to_a_reader(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        said = Visible(page).text
        assert not SNAKE.findall(said), name
        assert not [code for code in NAMELESS if re.search(rf"\b{code}\b", said)], name
    assert SNAKE.findall(Visible("<p>met_both</p><code>a_b</code>").text) == ["met_both"]


def test_every_code_of_a_contract_has_a_phrase() -> None:
    columns = [
        ("kind", "reports.findings", "kind"), ("status", "reports.findings", "status"),
        ("status", "reports.finding_states", "status"), ("decision", "reports.findings", "decision"),
        ("confidence", "reports.findings", "control_confidence"), ("relation", "reports.finding_lineage", "relation"),
        ("verdict", "reports.ownership_verdicts", "verdict"), ("verdict", "reports.barred_organisations", "verdict"),
        ("band", "reports.finding_rivals", "band"), ("role", "reports.finding_accounts", "role"),
        ("part", "features.templates", "part"), ("family", "reports.finding_robustness", "family"),
        ("network", "raw.networks", "kind"),
    ]  # fmt: skip
    for subject, table, column in columns:
        assert set(contracts.get(table).columns[column].categories) <= set(PHRASES[subject]), column
    assert {one.name for one in load_taxonomy().capabilities} <= set(PHRASES["capability"])
    assert set(MODES) == set(PHRASES["mode"]) and set(FEATURE_NAMES) == set(PHRASES["feature"])
    assert {one.name for one in RIVALS} == set(PHRASES["rival"])
    measures = {f"{name}_coverage" for name in EVIDENCE_KINDS} | {kind.measure for kind in EVIDENCE_KINDS.values()}
    counted = {"customer_share", "family_share", "education_share", "research_share", "barred_owner_share"}
    counted |= {"other_owner_share", "leave_one_out", "bridge_account", *OF_A_GROUP}
    assert (measures - {""}) | counted <= set(PHRASES["measure"])


def test_likelihood_and_confidence_are_told_apart_and_what_would_change_them() -> None:
    told = case()
    assert likelihood(told) == "It is likely that one operator runs these accounts and collects the model's outputs."
    assert confidence(told).startswith("Confidence in that is moderate; 1 of 2 innocent explanations stay plausible")
    assert "not available: payments" in confidence(told) and "2 of 28 days" in confidence(told)
    assert would_raise(told)[0] == "To rule out: some rival some check"
    assert would_lower(told) == ["some rival It would need: some needs"]
    assert "left open" in likelihood(case(status="dormant"))
    assert "no measurement of its own" in worth(told) and "favours the finding moderately at most" in worth(told)
    lines = dict(key_judgements(told))
    assert len(lines) == 5 and all(len(line) <= LINE_CHARACTERS for line in lines.values())
    assert lines["What"] == "some headline: 5,000 exchanges (10.0% of all) under 5 unrelated payers."
    assert lines["Why"] == (
        "Tied together by conversations carried over between accounts, payment instruments and clients or keys."
    )
    assert "leaves 1 of 3 kinds of evidence unexplained" in lines["What speaks against it"]
    assert robustness_meaning(told).startswith("The finding hangs on prompts and conversations: without that")


def test_a_text_is_cut_between_words_and_the_cut_is_shown() -> None:
    assert brief("one two three", 100) == "one two three"
    assert brief("one two, three", 10) == "one two…"
    assert brief("x" * 50, 10) == "x" * 9 + "…"
