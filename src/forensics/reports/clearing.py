"""What people decided, applied: cleared groups stay away until something new happens, and then it is said what.

A decision follows its finding: through the id, into the parts that split from it later, and into the finding it merged
into. A cleared group is also known by its accounts, whatever its id. It comes back when more than `NEW_MEMBER_SHARE` of
its accounts are new, when a measure or a family speaks for it that did not then, or when another claim is made of it.
On ownership accounts say nothing new: only the path to the owner does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from forensics.decisions import Decision
from forensics.decisions.log import in_force
from forensics.links.evidence import EVIDENCE_KINDS
from forensics.reports.past import BARRED_KIND
from forensics.reports.phrases import phrase
from forensics.reports.statements import Statement, share_statement

NEW_MEMBER_SHARE = 0.2
"""Share of accounts unknown when a group was cleared up to which it is the same group: as from `GROWN`, a fifth."""

QUOTED_CHARACTERS = 200
"""Characters of a reason in a statement; the log holds all of it."""

NEW = "New since it was cleared: {}."

_KIND_OF = {
    measure: kind for name, kind in EVIDENCE_KINDS.items() for measure in (f"{name}_coverage", kind.measure) if measure
}
"""Kind of evidence that a statement's measure speaks of."""


@dataclass(frozen=True)
class Group:
    """A finding of this run, as far as decisions concern it."""

    finding_id: str
    kind: str
    accounts: frozenset[str]
    supports: frozenset[str]


@dataclass(frozen=True)
class Effect:
    """What decisions do to a finding.

    Attributes:
        decision: the one shown with it.
        is_held_back: cleared, and nothing new: it is left out of the findings.
        is_reopened: cleared, and something is new.
        statements: what a reader has to know of that.
    """

    decision: Decision | None = None
    is_held_back: bool = False
    is_reopened: bool = False
    statements: tuple[Statement, ...] = ()


def effects(groups: Sequence[Group], lineage: pl.DataFrame, decisions: Sequence[Decision]) -> dict[str, Effect]:
    """What the log of decisions does to each finding it concerns.

    Args:
        groups: the findings of this run.
        lineage: rows of reports.finding_lineage of this run and of earlier ones.
        decisions: the log.
    """
    newest = in_force(decisions)
    cleared = [one for one in newest.values() if one.verdict == "cleared" and one.kind != BARRED_KIND]
    decided_by_account: dict[str, list[Decision]] = {}
    for one in cleared:
        for account in one.accounts:
            decided_by_account.setdefault(account, []).append(one)
    descent = _descent(lineage)
    found = {}
    for group in groups:
        parts, absorbed = _inherited(group.finding_id, descent, newest)
        covering = [] if group.kind == BARRED_KIND else _covering(group, decided_by_account)
        effect = _effect(group, newest.get(group.finding_id), parts, absorbed, covering, decisions)
        if effect is not None:
            found[group.finding_id] = effect
    return found


def _effect(
    group: Group,
    own: Decision | None,
    parts: Sequence[Decision],
    absorbed: Sequence[Decision],
    covering: Sequence[Decision],
    log: Sequence[Decision],
) -> Effect | None:
    upheld = [one for one in absorbed if one.verdict != "cleared"]
    candidates = ([own] if own else []) or parts or covering or upheld
    notes = tuple(_cleared_part(one, group) for one in absorbed if one.verdict == "cleared" and one not in covering)
    if not candidates:
        return Effect(statements=notes) if notes else None
    chosen = max(candidates, key=lambda one: one.number)
    if chosen.verdict != "cleared":
        return Effect(chosen, statements=notes)
    known = {one.number: one for one in (*parts, *absorbed, *covering, chosen) if one.verdict == "cleared"}
    known.update({one.number: one for one in log if one.finding_id == chosen.finding_id and one.verdict == "cleared"})
    news = tuple(_news(group, list(known.values())))
    if not news:
        return Effect(chosen, is_held_back=True)
    return Effect(chosen, is_reopened=True, statements=(*news, _cleared(chosen)))


