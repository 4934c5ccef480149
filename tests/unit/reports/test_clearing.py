"""Cleared groups stay away until something new happens; every decision follows its finding."""

import polars as pl
import pytest

from forensics.reports.clearing import QUOTED_CHARACTERS, quoted
from tests.unit.reports.story import Story, Told, accounts
from tests.worlds.line import Line

BEHAVIOUR = ["payment_coverage", "grading_share"]


@pytest.fixture
def story(blank_line: Line) -> Story:
    return Story(blank_line)


def _decisions(told: Told) -> list[dict[str, object]]:
    return list(told.tables["reports.decisions"].iter_rows(named=True))


def test_a_cleared_group_is_left_out_and_nothing_of_it_stays(story: Story) -> None:
    first = story.day(0, {"g": accounts(0, 20), "other": accounts(50, 60)})
    story.decide(first, "g", "cleared")
    told = story.day(1, {"g": accounts(0, 20), "other": accounts(50, 60)}, is_checked=True)
    assert told.ids == first.ids
    assert set(told.findings) == {first.ids["other"]}
    for name in ("finding_accounts", "finding_evidence", "finding_signals"):
        assert first.ids["g"] not in told.tables[f"reports.{name}"]["finding_id"].to_list()
    (row,) = _decisions(told)
    assert row["held_back_count"] == 1 and row["is_in_force"] and row["account_count"] == 20
    # Not found, it is no dormant lead either; found again, it is still cleared and still itself.
    assert set(story.day(2, {}).findings) == {first.ids["other"]}
    assert story.day(3, {"g": accounts(0, 20)}).ids["g"] == first.ids["g"]
    assert first.ids["g"] not in story.day(3, {"g": accounts(0, 20)}).findings


@pytest.mark.parametrize(
    ("members", "supports", "kind", "news"),
    [
        (accounts(0, 24), BEHAVIOUR, "coordinated_extraction", None),
        (accounts(5, 20), ["payment_coverage"], "coordinated_extraction", None),
        (accounts(0, 26), BEHAVIOUR, "coordinated_extraction", "6 of its 26 accounts"),
        (accounts(0, 20), [*BEHAVIOUR, "refused_share"], "coordinated_extraction", "marked by refused prompts"),
        (accounts(0, 20), [*BEHAVIOUR, "handover_coverage"], "coordinated_extraction", "linked by"),
        (accounts(0, 20), BEHAVIOUR, "relay", "the claim is relay of other people's traffic and was"),
    ],
    ids=["a fifth of new members", "less than before", "more new members", "new measure", "new link", "another claim"],
)
def test_it_comes_back_when_something_is_new_and_the_report_says_what(
    story: Story, members: set[str], supports: list[str], kind: str, news: str | None
) -> None:
    before = {"g": BEHAVIOUR}
    first = story.day(0, {"g": accounts(0, 20)}, supports=before)
    story.decide(first, "g", "cleared")
    told = story.day(1, {"g": members}, supports={"g": supports}, kinds={"g": kind})
    finding = first.ids["g"]
    assert told.ids["g"] == finding
    if news is None:
        assert finding not in told.findings
        return
    row = told.findings[finding]
    assert row["status"] == "reopened" and row["decision"] == "cleared" and row["decided_by"] == "A. Reader"
    sentences = told.statements(finding)
    assert "New since it was cleared: " in sentences and news in sentences
    assert "Cleared by A. Reader on 2026-04-01 (decision 1): They are a class" in sentences
    assert "\u202e" not in sentences
    # A second look at what is new clears that too.
    story.decide(told, "g", "cleared")
    again = story.day(2, {"g": members}, supports={"g": supports}, kinds={"g": kind})
    assert finding not in again.findings
    # What was known at either decision is not new, though the later one did not see it.
    both = sorted({*BEHAVIOUR, *supports})
    assert finding not in story.day(3, {"g": members}, supports={"g": both}, kinds={"g": kind}).findings


@pytest.mark.parametrize("verdict", ["confirmed", "unsure"])
def test_other_verdicts_are_shown_and_a_later_one_takes_the_place_of_an_earlier(story: Story, verdict: str) -> None:
    first = story.day(0, {"g": accounts(0, 20)})
    story.decide(first, "g", "cleared")
    assert story.day(1, {"g": accounts(0, 20)}).findings == {}
    story.decide(first, "g", verdict)
    told = story.day(2, {"g": accounts(0, 20)})
    row = told.findings[told.ids["g"]]
    assert (row["decision"], row["decided_finding_id"], row["status"]) == (verdict, told.ids["g"], "continuing")
    assert [one["is_in_force"] for one in _decisions(told)] == [False, True]
    # Shown while it rests, too.
    assert story.day(3, {}).findings[told.ids["g"]]["decision"] == verdict


