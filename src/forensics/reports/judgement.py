"""The rules of confidence, in one place: what it takes to accuse, and what forbids it.

A group is accused (high or moderate) only by evidence of control that no plausible innocent explanation accounts for
(`rivals.py`), together with evidence of what the accounts are for. Each claim is graded once for every rival, without
what that rival explains; the lowest grade stands. Geography, language and nationality appear nowhere.

    control     high        two hard causes, one of them behaviour; or behaviour so specific that chance is out of the
                            question, with any cause beside behaviour
                moderate    a hard cause and any other; or behaviour so specific
                low         anything less
    extraction  high        two kinds of evidence of what is asked, or one and a list worked off or prompts sent again
                moderate    one of these
    relay       high        many people's topics and conversations carried over between accounts
                moderate    one of the two, and no extraction
    finding     the lower of control and of extraction or relay; a lead (low) where control is undetermined

Many people's topics make it a relay, whatever else the accounts carry: who resells may extract too, and who bans the
one must know of the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.group_facts import GroupFacts
from forensics.reports.rivals import Rival, plausible_rivals

LEVELS = ("undetermined", "low", "moderate", "high")

SPECIFIC = 1e-6
"""q-value below which behaviour rules chance out by itself."""

MOST = 0.5
"""Share of members that must carry behaviour which stands by itself."""

COLLECTING = frozenset({"work_queue", "resent"})
"""Control by their form, and collecting by their purpose: lists worked off once, and stored prompts sent again."""


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


def judge(facts: GroupFacts) -> Judgement | None:
    """Judge one group, or nothing where no evidence says what its accounts are for."""
    held = facts.held
    relayed = _relay(held)
    kind = (
        "relay"
        if "breadth" in held or (relayed != "undetermined" and _extraction(held) == "undetermined")
        else ("coordinated_extraction")
    )
    rivals = plausible_rivals(facts)
    control = _lowest(_control(facts, held - rival.explains) for rival in rivals)
    extraction = _lowest(_extraction(held - (rival.explains - COLLECTING)) for rival in rivals)
    purpose = relayed if kind == "relay" else extraction
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
            (
                rival,
                _finding(_control(facts, held - rival.explains), _purpose(kind, held - (rival.explains - COLLECTING))),
            )
            for rival in rivals
        ),
        without=tuple((cause, _graded(facts, kind, rivals, held - kinds)) for cause, kinds in _causes(held).items()),
    )


def _graded(facts: GroupFacts, kind: str, rivals: list[Rival], held: frozenset[str]) -> str:
    control = _lowest(_control(facts, held - rival.explains) for rival in rivals)
    purpose = _lowest(_purpose(kind, held - (rival.explains - COLLECTING)) for rival in rivals)
    return _finding(control, purpose)


def _causes(held: frozenset[str]) -> dict[str, frozenset[str]]:
    """The causes of control that were found, with the kinds of evidence of each."""
    kinds = [EVIDENCE_KINDS[name] for name in sorted(held) if EVIDENCE_KINDS[name].claim == "control"]
    return {kind.cause: frozenset(other.name for other in kinds if other.cause == kind.cause) for kind in kinds}


def _control(facts: GroupFacts, held: frozenset[str]) -> str:
    kinds = [EVIDENCE_KINDS[name] for name in held if EVIDENCE_KINDS[name].claim == "control"]
    standing = {kind.cause for kind in kinds if not kind.is_behaviour}
    acting = {kind.cause for kind in kinds if kind.is_behaviour}
    hard = {kind.cause for kind in kinds if kind.is_hard}
    specific = any(_is_specific(facts, kind.name) for kind in kinds if kind.is_behaviour and kind.is_hard)
    if (len(hard) >= 2 and hard & acting) or (specific and standing):
        return "high"
    if specific or (hard and len(standing | acting) >= 2):
        return "moderate"
    return "low" if kinds else "undetermined"


def _is_specific(facts: GroupFacts, name: str) -> bool:
    shown = facts.shown[name]
    return shown.q_value < SPECIFIC and (shown.coverage or 0.0) >= MOST


def _extraction(held: frozenset[str]) -> str:
    asked = [name for name in held if EVIDENCE_KINDS[name].claim == "extraction"]
    return LEVELS[min(len(asked) + bool(held & COLLECTING), 2) + 1] if asked or held & COLLECTING else "undetermined"


def _relay(held: frozenset[str]) -> str:
    found = held & {"breadth", "handover"}
    return ("undetermined", "moderate", "high")[len(found)]


def _purpose(kind: str, held: frozenset[str]) -> str:
    return _relay(held) if kind == "relay" else _extraction(held)


def _lowest(levels: Iterable[str]) -> str:
    return min(levels, key=LEVELS.index)


def _finding(control: str, purpose: str) -> str:
    return max(_lowest((control, purpose)), "low", key=LEVELS.index)
