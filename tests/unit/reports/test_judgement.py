"""The rules of confidence, one by one: what it takes to accuse, and what forbids it."""

import itertools
import re
from typing import Any

import pytest

from forensics.links.evidence import EVIDENCE_KINDS, SIGNIFICANT
from forensics.reports.group_facts import (
    ASKED,
    COVERAGE,
    EVENLY_REPEATED,
    EVENLY_USED,
    FEWEST_DAYS,
    FEWEST_STORED,
    MOST,
    NEVER_AGAIN,
    OF_ITS_USERS,
    OWN_KIND,
    RECURRING_ITEMS,
    SCALED_UP_LATER,
    SPECIFIC,
    TALK,
    GroupFacts,
    Shown,
    group_facts,
)
from forensics.reports.headlines import group_headline
from forensics.reports.judgement import (
    LEVELS,
    SUGGESTED,
    Judgement,
    judge,
    judge_groups,
    judge_who_remain,
)
from forensics.reports.relaying import EVERYTHING, MAINLY, MANY_PEOPLE, MOSTLY_STORED, NAMING
from forensics.reports.rivals import (
    FIRM_PAYERS,
    MANY_PAYERS,
    MOSTLY,
    NIGHTLY,
    ONE_CUSTOMER,
    POPULAR,
    PROGRAMME,
    RESELLER,
    RIVALS,
    STRAYS,
    TENANTS,
)
from forensics.reports.sources import source_of
from forensics.reports.statements import NAMED_BY, best_rival, group_statements
from tests.worlds.line import Line

TEST = {
    "low": 0.1,
    "value": 1.0,
    "p_value": 1e-5,
    "q_value": 1e-4,
    "group_mean": 0.7,
    "other_mean": 0.1,
    "sample_size": 20,
    "null_model": "chance alone",
}
STRANGERS = {**TEST, "value": 2.0, "sample_size": round(20 / OWN_KIND) - 20}
"""Items of twenty accounts that are just each one's own."""

LARGE_VALUES = {"load_dispersion": 0.4, "work_queue": 0.01, "synchrony": 3.0}


def shown(name: str, *, q: float = 1e-4, coverage: float | None = 0.9, value: float | None = None) -> Shown:
    """A piece of evidence that counts, unless told otherwise."""
    kind = EVIDENCE_KINDS[name]
    carried = coverage if kind.signal_kinds or kind.feature else None  # the group as a whole carries the others
    number = LARGE_VALUES.get(name, 5.0) if value is None else value
    return Shown(number, 0.5, q, None if carried is None else 18, carried)


def facts(*names: str, changed: dict[str, Shown] | None = None, **other: Any) -> GroupFacts:
    """A group of twenty strangers that shows this evidence."""
    evidence = {name: shown(name) for name in names} | (changed or {})
    tests = {EVIDENCE_KINDS[name].measure: TEST for name in evidence if EVIDENCE_KINDS[name].measure}
    size = {"account_count": 20, "payer_count": 18, "organisation_count": 2}
    given = {"formed_by": "infrastructure", **size, **other, "tests": tests | other.get("tests", {})}
    return GroupFacts("group-1", shown=evidence, **given)


def confidence(*names: str, **other: Any) -> str | None:
    found = judge(facts(*names, **other))
    return found.confidence if found else None


CARDS = ("payment", "network", "device")


def test_links_alone_accuse_nobody_whatever_they_are() -> None:
    assert confidence("payment", "registration", "network", "device", "template") is None
    assert confidence("payment", "registration", "load_dispersion", "failover") is None


def test_what_is_asked_alone_is_a_lead_however_strange() -> None:
    assert confidence("reasoning", "grading", "refused") == "low"
    assert confidence("reasoning", "grading", "template") == "low"


def test_colleagues_who_ask_alike_are_a_lead_and_a_list_shared_out_is_an_accusation() -> None:
    assert confidence("network", "registration", "device", "reasoning", "grading") == "low"
    assert confidence("network", "registration", "device", "template", "reasoning") == "low"
    assert confidence(*CARDS, "template", "reasoning") == "low"
    assert confidence("registration", "network", "template", "work_queue", "reasoning") == "moderate"
    assert confidence(*CARDS, "template", "work_queue", "reasoning") == "high"


def test_a_list_alone_is_a_lead_and_no_list_without_a_template_to_carry_it() -> None:
    assert confidence("network", "registration", "template", "work_queue") == "low"
    assert confidence("network", "registration", "work_queue") is None


def test_a_list_counts_only_once_its_items_have_had_time_to_come_again() -> None:
    queue = ("registration", "network", "template", "work_queue", "reasoning")
    assert confidence(*queue, item_day_count=5) == "moderate"
    assert confidence(*queue, item_day_count=4, item_later_share=NEVER_AGAIN + 0.001) == "low"


def test_an_agency_that_pays_for_clients_of_its_own_is_a_lead() -> None:
    assert confidence("payment", "registration", "reasoning") == "low"
    assert confidence("payment", "registration", "reasoning", "load_dispersion") == "moderate"


