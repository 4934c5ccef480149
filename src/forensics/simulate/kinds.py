"""The kinds of group in a world: seven campaign modes, and the innocent look-alikes of each.

A look-alike copies its mode in what a single column shows (volume, clients, share of templated prompts, users
behind an address) and differs in what an investigator must find: who pays, whose fills recur, who is one
organisation, whose life is short.
"""

from dataclasses import dataclass, replace

from forensics.simulate.wirings import (
    AGGREGATOR,
    CAMPAIGN_WIRINGS,
    CARRIER,
    CLASSROOM,
    EVALUATION,
    OFFICE,
    PLATFORM,
    RESALE_WIRINGS,
    RESEARCH,
    SERVER_ROOM,
    STAFF_CARD,
    VPN_USERS,
    Wiring,
)
from forensics.simulate.work import (
    AGENT_TEAM,
    AGENTIC,
    APP,
    BENCHMARK,
    CLASS_WORK,
    HARVEST,
    INJECTED_RELAY,
    JUDGE,
    LABELLING,
    NIGHTLY,
    PEOPLE,
    REGULAR_APP,
    RELAY,
    REPLAY,
    RESEARCH_WORK,
    TECHNIQUES,
    Work,
)


@dataclass(frozen=True)
class Kind:
    """One kind of group.

    Attributes:
        name: as the truth names it.
        description: one line.
        expected: the finding a perfect reader makes of it, or None for no accusation.
        works: what the groups send, dealt in turn.
        wirings: how the groups pay, connect and register, dealt in turn.
        rhythms: when the groups are active, dealt in turn.
        splits: how the load is divided between accounts (balanced, heavy), dealt in turn.
        lives: what happens to the groups' accounts over the window, dealt in turn.
        pivot_share: share of the work that moves to a new model within a day of its release.
        twin_of: modes it looks like; empty for the modes themselves.
        resale_cover: the accounts' other traffic is that of many people, not of one owner.
        diluted: whether the groups also carry other traffic, as the scenario deals it.
        size_part: accounts of the kind relative to its fellows.
    """

    name: str
    description: str
    expected: str | None
    works: tuple[Work, ...]
    wirings: tuple[Wiring, ...]
    rhythms: tuple[str, ...]
    splits: tuple[str, ...] = ("balanced", "heavy")
    lives: tuple[str, ...] = ("steady",)
    pivot_share: float = 0.1
    twin_of: tuple[str, ...] = ()
    resale_cover: bool = False
    diluted: bool = True
    size_part: float = 1.0


_MODES = (
    Kind(
        "template_harvest",
        "many accounts wrap a sharded list of problems into few instructions that draw out reasoning",
        "coordinated_extraction",
        HARVEST,
        CAMPAIGN_WIRINGS,
        ("round_clock", "server", "office"),
        ("balanced",),
        ("failover", "steady", "rotation"),
        pivot_share=0.55,
    ),
    Kind(
        "live_relay",
        "a laboratory's own users are answered through a pool of accounts, one request here, the next there",
        "relay",
        (RELAY, INJECTED_RELAY),
        CAMPAIGN_WIRINGS,
        ("people", "server"),
        ("balanced", "heavy"),
        ("rotation", "failover", "steady"),
        pivot_share=0.5,
    ),
    Kind(
        "store_replay",
        "stored questions of real users are sent again in bulk, several times each",
        "coordinated_extraction",
        REPLAY,
        CAMPAIGN_WIRINGS,
        ("batches", "round_clock", "nightly"),
        ("balanced",),
        ("steady", "failover"),
        pivot_share=0.5,
    ),
    Kind(
        "judge_cleaner",
        "the model grades answers as a reward model and cleans reasoning traces",
        "coordinated_extraction",
        JUDGE,
        CAMPAIGN_WIRINGS,
        ("round_clock", "batches", "office"),
        ("balanced", "heavy"),
        ("steady", "rotation", "failover"),
        pivot_share=0.4,
    ),
    Kind(
        "technique_search",
        "scouts try thousands of one-off techniques, the winners are scaled up on other accounts",
        "coordinated_extraction",
        TECHNIQUES,
        CAMPAIGN_WIRINGS,
        ("office", "server"),
        ("heavy", "balanced"),
        ("scale_up",),
        pivot_share=0.3,
    ),
    Kind(
        "reseller_front",
        "a reseller or shell company mixes its customers' traffic with a harvest of its own",
        "relay",
        HARVEST,
        RESALE_WIRINGS,
        ("people", "server"),
        ("balanced", "heavy"),
        ("steady", "rotation"),
        pivot_share=0.4,
        resale_cover=True,
        size_part=0.5,
    ),
    Kind(
        "agentic_generation",
        "agents act out long tasks and write environments and tests for training",
        "coordinated_extraction",
        AGENTIC,
        CAMPAIGN_WIRINGS,
        ("round_clock", "office", "server"),
        ("balanced",),
        ("steady", "failover", "rotation"),
        pivot_share=0.5,
    ),
)

