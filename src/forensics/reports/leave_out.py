"""Judging as if some kinds of evidence had never been seen: how much a finding, or the whole method, rests on them."""

from collections.abc import Collection
from dataclasses import replace

from forensics.contracts.structure import EVIDENCE_FAMILIES
from forensics.links.evidence import EVIDENCE_KINDS, EvidenceKind
from forensics.links.kinds import SIGNAL_KINDS
from forensics.reports.group_facts import GroupFacts

CAUSES_IN_CONTENT = ("work_queue", "resent", "technique_search")
"""Causes of control that show in nothing but what is sent and how it is answered."""


def _family(kind: EvidenceKind) -> str:
    if kind.claim != "control":
        return "demand"
    if kind.signal_kinds:
        return SIGNAL_KINDS[kind.signal_kinds[0]].family
    of_cause = [one for one in EVIDENCE_KINDS.values() if one.cause == kind.cause and one.signal_kinds]
    if of_cause:
        return _family(of_cause[0])
    return "content" if kind.cause in CAUSES_IN_CONTENT else "timing"


KINDS_OF = {
    family: frozenset(name for name, kind in EVIDENCE_KINDS.items() if _family(kind) == family)
    for family in EVIDENCE_FAMILIES
}
"""Kinds of evidence by family: what is asked, else that of the shared values they come from or share a cause with."""


def left_out(facts: GroupFacts, kinds: Collection[str]) -> GroupFacts:
    """The facts of a group without some kinds of evidence.

    What speaks for innocent explanations stays, but for what the absence itself makes plausible: without payments
    nobody can be ruled out to be a platform's tenant.
    """
    return replace(facts, shown={name: shown for name, shown in facts.shown.items() if name not in kinds})