def test_behaviour_that_rules_chance_out_stands_by_itself_and_with_a_link_it_is_certain() -> None:
    specific = {"handover": shown("handover", q=SPECIFIC / 10)}
    assert confidence("reasoning", changed=specific) == "moderate"
    assert confidence("agentic", "grading", "payment", changed=specific) == "high"
    assert confidence("reasoning", "handover") == "low"
    thin = {"handover": shown("handover", q=SPECIFIC / 10, coverage=COVERAGE)}
    assert confidence("reasoning", changed=thin) == "low"


def test_conversations_carried_over_are_a_relay_and_with_agents_work_an_extraction() -> None:
    pooled = judge(facts("handover", *CARDS))
    assert pooled is not None and (pooled.kind, pooled.confidence) == ("relay", "moderate")
    extracting = judge(facts("handover", "agentic", *CARDS))
    assert extracting is not None and extracting.kind == "coordinated_extraction"
    aside = {"agentic_share": {**TEST, "group_mean": MAINLY / 2}}
    resold = judge(facts("handover", "agentic", *CARDS, tests=aside))
    assert resold is not None and resold.kind == "relay"
    # A fixed instruction that a relay puts before everything asks for a skill, too: its turns are people's.
    instructed = judge(facts("handover", "reasoning", *CARDS))
    assert instructed is not None and instructed.kind == "relay"


def test_few_payers_list_watched_for_few_days_corroborates_and_carries_nothing_alone() -> None:
    specific = {"work_queue": shown("work_queue", q=SPECIFIC / 10)}
    days = {"item_day_count": FEWEST_DAYS, "item_later_share": NEVER_AGAIN}
    brief = {"changed": specific, **days, "payer_count": MANY_PAYERS - 1}
    assert confidence("template", "reasoning", "grading", **brief) == "low"
    assert confidence("template", "reasoning", "grading", **{**brief, "payer_count": MANY_PAYERS}) == "moderate"
    assert confidence("payment", "network", "template", "reasoning", "grading", **brief) == "moderate"
    assert confidence("payment", "template", "reasoning", **{**brief, "item_day_count": FEWEST_DAYS - 1}) == "low"


def test_items_of_each_accounts_own_are_no_list_however_fresh() -> None:
    specific = {"work_queue": shown("work_queue", q=SPECIFIC / 10)}
    # The more items each account sends, the larger the ratio of variances that the same difference makes.
    listed = {"own_items": {**STRANGERS, "sample_size": STRANGERS["sample_size"] + 20, "q_value": 1e-4}}
    assert confidence("device", "template", "reasoning", changed=specific, tests=listed) == "moderate"
    strangers = {"own_items": {**STRANGERS, "q_value": 1e-4}}
    assert confidence("device", "template", "reasoning", changed=specific, tests=strangers) == "low"
    # What speaks for the accounts counts by its own chance, whatever else was tested.
    uncertain = {"own_items": {**STRANGERS, "p_value": SIGNIFICANT, "q_value": 0.5}}
    assert confidence("device", "template", "reasoning", changed=specific, tests=uncertain) == "low"
    uncertain["own_items"]["p_value"] = 2 * SIGNIFICANT
    assert confidence("device", "template", "reasoning", changed=specific, tests=uncertain) == "moderate"


def test_a_list_dealt_out_among_who_pay_for_themselves_is_collected_whatever_it_is_of() -> None:
    dealt = {
        "formed_by": "template",
        "payer_count": 20,
        "changed": {"work_queue": shown("work_queue", q=SPECIFIC / 10)},
        "tests": {"own_items": {**TEST, "value": 1.0, "p_value": 0.5}},
    }
    assert [confidence("template", sign, **dealt) for sign in ("network", "load_dispersion")] == ["moderate"] * 2
    for innocent in (
        {"payer_count": 15},
        {"customer_share": MOSTLY},
        {"education_share": MOSTLY},
        {"formed_by": "infrastructure"},
        {"tests": {}},
        {"tests": {"own_items": {**STRANGERS, "p_value": SIGNIFICANT}}},
        {"changed": {}},
    ):
        assert confidence("template", "network", "work_queue", **(dealt | innocent)) in ("low", None)


def test_a_certain_list_sent_after_a_likely_search_is_what_it_found() -> None:
    def searched(q: float, lag: float = SCALED_UP_LATER, list_q: float = SPECIFIC / 10, **other: Any) -> str | None:
        search = {"technique_search": shown("technique_search", q=q, value=lag)}
        found = {"work_queue": shown("work_queue", q=list_q), **search}
        return confidence("template", "network", changed=found, **other)

    likely = (SUGGESTED + SIGNIFICANT) / 2
    assert searched(likely) == "moderate"
    assert searched(SUGGESTED) == searched(likely, SCALED_UP_LATER / 2) == searched(likely, list_q=SPECIFIC) == "low"
    assert searched(likely, research_share=PROGRAMME) == searched(likely, talk_share=TALK) == "low"