def _news(group: Group, cleared: Sequence[Decision]) -> Iterable[Statement]:
    """What is new of a group since it was cleared."""
    accounts = {account for one in cleared for account in one.accounts}
    supports = {measure for one in cleared for measure in one.supports}
    unknown, size = len(group.accounts - accounts), len(group.accounts)
    if group.kind != BARRED_KIND and unknown > NEW_MEMBER_SHARE * size:
        what = f"{unknown} of its {size} accounts were not in the group when it was cleared"
        yield share_statement("supports", NEW.format(what), "new_since_cleared", (unknown, size), NEW_MEMBER_SHARE)
    for measure in sorted(group.supports - supports):
        kind = _KIND_OF.get(measure)
        if kind is None:
            yield _new(f"{phrase('measure', measure)} speaks for it and did not then")
        elif kind.claim == "control":
            yield _new(f"its accounts are linked by {kind.label}, which they were not then")
        else:
            yield _new(f"its accounts are marked by {kind.label}, which they were not then")
    if group.kind not in {one.kind for one in cleared}:
        yield _new(f"the claim is {phrase('kind', group.kind)} and was {phrase('kind', cleared[-1].kind)}")


def _new(what: str) -> Statement:
    return Statement("supports", NEW.format(what), "new_since_cleared", None, None)


def _cleared(decision: Decision) -> Statement:
    return Statement("contradicts", _said(decision), "cleared", None, None)


def _cleared_part(decision: Decision, group: Group) -> Statement:
    common, size = len(group.accounts & set(decision.accounts)), len(group.accounts)
    sentence = f"{common} of its {size} accounts are of {decision.finding_id}, which went up in it. {_said(decision)}"
    return share_statement("contradicts", sentence, "cleared_part", (common, size), None, subject=str(decision.number))


def _said(decision: Decision) -> str:
    return (
        f"Cleared by {quoted(decision.by)} on {decision.decided_at:%Y-%m-%d} (decision {decision.number}):"
        f" {quoted(decision.why)}"
    )


def quoted(text: str) -> str:
    """What a person typed, bounded and without characters that a reader does not see."""
    shown = "".join(filter(str.isprintable, text))
    return shown if len(shown) <= QUOTED_CHARACTERS else shown[: QUOTED_CHARACTERS - 1] + "…"


_Descent = Mapping[str, Sequence[tuple[str, str, date]]]


def _descent(lineage: pl.DataFrame) -> _Descent:
    """Predecessors with another id of each finding: id, relation, as-of date."""
    rows = lineage.filter(pl.col("relation").cast(pl.String).is_in(["split_from", "merged_into"]))
    found: dict[str, list[tuple[str, str, date]]] = {}
    columns = ("finding_id", "predecessor_finding_id", "relation", "as_of")
    for finding_id, predecessor, relation, as_of in rows.select(columns).unique().sort(columns).iter_rows():
        found.setdefault(finding_id, []).append((predecessor, relation, as_of))
    return found


def _inherited(
    finding_id: str, descent: _Descent, newest: Mapping[str, Decision]
) -> tuple[list[Decision], list[Decision]]:
    """Decisions on findings that this one is a part of, and on findings that went up in it; made before they did."""
    parts: list[Decision] = []
    absorbed: list[Decision] = []
    waiting = [(finding_id, False, date.max)]
    seen = {finding_id}
    while waiting:
        heir, is_absorbed, until = waiting.pop()
        for predecessor, relation, as_of in descent.get(heir, ()):
            if predecessor in seen or as_of > until:
                continue
            seen.add(predecessor)
            through_merger = is_absorbed or relation == "merged_into"
            decision = newest.get(predecessor)
            if decision is not None and decision.as_of < as_of:
                (absorbed if through_merger else parts).append(decision)
            waiting.append((predecessor, through_merger, as_of))
    return parts, absorbed


def _covering(group: Group, decided_by_account: Mapping[str, Sequence[Decision]]) -> list[Decision]:
    """Cleared decisions, on whatever id, that were made on all but few of a group's accounts."""
    counts: dict[int, int] = {}
    by_number: dict[int, Decision] = {}
    for account in group.accounts:
        for one in decided_by_account.get(account, ()):
            counts[one.number] = counts.get(one.number, 0) + 1
            by_number[one.number] = one
    enough = (1.0 - NEW_MEMBER_SHARE) * len(group.accounts)
    return [by_number[number] for number in sorted(counts) if counts[number] >= enough]
