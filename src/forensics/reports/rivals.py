"""Innocent explanations of a group: when each is plausible, and what it would explain.

A finding accuses only by what no plausible rival explains. A rival that needs something (one name, a programme, items
that come again) is plausible only where that is seen; one that needs nothing is always plausible and explains little.
"""

from collections.abc import Callable
from dataclasses import dataclass

from forensics.links.evidence import EVIDENCE_KINDS, TEMPLATE_DEMANDS
from forensics.reports.composition import OWN_PAYERS
from forensics.reports.group_facts import RECURRING_ITEMS, SPECIFIC, GroupFacts
from forensics.reports.relaying import MANY_PEOPLE, MOSTLY_STORED, passes_on_requests

ONE_CUSTOMER = 0.8
"""Share of members under one name (an organisation, else a mail domain of their own) that makes them one customer: who
opens accounts under one name does not hide that they are his, and can be asked."""

PROGRAMME = 0.5
"""Share of members in a research or education programme from which that explains what they ask."""

ONE_FAMILY = 0.8
"""Share of members with sister companies, headed by one organisation, from which they are one group's companies."""

MOSTLY = 0.5
"""Share of members under one name from which the others may be strangers that came in by chance; share of exchanges
with an item that comes again from which a group lives on a stock."""

SIDELINE = 0.5
"""Share of something asked, as a part of that of agents' work, below which it belongs to that work."""

FIRM_PAYERS = 4
"""Payers up to which one firm may pay for all members, be they as many, from several cards."""

STRAYS = 0.05
"""Organisations per member up to which they are those of strangers who came in by chance, in a large group."""

TENANTS = 0.6
"""Organisations per member from which the members are customers of one platform rather than one operator."""

POPULAR = 5.0
"""Times as many equal items as an evenly used stock would give, from which they are what people ask: a service may hand
a conversation over when one key is limited, and a store that is sent again knows no favourites."""

NIGHTLY = 0.8
"""Share of a group's active days on which its items come again from which they are a suite that runs by itself."""

HARD_BEHAVIOUR = frozenset(kind.name for kind in EVIDENCE_KINDS.values() if kind.is_hard and kind.is_behaviour)
"""What nobody does unless somebody arranged it."""
ARRANGED = (*sorted(HARD_BEHAVIOUR - {"work_queue"}), "stored_prompts")
"""What nobody does on files of his own, so that somebody must have arranged it."""

SENT_AGAIN = frozenset({"resent", "stored_prompts"})
"""Long prompts that come again, as a cause and as what the accounts are for: one test."""

RESELLER = "reseller"
"""The rival that is no innocent but another accusation: it says what a finding is called, not how certain it is."""

FEWEST_NIGHTS = 3
"""Days a group must be active for its items to come again every day."""

MANY_PAYERS = 10
"""Payers from which a list is hardly one team's benchmark. An evaluator may have as many: it is told from a list by
items that come again within the days (`NEVER_AGAIN`) or that are public, and would not be if it ran all of its own
but once."""

ALL_CONTROL = frozenset(kind.name for kind in EVIDENCE_KINDS.values() if kind.claim == "control")


@dataclass(frozen=True)
class Rival:
    """One innocent explanation.

    Attributes:
        name: as in reports.finding_rivals.
        title: what it says, as a sentence.
        explains: kinds of evidence that it would bring about.
        is_plausible: whether what it needs is seen.
        needs: what that is, as a sentence.
        check: what an investigator can ask or look at to decide.
        is_known: whether what it needs was looked at; it is not told where it was not.
    """

    name: str
    title: str
    explains: frozenset[str]
    is_plausible: Callable[[GroupFacts], bool]
    needs: str
    check: str
    is_known: Callable[[GroupFacts], bool] = lambda _: True


def _always(_: GroupFacts) -> bool:
    return True


def _asked(*names: str) -> frozenset[str]:
    """What is asked for, over all traffic and under the group's templates."""
    return frozenset(name for asked in names for name in (asked, f"template_{asked}"))


def _answers_questions(facts: GroupFacts) -> bool:
    """Whether most of what is sent comes again as questions do: some all the time, many hardly ever."""
    return (facts.item_recurrence or 0.0) >= MOSTLY and (facts.item_popularity or 0.0) >= POPULAR


def _reruns_what_it_asks(facts: GroupFacts) -> bool:
    """Whether prompts that ask for something come again: an evaluation is run again, a harvest never.

    Where what the templates ask for is a list worked off once, other prompts come again: the accounts' other traffic.
    """
    skills = set(TEMPLATE_DEMANDS) - {"refused"}
    asks_once = facts.holds("work_queue") and facts.holds(*(f"template_{name}" for name in skills))
    return facts.holds("stored_prompts") and facts.holds(*_asked(*skills)) and not asks_once