def test_a_reader_is_told_that_a_search_too_uncertain_to_count_is_why_a_list_counts() -> None:
    found = {"work_queue": shown("work_queue", q=SPECIFIC / 10)}
    for q, told in ((SUGGESTED / 2, ["supports"]), (SUGGESTED, ["contradicts"])):
        search = {name: shown(name, q=q) for name in ("technique_search", "scaling_up")}
        judgement = judge(facts("template", "network", changed=found | search))
        assert judgement is not None
        said = [one for one in group_statements(judgement, []) if one.measure == "technique_search"]
        assert [one.stance for one in said] == told
        assert (f"does not reach {SIGNIFICANT}" in said[0].statement) == (told == ["supports"])


def compared(exact: float, changed: float = 0.0) -> dict[str, Any]:
    """What a group's prompts hold of public items, as arguments of `facts`."""
    shares = {"public_items": exact, "mutated_public_items": changed}
    said = {"low": 0.0, "high": 1.0}
    return {
        "changed": {name: shown(name, q=1e-4 if share else 1.0, value=share) for name, share in shares.items()},
        "tests": {name: {**TEST, **said, "value": share} for name, share in shares.items()},
    }


HARVEST = (*CARDS, "template", "work_queue", "load_dispersion", "reasoning", "grading")


def test_who_sends_public_items_as_they_are_evaluates_unless_many_pay_for_a_list() -> None:
    team = {"payer_count": FIRM_PAYERS}
    assert confidence(*HARVEST, **team) == confidence(*HARVEST, **team, **compared(MOSTLY - 0.01)) == "high"
    # A list worked off once stays a lead, whatever explains it.
    assert confidence(*HARVEST, **team, **compared(MOSTLY)) == "low"
    asking = [name for name in HARVEST if name != "work_queue"]
    assert confidence(*asking, **team) == "high" and confidence(*asking, **team, **compared(MOSTLY)) is None
    assert confidence(*HARVEST, **compared(1.0), payer_count=MANY_PAYERS) == "high"
    # What no evaluation does stays.
    assert confidence(*HARVEST, "handover", "failover", "trace_cleaning", **team, **compared(1.0)) == "moderate"
    strangers = ("template", "resent", "device", "reasoning")
    again = {"again_prompt_count": FEWEST_STORED, "prompt_popularity": 1.0}
    assert confidence(*strangers, **again) == "low" and confidence(*strangers, **again, **compared(1.0)) is None


def test_changed_public_items_of_many_payers_are_told_and_clear_nobody() -> None:
    changed = judge(facts(*HARVEST, **compared(0.1, 0.8)))
    assert changed is not None and changed.confidence == "high"
    assert "evaluator" not in {rival.name for rival, _ in changed.rivals}
    said = {one.measure: one for one in group_statements(changed, []) if "public_items" in one.measure}
    assert {name: one.stance for name, one in said.items()} == {
        "mutated_public_items": "supports",
        "public_items": "contradicts",
    }
    assert "80.0% (95 % interval 0.0% to 100.0%) of what they send" in said["mutated_public_items"].statement
    for other in (compared(0.0, 0.0), compared(0.5, 0.4)):
        found = judge(facts(*HARVEST, **other))
        assert found is not None
        told = {one.measure for one in group_statements(found, []) if one.stance == "supports"}
        assert "mutated_public_items" not in told


def test_a_search_by_two_accounts_is_told_as_the_reason_for_a_list_and_as_no_evidence() -> None:
    found = {"work_queue": shown("work_queue", q=SPECIFIC / 10)}
    two = {"technique_search": {**TEST, "low": None, "high": None}}
    search = {name: shown(name, q=SIGNIFICANT / 2) for name in ("technique_search", "scaling_up")}
    judgement = judge(facts("template", "network", changed=found | search, tests=two))
    assert judgement is not None
    (said,) = [one.statement for one in group_statements(judgement, []) if one.measure == "technique_search"]
    assert "no interval for two" in said and "no evidence by itself" in said and "does not reach" not in said


def stored(value: float = 0.05) -> dict[str, Shown]:
    return {name: shown(name, value=value) for name in ("resent", "stored_prompts")}


def test_what_people_say_comes_once_too_and_is_no_list_where_nothing_is_asked() -> None:
    paid = ("payment", "network", "template", "work_queue")
    assert confidence(*paid, talk_share=TALK - 0.01) == "moderate"
    resold = judge(facts(*paid, talk_share=TALK))
    assert resold is not None and (resold.kind, resold.confidence) == ("relay", "low")
    (said,) = [one for one in group_statements(resold, []) if one.measure == "talk_share"]
    assert (said.stance, said.value, said.baseline) == ("contradicts", TALK, TALK)
    assert said.statement.startswith("50% of what the accounts send continues a conversation.")
    assert source_of("g", "f", said) == ("links.groups", '{"group_id": "g"}')
    asking = judge(facts(*paid, "reasoning", talk_share=TALK))
    assert asking is not None and (asking.kind, asking.confidence) == ("coordinated_extraction", "high")


def test_turns_of_conversations_are_no_list_whatever_they_ask() -> None:
    agents = (*CARDS, "template", "work_queue", "agentic")
    assert "work_queue" in facts(*agents, item_turn_share=TALK - 0.01).held
    assert "work_queue" not in facts(*agents, item_turn_share=TALK).held
    talking = judge(facts(*agents, item_turn_share=TALK))
    assert talking is not None
    assert "item_turn_share" in {one.measure for one in group_statements(talking, []) if one.stance == "contradicts"}


