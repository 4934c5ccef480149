"""The innocent look-alikes of each mode, and all kinds of group by name.

A look-alike copies its mode in what a single column shows (volume, clients, share of templated prompts, users
behind an address) and differs in what an investigator must find: who pays, whose fills recur, who is one
organisation, whose life is short.
"""

from dataclasses import replace
from typing import Any

from forensics.simulate.kinds import MODES, Kind
from forensics.simulate.wirings import (
    AGGREGATOR,
    CAMPUS,
    CARRIER,
    CLASSROOM,
    CLOUD_USERS,
    EVALUATION,
    EVALUATION_TEAM,
    HACKATHON,
    OFFICE,
    PLATFORM,
    PRIVATE_CARDS,
    RESALE_WIRINGS,
    RESEARCH,
    RESEARCH_LAB,
    SERVER_ROOM,
    STAFF_CARD,
    UNDECLARED,
    VPN_USERS,
    Wiring,
)
from forensics.simulate.work import (
    AGENT_TEAM,
    APP,
    BENCHMARK,
    CLASS_WORK,
    INJECTED_RELAY,
    INSTRUCTED_PEOPLE,
    LABELLING,
    LAUNCHED_APP,
    NIGHTLY,
    PEOPLE,
    REGULAR_APP,
    RELAY,
    RESEARCH_WORK,
    RESOLD,
    STAFF,
    TENANT_APP,
    Work,
)


def _twin(
    name: str,
    description: str,
    of: tuple[str, ...],
    works: tuple[Work, ...],
    wirings: tuple[Wiring, ...],
    **other: Any,
) -> Kind:
    """Make a look-alike that takes rhythm, split and reaction to releases from the mode it imitates."""
    own: dict[str, Any] = {
        "expected": None,
        "lives": ("steady",),
        "resale_cover": False,
        "size_part": 1.0,
        "couples": False,
        **other,
    }
    return replace(MODES[of[0]], name=name, description=description, twin_of=of, works=works, wirings=wirings, **own)


_TWINS = (
    _twin(
        "carrier_nat",
        "heavy users who share the addresses of a carrier, a campus or an office",
        ("live_relay",),
        (PEOPLE, INSTRUCTED_PEOPLE),
        (CARRIER, OFFICE, CAMPUS),
        rhythms=("people",),
        splits=("heavy",),
        pivot_share=0.1,
    ),
    _twin(
        "vpn_egress",
        "unrelated developers behind the same VPN and cloud exits",
        ("template_harvest",),
        (replace(REGULAR_APP, owner="account"), replace(NIGHTLY[1], owner="account", hop_share=0.0)),
        (VPN_USERS, CLOUD_USERS),
        rhythms=("server", "nightly"),
        splits=("heavy",),
        pivot_share=0.15,
    ),
    _twin(
        "authorised_aggregator",
        "a verified company that passes on its many users' requests from named addresses",
        ("live_relay", "reseller_front"),
        (RELAY, INJECTED_RELAY, RESOLD),
        (AGGREGATOR,),
        rhythms=("people",),
        lives=("steady", "migration"),
        couples=True,
    ),
    _twin(
        "grey_reseller",
        "sells access on to real users against the terms, and extracts nothing",
        ("reseller_front", "live_relay"),
        (RESOLD, RELAY, INJECTED_RELAY),
        RESALE_WIRINGS,
        expected="relay",
        rhythms=("people",),
        lives=("steady", "rotation"),
        diluted=False,
        couples=True,
    ),
    _twin(
        "evaluation_firm",
        "runs finite public item sets on many models and reacts to releases at once",
        ("judge_cleaner", "template_harvest"),
        BENCHMARK,
        (EVALUATION, EVALUATION_TEAM),
        pivot_share=0.5,
    ),
    _twin(
        "labelling_firm",
        "judges and writes data for declared clients under one bill",
        ("judge_cleaner", "agentic_generation"),
        LABELLING,
        (SERVER_ROOM, UNDECLARED),
        rhythms=("office", "people"),
        splits=("heavy",),
        lives=("steady", "rotation"),
    ),
    _twin(
        "template_app",
        "an application whose prompts come from few templates, filled with what its users send",
        ("template_harvest",),
        APP,
        (SERVER_ROOM, UNDECLARED),
        rhythms=("server",),
        lives=("steady", "failover"),
        pivot_share=0.2,
        couples=True,
    ),
    _twin(
        "multi_tenant_platform",
        "one platform's template and egress under the payers of its many tenants",
        ("template_harvest",),
        TENANT_APP,
        (PLATFORM,),
        rhythms=("server", "people"),
        splits=("heavy",),
        pivot_share=0.2,
    ),
    _twin(
        "nightly_regression",
        "sends the same small set of prompts every night and after every release",
        ("store_replay",),
        NIGHTLY,
        (SERVER_ROOM, UNDECLARED),
        rhythms=("nightly", "round_clock"),
        pivot_share=0.5,
        couples=True,
    ),
    _twin(
        "corporate_card",
        "staff and contractors of one company with different roles on few shared cards",
        ("reseller_front", "agentic_generation"),
        (STAFF, *AGENT_TEAM),
        (STAFF_CARD, PRIVATE_CARDS),
        rhythms=("people", "office"),
        splits=("heavy",),
    ),
    _twin(
        "classroom",
        "a course or hackathon: signed up together, the same exercises, gone when it is over",
        ("template_harvest", "technique_search"),
        CLASS_WORK,
        (CLASSROOM, HACKATHON),
        rhythms=("class",),
        splits=("heavy",),
        lives=("class",),
        pivot_share=0.2,
    ),
    _twin(
        "migration",
        "a customer moves to new accounts and launches at full load on the first day",
        ("store_replay", "template_harvest"),
        LAUNCHED_APP,
        (SERVER_ROOM, UNDECLARED),
        rhythms=("server", "round_clock"),
        lives=("migration", "launch"),
        pivot_share=0.3,
        couples=True,
    ),
    _twin(
        "safety_researchers",
        "members of a research programme try techniques and never scale one up",
        ("technique_search",),
        RESEARCH_WORK,
        (RESEARCH, RESEARCH_LAB),
        splits=("heavy",),
    ),
)

TWINS: dict[str, Kind] = {kind.name: kind for kind in _TWINS}

KINDS: dict[str, Kind] = {**MODES, **TWINS}
