"""Every kind of evidence a group can show: which claim it speaks to, what it comes from, and how one carries it.

Control is evidence of one hand, extraction and relay of what that hand is after. A kind is *hard* where somebody has to
act for two accounts to have it in common (pay, register, carry a conversation over), and soft where strangers have it
in common by living alike. Kinds of one *cause* are one piece of evidence, however many they are. Not all kinds carry a
judgement: some only go with what others show, because many innocent groups show them, and some speak against the claim.
"""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class EvidenceKind:
    """How a kind of evidence is read.

    Attributes:
        name: as in links.group_evidence.
        claim: what it speaks to: control, extraction or relay.
        cause: what brings it about; two kinds of one cause count once.
        is_hard: whether strangers do not have it in common without somebody's doing.
        is_behaviour: whether it is what accounts send, and when, rather than who stands behind them.
        label: what an investigator calls it.
        signal_kinds: kinds of shared value that carry it.
        feature: column of features.accounts that carries it, for kinds that are rates.
        floor: value of the feature below which no account carries it, however unusual.
        measure: row of links.group_tests that tests it; empty for values that are tested one by one.
        weight: whether it carries a judgement, only corroborates what others show, or contradicts its claim.
        unusual: column of features.accounts by which members carry it, where the claim rests on more than that rate.
        is_low: whether unusual is the low end of that column.
    """

    name: str
    claim: str
    cause: str
    is_hard: bool
    is_behaviour: bool
    label: str
    signal_kinds: tuple[str, ...] = ()
    feature: str = ""
    floor: float = 0.0
    measure: str = ""
    weight: Literal["carries", "corroborates", "contradicts"] = "carries"
    unusual: str = ""
    is_low: bool = False


def _shared(name: str, cause: str, label: str, kinds: tuple[str, ...], *, hard: bool, behaviour: bool) -> EvidenceKind:
    return EvidenceKind(name, "control", cause, hard, behaviour, label, signal_kinds=kinds)


def _asked(name: str, feature: str, label: str) -> EvidenceKind:
    return EvidenceKind(
        name, "extraction", name, False, True, label, feature=feature, floor=RATE_FLOOR, measure=feature
    )


def _together(name: str, cause: str, label: str, *, hard: bool, measure: str = "") -> EvidenceKind:
    return EvidenceKind(name, "control", cause, hard, True, label, measure=measure or name)


def _beside(name: str, claim: str, cause: str, label: str) -> EvidenceKind:
    return EvidenceKind(name, claim, cause, False, True, label, measure=name, weight="corroborates")


SIGNIFICANT = 0.01
"""q-value below which a fact counts."""

COMMON_TEXT = 0.35
"""Share of a group that must follow one template for it to be a text of the group: a phrase that a few of them have in
common by chance is none, and many such phrases are not one."""

EFFECT_LIFT = 3.0
"""Lift from which a shared value counts: significance alone comes with size."""

UNUSUAL = 0.75
"""Share of all accounts that must lie below an account for it to carry a feature: a diluted campaign asks for the same
with a part of its traffic, and one account's rates are uncertain. That most of a group do so is unusual."""

RATE_FLOOR = 0.02
"""Share of an account's exchanges below which it does not ask for something, whatever others do."""

TEMPLATE_DEMANDS = {
    "reasoning": "write reasoning out",
    "grading": "grade or compare answers",
    "trace_cleaning": "tidy or judge recorded reasoning",
    "policy_rewriting": "rewrite what a censor would cut",
    "safety_probing": "probe what the model refuses",
    "agentic": "work as agents with tools and repositories",
    "refused": "do what the model refuses",
}
"""What is looked for under the templates that a group shares, too: of one cause with the same over all traffic."""