def test_strangers_with_one_tool_have_nothing_else_in_common_and_items_that_differ() -> None:
    alone = {"payer_count": 20, "formed_by": "template", "changed": {"work_queue": shown("work_queue", q=1e-9)}}
    few_differ = {**TEST, "value": 3.0, "p_value": SIGNIFICANT, "sample_size": 1_000}
    differ = {"tests": {"own_items": few_differ}}
    assert (facts("template", **alone, **differ).own_item_share or 0.0) < OWN_KIND
    assert confidence("template", "reasoning", **alone) == "moderate"
    assert confidence("template", "reasoning", **alone, **differ) == "low"
    for arranged in ("device", "network", "registration", "load_dispersion"):
        assert confidence("template", "reasoning", arranged, **alone, **differ) in ("moderate", "high")
    for of_a_list in ({"p_value": 2 * SIGNIFICANT}, {"value": 1.5}):
        listed = {"tests": {"own_items": {**few_differ, **of_a_list}}}
        assert confidence("template", "reasoning", **alone, **listed) == "moderate"


def test_many_prompts_sent_again_evenly_are_a_store_and_favourites_are_not() -> None:
    much = stored(MOSTLY_STORED)
    even = {"changed": much, "again_prompt_count": FEWEST_STORED, "prompt_popularity": EVENLY_USED}
    little = {"changed": stored(), "item_recurrence": MOSTLY_STORED}
    for more in ({}, little):
        store = judge(facts("handover", *CARDS, **{**even, **more}))
        assert store is not None and (store.kind, store.extraction) == ("coordinated_extraction", "moderate")
    for other in (
        {"prompt_popularity": EVENLY_USED + 0.1},
        {"again_prompt_count": FEWEST_STORED - 1},
        {"changed": stored(0.005)},
        {"changed": stored()},
    ):
        relayed = judge(facts("handover", *CARDS, **{**even, **other}))
        assert relayed is not None and relayed.kind == "relay"
    favourites = {**even, "prompt_popularity": 9.0, "changed": stored(0.9)}
    assert confidence(*CARDS, **favourites) is None


def test_prompts_that_ask_for_a_skill_and_come_again_may_be_an_evaluation_run_again() -> None:
    stock = {"changed": stored(), "again_prompt_count": 50, "prompt_popularity": 1.0, "organisation_count": 0}
    stock["payer_count"] = 3
    assert confidence(*CARDS, **stock) == "moderate"
    assert confidence(*CARDS, "grading", **stock) == "low"
    assert confidence(*CARDS, "grading", **{**stock, "organisation_count": 5}) == "moderate"


def test_a_list_worked_off_once_is_no_evaluation_run_again_though_other_prompts_are() -> None:
    stock = {"again_prompt_count": 50, "prompt_popularity": 1.0, "organisation_count": 0, "payer_count": 3}
    asks = {**stored(), "template_reasoning": Shown(0.9, 0.1, 1e-4, 18, 0.9)}
    assert confidence(*CARDS, "template", changed=asks, **stock) == "low"
    assert confidence(*CARDS, "template", "work_queue", changed=asks, **stock) == "high"


def test_a_store_among_many_peoples_prompts_is_theirs_unless_it_is_much_of_them() -> None:
    for share, kind in ((0.05, "relay"), (MOSTLY_STORED, "coordinated_extraction")):
        found = judge(facts("many_people", *CARDS, changed=stored(share), again_prompt_count=50, prompt_popularity=1.0))
        assert found is not None and found.kind == kind


def test_a_search_for_techniques_counts_where_the_others_act_later() -> None:
    lagging = {"tests": {"technique_search": {**TEST, "low": 0.2}}}
    assert confidence("technique_search", *CARDS, "work_queue", "template", **lagging) == "high"
    # Nobody's colleagues send what passed on a few accounts; the search alone does not say that twice.
    scaled = ("technique_search", "scaling_up", "network", "template")
    assert confidence(*scaled, **lagging) is None
    assert confidence(*scaled, "reasoning", **lagging) == "moderate"
    at_once = {"technique_search": shown("technique_search", value=SCALED_UP_LATER - 0.1)}
    assert confidence("template", *CARDS, changed=at_once, **lagging) is None
    for low in (-0.1, None):
        uncertain = {"tests": {"technique_search": {**TEST, "low": low}}}
        assert confidence("technique_search", *CARDS, "template", **uncertain) is None
    researchers = {**lagging, "research_share": PROGRAMME}
    assert confidence("technique_search", *CARDS, "template", **researchers) is None


def test_who_hands_over_what_few_people_write_collects_it_where_something_is_asked() -> None:
    def named(share: float, *asked: str, measured: int = 20) -> str:
        narrow = {"many_people": shown("many_people", q=1.0, value=share)}
        size = {EVIDENCE_KINDS["many_people"].measure: {**TEST, "sample_size": measured}}
        judgement = judge(facts("payment", "network", "handover", *asked, changed=narrow, tests=size))
        assert judgement is not None and judgement.confidence in ("moderate", "high")
        told = [one.statement for one in group_statements(judgement, []) if one.measure == NAMED_BY]
        assert [one.startswith("It is called a collection") for one in told] == [True] * (judgement.kind != "relay")
        return judgement.kind

    few = 1 - MANY_PEOPLE
    assert named(few, "grading") == "coordinated_extraction"
    assert named(few) == named(few + 0.01, "grading") == named(few, "grading", measured=9) == "relay"


