"""Statements for and against a finding: one plain sentence per fact, with its value and what would be expected."""

import math
import re
from typing import Any, NamedTuple

from forensics.chances import TOLD_APART
from forensics.links.evidence import EFFECT_LIFT, EVIDENCE_KINDS, SIGNIFICANT
from forensics.reports.calibration import NO_CASES, Calibration
from forensics.reports.group_facts import (
    ASKED,
    COVERAGE,
    FEWEST_CARRIERS,
    MOST,
    OF_ITS_USERS,
    RECURRING_ITEMS,
    TALK,
    GroupFacts,
    Shown,
)
from forensics.reports.judgement import (
    LEVELS,
    SUGGESTED,
    Judgement,
    is_named_by_few,
    is_named_by_look,
    seems_searched,
)
from forensics.reports.phrases import listed, phrase, times
from forensics.reports.relaying import NAMING, is_talk
from forensics.reports.rivals import MANY_PAYERS, Rival
from forensics.reports.support import support

LEFT_NAMED = 3
"""Kinds of evidence that the sentence on the best innocent explanation names; the table of explanations has all."""

MEASURED = {
    "conversation_handover": "{value:.1%} of the turns of their conversations are in conversations that two or more of"
    " the accounts carry; strangers would come to {baseline:.1%}",
    "work_queue": "{value:.1%} of what they send under their common templates carries an item that comes again; chance"
    " would give {baseline:.1%}",
    "load_dispersion": "from account to account their calls vary {value:.2f} times as much as chance gives",
    "failover_ban_inflow": "after a ban of one the calls of the others change by {value:+.1f}, at other times by"
    " {baseline:+.1f}",
    "synchrony_5_minutes": "they call within the same five minutes {value:.2f} times as often as chance gives",
    "replacement": "{value:.0%} of those opened in the window were opened soon after a ban; chance would give"
    " {baseline:.0%}",
    "release_reaction_24_hours": "the odds of their calls having moved within a day are {odds:.1f} times those of like"
    " accounts",
}
"""What a measure's value means, by its name."""

NAMED_BY = "naming"
"""Measure of the statement on what chose a finding's name: it is no evidence of its own."""

VALUE = re.compile(r"\{(?:value|odds)(:[^}]*)\}")

UNDER_TEMPLATES = "{value:.1%} of them, where {baseline:.1%} would be expected"

MOST_LOG_ODDS = 20.0

_PLACE = {name: place for place, name in enumerate(EVIDENCE_KINDS)}


class Statement(NamedTuple):
    """One fact: stance (supports or contradicts), sentence, measure, value and baseline.

    `key` says which of several things a measure is on (a pool, an owner, a decision) by the columns of its source, and
    `counts`, how many of how many, is what a value rests on that no table of an earlier step holds.
    """

    stance: str
    statement: str
    measure: str
    value: float | None
    baseline: float | None
    key: tuple[tuple[str, str], ...] = ()
    counts: tuple[int, int] | None = None


def share_statement(
    stance: str, sentence: str, measure: str, counts: tuple[int, int], baseline: float | None, subject: str = ""
) -> Statement:
    """A statement whose value is a share: so many of so many."""
    counted, total = counts
    return Statement(stance, sentence, measure, counted / max(total, 1), baseline, (("subject", subject),), counts)


def group_statements(judgement: Judgement, missing: list[str], calibration: Calibration = NO_CASES) -> list[Statement]:
    """Everything that speaks for and against a group's finding, in reading order.

    Args:
        judgement: what is held of the group.
        missing: sentences on evidence that the run did not have.
        calibration: what bands of support were worth in known cases.
    """
    facts = judgement.facts
    held = [_supporting(facts, name) for name in EVIDENCE_KINDS if name in facts.held]
    weak = [_weak(facts, name) for name in EVIDENCE_KINDS if name in facts.shown and name not in facts.held]
    return [
        *held,
        *_naming(judgement),
        *_suggesting(facts),
        *_public_items(facts),
        *[statement for statement in weak if statement],
        *_composition(facts),
        *_robustness(judgement),
        _innocent(judgement, calibration),
        *[Statement("contradicts", sentence, "missing_evidence", None, None) for sentence in missing],
    ]