EVIDENCE_KINDS = {
    kind.name: kind
    for kind in (
        _shared("payment", "payment", "payment instruments", ("payment_instrument",), hard=True, behaviour=False),
        _shared(
            "registration",
            "registration",
            "e-mail domains or organisations",
            # Not controlling_organisation: who owns whom is attribution, and no evidence of one hand.
            ("email_domain", "organisation"),
            hard=True,
            behaviour=False,
        ),
        # Strangers come to one provider by looking for one.
        replace(
            _shared(
                "disposable_mail",
                "registration",
                "providers of throw-away mail",
                ("disposable_email_domain",),
                hard=False,
                behaviour=False,
            ),
            weight="corroborates",
        ),
        _shared("network", "network", "addresses", ("ip", "ip_prefix", "signup_ip"), hard=False, behaviour=False),
        _shared(
            "device",
            "device",
            "clients or keys",
            ("api_key", "client_fingerprint", "user_agent"),
            hard=False,
            behaviour=False,
        ),
        _shared("template", "text", "rare prompt templates", ("prompt_template",), hard=False, behaviour=True),
        EvidenceKind(
            "handover",
            "control",
            "handover",
            True,
            True,
            "conversations carried over between accounts",
            ("conversation",),
            measure="conversation_handover",
        ),
        _together("resent", "resent", "the same long prompts again", hard=True, measure="stored_prompts"),
        _together("work_queue", "work_queue", "one list of items worked off once", hard=True),
        _together("load_dispersion", "load", "evenly spread load", hard=True),
        _together(
            "failover",
            "failover",
            "traffic that moves over when one of them is banned",
            hard=True,
            measure="failover_ban_inflow",
        ),
        # A conversation that moves from account to account makes them call in the same minutes: one cause.
        _together("synchrony", "handover", "activity in the same minutes", hard=True, measure="synchrony_5_minutes"),
        _together(
            "scaling_up",
            "technique_search",
            "what passed on a few accounts sent by the others",
            hard=True,
            measure="technique_search",
        ),
        _together("replacement", "replacement", "accounts opened when others are banned", hard=False),
        _together(
            "release_reaction",
            "release",
            "a move to a new model on its release",
            hard=False,
            measure="release_reaction_24_hours",
        ),
        _asked("reasoning", "reasoning_share", "prompts that ask to write reasoning out"),
        _asked("grading", "grading_share", "prompts that ask to grade or compare answers"),
        _asked("trace_cleaning", "trace_cleaning_share", "prompts that tidy or judge recorded reasoning"),
        _asked("policy_rewriting", "policy_rewriting_share", "prompts that rewrite what a censor would cut"),
        _asked("safety_probing", "safety_probing_share", "prompts that probe what the model refuses"),
        _asked("agentic", "agentic_share", "agents' tasks with tools and repositories"),
        _asked("refused", "refused_share", "refused prompts"),
        EvidenceKind(
            "stored_prompts",
            "extraction",
            "stored_prompts",
            False,
            True,
            "a store of prompts that is sent again",
            measure="stored_prompts",
        ),
        # Of one cause with the refusals themselves: who is refused often is seen once.
        EvidenceKind(
            "technique_search",
            "extraction",
            "refused",
            False,
            True,
            "techniques tried on a few accounts and scaled up on others",
            measure="technique_search",
        ),
        EvidenceKind(
            "many_people",
            "relay",
            "many_people",
            False,
            True,
            "many people's prompts in each account",
            feature="own_form_spread",
            measure="own_form_spread",
        ),
        *(
            EvidenceKind(
                f"template_{name}",
                "extraction",
                name,
                False,
                True,
                f"prompts under their common templates that ask to {what}",
                measure=f"template_{name}",
            )
            for name, what in TEMPLATE_DEMANDS.items()
        ),
        # How a group asks: every product, subject and relay shows some of it, so none of it carries a judgement.
        replace(_beside("broad_prompts", "relay", "breadth", "prompts of many kinds"), unusual="effective_prompts"),
        replace(
            _beside("narrow_prompts", "extraction", "breadth", "prompts all of one kind, account by account"),
            unusual="effective_prompts",
            is_low=True,
        ),
        _beside("pooled_narrow_prompts", "extraction", "breadth", "prompts of one kind, all accounts together"),
        _beside("cohort_distance", "extraction", "subject", "prompts unlike those of comparable accounts"),
        # Items under the templates in common: dealt out, or one set for all. Never both.
        replace(
            _beside("own_items", "control", "work_queue", "items of each account's own kind"), weight="contradicts"
        ),
        _beside("disjoint_fills", "control", "work_queue", "items dealt out among accounts"),
        replace(
            _beside("common_fills", "extraction", "one_set", "one set of items for all accounts"), weight="contradicts"
        ),
        _beside("common_prompts", "control", "resent", "long prompts in common"),
        # Items of the user's lists: who evaluates sends them as they are, who expands seeds changes them. So do
        # teachers and tests of robustness: no judgement rests on that.
        replace(
            _beside("public_items", "extraction", "public_items", "public items word for word"), weight="contradicts"
        ),
        _beside("mutated_public_items", "extraction", "public_items", "public items with something changed"),
    )
}
"""Every kind by its name."""
