"""What a reader is told instead of a code: one table of phrases for all that tables hold as names.

A code is for queries and filters; whoever reads a page, a sentence or a map gets the phrase. Kinds of evidence and of
shared values carry their own label, which is taken from there. A phrase can follow "by" or a number of accounts and
begins in lower case.
"""

from forensics.links.evidence import EVIDENCE_KINDS
from forensics.links.kinds import SIGNAL_KINDS

_FAMILIES = {
    "payment": "payment",
    "network": "network addresses",
    "organisation": "registration and organisation",
    "device": "clients and keys",
    "content": "prompts and conversations",
    "timing": "timing",
    "demand": "what is asked for",
    "edges": "links between their accounts",
}

_FEATURES = {
    "exchange_count": "exchanges",
    "active_day_count": "days with an exchange",
    "exchanges_per_active_day": "exchanges a day in use",
    "input_tokens_mean": "tokens read an exchange",
    "output_tokens_mean": "tokens written an exchange",
    "prompt_characters_mean": "characters a prompt",
    "refused_share": "refused prompts",
    "rate_limited_share": "exchanges cut off by the rate limit",
    "thinking_share": "exchanges with visible reasoning",
    "tool_share": "exchanges with tools",
    "image_share": "exchanges with images",
    "conversation_share": "exchanges that go on with a conversation",
    "distinct_prompt_share": "prompts that are not repeats",
    "reasoning_share": "prompts that ask to write reasoning out",
    "grading_share": "prompts that ask to grade or compare answers",
    "trace_cleaning_share": "prompts that tidy or judge recorded reasoning",
    "policy_rewriting_share": "prompts that rewrite what a censor would cut",
    "agentic_share": "agents' tasks with tools and repositories",
    "safety_probing_share": "prompts that probe what the model refuses",
    "addresses_per_active_day": "addresses a day in use",
    "hour_entropy_share": "evenness over the hours of the day",
    "night_share": "exchanges in its own quietest hours",
    "sessions_per_active_day": "sessions a day in use",
    "session_minutes_mean": "minutes a session",
    "gap_burstiness": "bursts and pauses",
    "round_minute_share": "calls on round minutes",
    "daily_variation": "variation from day to day",
    "top_template_share": "prompts under its most used template",
    "template_entropy_bits": "variety of templates",
    "template_rarity": "rarity of its templates among payers",
    "cross_payer_share": "prompts under rare templates of unrelated payers",
    "effective_prompts": "kinds of prompts",
    "distinct_phrase_share": "phrases that are not repeats",
    "compression_ratio": "how far its prompts can be compressed",
    "own_form_spread": "many people's prompts in each account",
    "public_item_exact_share": "prompts with an item of a public list",
    "public_item_mutated_share": "prompts with a changed item of a public list",
}

_MEASURES = {
    "customer_share": "accounts under one name",
    "family_share": "accounts with sister companies",
    "education_share": "accounts in an education programme",
    "research_share": "accounts in a research programme",
    "item_recurrence": "items that come again",
    "talk_share": "how much of what is sent is talk",
    "item_member_share": "its part of those who use its templates",
    "item_turn_share": "how much of what comes under its templates is talk",
    "leave_one_out": "the finding without one of its causes",
    "innocent_explanation": "the innocent explanation that fits best",
    "missing_evidence": "evidence that the run had not",
    "stability": "whether the group is found again",
    "bridge_account": "an account that alone links a part",
    "naming": "what chose the finding's name",
    "pool_share": "share of a pool's traffic",
    "barred_owner_share": "accounts of a barred owner",
    "other_owner_share": "accounts of other owners",
    "ownership_scope": "what ownership does not show",
    "headquarters": "seat of the organisation",
    "seed_basis": "what restricts the owner",
    "attributed_percent": "share held by cascade",
    "effective_percent": "share held by look-through",
    "path": "path of ownership",
    "lineage": "earlier findings it comes from",
    "last_found": "when it was last found",
    "not_found": "that it was not found again",
    "new_since_cleared": "news since it was cleared",
    "cleared": "that it was cleared",
    "cleared_part": "that a part was cleared",
    "release_reaction_72_hours": "a move to a new model within three days of its release",
    "release_persistence": "how much of a move to a new model stays",
    "release_new_prompts": "new prompts sent to a new model",
    **{f"linked_without_{family}": f"links without {phrase}" for family, phrase in _FAMILIES.items()},
    **{f"{name}_coverage": kind.label for name, kind in EVIDENCE_KINDS.items()},
    **{name: phrase for name, phrase in _FEATURES.items() if name.endswith("_share")},
    **{kind.measure: kind.label for kind in reversed(EVIDENCE_KINDS.values()) if kind.measure},
}