def best_rival(judgement: Judgement) -> Rival:
    """The plausible innocent explanation that leaves least of the finding; of equals the one that explains most."""
    held = judgement.facts.held
    return min(
        judgement.rivals,
        key=lambda pair: (LEVELS.index(pair[1]), -len(pair[0].explains & held), pair[0].name),
    )[0]


def _supporting(facts: GroupFacts, name: str) -> Statement:
    shown, kind = facts.shown[name], EVIDENCE_KINDS[name]
    if kind.signal_kinds and not kind.measure:
        sentence = f"{shown.account_count} of {facts.account_count} accounts share {kind.label}{_chance(shown)}."
        return Statement("supports", sentence, f"{name}_coverage", shown.coverage, COVERAGE)
    if kind.claim == "relay" and kind.feature:
        test = facts.tests[kind.measure]
        sentence = (
            f"{shown.account_count} of {facts.account_count} accounts lie in the top quarter of all accounts by"
            f" {kind.label}: two prompts outside shared templates lie {test['group_mean']:.2f} apart, elsewhere"
            f" {test['other_mean']:.2f} (cosine distance by phrasing; {_above(shown, test)}, {said_q(shown.q_value)})."
        )
        return Statement("supports", sentence, kind.measure, shown.value, shown.baseline)
    if kind.feature:
        test = facts.tests[kind.measure]
        sentence = (
            f"{shown.account_count} of {facts.account_count} accounts lie in the top quarter of all accounts by"
            f" {kind.label} (mean {test['group_mean']:.1%} of exchanges against {test['other_mean']:.1%} elsewhere;"
            f" {_above(shown, test)}, {said_q(shown.q_value)})."
        )
        return Statement("supports", sentence, kind.measure, shown.value, shown.baseline)
    return Statement("supports", _measured(facts, name), kind.measure, shown.value, shown.baseline)


def _above(shown: Shown, test: dict[str, Any]) -> str:
    """What the rank sum says, which a mean does not: a few accounts elsewhere may ask for nothing else."""
    said = interval("{value:.0%}", test).format(value=shown.value, low=test.get("low"), high=test.get("high"))
    return f"on average one lies above {said} of other accounts; rank sum over {test['sample_size']} accounts"


def interval(means: str, test: dict[str, Any]) -> str:
    """A sentence's pattern with the value's 95 percent interval behind the value, where the test has one."""
    if test.get("low") is None or test.get("high") is None:
        return means
    return VALUE.sub(
        lambda found: f"{found[0]} (95 % interval {{low{found[1]}}} to {{high{found[1]}}})", means, count=1
    )


def _naming(judgement: Judgement) -> list[Statement]:
    """What chose the name of a finding that would accuse under another one, too."""
    facts = judgement.facts
    if is_named_by_few(judgement):
        seen = facts.shown["many_people"]
        sentence = (
            "It is called a collection of outputs, and not a relay, though conversations move between its accounts:"
            f" something is asked for, and their prompts are more spread than {seen.value:.0%} of other accounts' only,"
            " where half would be expected, so that they do not look like many people's. This adds nothing to what is"
            " held of their control."
        )
        return [Statement("supports", sentence, NAMED_BY, seen.value, seen.baseline)]
    if not is_named_by_look(judgement):
        return []
    shown, test = facts.shown["many_people"], facts.tests[EVIDENCE_KINDS["many_people"].measure]
    sentence = (
        "It is called a relay, and not a collection of outputs, because its prompts look like many people's:"
        f" {shown.account_count} of {facts.account_count} accounts lie in the top quarter of all accounts (two prompts"
        f" outside shared templates lie {test['group_mean']:.2f} apart, elsewhere {test['other_mean']:.2f}; rank sum"
        f" over {test['sample_size']} accounts, {said_q(shown.q_value)}). This {_too_little(shown)}, and adds nothing"
        f" to the confidence; it does reach {NAMING}, from which it chooses between two names for accounts that are"
        " accused under either. Without it the finding would be called coordinated extraction."
    )
    return [Statement("supports", sentence, NAMED_BY, shown.value, shown.baseline)]