def test_many_peoples_prompts_are_a_relay_whatever_else_the_accounts_carry() -> None:
    front = judge(facts(*CARDS, "template", "work_queue", "reasoning", "many_people"))
    assert front is not None and (front.kind, front.confidence) == ("relay", "moderate")
    assert "naming" not in {one.measure for one in group_statements(front, [])}
    assert confidence("many_people", "network", "device") == "low"
    few = {"many_people": shown("many_people", coverage=MOST - 0.01)}
    harvest = judge(facts(*CARDS, "template", "work_queue", "reasoning", changed=few))
    assert harvest is not None and harvest.kind == "coordinated_extraction"


def test_what_is_accused_either_way_is_named_by_what_is_more_likely() -> None:
    for q, value, kind in (
        (NAMING / 2, MANY_PEOPLE, "relay"),
        (NAMING / 2, MANY_PEOPLE - 0.01, "coordinated_extraction"),
        (NAMING, MANY_PEOPLE, "coordinated_extraction"),
    ):
        likely = {"many_people": shown("many_people", q=q, value=value)}
        front = judge(facts(*CARDS, "template", "work_queue", "reasoning", changed=likely))
        assert front is not None and front.kind == kind and front.confidence in ("moderate", "high")
        told = [one for one in group_statements(front, []) if one.measure == "naming"]
        assert len(told) == (kind == "relay")
        if told:
            assert f"q = {q}" in told[0].statement and f"does reach {NAMING}" in told[0].statement
            assert f"does not reach {SIGNIFICANT}" in told[0].statement and told[0].value == value
        assert confidence(*CARDS, "template", changed=likely) is None


def test_a_relay_that_adds_its_own_instruction_is_known_by_its_customers_favourites() -> None:
    again = {"stored_prompts": shown("stored_prompts", value=0.04)}
    for popularity, kind in ((EVENLY_USED + 1, "relay"), (EVENLY_USED, "coordinated_extraction")):
        found = judge(
            facts(*CARDS, "handover", "agentic", changed=again, again_prompt_count=50, prompt_popularity=popularity)
        )
        assert found is not None and found.kind == kind


def test_those_who_have_prompts_of_their_own_name_a_front_and_accuse_nobody() -> None:
    def front(measured: int) -> Judgement:
        seen = {"many_people": shown("many_people", coverage=MOST * 0.4)}
        size = {EVIDENCE_KINDS["many_people"].measure: {**TEST, "sample_size": measured}}
        found = judge(facts(*CARDS, "template", "work_queue", "reasoning", changed=seen, tests=size))
        assert found is not None and found.confidence in ("moderate", "high")
        return found

    assert (front(8).kind, front(10).kind) == ("relay", "coordinated_extraction")
    told = [one.statement for one in group_statements(front(8), []) if one.measure == NAMED_BY]
    assert len(told) == 1 and "too few of the accounts" in told[0] and f"does not reach {SIGNIFICANT}" not in told[0]
    alone = {"many_people": shown("many_people", coverage=MOST * 0.4)}
    assert confidence("payment", "network", changed=alone) is None


def test_an_instruction_before_everything_hides_many_people_but_not_their_favourites() -> None:
    def named(stored: float, popularity: float, *, share: float = EVERYTHING) -> str:
        tests = {"reasoning_share": {**TEST, "group_mean": share}}
        changed = {
            "many_people": shown("many_people", q=1.0, value=0.0),
            "stored_prompts": shown("stored_prompts", value=stored),
        }
        again = {"again_prompt_count": 50, "prompt_popularity": popularity, "repeat_dispersion": popularity}
        found = judge(facts(*CARDS, "handover", "reasoning", "grading", changed=changed, tests=tests, **again))
        assert found is not None and found.confidence in ("moderate", "high")
        return found.kind

    few = MOSTLY_STORED / 2
    assert named(few, EVENLY_USED + 1) == "relay"
    assert named(MOSTLY_STORED, EVENLY_USED + 1) == "coordinated_extraction"
    assert named(few, EVENLY_USED - 1) == "coordinated_extraction"
    assert named(few, EVENLY_USED + 1, share=EVERYTHING - 0.01) == "coordinated_extraction"


def test_a_reseller_is_weighed_where_many_people_seem_to_write_and_nowhere_else() -> None:
    for names, is_plausible in ((("many_people",), True), (("handover",), True), (("grading",), False)):
        judgement = judge(facts(*CARDS, "work_queue", "template", "reasoning", *names))
        assert judgement is not None
        assert (RESELLER in {rival.name for rival, _ in judgement.rivals}) == is_plausible
        assert (judgement.kind == "relay") == is_plausible


