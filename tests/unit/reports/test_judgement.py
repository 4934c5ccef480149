"""The rules of confidence, one by one: what it takes to accuse, and what forbids it."""

import re
from typing import Any

import pytest

from forensics.links.group_tests import EXTRACTION_MEASURES, LOAD_MEASURE, RELAY_MEASURE
from forensics.reports.judgement import COVERAGE, LEVELS, Judgement, _judge, judge_groups
from forensics.reports.statements import group_statements
from tests.worlds.line import Line

LARGE = {"q_value": 1e-6, "value": 0.95, "group_mean": 0.7, "other_mean": 0.1, "baseline": 0.5, "sample_size": 20}
EVEN = {**LARGE, "value": 0.4, "baseline": 1.0, "group_mean": None, "claim": "control"}
FAMILIES = ("payment", "network", "device", "organisation", "content")


def _measures(*names: str, **changed: Any) -> dict[str, dict[str, Any]]:
    return {name: {"measure": name, "claim": "extraction", **LARGE, **changed} for name in names}


def _judged(
    families: tuple[str, ...] = (),
    measures: dict[str, dict[str, Any]] | None = None,
    formed_by: str = "infrastructure",
    customer: float = 0.0,
    programme: float = 0.0,
) -> Judgement | None:
    return _judge("group-1", formed_by, dict.fromkeys(families, 0.9), measures or {}, customer, programme)


def _confidence(judgement: Judgement | None) -> str | None:
    return judgement.confidence if judgement else None


def test_links_alone_accuse_nobody_whatever_they_are() -> None:
    assert _judged(FAMILIES) is None
    assert _judged(FAMILIES, {LOAD_MEASURE: EVEN}) is None


def test_behaviour_alone_is_a_lead_however_strange() -> None:
    assert _confidence(_judged((), _measures(*EXTRACTION_MEASURES))) == "low"
    assert _confidence(_judged(("content",), _measures(*EXTRACTION_MEASURES), "template")) == "low"


def test_two_families_and_two_measures_make_it_high_and_less_makes_it_less() -> None:
    two = _measures("reasoning_share", "grading_share")
    one = _measures("reasoning_share")
    assert _confidence(_judged(("payment", "network"), two)) == "high"
    assert _confidence(_judged(("payment", "network"), one)) == "moderate"
    assert _confidence(_judged(("payment",), {**two, LOAD_MEASURE: EVEN})) == "moderate"
    assert _confidence(_judged(("payment", "content"), two)) == "moderate"
    assert _confidence(_judged(("payment",), two)) == "low"


def test_an_office_or_a_school_shares_address_and_domain_for_one_reason() -> None:
    everything = _measures(*EXTRACTION_MEASURES)
    assert _confidence(_judged(("network", "organisation"), everything)) == "low"
    assert _confidence(_judged(("network", "organisation"), {**everything, LOAD_MEASURE: EVEN})) == "moderate"
    assert _confidence(_judged(("network", "organisation", "payment"), everything)) == "high"


def test_the_text_that_formed_a_group_counts_neither_for_control_nor_for_extraction() -> None:
    assert _confidence(_judged(("payment", "content"), _measures("reasoning_share"), "template")) == "low"
    assert _judged(("payment", "network"), _measures("cross_payer_share"), "template") is None


@pytest.mark.parametrize("weak", [{"q_value": 0.02}, {"value": 0.75}, {"group_mean": 0.01}])
def test_a_measure_counts_only_if_it_is_certain_large_and_not_next_to_nothing(weak: dict[str, float]) -> None:
    assert _judged(("payment", "network"), _measures("reasoning_share", **weak)) is None


def test_one_customer_and_a_research_programme_are_never_accused() -> None:
    everything = _measures(*EXTRACTION_MEASURES)
    assert _confidence(_judged(FAMILIES, everything, customer=0.9)) == "low"
    assert _confidence(_judged(FAMILIES, everything, programme=0.6)) == "low"
    assert _confidence(_judged(FAMILIES, everything, customer=0.5, programme=0.3)) == "high"


def test_breadth_round_the_clock_is_relay_and_never_more_than_a_lead() -> None:
    found = _judged(FAMILIES, _measures(RELAY_MEASURE))
    assert found is not None
    assert (found.kind, found.confidence, found.extraction) == ("relay", "low", "undetermined")
    both = _judged(FAMILIES, _measures(RELAY_MEASURE, "reasoning_share"))
    assert both is not None and both.kind == "coordinated_extraction"


def test_a_family_that_too_few_carry_links_nobody() -> None:
    thin = dict.fromkeys(FAMILIES, COVERAGE - 0.01)
    found = _judge("group-1", "infrastructure", thin, _measures("reasoning_share"), 0.0, 0.0)
    assert found is not None and found.control == "undetermined"


def test_more_evidence_never_lowers_and_less_never_raises_the_confidence() -> None:
    order = [("payment",), ("payment", "content"), ("payment", "network"), FAMILIES]
    for measures in (_measures("reasoning_share"), _measures("reasoning_share", "grading_share")):
        levels = [LEVELS.index(_confidence(_judged(families, measures)) or "undetermined") for families in order]
        assert levels == sorted(levels)


def test_every_judgement_has_statements_on_both_sides_that_say_their_value() -> None:
    group = {"group_id": "group-1", "account_count": 20}
    found = _judged(FAMILIES, {**_measures(*EXTRACTION_MEASURES), LOAD_MEASURE: EVEN}, customer=0.9, programme=0.2)
    assert found is not None
    statements = group_statements(found, group, ["Payments are missing."])
    assert {one.stance for one in statements} == {"supports", "contradicts"}
    assert all(one.statement.endswith(".") and len(one.statement) < 400 for one in statements)
    for one in statements:
        if one.value is not None:
            assert one.baseline is not None, one.measure
    assert "Payments are missing." in {one.statement for one in statements}
    assert not any(re.search(r"\bnan\b|None", one.statement) for one in statements)


def test_the_tiny_world_is_judged_as_it_is(tiny_line: Line, tiny_world: Any) -> None:
    accused = {}
    for found in judge_groups(tiny_line.connection, tiny_line.window):
        members = tiny_line.connection.execute(
            "SELECT account_id FROM links.group_accounts WHERE group_id = ?", [found.group_id]
        ).fetchall()
        if found.confidence != "low":
            accused[found.group_id] = {tiny_world.kinds[account] for (account,) in members}
    assert list(accused.values()) == [{"hydra"}]