def _too_little(shown: Shown) -> str:
    """Why a measure that reaches `NAMING` is no evidence."""
    if shown.q_value >= SIGNIFICANT:
        return f"does not reach {SIGNIFICANT}, from which a measure counts as evidence"
    return "is no evidence, since too few of the accounts have enough prompts of their own to tell"


def _suggesting(facts: GroupFacts) -> list[Statement]:
    """A search for techniques too uncertain to count by itself, where a list is what it seems to have found."""
    if (
        "work_queue" not in facts.held
        or "technique_search" in facts.held
        or is_talk(facts)
        or not seems_searched(facts)
    ):
        return []
    shown = facts.shown["technique_search"]
    short = (
        f"This does not reach {SIGNIFICANT}, from which a measure counts as evidence by itself."
        if shown.q_value >= SIGNIFICANT
        else "It is no evidence by itself: without one of those refused the others might act no later."
    )
    sentence = (
        f"{_measured(facts, 'technique_search')} {short} It does reach {SUGGESTED}, from which it is a reason to take"
        " the list, which chance rules out, for what such a search found."
    )
    return [Statement("supports", sentence, EVIDENCE_KINDS["technique_search"].measure, shown.value, shown.baseline)]


def _public_items(facts: GroupFacts) -> list[Statement]:
    """How much of what is sent are items of public lists: as they are for an evaluation, changed for training data."""
    exact, changed = facts.shown.get("public_items"), facts.shown.get("mutated_public_items")
    if exact is None or changed is None:
        return []
    found = []
    if changed.q_value < SIGNIFICANT and changed.value >= max(ASKED, exact.value) and facts.payer_count >= MANY_PAYERS:
        sentence = (
            f"{_share_of_prompts(facts, 'mutated_public_items')} Word for word it is {exact.value:.1%}. Seeds that are"
            f" varied into training data look so, and {facts.payer_count} unrelated payers pay for it here. Teachers"
            " and tests of robustness change items, too: this adds nothing to the confidence."
        )
        found.append(Statement("supports", sentence, "mutated_public_items", changed.value, changed.baseline))
    if exact.q_value < SIGNIFICANT and exact.value >= ASKED:
        sentence = f"{_share_of_prompts(facts, 'public_items')} An evaluation sends them so."
        found.append(Statement("contradicts", sentence, "public_items", exact.value, exact.baseline))
    return found


def _share_of_prompts(facts: GroupFacts, name: str) -> str:
    """The sentence on a share of sampled prompts."""
    shown, test, label = facts.shown[name], facts.tests[name], EVIDENCE_KINDS[name].label
    share = interval("{value:.1%}", test).format(value=shown.value, low=test.get("low"), high=test.get("high"))
    return (
        f"{label[0].upper()}{label[1:]}: {share} of what they send, mean over {test['sample_size']} accounts, where"
        f" {shown.baseline:.1%} would be expected ({test['null_model']}; {said_q(shown.q_value)})."
    )


def _chance(shown: Shown) -> str:
    return (
        f" that are at least {EFFECT_LIFT:.0f} times as common in the group as in a random draw of accounts"
        f" (hypergeometric; the clearest value: {shown.value:.0f} accounts, expected {shown.baseline:.2g},"
        f" {said_q(shown.q_value)})"
    )


def said_q(value: float) -> str:
    """A q-value as a reader takes it in."""
    if value < TOLD_APART:
        return f"q below {TOLD_APART:g}"
    return f"q = {value:.1e}" if value < 1e-3 else f"q = {value:.2g}"