def test_stolen_keys_are_weighed_where_nothing_but_the_traffic_ties_payers_and_excuse_no_traffic() -> None:
    for names, payers, is_plausible in (((), 20, True), (("payment",), 20, False), ((), 10, False)):
        judgement = judge(facts("template", "network", "work_queue", "grading", *names, payer_count=payers))
        assert judgement is not None
        left = {rival.name: level for rival, level in judgement.rivals}
        assert ("stolen_keys" in left) == is_plausible
        assert not is_plausible or LEVELS.index(left["stolen_keys"]) >= LEVELS.index(judgement.confidence)


def test_chance_may_have_brought_together_who_have_one_thing_in_common_and_never_an_accused_group() -> None:
    names = ["payment", "network", "template", "work_queue", "handover", "reasoning", "grading", "many_people"]
    for size in range(1, 4):
        for some in itertools.combinations(names, size):
            for q in (1e-4, SPECIFIC / 10):
                judgement = judge(facts(changed={name: shown(name, q=q) for name in some}))
                if judgement is not None and "coincidence" in {rival.name for rival, _ in judgement.rivals}:
                    assert judgement.confidence == "low"
    lead = judge(facts("network", "reasoning"))
    assert lead is not None and "coincidence" in {rival.name for rival, _ in lead.rivals}


def test_a_list_is_that_of_all_who_use_its_text_where_members_are_few_of_them() -> None:
    listed = ("template", "work_queue", "network", "reasoning")
    assert confidence(*listed, item_member_share=OF_ITS_USERS) == "moderate"
    few = judge(facts(*listed, item_member_share=OF_ITS_USERS / 2))
    assert few is not None and few.confidence == "low"
    assert "item_member_share" in {one.measure for one in group_statements(few, [])}


def test_handed_over_conversations_of_few_people_are_no_relay_once_that_could_be_seen() -> None:
    aside = {"agentic_share": {**TEST, "group_mean": MAINLY / 2}, "own_form_spread": TEST}
    found = judge(facts("handover", "agentic", *CARDS, tests=aside))
    assert found is not None and found.kind == "coordinated_extraction"


def test_questions_that_come_again_are_a_services_though_it_hands_conversations_over() -> None:
    store = ("handover", "payment", "template", "grading")
    stock = {"item_recurrence": MOSTLY, "organisation_count": 0, "payer_count": 3}
    assert confidence(*store, **stock, item_popularity=1.0) == "moderate"
    assert confidence(*store, **stock, item_popularity=POPULAR) == "low"
    assert confidence(*store, **(stock | {"item_recurrence": RECURRING_ITEMS}), item_popularity=POPULAR) == "moderate"


@pytest.mark.parametrize("weak", [{"q": SIGNIFICANT}, {"coverage": COVERAGE - 0.01}, {"value": 0.4}])
def test_evidence_counts_only_if_it_is_certain_and_carried_by_enough(weak: dict[str, float]) -> None:
    found = judge(facts(*CARDS, "handover", changed={"grading": shown("grading", **weak)}))
    assert found is not None and found.extraction == "undetermined"


def test_what_a_pair_has_in_common_says_nothing_of_the_other_three() -> None:
    size = {"account_count": 5, "payer_count": 4, "organisation_count": 0}
    for carriers, counts in ((2, False), (3, True)):
        card = Shown(5.0, 0.5, 1e-4, carriers, carriers / 5)
        assert facts("template", changed={"payment": card}, **size).holds("payment") == counts


def test_what_is_asked_once_in_a_while_is_not_asked() -> None:
    rare = {"grading_share": {**TEST, "group_mean": ASKED / 2}}
    found = judge(facts(*CARDS, "handover", "grading", tests=rare))
    assert found is not None and found.kind == "relay"


STOCK = {"item_recurrence": RECURRING_ITEMS, "organisation_count": 0}
STOCK_OF_FEW = STOCK | {"organisation_count": 2}


@pytest.mark.parametrize(
    "innocent", [{"customer_share": ONE_CUSTOMER}, STOCK, {"item_day_share": NIGHTLY, "item_day_count": 3}]
)
def test_one_customer_and_a_stock_of_ones_own_explain_everything_shared(innocent: dict[str, Any]) -> None:
    everything = ("payment", "registration", "network", "device", "template", "reasoning", "grading", "load_dispersion")
    assert confidence(*everything) == "high"
    assert confidence(*everything, **innocent) == "low"


def test_a_firm_with_a_stock_has_one_name_at_most_and_hands_nothing_over() -> None:
    everything = ("payment", "registration", "network", "device", "template", "reasoning", "grading", "load_dispersion")
    assert confidence(*everything, **(STOCK | {"organisation_count": 3})) == "high"
    # Talk that goes on in another account is many people's: no firm's stock explains it, and it is named a relay.
    assert confidence(*everything, "handover", **STOCK) == "moderate"
    assert confidence(*everything, "handover", item_day_share=NIGHTLY, item_day_count=3) == "low"
    assert confidence(*everything, item_day_share=NIGHTLY, item_day_count=2) == "high"


