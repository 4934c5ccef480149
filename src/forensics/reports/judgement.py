"""The rules of confidence, in one place: what it takes to accuse, and what forbids it.

A group is accused (high or moderate) only by evidence of control that no plausible innocent explanation accounts for
(`rivals.py`), together with evidence of what the accounts are for. Each claim is graded once for every rival, without
what that rival explains; the lowest grade stands. Geography, language and nationality appear nowhere.

    control     high        two hard causes, one of them behaviour; or behaviour so specific that chance is out of the
                            question, with any cause beside behaviour
                moderate    a hard cause and any other; or behaviour so specific
                low         anything less; a few payers' list that was watched for few days is no hard cause
    extraction  high        two kinds of evidence of what is asked, or one and a list worked off once by unrelated
                            payers; a store that is sent again and a search for techniques are such kinds
                moderate    one of these; the list alone only where most exchanges continue no conversation, and beside
                            a payment or a hand-over in common or signs of a search for techniques, or where each pays
                            for himself and yet load is spread evenly, or many have addresses in common
                low         the list alone
    relay       moderate    many people's prompts in each account, whatever else it carries; or conversations carried
                            over between accounts, and no agents' work, or with people's favourites among them, and
                            not where something is asked in prompts that look like few people's
                low         a list beside what is mostly talk, where nothing is asked for
    finding     the lower of control and of extraction or relay; a lead (low) where control is undetermined
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.group_facts import LONG, OWN_KIND, SCALED_UP_LATER, GroupFacts
from forensics.reports.relaying import (
    is_store,
    is_talk,
    looks_like_few_people,
    looks_like_many_people,
    moves_conversations,
    passes_on_requests,
)
from forensics.reports.rivals import MANY_PAYERS, MOSTLY, RESELLER, Rival, pay_for_themselves, plausible_rivals

LEVELS = ("undetermined", "low", "moderate", "high")

LIKELIHOODS = {"high": "very likely", "moderate": "likely", "low": "perhaps"}
"""Confidence in a finding → the word for how probable its claim is held to be."""

SUGGESTED = 0.05
"""q-value of a search for techniques from which a list that chance cannot have dealt out is what the search found."""


@dataclass(frozen=True)
class Judgement:
    """What is held of one group.

    Attributes:
        facts: what the judgement rests on.
        kind: coordinated_extraction or relay.
        control, extraction, organisation: confidence in each claim, one of `LEVELS`.
        confidence: confidence in the finding.
        rivals: the plausible innocent explanations, each with the confidence in the finding under it.
        without: confidence in the finding without each cause that it rests on: leave one out.
    """

    facts: GroupFacts
    kind: str
    control: str
    extraction: str
    organisation: str
    confidence: str
    rivals: tuple[tuple[Rival, str], ...]
    without: tuple[tuple[str, str], ...]

    @property
    def group_id(self) -> str:
        """The group."""
        return self.facts.group_id


def judge_groups(groups: Iterable[GroupFacts]) -> list[Judgement]:
    """Judge every candidate group; groups that nothing is held of are left out."""
    judged = (judge(facts) for facts in groups)
    return [judgement for judgement in judged if judgement is not None]


def judge_who_remain(judgements: Iterable[Judgement], remaining: Mapping[str, Mapping[str, Any]]) -> list[Judgement]:
    """Judge groups by who they accuse: a name that all of these share may be hidden by strangers who came in by chance.

    Nothing is held more certainly for that, and the facts stay those of all: what the members have in common was
    measured on all of them.

    Args:
        judgements: of the groups with everybody.
        remaining: group id → attributes of `GroupFacts` on people, of those who are no bystanders.
    """
    return [_less_certain(judgement, remaining.get(judgement.group_id, {})) for judgement in judgements]


def _less_certain(judgement: Judgement, people: Mapping[str, Any]) -> Judgement:
    again = judge(replace(judgement.facts, **people)) or judgement
    less = min(judgement, again, key=lambda one: LEVELS.index(one.confidence))
    return replace(less, facts=judgement.facts)


def judge(facts: GroupFacts) -> Judgement | None:
    """Judge one group, or nothing where no evidence says what its accounts are for."""
    held = facts.held
    rivals = plausible_rivals(facts)
    levels = {rival.name: _levels(facts, held, rival.explains) for rival in rivals}
    control = _lowest(level for level, _ in levels.values())
    # Customers may ask for what is asked and a reseller pass it on: that is an accusation, too, by another name.
    extraction = _lowest(level for name, (_, level) in levels.items() if name != RESELLER)
    kind = "relay" if extraction == "undetermined" or RESELLER in levels else "coordinated_extraction"
    purpose = extraction if kind == "coordinated_extraction" else _relay(held, extraction)
    if purpose == "undetermined":
        return None
    return Judgement(
        facts=facts,
        kind=kind,
        control=control,
        extraction=extraction,
        organisation="undetermined",
        confidence=_finding(control, purpose),
        rivals=tuple(
            (rival, _finding(levels[rival.name][0], levels[rival.name][1] if kind != "relay" else purpose))
            for rival in rivals
        ),
        without=tuple((cause, _graded(facts, kind, rivals, held - kinds)) for cause, kinds in _causes(held).items()),
    )


def is_named_by_few(judgement: Judgement) -> bool:
    """Whether a finding with conversations that move is called no relay only because few people seem to write."""
    facts = judgement.facts
    is_choice = judgement.kind == "coordinated_extraction" and not is_store(facts)
    return is_choice and looks_like_few_people(facts) and moves_conversations(facts)


def is_named_by_look(judgement: Judgement) -> bool:
    """Whether a finding is called a relay only because its prompts look like many people's, too uncertain to accuse."""
    facts = judgement.facts
    is_choice = judgement.kind == "relay" and judgement.extraction != "undetermined" and not facts.holds("many_people")
    return is_choice and looks_like_many_people(facts) and not passes_on_requests(_without_look(facts))


