"""Ownership structures with a known answer: barred chains, near misses, gaps, bands and cycles.

T is the customer. The answers hold for "more than 50 percent" and follow the published reading that an
intermediary above the threshold counts in full (cascade) or that shares multiply (look-through).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

Owner = tuple[str, str, str, bool]
"""Kind, country of incorporation, headquarters, owners complete. `R` stands for a restricted jurisdiction."""

_SEED: Owner = ("company", "R", "R", False)
_OFFSHORE_SEED: Owner = ("company", "KY", "R", False)
_HOLDING: Owner = ("company", "SG", "SG", True)
_OTHER: Owner = ("company", "IE", "IE", True)
_PERSON: Owner = ("person", "US", "US", False)
_RESTRICTED_PERSON: Owner = ("person", "R", "R", False)
_UNKNOWN: Owner = ("company", "VG", "VG", False)


@dataclass(frozen=True)
class Stake:
    """An interest of one party in another with its figures, by column."""

    owner: str
    owned: str
    figures: Mapping[str, object]


@dataclass(frozen=True)
class Case:
    """A structure around the customer T and the verdict it must get.

    Attributes:
        name: as the truth names it.
        owners: everybody but T.
        stakes: who holds what.
        verdict: the right answer for T.
        complete: whether T's owners are all listed.
        intermediaries: right answers for the organisations between.
    """

    name: str
    owners: Mapping[str, Owner]
    stakes: tuple[Stake, ...]
    verdict: str
    complete: bool = True
    intermediaries: Mapping[str, str] = field(default_factory=dict)


def _holds(owner: str, owned: str, percent: float, **figures: object) -> Stake:
    return Stake(owner, owned, {"percent": percent, **figures})


def _band(owner: str, owned: str, low: float, high: float) -> Stake:
    figures = {"percent_min": low, "percent_max": high, "percent_min_exclusive": True, "percent_max_exclusive": False}
    return Stake(owner, owned, figures)


_TURN = dt.date(2020, 1, 1)

CASES: tuple[Case, ...] = (
    Case(
        "wholly_owned_subsidiary", {"R": _SEED, "A": _HOLDING},
        (_holds("R", "A", 100.0), _holds("A", "T", 100.0)), "met_both", intermediaries={"A": "met_both"},
    ),
    Case(
        "chain_of_majorities", {"R": _SEED, "A": _HOLDING, "B": _OTHER, "P": _PERSON},
        (_holds("R", "A", 51.0), _holds("P", "A", 49.0), _holds("A", "B", 51.0), _holds("P", "B", 49.0),
         _holds("B", "T", 51.0), _holds("P", "T", 49.0)), "met_cascade",
        intermediaries={"A": "met_both", "B": "met_cascade"},
    ),
    Case(
        "headquarters_behind_offshore_incorporation", {"R": _OFFSHORE_SEED, "P": _PERSON},
        (_holds("R", "T", 70.0), _holds("P", "T", 30.0)), "met_both",
    ),
    Case(
        "two_holders_together", {"R": _SEED, "R2": _SEED, "P": _PERSON},
        (_holds("R", "T", 25.0), _holds("R2", "T", 30.0), _holds("P", "T", 45.0)), "met_both",
    ),
    Case(
        "look_through_only", {"R": _SEED, "A": _HOLDING, "P": _PERSON},
        (_holds("R", "T", 40.0), _holds("R", "A", 45.0), _holds("P", "A", 55.0), _holds("A", "T", 60.0)),
        "met_lookthrough", intermediaries={"A": "not_met"},
    ),
    Case(
        "cross_holding", {"R": _SEED, "A": _HOLDING, "P": _PERSON},
        (_holds("R", "A", 51.0), _holds("T", "A", 30.0), _holds("P", "A", 19.0), _holds("A", "T", 60.0),
         _holds("P", "T", 40.0)), "met_cascade", intermediaries={"A": "met_both"},
    ),
    Case(
        "two_bands", {"R": _SEED, "R2": _SEED}, (_band("R", "T", 25.0, 50.0), _band("R2", "T", 25.0, 50.0)), "met_both",
    ),
    Case(
        "exactly_half", {"R": _SEED, "P": _PERSON}, (_holds("R", "T", 50.0), _holds("P", "T", 50.0)), "not_met",
    ),
    Case(
        "broken_by_a_minority", {"R": _SEED, "A": _HOLDING, "P": _PERSON},
        (_holds("R", "A", 60.0), _holds("P", "A", 40.0), _holds("A", "T", 45.0), _holds("P", "T", 55.0),
         _holds("R", "T", 45.0, direct=False)), "not_met", intermediaries={"A": "met_both"},
    ),
    Case(
        "minority_holder", {"R": _SEED, "P": _PERSON}, (_holds("R", "T", 20.0), _holds("P", "T", 80.0)), "not_met",
    ),
    Case(
        "owner_is_a_person", {"Q": _RESTRICTED_PERSON}, (_holds("Q", "T", 100.0),), "not_met",
    ),
    Case(
        "seats_without_shares", {"R": _SEED, "P": _PERSON},
        (_holds("R", "T", 80.0, interest_type="board_appointment"), _holds("P", "T", 100.0)), "not_met",
    ),
    Case(
        "sold_long_ago", {"R": _SEED, "P": _PERSON},
        (_holds("R", "T", 100.0, valid_to=_TURN), _holds("P", "T", 100.0, valid_from=_TURN)), "not_met",
    ),
    Case(
        "unknown_part", {"R": _SEED, "P": _PERSON, "U": _UNKNOWN},
        (_holds("R", "T", 30.0), _holds("P", "T", 20.0), Stake("U", "T", {})), "undetermined", False,
    ),
    Case(
        "holding_without_owners", {"U": _UNKNOWN}, (_holds("U", "T", 100.0),), "undetermined",
    ),
    Case(
        "loop_without_owner", {"A": _UNKNOWN, "B": _UNKNOWN, "P": _PERSON},
        (_holds("A", "B", 100.0), _holds("B", "A", 100.0), _holds("A", "T", 60.0), _holds("P", "T", 40.0)),
        "undetermined", intermediaries={"A": "undetermined", "B": "undetermined"},
    ),
    Case(
        "more_than_all", {"R": _SEED, "P": _PERSON}, (_holds("R", "T", 60.0), _holds("P", "T", 60.0)), "data_error",
    ),
)  # fmt: skip
"""All planted structures, dealt to customers in turn."""
