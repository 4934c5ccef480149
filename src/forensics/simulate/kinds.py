"""What a kind of group is, and the seven modes of campaign."""

from dataclasses import dataclass

from forensics.simulate.wirings import CAMPAIGN_WIRINGS, RESALE_WIRINGS, Wiring
from forensics.simulate.work import AGENTIC, HARVEST, INJECTED_RELAY, JUDGE, RELAY, REPLAY, TECHNIQUES, Work


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
        couples: whether one dealer serves all accounts, so that what one is denied another takes over.
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
    couples: bool = True


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