def _measured(facts: GroupFacts, name: str) -> str:
    shown, test = facts.shown[name], facts.tests[EVIDENCE_KINDS[name].measure]
    if name in ("resent", "stored_prompts"):
        evenly = (
            f"; equal prompts are {facts.prompt_popularity:.1f} times as many as a stock without favourites gives"
            if name == "stored_prompts" and facts.prompt_popularity is not None
            else ""
        )
        return (
            f"{facts.again_prompt_count} of {test['sample_size']:,} long prompts come again from another account on"
            " another day, or on the same one though no call had failed,"
            f" {shown.value:.1%} of all counted once an account and day, where chance meetings give"
            f" {shown.baseline:.2%} (Poisson, {said_q(shown.q_value)}){evenly}."
        )
    if name in ("technique_search", "scaling_up"):
        known = (
            f"95 % interval from {test['low']:.1f} on, jackknife" if test["low"] is not None else "no interval for two"
        )
        return (
            "Some accounts are refused again and again, and the others, hardly refused, act"
            f" {shown.value:.1f} days later ({known} over"
            f" {test['sample_size']} accounts; were they refused as often as accounts are, so many would be:"
            f" binomial, {said_q(shown.q_value)})."
        )
    label = EVIDENCE_KINDS[name].label
    others = UNDER_TEMPLATES if name.startswith("template_") else "{value:.3g}, where {baseline:.3g} would be expected"
    means = interval(MEASURED.get(EVIDENCE_KINDS[name].measure, others), test)
    is_odds = means.startswith("the odds")
    ends = {
        name: _odds(test[name]) if is_odds else test[name] for name in ("low", "high") if test.get(name) is not None
    }
    said = means.format(value=shown.value, baseline=shown.baseline, odds=_odds(shown.value), **ends)
    return (
        f"{label[0].upper()}{label[1:]}: {said}"
        f" ({test['null_model']}; {test['sample_size']:,} observations, {said_q(shown.q_value)})."
    )


def _odds(log_odds: float) -> float:
    # Log-odds beyond this overflow, and say no more.
    return math.exp(min(log_odds, MOST_LOG_ODDS))


def _weak(facts: GroupFacts, name: str) -> Statement | None:
    """What was looked for and is too little to count."""
    shown, kind = facts.shown[name], EVIDENCE_KINDS[name]
    if kind.weight != "carries" or (name == "scaling_up" and _suggesting(facts)):
        return None
    if kind.signal_kinds and not kind.measure and shown.coverage is not None:
        needed = math.ceil(max(COVERAGE * facts.account_count, min(FEWEST_CARRIERS, MOST * facts.account_count)))
        sentence = (
            f"Only {shown.account_count} of {facts.account_count} accounts share {kind.label} more than chance gives;"
            f" to count for the whole group it takes {needed}."
        )
        return Statement("contradicts", sentence, f"{name}_coverage", shown.coverage, needed / facts.account_count)
    if kind.claim == "control" and kind.measure:
        strength = "not significant" if shown.q_value >= SIGNIFICANT else "too small to count"
        sentence = f"{_measured(facts, name)[:-1]}: {strength}."
        return Statement("contradicts", sentence, kind.measure, shown.value, shown.baseline)
    return None


