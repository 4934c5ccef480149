"""Partners of a community: who talks on with all of it, and who only opens with the same words now and then."""

import itertools

import polars as pl

from forensics.links.circles import FEWEST_PARTNERS, Carried, with_partners
from forensics.links.recurring_pairs import FEWEST_CERTAIN

CORE = frozenset(f"core-{number}" for number in range(6))


def _joined(shared: dict[str, tuple[str, ...]], *, exchanges: float = 60.0, rate: float = 1e-7) -> frozenset[str]:
    """Who is brought in when each of these shares one conversation with each of the core that it names."""
    numbers = itertools.count()
    holders = [
        {"signal_value": f"talk-{number:03}", "account_id": account}
        for outsider, partners in shared.items()
        for number, partner in zip(numbers, partners, strict=False)
        for account in (outsider, partner)
    ]
    names = [*sorted(CORE), *shared]
    volume = pl.DataFrame({"account_id": names, "exchange_count": [exchanges] * len(names)})
    carried = Carried(pl.DataFrame(holders), volume, rate, 1000)
    first, other = with_partners([CORE, frozenset({"elsewhere"})], carried)
    assert first >= CORE and other == {"elsewhere"}
    return first - CORE


def test_who_talks_on_with_several_of_a_community_belongs_to_it() -> None:
    several = tuple(sorted(CORE))[:FEWEST_CERTAIN]
    assert _joined({"often": several, "seldom": several[:-1]}) == {"often"}
    assert _joined({"one_friend": several[:1] * 9}) == frozenset() and FEWEST_PARTNERS > 1


def test_heavy_accounts_meet_by_chance() -> None:
    several = tuple(sorted(CORE))[:FEWEST_CERTAIN]
    assert _joined({"heavy": several}, exchanges=2_000.0) == frozenset()


def test_a_circle_grows_until_nobody_else_talks_on_with_all_of_it() -> None:
    first = tuple(sorted(CORE))[:FEWEST_CERTAIN]
    brought = {"often": first, "too": first, "friend_of_one": ("often",) * FEWEST_CERTAIN}
    assert _joined(brought) == {"often", "too"}
    later = {"by_both": ("often", "too", "often"), "by_these": ("by_both", "too", "by_both")}
    assert _joined(brought | later) == {"often", "too", *later}
