"""What tells a relay from a collection: whether most of what is sent is many people's requests that are passed on.

The name of a finding is a choice between two things that accounts are for, and adds nothing to the confidence in it.
"""

from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.group_facts import MOST, TALK, GroupFacts

NAMING = 0.05
"""q-value of many people's prompts from which a group that is accused either way is called a relay: which of two names
it gets is a choice between them and no accusation."""

MANY_PEOPLE = 0.75
"""Share of other accounts whose prompts must be less spread than a member's for the same."""

MEASURED = 0.25
"""Share of members with enough prompts of their own, from which these stand for the others: who sends half of his
traffic under templates has few of his own."""

MAINLY = 0.5
"""Mean share of one thing asked, from which pooled conversations are not many people's own."""

EVERYTHING = 0.9
"""Mean share of one thing asked, from which an instruction seems to stand before all that is sent."""

MOSTLY_STORED = 0.1
"""Share of long prompts sent again later, from which they are a store and no few of many people's or a tool's own."""


def passes_on_requests(facts: GroupFacts) -> bool:
    """Whether what is sent is many people's requests that somebody passes on, more likely than what he collects."""
    if _is_mere_talk(facts):
        return True
    if is_store(facts):
        return False
    if facts.holds("many_people") or looks_like_many_people(facts) or _has_customers_favourites(facts):
        return True
    return moves_conversations(facts) and not (looks_like_few_people(facts) and bool(_asked(facts)))


def moves_conversations(facts: GroupFacts) -> bool:
    """Whether conversations are handed over, other than by agents, whose runs have turns to hand over, too.

    A question of a list, a rubric or a record is one request. What nobody asks twice may as well be many people's
    questions as a list.
    """
    if not facts.holds("handover") or facts.has_favourites:
        return facts.holds("handover")
    agents = [facts.asked_share(name) for name in ("agentic", "template_agentic") if facts.holds(name)]
    return not (agents and _measured_share(facts) >= MOST) and max(agents, default=0.0) < MAINLY


def looks_like_many_people(facts: GroupFacts) -> bool:
    """Whether prompts of most who have enough look like many people's, be it less certainly than accusing needs."""
    seen, measured = facts.shown.get("many_people"), _measured_share(facts)
    if seen is None or measured < MEASURED:
        return False
    return seen.q_value < NAMING and seen.value >= MANY_PEOPLE and (seen.coverage or 0.0) >= MOST * measured


def looks_like_few_people(facts: GroupFacts) -> bool:
    """Whether members' prompts look less like many people's than ordinary accounts' do: whatever they hand over."""
    seen = facts.shown.get("many_people")
    return seen is not None and _measured_share(facts) >= MOST and seen.value <= 1 - MANY_PEOPLE


def is_store(facts: GroupFacts) -> bool:
    """Whether the group answers from a store; a few stored prompts among many people's are theirs."""
    if not facts.holds("stored_prompts"):
        return False
    # Items under the templates say it without whatever else the accounts send.
    again = max(facts.shown["stored_prompts"].value, facts.item_recurrence or 0.0)
    return not facts.holds("handover", "many_people") or again >= MOSTLY_STORED


def is_talk(facts: GroupFacts) -> bool:
    """Whether most of what is sent continues a conversation."""
    return (facts.talk_share or 0.0) >= TALK


def _is_mere_talk(facts: GroupFacts) -> bool:
    """Whether most of what is sent continues a conversation and nothing is asked for."""
    return is_talk(facts) and not _asked(facts)


def _has_customers_favourites(facts: GroupFacts) -> bool:
    """Whether an instruction stands before everything, and yet prompts come again as people's do and move on.

    Such an instruction makes a relay's customers look like few people. A store sends far more again.
    """
    again = facts.shown.get("stored_prompts")
    is_little = again is not None and again.value < MOSTLY_STORED
    rates = [name for name in _asked(facts) if EVIDENCE_KINDS[name].feature]
    is_before_all = any(facts.asked_share(name) >= EVERYTHING for name in rates)
    return facts.holds("handover") and facts.has_favourites and is_little and is_before_all


def _asked(facts: GroupFacts) -> set[str]:
    return {name for name in facts.held if EVIDENCE_KINDS[name].claim == "extraction"}


def _measured_share(facts: GroupFacts) -> float:
    """Share of members with enough prompts of their own to tell one person's from many people's."""
    test = facts.tests.get(EVIDENCE_KINDS["many_people"].measure)
    return float(test["sample_size"]) / facts.account_count if test else 0.0