MODES: dict[str, Kind] = {kind.name: kind for kind in _MODES}


def _twin(
    name: str,
    description: str,
    of: tuple[str, ...],
    works: tuple[Work, ...],
    wirings: tuple[Wiring, ...],
    **other: object,
) -> Kind:
    """Make a look-alike that takes rhythm, split and reaction to releases from the mode it imitates."""
    mode = MODES[of[0]]
    base = replace(
        mode, name=name, description=description, twin_of=of, works=works, wirings=wirings,
        expected=None, lives=("steady",), resale_cover=False, size_part=1.0,
    )  # fmt: skip
    return replace(base, **other)  # type: ignore[arg-type]


_TWINS = (
    _twin(
        "carrier_nat",
        "heavy users who share the addresses of a carrier, a campus or an office",
        ("live_relay",),
        (PEOPLE,),
        (CARRIER, OFFICE),
        rhythms=("people",),
        splits=("heavy",),
        pivot_share=0.1,
    ),
    _twin(
        "vpn_egress",
        "unrelated developers behind the same VPN and cloud exits",
        ("store_replay", "template_harvest"),
        (replace(REGULAR_APP, owner="account"), replace(NIGHTLY, owner="account")),
        (VPN_USERS,),
        rhythms=("server", "nightly"),
        splits=("heavy",),
        pivot_share=0.15,
    ),
    _twin(
        "authorised_aggregator",
        "a verified company that passes on its many users' requests from named addresses",
        ("live_relay", "reseller_front"),
        (RELAY, INJECTED_RELAY),
        (AGGREGATOR,),
        rhythms=("people",),
        lives=("steady", "migration"),
    ),
    _twin(
        "grey_reseller",
        "sells access on to real users against the terms, and extracts nothing",
        ("reseller_front", "live_relay"),
        (RELAY,),
        RESALE_WIRINGS,
        expected="relay",
        rhythms=("people",),
        lives=("steady", "rotation"),
        diluted=False,
    ),
    _twin(
        "evaluation_firm",
        "runs finite public item sets on many models and reacts to releases at once",
        ("judge_cleaner", "template_harvest"),
        BENCHMARK,
        (EVALUATION,),
        pivot_share=0.5,
    ),
    _twin(
        "labelling_firm",
        "judges and writes data for declared clients under one bill",
        ("judge_cleaner", "agentic_generation"),
        LABELLING,
        (SERVER_ROOM,),
        rhythms=("office", "people"),
        splits=("heavy",),
    ),
    _twin(
        "template_app",
        "an application whose prompts come from few templates, filled with what its users send",
        ("template_harvest",),
        APP,
        (SERVER_ROOM,),
        rhythms=("server",),
        pivot_share=0.2,
    ),
    _twin(
        "multi_tenant_platform",
        "one platform's template and egress under the payers of its many tenants",
        ("template_harvest", "store_replay"),
        APP,
        (PLATFORM,),
        rhythms=("server", "people"),
        splits=("heavy",),
        pivot_share=0.2,
    ),
    _twin(
        "nightly_regression",
        "sends the same small set of prompts every night and after every release",
        ("store_replay",),
        (NIGHTLY,),
        (SERVER_ROOM,),
        rhythms=("nightly", "round_clock"),
        pivot_share=0.5,
    ),
    _twin(
        "corporate_card",
        "staff and contractors of one company with different roles on few shared cards",
        ("reseller_front", "agentic_generation"),
        (PEOPLE, AGENT_TEAM),
        (STAFF_CARD,),
        rhythms=("people", "office"),
        splits=("heavy",),
    ),
    _twin(
        "classroom",
        "a course or hackathon: signed up together, the same exercises, gone when it is over",
        ("template_harvest", "technique_search"),
        CLASS_WORK,
        (CLASSROOM,),
        rhythms=("class",),
        splits=("heavy",),
        lives=("class",),
        pivot_share=0.2,
    ),
    _twin(
        "migration",
        "a customer moves to new accounts and launches at full load on the first day",
        ("store_replay", "template_harvest"),
        APP,
        (SERVER_ROOM,),
        rhythms=("server", "round_clock"),
        lives=("migration", "launch"),
        pivot_share=0.3,
    ),
    _twin(
        "safety_researchers",
        "members of a research programme try techniques and never scale one up",
        ("technique_search",),
        RESEARCH_WORK,
        (RESEARCH,),
        splits=("heavy",),
    ),
)

TWINS: dict[str, Kind] = {kind.name: kind for kind in _TWINS}

KINDS: dict[str, Kind] = {**MODES, **TWINS}