def _evaluates(facts: GroupFacts) -> bool:
    """Whether most of what is sent are public items as they are, by one team or by strangers with nothing arranged.

    Public items may be collected from, too: who deals them out over many payers, or has addresses or cards in common
    with them, does what no evaluation needs.
    """
    are_strangers = _without(facts, *(set(ARRANGED) - SENT_AGAIN), "work_queue", "payment", "registration", "network")
    is_team = facts.payer_count < MANY_PAYERS
    return (facts.public_item_share or 0.0) >= MOSTLY and (is_team or are_strangers)


def _without(facts: GroupFacts, *evidence: str) -> bool:
    return not facts.holds(*evidence)


def _are_users_of_one_tool(facts: GroupFacts) -> bool:
    """Whether each pays for himself, nothing was arranged between them, and the work is an agent's or each one's own.

    Who runs an open agent works on files of his own, and a firm on its own records: no item ever comes again, though no
    list was shared out. An agent is a client, a library runs in its users' own: firms that only have a library in
    common have no domain, addresses or clients in common. Nor have strangers, and what their items are about differs
    from one to the next. A tool's own examples come again with all its users, and are a small part of what they send.
    An open agent runs with whoever uses it: strangers found by its text have no addresses in common. Known drawbacks: a
    list that is dealt out subject by subject looks like strangers' items; users of a small agent that is hosted for
    them, each with a key of his own, share its addresses.
    """
    are_firms = facts.organisation_count >= TENANTS * facts.account_count
    stored = facts.shown["stored_prompts"].value if facts.holds("stored_prompts") else 0.0
    return (
        (
            # An open agent is told to think before it acts.
            (_asks_for_agents_work(facts, "reasoning") and not facts.has_addresses_besides)
            or ((are_firms or facts.items_differ) and _without(facts, "registration", "network", "device"))
        )
        and _without(facts, *(set(ARRANGED) - SENT_AGAIN), "payment")
        and stored < MOSTLY_STORED
        and pay_for_themselves(facts)
    )


def _is_a_team_with_an_agent(facts: GroupFacts) -> bool:
    """Whether a firm's few cards pay for accounts that only do agents' work, and nothing was arranged between them.

    Contractors and staff on one corporate card run one published agent, each on a machine of his own and on projects of
    his own: the list that no two of them share is their files. A client that hardly anybody else has is no such agent.
    """
    return (
        _asks_for_agents_work(facts)
        and facts.payer_count <= FIRM_PAYERS
        and _without(facts, *ARRANGED, "synchrony", "device")
    )


def _asks_for_agents_work(facts: GroupFacts, *of_agents: str) -> bool:
    """Whether agents' work is all that is asked, or most of what is sent, and anything else a small part of it.

    An agent checks and rates what it did, too.

    Args:
        facts: of the group.
        of_agents: what is asked with the work, as much of it as there be.
    """
    asked = {kind for kind in facts.held if EVIDENCE_KINDS[kind].claim == "extraction"} - {"stored_prompts"}
    work, others = asked & _asked("agentic"), asked - _asked("agentic")
    if not work or not others:
        return bool(work)
    most = max(facts.asked_share(kind) for kind in work)
    beside = (others & _asked(*TEMPLATE_DEMANDS)) - _asked(*of_agents)
    is_sideline = all(facts.asked_share(kind) < SIDELINE * most for kind in beside)
    return others <= _asked(*TEMPLATE_DEMANDS) and most >= MOSTLY and is_sideline


def _may_be_paid_by_one(facts: GroupFacts) -> bool:
    """Whether its payers may be one firm's cards: a handful, or not one for nearly every member.

    Where the members are but a part of those who use their templates, all of them count: a firm's parts pay from many
    cards.
    """
    share = min(facts.payer_count / facts.account_count, facts.item_payer_share or 1.0)
    return facts.payer_count <= FIRM_PAYERS or share < OWN_PAYERS


def _may_be_one_firm(facts: GroupFacts) -> bool:
    """Whether accounts have more in common than what they send, as those of one firm have; each may have a card."""
    pays_from_one_place = facts.holds("payment") and facts.holds("network")
    has_either = facts.holds("payment", "network") and _may_be_paid_by_one(facts)
    return facts.holds("registration") or pays_from_one_place or has_either


def _may_be_chance(facts: GroupFacts) -> bool:
    """Whether one cause is all that members have in common, and no behaviour of theirs that chance rules out."""
    kinds = [EVIDENCE_KINDS[name] for name in facts.held & ALL_CONTROL]
    return len({kind.cause for kind in kinds}) < 2 and not any(
        kind.is_hard and kind.is_behaviour and facts.rules_out_chance(kind.name) for kind in kinds
    )


def pay_for_themselves(facts: GroupFacts) -> bool:
    """Whether nearly every member has a payer of its own."""
    return facts.payer_count >= OWN_PAYERS * facts.account_count