def test_strangers_who_use_one_open_agent_never_repeat_an_item() -> None:
    users = ("template", "device", "network", "work_queue", "agentic", "template_agentic")
    strangers = {"payer_count": 20, "changed": {"work_queue": shown("work_queue", q=SPECIFIC / 10)}}
    assert confidence(*users, **strangers) == "low"
    assert confidence(*users, **(strangers | {"payer_count": 4})) == "moderate"
    assert confidence(*users, "reasoning", **strangers) == "low"
    by_text = {"formed_by": "template", **strangers}
    assert confidence(*users, **by_text) in ("moderate", "high")
    assert confidence(*(set(users) - {"network"}), **by_text) == "low"
    for arranged in ("payment", "handover", "load_dispersion", "grading"):
        assert confidence(*users, arranged, **strangers) in ("moderate", "high")


def test_a_team_on_its_firms_cards_works_with_one_agent_on_projects_of_its_own() -> None:
    team = ("template", "network", "payment", "work_queue", "agentic", "template_agentic")
    own_files = {"changed": {"work_queue": shown("work_queue", q=SPECIFIC / 10)}}
    assert confidence(*team, payer_count=FIRM_PAYERS, **own_files) == "low"
    assert confidence(*team, payer_count=FIRM_PAYERS + 1, **own_files) == "high"
    for arranged in ("device", "handover", "load_dispersion", "reasoning"):
        assert confidence(*team, arranged, payer_count=FIRM_PAYERS, **own_files) == "high"


def test_what_an_agent_rates_beside_its_work_is_a_part_of_that_work() -> None:
    size = {"account_count": 20, "payer_count": FIRM_PAYERS, "organisation_count": 0}
    for work, rated, confidence_then in ((0.9, 0.2, "low"), (0.9, 0.6, "high"), (MOSTLY / 2, 0.05, "high")):
        tests = {"agentic_share": {**TEST, "group_mean": work}, "grading_share": {**TEST, "group_mean": rated}}
        held = ("payment", "network", "template", "work_queue", "agentic", "grading")
        assert confidence(*held, **size, tests=tests) == confidence_then


def test_firms_with_one_library_have_only_its_text_in_common() -> None:
    firms = {
        "payer_count": 20,
        "organisation_count": 15,
        "changed": {"work_queue": shown("work_queue", q=SPECIFIC / 10)},
    }
    judging = ("template", "grading", "template_grading")
    assert confidence(*judging, **firms) == "low"
    for common in ("registration", "network", "device", "load_dispersion"):
        assert confidence(*judging, common, **firms) in ("moderate", "high")
    assert confidence(*judging, **(firms | {"organisation_count": 2})) == "moderate"


def test_a_firm_with_a_stock_has_more_in_common_than_what_it_sends() -> None:
    sent = ("template", "reasoning", "grading", "load_dispersion", "failover")
    assert confidence(*sent, **STOCK) == "high"
    assert confidence(*sent, "registration", **STOCK) == "low"
    few_pay, many_pay = STOCK | {"payer_count": 15}, STOCK | {"payer_count": 16}
    part_of_a_firm = many_pay | {"item_payer_share": 0.3}
    for shared in ("payment", "network"):
        assert [confidence(*sent, shared, **stock) for stock in (few_pay, many_pay)] == ["low", "high"]
        assert confidence(*sent, shared, **part_of_a_firm) == "low"
    assert confidence(*sent, "payment", "network", **many_pay) == "low"


def test_who_remains_may_have_a_name_that_strangers_hid_and_is_never_held_for_more() -> None:
    (whole,) = judge_groups([facts("template", "registration", "reasoning", "grading", "failover", **STOCK_OF_FEW)])
    assert whole.confidence == "moderate"
    named = {"account_count": 17, "payer_count": 16, "organisation_count": 1}
    (again,) = judge_who_remain([whole], {whole.group_id: named})
    assert again.confidence == "low" and "business_with_stock" in {rival.name for rival, _ in again.rivals}
    assert again.facts == whole.facts  # carriers were counted among all of them
    assert judge_who_remain([again], {whole.group_id: {"organisation_count": 9}}) == [again]
    assert judge_who_remain([whole], {}) == [whole]


def test_what_others_like_the_members_send_again_is_no_list_worked_off_once() -> None:
    certain = {"work_queue": shown("work_queue", q=SPECIFIC / 10)}
    assert confidence("template", "network", "work_queue", "grading", changed=certain) in ("moderate", "high")
    again = {"item_recurrence": RECURRING_ITEMS, "organisation_count": 0, "changed": certain}
    found = judge(facts("template", "network", "work_queue", "grading", **again))
    assert found is None or "work_queue" not in found.facts.held


def test_a_few_strangers_organisations_make_no_firm_two() -> None:
    everything = ("payment", "registration", "network", "device", "template", "grading", "load_dispersion")
    large = STOCK | {"account_count": 100, "payer_count": 30}
    assert confidence(*everything, **(large | {"organisation_count": int(STRAYS * 100)})) == "low"
    assert confidence(*everything, **(large | {"organisation_count": int(STRAYS * 100) + 1})) == "moderate"


def test_a_store_is_even_where_what_comes_again_is_whatever_else_is_sent() -> None:
    mixed = {"changed": stored(MOSTLY_STORED), "again_prompt_count": 50, "prompt_popularity": 100.0}
    assert confidence(*CARDS, **mixed) is None
    assert confidence(*CARDS, **mixed, repeat_dispersion=EVENLY_REPEATED) == "moderate"
    assert confidence(*CARDS, **mixed, repeat_dispersion=EVENLY_REPEATED + 0.01) is None