PHRASES: dict[str, dict[str, str]] = {
    "evidence": {name: kind.label for name, kind in EVIDENCE_KINDS.items()},
    "cause": {kind.cause: kind.label for kind in reversed(EVIDENCE_KINDS.values())},
    "signal": {**{name: kind.label for name, kind in SIGNAL_KINDS.items()}, "barred_owner": "barred owner"},
    "family": _FAMILIES,
    "feature": _FEATURES,
    "measure": _MEASURES,
    "kind": {
        "coordinated_extraction": "coordinated extraction",
        "relay": "relay of other people's traffic",
        "barred_ownership": "barred ownership",
    },
    "claim": {
        "control": "common control",
        "extraction": "collecting of outputs",
        "relay": "relaying for others",
        "organisation": "who is behind them",
    },
    "confidence": {name: name for name in ("high", "moderate", "low", "undetermined")},
    "status": {
        "new": "new",
        "continuing": "found before",
        "grown": "grown",
        "shrunk": "shrunk",
        "moved": "moved to other accounts",
        "split": "split off from another",
        "merged": "merged with another",
        "revived": "back after a while",
        "reopened": "cleared, and reopened by something new",
        "dormant": "dormant: not found by this run",
        "closed": "closed: not found for too long",
        "absorbed": "part of another finding",
    },
    "relation": {
        "continues": "goes on from",
        "grown": "grown from",
        "shrunk": "shrunk from",
        "moved": "goes on with the work of",
        "revived": "is found again after",
        "split_from": "split off from",
        "merged_into": "took in",
        "dormant": "was not found as",
        "closed": "ended as",
    },
    "decision": {"confirmed": "confirmed", "cleared": "cleared", "unsure": "unsure"},
    "verdict": {
        "seed": "restricted itself",
        "met_both": "by both readings of the rule",
        "met_cascade": "by cascade",
        "met_lookthrough": "by look-through",
        "not_met": "the rule is not met",
        "undetermined": "undetermined",
        "data_error": "an error in the register: no verdict",
    },
    "rival": {
        "colleagues": "colleagues or users of one network",
        "agency": "an agency or family that pays",
        "tool_users": "users of one published prompt or tool",
        "tool_users_own_work": "users of one open agent or library",
        "team_own_work": "a team with an agent",
        "one_customer": "one customer with several accounts",
        "sister_companies": "companies of one group",
        "platform_tenants": "tenants of one platform",
        "class_or_hackathon": "a class or a hackathon",
        "researchers": "security researchers",
        "business_with_stock": "a business that works on a stock of its own",
        "evaluator": "an evaluation with public items",
        "regression_suite": "a suite of tests that runs every night",
        "reseller": "real users of a reseller",
        "stolen_keys": "customers whose keys were stolen",
        "coincidence": "together by chance",
    },
    "band": {
        "none": "not at all",
        "weak": "weakly",
        "moderate": "moderately",
        "moderately_strong": "moderately strongly",
        "strong": "strongly",
    },
    "role": {"core": "core", "associated": "associated"},
    "part": {
        "head": "beginning",
        "tail": "end",
        "system": "system prompt",
        "middle": "middle",
        "frame": "first and last words",
    },
    "network": {
        "residential": "home",
        "mobile": "mobile carrier",
        "business": "business",
        "education": "education",
        "hosting": "hosting",
        "vpn": "VPN",
        "proxy": "proxy",
    },
    "channel": {
        "direct_api": "direct API",
        "cloud_aws": "AWS",
        "cloud_gcp": "Google Cloud",
        "cloud_azure": "Azure",
        "reseller": "reseller",
        "web": "web",
    },
    "mode": {
        "template_harvest": "answers to one template, collected in bulk",
        "live_relay": "other people's questions, passed on",
        "store_replay": "stored prompts, sent again",
        "judge": "the model as a judge of answers",
        "technique_search": "a search for ways around refusals",
        "reseller_front": "resold access",
        "agentic_generation": "work of agents, recorded",
    },
    "capability": {
        "reasoning_before": "reasoning before the answer",
        "reasoning_inline": "reasoning step by step",
        "reasoning_afterwards": "reasoning after the answer",
        "reasoning_disguised": "reasoning asked for in disguise",
        "rubric_grading": "grading by a rubric",
        "preference_labelling": "choosing the better answer",
        "trace_cleaning": "tidying recorded reasoning",
        "policy_rewriting": "rewriting for a censor",
        "safety_probing": "probing what is refused",
        "instruction_test": "tests of following instructions",
        "agentic_coding": "coding by agents",
        "tool_use": "use of tools",
        "agentic_task": "tasks of agents",
        "coding": "coding",
        "data_analysis": "analysis of data",
        "maths": "mathematics",
        "exam_question": "exam questions",
        "vision": "images",
        "reading_comprehension": "reading a passage",
        "customer_support": "customer support",
        "translation": "translation",
        "writing": "writing",
        "persona": "playing a character",
        "ordinary_chat": "ordinary chat",
    },
}
"""Phrases by subject and code."""


def phrase(subject: str, code: str) -> str:
    """What a reader is told instead of a code.

    Args:
        subject: one of `PHRASES`.
        code: as a table holds it; one that is not known, which is others' text, gets its underscores replaced.
    """
    return PHRASES[subject].get(code) or code.replace("_", " ")


def listed(phrases: list[str], word: str = "and") -> str:
    """Phrases as a reader lists them: with semicolons where one has a comma of its own."""
    if len(phrases) < 2:
        return "".join(phrases)
    comma = "; " if any("," in one for one in phrases) else ", "
    return f"{comma.join(phrases[:-1])} {word} {phrases[-1]}"


def times(log_ratio: float) -> str:
    """A ratio from its decimal logarithm, with two digits."""
    ratio = 10**log_ratio
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2g}"