RIVALS = (
    Rival(
        "colleagues",
        "They are colleagues, pupils or customers of one VPN or carrier, who share addresses, clients and a domain.",
        frozenset({"network", "registration", "device"}),
        _always,
        "Nothing: every address has many users.",
        "Ask whether the accounts belong to one workplace or school; their prompts would differ.",
    ),
    Rival(
        "agency",
        "An agency, a holding or a family pays for accounts that have nothing else to do with each other.",
        frozenset({"payment", "registration", "device"}),
        lambda facts: _without(facts, *HARD_BEHAVIOUR),
        "Nothing in common that somebody must have arranged: no list shared out, no conversation handed over, nothing"
        " tried on a few and scaled up on others.",
        "Ask the holder of the instrument for whom it pays.",
    ),
    Rival(
        "tool_users",
        "They use one published prompt, course or tool.",
        frozenset({"template", "device", "resent", "synchrony"}),
        _always,
        "Nothing: any text can be published.",
        "Search for the template's text; look whether accounts outside the group took it up too.",
    ),
    Rival(
        "tool_users_own_work",
        "They are strangers who use one open agent or library, each on files or records of his own.",
        frozenset({"network", "device", "template", "resent", "stored_prompts", "work_queue"}),
        _are_users_of_one_tool,
        f"{OWN_PAYERS:.0%} as many payers as accounts, no instrument in common; only agents' work and, but where they"
        f" were found by them, no address in common, or no domain, address or client and {TENANTS:.0%} as many"
        f" organisations or items that differ; nothing arranged; less than {MOSTLY_STORED:.0%} sent again.",
        "Search for the fixed text; each account's files, projects or records would be its own.",
    ),
    Rival(
        "team_own_work",
        "A team on a few cards of its firm uses one published agent, each member on projects of his own.",
        frozenset({"payment", "network", "registration", "template", "work_queue"}),
        _is_a_team_with_an_agent,
        f"At most {FIRM_PAYERS} payers; nothing asked but agents' work; no rare client in common; and nothing that"
        " somebody must have arranged: no load evened out, no conversation handed over, no prompt sent again.",
        "Ask the holder of the card; each account's projects would be its own, and go on from day to day.",
    ),
    Rival(
        "one_customer",
        "One customer under one name runs several accounts: seats, services or clients of a contract.",
        ALL_CONTROL,
        lambda facts: is_one_customer(facts),
        f"{ONE_CUSTOMER:.0%} of the accounts under one organisation or mail domain.",
        "Ask the customer; compare with the contract.",
    ),
    Rival(
        "sister_companies",
        "They are companies of one group, which pays, signs up and runs its tools for all of them.",
        frozenset({"payment", "registration", "network", "device", "template"}),
        lambda facts: facts.family_share >= ONE_FAMILY,
        f"{ONE_FAMILY:.0%} of the accounts with companies that one organisation heads, by majority holdings on record.",
        "Ask the head of the group; a shared service has a name and an owner in the company.",
    ),
    Rival(
        "platform_tenants",
        "They are tenants of one platform, which sends its template from its own addresses for all of them.",
        frozenset({"network", "device", "template", "registration", "load_dispersion", "synchrony"}),
        lambda facts: facts.organisation_count >= TENANTS * facts.account_count and _without(facts, "payment"),
        "An organisation of its own for most accounts, and no instrument in common.",
        "Look for the platform's name in the template or the client; tenants have histories and domains of their own.",
    ),
    Rival(
        "class_or_hackathon",
        "A class or a hackathon works on the same exercises.",
        frozenset(
            {"network", "registration", "device", "template", "resent", "stored_prompts", "synchrony", "replacement"}
        )
        | _asked("reasoning", "grading", "refused"),
        lambda facts: facts.education_share >= PROGRAMME and _without(facts, "handover", "work_queue"),
        f"{PROGRAMME:.0%} of the accounts in an education programme, no list shared out, no conversation handed over.",
        "Ask the school; such accounts fall silent when the course ends.",
    ),
    Rival(
        "researchers",
        "Security researchers probe the model, as their programme asks them to.",
        frozenset({"network", "registration", "device", "template", "technique_search", "work_queue"})
        | _asked("refused", "reasoning", "grading", "safety_probing"),
        lambda facts: (
            facts.research_share >= PROGRAMME and _without(facts, "handover", "load_dispersion", "scaling_up")
        ),
        f"{PROGRAMME:.0%} of the accounts in a research programme, no scale-up, no conversation handed over, no load"
        " evened out.",
        "Check the programme's records; techniques that worked would not be scaled up elsewhere.",
    ),
    Rival(
        "business_with_stock",
        "A firm or a team that names no organisation works on a stock of its own: an application's questions, a"
        " client's records, a benchmark's items.",
        ALL_CONTROL,
        lambda facts: (
            ((facts.item_recurrence or facts.resent_share or 0.0) >= RECURRING_ITEMS or _reruns_what_it_asks(facts))
            and _may_be_one_firm(facts)
            and (facts.organisation_count <= max(1, STRAYS * facts.account_count) or facts.customer_share >= MOSTLY)
            and (_without(facts, "handover") or _answers_questions(facts))
        ),
        f"Items that come again in {RECURRING_ITEMS:.0%} of the exchanges (fewer that ask for a skill and are no list);"
        f" a domain in common, or an instrument and addresses, or either and up to {FIRM_PAYERS} payers or under"
        f" {OWN_PAYERS} an account; one organisation or name, but for strays;"
        f" no hand-over, unless {MOSTLY:.0%} comes again, unevenly.",
        "Ask for the firm's name and use; a benchmark's items are public.",
    ),
    Rival(
        "evaluator",
        "An evaluation firm, or a team or people that run a public benchmark, send its items as they are.",
        frozenset(
            {"payment", "registration", "network", "device", "template", "resent", "stored_prompts", "work_queue"}
        )
        | {"load_dispersion", "synchrony", "release_reaction", "many_people"}
        | _asked("reasoning", "grading", "agentic", "safety_probing", "refused"),
        _evaluates,
        f"{MOSTLY:.0%} of the prompts with an item of a public list word for word; fewer than {MANY_PAYERS} payers, or"
        " no list dealt out, nothing else arranged, and no payment, domain or address in common.",
        "Ask which benchmark it is and where results are published; an evaluation sends the whole set, to many models,"
        " and stops.",
        is_known=lambda facts: facts.public_item_share is not None,
    ),
    Rival(
        "regression_suite",
        "A suite of tests runs every night with the same prompts.",
        ALL_CONTROL,
        lambda facts: any(
            (share or 0.0) >= NIGHTLY and (days or 0) >= FEWEST_NIGHTS
            for share, days in (
                (facts.item_day_share, facts.item_day_count),
                (facts.prompt_day_share, facts.prompt_day_count),
            )
        ),
        f"The same items or prompts on {NIGHTLY:.0%} of at least {FEWEST_NIGHTS} days.",
        "Look whether the items ever change.",
    ),
    Rival(
        RESELLER,
        "Somebody sells access on to real users, and what is sent is what his customers ask, and nothing is collected.",
        frozenset(kind.name for kind in EVIDENCE_KINDS.values() if kind.claim == "extraction"),
        passes_on_requests,
        f"Prompts in most accounts that are more unlike each other than in {MANY_PEOPLE:.0%} of all accounts, or"
        " conversations handed over that are no agents' runs; no store sent again; where something is asked, prompts"
        " that do not look like few people's, unless some come again as people's favourites do.",
        "Ask who the customers are and what share of the traffic each has; one of them may collect what it asks.",
    ),
    Rival(
        "stolen_keys",
        "Keys of unrelated customers were stolen: one hand sends this, and the holders of the accounts know nothing.",
        frozenset(),
        lambda facts: pay_for_themselves(facts) and _without(facts, "payment", "registration"),
        f"{OWN_PAYERS:.0%} as many payers as accounts, no instrument, organisation or domain in common.",
        "Change the keys and ask the holders before closing accounts: traffic that stops with a new key was a thief's.",
    ),
    Rival(
        "coincidence",
        "They have come together by chance: many groups are looked at, and some have something in common.",
        ALL_CONTROL,
        _may_be_chance,
        f"One thing in common at most, and not so much that chance is out of the question (q < {SPECIFIC:g}).",
        "Look again after some days: what chance brought together does not stay together.",
    ),
)
"""In the order in which they are told."""


def is_one_customer(facts: GroupFacts) -> bool:
    """Whether nearly all members stand under one name, which accounts for all that they have in common."""
    return facts.customer_share >= ONE_CUSTOMER


def programmes(facts: GroupFacts) -> list[Rival]:
    """The research and education programmes that nearly all members are in and that may explain what they do."""
    if max(facts.education_share, facts.research_share) < ONE_CUSTOMER:
        return []
    return [rival for rival in plausible_rivals(facts) if rival.name in ("class_or_hackathon", "researchers")]


def works_on_a_stock(facts: GroupFacts) -> bool:
    """Whether items come again and an innocent explanation accounts for all that the members have in common."""
    comes_again = (facts.item_recurrence or 0.0) >= RECURRING_ITEMS
    return comes_again and any(rival.explains >= ALL_CONTROL for rival in plausible_rivals(facts))


def plausible_rivals(facts: GroupFacts) -> list[Rival]:
    """The rivals that what is seen of a group allows."""
    return [rival for rival in RIVALS if rival.is_plausible(facts)]