def _without_look(facts: GroupFacts) -> GroupFacts:
    return replace(facts, shown={name: shown for name, shown in facts.shown.items() if name != "many_people"})


def _levels(facts: GroupFacts, held: frozenset[str], explained: frozenset[str]) -> tuple[str, str]:
    """Confidence in control and in extraction by what is not explained."""
    asked = {name for name in held - explained if EVIDENCE_KINDS[name].claim == "extraction"}
    hard = {EVIDENCE_KINDS[name].cause for name in held - explained if EVIDENCE_KINDS[name].is_hard}
    if hard == {EVIDENCE_KINDS["scaling_up"].cause}:
        # One test does not say both who stands behind the accounts and what they are for.
        asked -= {"technique_search"}
    return _control(facts, held - explained), _extraction(facts, held, asked)


def _graded(facts: GroupFacts, kind: str, rivals: list[Rival], held: frozenset[str]) -> str:
    levels = {rival.name: _levels(facts, held, rival.explains) for rival in rivals}
    extraction = _lowest(level for name, (_, level) in levels.items() if name != RESELLER)
    purpose = _relay(held, extraction) if kind == "relay" else extraction
    return _finding(_lowest(level for level, _ in levels.values()), purpose)


def _causes(held: frozenset[str]) -> dict[str, frozenset[str]]:
    """The causes of control that were found, with the kinds of evidence of each."""
    kinds = [EVIDENCE_KINDS[name] for name in sorted(held) if EVIDENCE_KINDS[name].claim == "control"]
    return {kind.cause: frozenset(other.name for other in kinds if other.cause == kind.cause) for kind in kinds}


def _control(facts: GroupFacts, held: frozenset[str]) -> str:
    kinds = [EVIDENCE_KINDS[name] for name in held if EVIDENCE_KINDS[name].claim == "control"]
    standing = {kind.cause for kind in kinds if not kind.is_behaviour}
    acting = {kind.cause for kind in kinds if kind.is_behaviour}
    # A list that was watched for few days may be a benchmark's first pass, mostly made by a team of few payers.
    is_brief = (facts.item_day_count or LONG) < LONG and facts.payer_count < MANY_PAYERS
    brief = {"work_queue"} if is_brief else set()
    certain = [kind for kind in kinds if kind.is_hard and kind.cause not in brief]
    hard = {kind.cause for kind in certain}
    specific = any(facts.rules_out_chance(kind.name) for kind in certain if kind.is_behaviour)
    if (len(hard) >= 2 and hard & acting) or (specific and standing):
        return "high"
    if specific or (hard and len(standing | acting) >= 2):
        return "moderate"
    return "low" if kinds else "undetermined"


def _extraction(facts: GroupFacts, held: frozenset[str], asked: set[str]) -> str:
    queue = "work_queue" in held and bool(asked or _is_whatever_list(facts, held))
    signs = len({EVIDENCE_KINDS[name].cause for name in asked}) + queue
    if not signs:
        return "low" if "work_queue" in held else "undetermined"
    return ("moderate", "high")[min(signs, 2) - 1]


def _is_whatever_list(facts: GroupFacts, held: frozenset[str]) -> bool:
    """Whether a list says what the accounts are for, whatever it asks."""
    is_joint = bool(held & {"payment", "handover"}) or _is_dealt_out(facts, held) or seems_searched(facts)
    return is_joint and not is_talk(facts)


def seems_searched(facts: GroupFacts) -> bool:
    """Whether a certain list was sent after a few members had been refused, with less certainty than a search needs."""
    search = facts.shown.get("technique_search")
    is_later = search is not None and search.q_value < SUGGESTED and search.value >= SCALED_UP_LATER
    return is_later and facts.rules_out_chance("work_queue")


def _is_dealt_out(facts: GroupFacts, held: frozenset[str]) -> bool:
    """Whether who pay each for himself work off one list, evenly or from addresses in common: whatever the list is of.

    Strangers with one tool bring items of their own kind. A school or a firm sits together, too, but has a name.
    """
    own = facts.own_item_share
    is_named = max(facts.customer_share, facts.education_share, facts.research_share) >= MOSTLY
    is_crowd = facts.payer_count >= MANY_PAYERS and not is_named
    sit_together = "network" in held and facts.has_addresses_besides and is_crowd
    return (
        ("load_dispersion" in held or sit_together)
        and pay_for_themselves(facts)
        and own is not None
        and own < OWN_KIND
        and facts.rules_out_chance("work_queue")
    )


def _relay(held: frozenset[str], extraction: str) -> str:
    """Confidence that the accounts relay, by itself or because they do that or extract."""
    return "moderate" if held & {"handover", "many_people"} else _lowest((extraction, "moderate"))


def _lowest(levels: Iterable[str]) -> str:
    return min(levels, key=LEVELS.index)


def _finding(control: str, purpose: str) -> str:
    return max(_lowest((control, purpose)), "low", key=LEVELS.index)
