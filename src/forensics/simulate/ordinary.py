"""The ordinary customers between whom everything else hides: people, developers, companies."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forensics.simulate.work import APP, NIGHTLY, PEOPLE, REGULAR_APP, Work


@dataclass(frozen=True)
class Ordinary:
    """One ordinary population.

    Attributes:
        name: as the truth names it.
        share: share of the ordinary accounts.
        volume: exchanges a day relative to a private person.
        egress: where it connects from, by weight.
        organisation_size: typical accounts of one organisation; 0 where there is none.
        works: what its accounts send, dealt at random.
        rhythm: when it is active.
        card_sharing: share of accounts that pay with a colleague's or relative's instrument.
    """

    name: str
    share: float
    volume: float
    egress: Mapping[str, float]
    organisation_size: float
    works: tuple[Work, ...]
    rhythm: str
    card_sharing: float


_OWN_APP = tuple(replace(work, owner="account") for work in (*APP, REGULAR_APP))

ORDINARY: tuple[Ordinary, ...] = (
    Ordinary(
        "person", 0.60, 1.0, {"home": 58, "mobile": 26, "vpn": 7, "campus": 7, "proxy": 0.6}, 0, (PEOPLE,),
        "people", 0.04,
    ),
    Ordinary(
        "developer", 0.21, 2.0, {"cloud": 45, "home": 38, "office": 8, "vpn": 7, "proxy": 1.0}, 0,
        (PEOPLE, *_OWN_APP, replace(NIGHTLY[0], owner="account")), "server", 0.03,
    ),
    Ordinary(
        "company_seats", 0.14, 1.5, {"fixed": 70, "home": 22, "mobile": 8}, 9, (PEOPLE,), "office", 0.75,
    ),
    Ordinary(
        "template_business", 0.05, 8.0, {"cloud": 80, "fixed": 20}, 2, _OWN_APP, "server", 0.6,
    ),
)  # fmt: skip
"""All ordinary populations; shares sum to 1."""