def _composition(facts: GroupFacts) -> list[Statement]:
    found = []
    for name, share, what in (
        ("customer_share", facts.customer_share, "are under one name, an organisation or a mail domain of their own"),
        (
            "family_share",
            facts.family_share,
            "are with sister companies, which share payers, addresses and tools as a matter of course",
        ),
        ("education_share", facts.education_share, "are in an education programme, whose members practise alike"),
        ("research_share", facts.research_share, "are in a security research programme, whose members probe alike"),
    ):
        if share >= COVERAGE:
            counts = round(share * facts.account_count), facts.account_count
            found.append(share_statement("contradicts", f"{share:.0%} of the accounts {what}.", name, counts, 0.0))
    if facts.item_recurrence is not None and facts.item_recurrence >= RECURRING_ITEMS:
        sentence = (
            f"{facts.item_recurrence:.1%} of exchanges under the group's templates carry an item that comes again."
        )
        found.append(Statement("contradicts", sentence, "item_recurrence", facts.item_recurrence, RECURRING_ITEMS))
    if is_talk(facts) and "work_queue" in facts.held:
        sentence = (
            f"{facts.talk_share:.0%} of what the accounts send continues a conversation. What people say to each answer"
            " comes but once, too, so that this is no list unless something is asked for with it."
        )
        found.append(Statement("contradicts", sentence, "talk_share", facts.talk_share, TALK))
    if facts.item_member_share is not None and facts.item_member_share < OF_ITS_USERS:
        sentence = (
            f"Members are {facts.item_member_share:.1%} of the accounts that use the group's templates as they do: that"
            " no item comes again is true of all these, and makes no list of it that members share out."
        )
        found.append(Statement("contradicts", sentence, "item_member_share", facts.item_member_share, OF_ITS_USERS))
    if (facts.item_turn_share or 0.0) >= TALK:
        sentence = (
            f"{facts.item_turn_share:.0%} of the exchanges under the group's templates continue a conversation: that"
            " none comes again makes them no list."
        )
        found.append(Statement("contradicts", sentence, "item_turn_share", facts.item_turn_share, TALK))
    return found


def _robustness(judgement: Judgement) -> list[Statement]:
    """What the finding would be without each cause it rests on."""
    fallen = [
        _cause(judgement, cause)
        for cause, level in judgement.without
        if LEVELS.index(level) < LEVELS.index(judgement.confidence)
    ]
    if judgement.confidence == "low" or not judgement.without:
        return []
    if not fallen:
        count = len(judgement.without)
        one = f"any one of its {count} independent causes" if count > 1 else "its one cause"
        sentence = f"Without {one} the finding would be as certain as it is."
        return [share_statement("supports", sentence, "leave_one_out", (0, count), 0.0)]
    sentence = f"Without {listed(fallen, 'or')} alone the finding would be less certain."
    return [share_statement("contradicts", sentence, "leave_one_out", (len(fallen), len(judgement.without)), 0.0)]


def _cause(judgement: Judgement, cause: str) -> str:
    """What a reader calls a cause: the first kind of evidence that it brought about here."""
    held = judgement.facts.held
    return next(kind.label for kind in EVIDENCE_KINDS.values() if kind.cause == cause and kind.name in held)


def _innocent(judgement: Judgement, calibration: Calibration) -> Statement:
    """The best innocent explanation, what it leaves unexplained, and how to tell."""
    rival, facts = best_rival(judgement), judgement.facts
    # What somebody has to do on purpose is named first: it is hardest to explain away.
    left = sorted(facts.held - rival.explains, key=lambda name: (not EVIDENCE_KINDS[name].is_hard, _PLACE[name]))
    labels = [EVIDENCE_KINDS[name].label for name in left[:LEFT_NAMED]]
    labels += [f"{len(left) - LEFT_NAMED} more"] if len(left) > LEFT_NAMED else []
    rest = f" It leaves unexplained: {listed(labels)}." if left else " It would explain all that is seen."
    sentence = f"{rival.title}{rest} {_favoured(facts, rival, calibration)} {rival.check}"
    return Statement("contradicts", sentence, "innocent_explanation", None, None)


def _favoured(facts: GroupFacts, rival: Rival, calibration: Calibration) -> str:
    """How far the evidence favours one of the two, and what stands behind that, as a sentence."""
    found = support(facts, rival)
    if found.favours == "neither":
        return "The evidence favours neither."
    what = "the finding over it" if found.favours == "finding" else "it over the finding"
    said = f"The evidence favours {what} {phrase('band', found.band)} at most, by "
    observed = calibration.observed(rival.name, found)
    if observed is None:
        return f"{said}an uncalibrated bound."
    return (
        f"{said}a bound that was counted on {observed.group_count:,} groups of simulated worlds: right findings had it"
        f" {times(observed.low)} to {times(observed.high)} times as often as false findings and leads."
    )
