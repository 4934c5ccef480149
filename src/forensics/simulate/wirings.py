"""How groups pay, connect and register: the ways a set of accounts can hang together, or seem to."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Wiring:
    """Infrastructure of a group.

    Attributes:
        name: as the truth names it.
        egress: where the work comes from (proxy, home, mobile, campus, office, cloud, vpn, fixed).
        addresses_per_account: how many addresses one account uses.
        accounts_per_address: how many of the group's accounts an address serves; 0 means the network's own habit.
        accounts_per_card: how many accounts a payment instrument serves; 0 means each pays for itself.
        organisation: none, one (all accounts belong to it), each (one per account) or shells (few for all).
        email: free, disposable, catch_all (few domains of the group), organisation or university.
        birth: spread (over years), cohort (within days) or recent (over weeks).
        programme: programme the accounts may belong to.
        bands: whether the group's accounts share the client software they use.
        shares_pool: whether the proxy pool is also used by another operator and by innocent customers.
    """

    name: str
    egress: str
    addresses_per_account: int = 4
    accounts_per_address: float = 0.0
    accounts_per_card: float = 0.0
    organisation: str = "none"
    email: str = "free"
    birth: str = "recent"
    programme: str | None = None
    one_client: bool = True
    shares_pool: bool = False


CARDS_AND_POOL = Wiring("cards_and_shared_pool", "proxy", 6, 0.0, 3.5, birth="cohort", email="free", shares_pool=True)
DOMAINS_AND_POOL = Wiring("domains_and_pool", "proxy", 5, 2.5, 0.0, "shells", email="catch_all")
SHELLS = Wiring("shells_in_cloud", "cloud", 4, 3.0, 6.0, "shells", "organisation", programme="startup")
CARDS_AT_HOME = Wiring("cards_only", "home", 3, 0.0, 2.5, "each", "organisation", birth="spread")
BEHAVIOUR_ONLY = Wiring("behaviour_only", "home", 3, birth="spread", one_client=False)
STUDENTS = Wiring("education_pool", "campus", 3, 3.0, 4.0, email="university", programme="education")
CARDS_ON_PHONES = Wiring("cards_and_mobile_proxies", "mobile", 4, 0.0, 3.5, email="disposable")
DOMAINS_AND_VPN = Wiring("domains_and_vpn", "vpn", 5, 0.0, 0.0, "each", email="catch_all", birth="spread")
"""Crowded exits, as carriers' and VPN customers use them: what links such a group is its cards or domains."""

CAMPAIGN_WIRINGS = (
    CARDS_AND_POOL, DOMAINS_AND_POOL, BEHAVIOUR_ONLY, SHELLS, CARDS_AT_HOME, STUDENTS, CARDS_ON_PHONES, DOMAINS_AND_VPN,
)  # fmt: skip
"""All ways campaigns hang together, the published ones first; one of them shares nothing but behaviour."""

RESALE_WIRINGS = (
    replace(CARDS_AND_POOL, name="resale_cards_and_pool"),
    replace(SHELLS, name="resale_shells"),
    replace(DOMAINS_AND_POOL, name="resale_domains", accounts_per_card=3.0),
)
"""A hydra's infrastructure, used by resellers whether or not they extract."""

CARRIER = Wiring("carrier_nat", "mobile", 4, birth="spread", one_client=False)
OFFICE = Wiring("office_nat", "fixed", 4, 8.0, 0.0, "one", "organisation", birth="recent", one_client=False)
CAMPUS = Wiring("campus_nat", "campus", 3, 12.0, birth="recent", email="university", one_client=False)
VPN_USERS = Wiring("vpn_exits", "vpn", 6, email="disposable", birth="recent", one_client=False)
CLOUD_USERS = Wiring("cloud_exits", "cloud", 4, email="free", birth="spread", one_client=False)
AGGREGATOR = Wiring("aggregator", "fixed", 5, 4.0, 1e9, "one", "organisation", birth="recent")
SERVER_ROOM = Wiring("one_company", "cloud", 4, 3.0, 4.0, "one", "organisation", birth="recent")
UNDECLARED = Wiring("undeclared_company", "fixed", 4, 2.5, 4.0, "none", "catch_all", birth="recent")
"""One company whose accounts name no organisation: only its domain, its cards and its addresses say so."""

EVALUATION = replace(SERVER_ROOM, name="evaluation_company", programme="startup")
EVALUATION_TEAM = replace(UNDECLARED, name="evaluation_team", egress="home", accounts_per_address=3.0, email="free")
PLATFORM = Wiring("platform_tenants", "cloud", 4, 4.0, 0.0, "each", "organisation", birth="spread")
STAFF_CARD = Wiring("corporate_cards", "fixed", 4, 8.0, 3.5, "one", "organisation", birth="recent", one_client=False)
CLASSROOM = Wiring("classroom", "campus", 4, 4.0, 0.0, email="university", birth="cohort", programme="education")
HACKATHON = Wiring("hackathon", "fixed", 4, 5.0, 0.0, "one", "organisation", birth="cohort")
PRIVATE_CARDS = Wiring("agency_cards", "mobile", 3, 0.0, 3.5, email="free", birth="recent", one_client=False)
RESEARCH_LAB = Wiring(
    "research_laboratory", "fixed", 4, 2.0, 5.0, "one", "organisation", programme="security_research", birth="spread"
)
RESEARCH = Wiring("researchers", "home", 4, programme="security_research", birth="spread", email="free")
