"""The headline of a finding: what is claimed, a semicolon, and what it rests on first of all."""

from collections.abc import Iterable, Iterator
from typing import Any

from forensics.links.evidence import EVIDENCE_KINDS, EvidenceKind
from forensics.reports.judgement import LIKELIHOODS, Judgement
from forensics.reports.phrases import listed, phrase
from forensics.reports.statements import best_rival

LINKS_NAMED, MARKS_NAMED = 3, 2
"""Kinds of evidence that a headline names: more would not be read; the statements have all."""

NAME_CHARACTERS = 80
"""Characters of an organisation's name in a headline: whoever registers it chooses it."""


def group_headline(judgement: Judgement, accounts: int) -> str:
    """The headline of a finding on a group of so many accounts; a lead's says what else they may be."""
    what = "relay many people's traffic" if judgement.kind == "relay" else "collect the model's outputs in concert"
    held = [EVIDENCE_KINDS[name] for name in EVIDENCE_KINDS if name in judgement.facts.held]
    # What somebody has to do on purpose is named first.
    kinds = sorted(held, key=lambda kind: (not (kind.is_hard and kind.is_behaviour), not kind.is_hard))
    by = "; ".join(
        f"{intro} {_first(labels, most)}"
        for intro, labels, most in (
            ("linked by", [kind.label for kind in kinds if kind.claim == "control"], LINKS_NAMED),
            ("marked by", list(_first_of_each_cause(kind for kind in kinds if kind.claim != "control")), MARKS_NAMED),
        )
        if labels
    )
    if judgement.confidence == "low":
        what += f", or are {phrase('rival', best_rival(judgement).name)}"
    return f"{_counted(accounts)} {LIKELIHOODS[judgement.confidence]} {what}; {by}."


def barred_headline(organisation: dict[str, Any], accounts: int) -> str:
    """The headline of a finding on an organisation, a row of reports.barred_organisations."""
    where = organisation["controlling_jurisdiction"] or "a restricted jurisdiction"
    if organisation["verdict"] == "seed":
        what = f"is seated in {where}"
    else:
        what = f"is controlled from {where} {phrase('verdict', organisation['verdict'])}"
    name = "".join(filter(str.isprintable, organisation["name"] or organisation["organisation_id"]))
    name = name if len(name) <= NAME_CHARACTERS else name[: NAME_CHARACTERS - 1].rstrip() + "…"
    return f"{_counted(accounts)} of {name}, which {what}."


def _first_of_each_cause(kinds: Iterable[EvidenceKind]) -> Iterator[str]:
    """Labels of what differs in cause: what is asked over all traffic and under the group's templates is said once."""
    seen = set[str]()
    for kind in kinds:
        if kind.cause not in seen:
            yield kind.label
        seen.add(kind.cause)


def _first(labels: list[str], most: int) -> str:
    """The first labels, and how many more there are."""
    more = len(labels) - most
    return listed([*labels[:most], f"{more} more"] if more > 0 else labels)


def _counted(accounts: int) -> str:
    return f"{accounts:,} account{'' if accounts == 1 else 's'}"
