"""Who stands beside a finding because a group of his own explains him."""

import polars as pl
import pytest

from forensics.reports.bystanders import with_a_stock
from forensics.reports.group_facts import RECURRING_ITEMS, GroupFacts, Shown
from forensics.reports.judgement import Judgement

PUPILS = [f"pupil-{number}" for number in range(6)]
CAMPAIGN = [f"campaign-{number}" for number in range(5)]
FOUND = {
    "template": Shown(9.0, 0.5, 1e-4, 9, 1.0),
    "work_queue": Shown(0.01, 0.5, 1e-4, None, None),
}


def _listed(group: str, size: int, confidence: str) -> Judgement:
    facts = GroupFacts(group, "template", size, size, 0, shown=FOUND)
    levels = dict.fromkeys(("control", "extraction", "confidence"), confidence)
    return Judgement(facts, "coordinated_extraction", **levels, organisation="undetermined", rivals=(), without=())


@pytest.mark.parametrize(
    ("own", "confidence", "beside"),
    [(CAMPAIGN[:3], "moderate", PUPILS), (CAMPAIGN[:2], "moderate", []), (CAMPAIGN, "low", [])],
)
def test_a_class_that_is_most_of_a_union_stands_beside_whom_another_group_accuses(
    own: list[str], confidence: str, beside: list[str]
) -> None:
    members = {"union": PUPILS + CAMPAIGN, "class": PUPILS, "own": own}
    accounts = pl.DataFrame(
        [{"group_id": group, "account_id": name} for group, names in members.items() for name in names]
    )
    pupils = GroupFacts("class", "template", 6, 6, 0, customer_share=1.0, item_recurrence=RECURRING_ITEMS)
    judged = [_listed("union", 11, "high"), _listed("own", len(own), confidence)]
    found = with_a_stock(accounts, [pupils, *(one.facts for one in judged)], judged)
    assert sorted(found["account_id"]) == beside and found["group_id"].unique().to_list() == ["union"] * bool(beside)


def test_parts_with_a_stock_each_are_no_customer_however_many_they_are_together() -> None:
    members = {"union": PUPILS + CAMPAIGN, "one": PUPILS[:3], "two": PUPILS[3:], "own": CAMPAIGN}
    accounts = pl.DataFrame(
        [{"group_id": group, "account_id": name} for group, names in members.items() for name in names]
    )
    stock = {"customer_share": 1.0, "item_recurrence": RECURRING_ITEMS}
    parts = [GroupFacts(name, "infrastructure", 3, 3, 0, **stock) for name in ("one", "two")]
    judged = [_listed("union", 11, "high"), _listed("own", 5, "high")]
    assert with_a_stock(accounts, [*parts, *(one.facts for one in judged)], judged).is_empty()