def test_a_decision_follows_into_parts_and_into_what_the_finding_merges_into(story: Story) -> None:
    first = story.day(0, {"a": accounts(0, 30), "b": accounts(100, 140)})
    story.decide(first, "a", "confirmed")
    split = story.day(1, {"a": accounts(10, 30), "part": accounts(0, 10), "b": accounts(100, 140)})
    part = split.findings[split.ids["part"]]
    assert part["status"] == "split" and part["decision"] == "confirmed"
    assert part["decided_finding_id"] == first.ids["a"]
    merged = story.day(2, {"b": accounts(100, 140) | accounts(10, 30), "part": accounts(0, 10)})
    row = merged.findings[first.ids["b"]]
    assert row["status"] == "merged" and row["decided_finding_id"] == first.ids["a"]


def test_a_decision_after_a_split_does_not_reach_the_part(story: Story) -> None:
    story.day(0, {"a": accounts(0, 30)})
    split = story.day(1, {"a": accounts(10, 30), "part": accounts(0, 10)})
    story.decide(split, "a", "cleared")
    told = story.day(2, {"a": accounts(10, 30), "part": accounts(0, 10)})
    assert set(told.findings) == {split.ids["part"]} and told.findings[split.ids["part"]]["decision"] is None


def test_a_cleared_group_that_goes_up_in_another_clears_only_itself(story: Story) -> None:
    first = story.day(0, {"a": accounts(0, 12), "b": accounts(100, 140)})
    story.decide(first, "a", "cleared")
    told = story.day(1, {"b": accounts(100, 140) | accounts(0, 12)})
    row = told.findings[first.ids["b"]]
    assert row["status"] == "merged" and row["decision"] is None
    assert f"12 of its 52 accounts are of {first.ids['a']}" in told.statements(first.ids["b"])


def test_parts_of_a_cleared_group_are_cleared_under_whatever_id(story: Story) -> None:
    first = story.day(0, {"a": accounts(0, 30)})
    story.decide(first, "a", "cleared")
    assert story.day(1, {"a": accounts(10, 30), "part": accounts(0, 10)}).findings == {}


def test_the_log_alone_gives_ids_and_verdicts_back_when_the_warehouse_is_lost(story: Story) -> None:
    groups = {"a": accounts(0, 20), "b": accounts(100, 120)}
    story.day(0, {"a": accounts(0, 12), "b": accounts(100, 120)})
    first = story.day(1, groups)
    story.decide(first, "a", "confirmed")
    story.decide(first, "b", "cleared")
    before = story.day(1, groups)
    assert before.ids == first.ids and before.status("a") == first.status("a") == "grown"
    story.forget()
    rebuilt = story.day(1, groups)
    assert rebuilt.ids == first.ids and rebuilt.status("a") == "new" and rebuilt.status("b") is None
    later = story.day(4, {"a": accounts(3, 23), "b": accounts(100, 120)})
    assert later.ids == first.ids and set(later.findings) == {first.ids["a"]}
    assert later.findings[first.ids["a"]]["decision"] == "confirmed"


def test_a_run_repeated_after_a_decision_gives_the_same_but_for_the_decision(story: Story) -> None:
    story.day(0, {"g": accounts(0, 30)})
    groups = {"g": accounts(10, 30), "part": accounts(0, 10)}
    first = story.day(1, groups)
    story.decide(first, "part", "confirmed")
    again = story.day(1, groups)
    assert again.ids == first.ids and again.relations() == first.relations()
    decided = ["decision", "decided_at", "decided_by", "decided_finding_id"]
    assert again.tables["reports.findings"].drop(decided).equals(first.tables["reports.findings"].drop(decided))
    assert again.tables["reports.finding_states"].equals(first.tables["reports.finding_states"])


def test_on_ownership_only_the_path_says_something_new(story: Story) -> None:
    kinds = {"org-1": "barred_ownership"}
    path = {"org-1": ["path", "effective_percent"]}
    first = story.day(0, {"org-1": accounts(0, 4)}, kinds=kinds, supports=path)
    story.decide(first, "org-1", "cleared")
    groups = {"org-1": accounts(0, 9), "g": accounts(0, 9)}
    told = story.day(1, groups, kinds=kinds, supports={**path, "g": BEHAVIOUR})
    assert set(told.findings) == {told.ids["g"]} and told.status("g") == "new"
    moved = story.day(2, groups, kinds=kinds, supports={"org-1": ["headquarters"]})
    assert moved.status("org-1") == "reopened"
    assert "seat of the organisation speaks for it" in moved.statements(first.ids["org-1"])


def test_what_people_type_is_quoted_bounded_and_visible() -> None:
    assert quoted("a\x1b[31m\u202eb\u200b") == "a[31mb"
    assert len(quoted("x" * 5000)) == QUOTED_CHARACTERS
    assert isinstance(pl.Series([quoted("é漢")])[0], str)