def test_a_programme_explains_what_its_members_ask_until_they_share_out_a_list() -> None:
    asked = ("refused", "reasoning", *CARDS, "template", "load_dispersion")
    assert confidence(*asked) == "high"
    assert confidence(*asked, education_share=PROGRAMME) is None
    assert confidence(*asked, "work_queue", education_share=PROGRAMME) == "high"


def test_researchers_try_each_technique_once_and_scale_nothing_up() -> None:
    probing = ("refused", "reasoning", "safety_probing", *CARDS, "template", "work_queue")
    assert confidence(*probing) == "high"
    assert confidence(*probing, research_share=PROGRAMME) == "low"
    for arranged in ("load_dispersion", "handover"):
        assert confidence(*probing, arranged, research_share=PROGRAMME) in ("moderate", "high")


def test_tenants_of_a_platform_share_all_but_the_bill() -> None:
    tenants = {"organisation_count": int(20 * TENANTS)}
    shared = ("registration", "network", "template", "load_dispersion", "reasoning")
    assert confidence(*shared) == "moderate"
    assert confidence(*shared, **tenants) == "low"
    assert confidence(*shared, "grading", "payment", **tenants) == "high"


CONTROL = [name for name, kind in EVIDENCE_KINDS.items() if kind.claim == "control"]


def test_more_links_never_lower_the_confidence_unless_a_rival_needs_them_missing() -> None:
    """The rivals only ever need behaviour to be missing: more of anything makes none of them plausible."""
    for size in (1, 2):
        for names in itertools.combinations(CONTROL, size):
            before = judge(facts(*names, "reasoning", "grading"))
            assert before is not None
            for more in CONTROL:
                after = judge(facts(*names, more, "reasoning", "grading"))
                assert after is not None
                assert LEVELS.index(after.control) >= LEVELS.index(before.control), (names, more)


def test_the_finding_is_no_more_certain_than_under_any_plausible_rival() -> None:
    for names in itertools.combinations(CONTROL, 4):
        found = judge(facts(*names, "reasoning", "grading"))
        assert found is not None
        assert {rival.name for rival, _ in found.rivals} <= {rival.name for rival in RIVALS}
        assert all(LEVELS.index(found.confidence) <= LEVELS.index(level) for _, level in found.rivals)


def test_leaving_out_what_the_finding_rests_on_is_told() -> None:
    found = judge(facts("payment", "load_dispersion", "reasoning"))
    assert found is not None
    assert dict(found.without) == {"payment": "low", "load": "low"}
    sentences = {one.measure: one for one in group_statements(found, [])}
    assert sentences["leave_one_out"].stance == "contradicts" and "payment" in sentences["leave_one_out"].statement


def _judged() -> Judgement:
    found = judge(
        facts(
            *EVIDENCE_KINDS,
            changed={"network": shown("network", coverage=0.1), "failover": shown("failover", q=0.5)},
            organisation_count=0,
            customer_share=0.9,
            education_share=0.4,
            item_recurrence=0.2,
        )
    )
    assert found is not None
    return found


def test_every_judgement_has_statements_on_both_sides_that_say_their_value() -> None:
    statements = group_statements(_judged(), ["Payments are missing."])
    assert {one.stance for one in statements} == {"supports", "contradicts"}
    assert all(one.statement.endswith(".") and len(one.statement) < 700 for one in statements)
    for one in statements:
        if one.value is not None:
            assert one.baseline is not None, one.measure
    assert "Payments are missing." in {one.statement for one in statements}
    assert not any(re.search(r"\bnan\b|None", one.statement) for one in statements)
    weak = {one.measure for one in statements if one.stance == "contradicts"}
    assert {
        "network_coverage",
        "failover_ban_inflow",
        "customer_share",
        "item_recurrence",
        "innocent_explanation",
    } <= weak


def test_the_best_innocent_explanation_is_the_one_that_leaves_least() -> None:
    assert best_rival(_judged()).name == "one_customer"


def test_the_headline_of_a_lead_says_what_else_it_may_be() -> None:
    named = judge(facts(*CARDS, "template", "work_queue", "reasoning", customer_share=ONE_CUSTOMER))
    assert named is not None
    lead = "20 accounts perhaps collect the model's outputs in concert, or are one customer with several accounts; "
    assert group_headline(named, 20).startswith(lead)
    accusing = judge(facts(*CARDS, "template", "work_queue", "reasoning"))
    assert accusing is not None and ", or are " not in group_headline(accusing, 20)


def test_the_tiny_world_is_judged_as_it_is(tiny_line: Line, tiny_world: Any) -> None:
    accused = {}
    for found in judge_groups(group_facts(tiny_line.connection, tiny_line.window)):
        members = tiny_line.connection.execute(
            "SELECT account_id FROM links.group_accounts WHERE group_id = ?", [found.group_id]
        ).fetchall()
        if found.confidence != "low":
            accused[found.group_id] = {tiny_world.kinds[account] for (account,) in members}
    assert list(accused.values()) == [{"hydra"}]
