"""The worked examples of OFAC's FAQ 399 and 401: 50 % or more, in aggregate, an intermediary counted in full."""

from collections.abc import Callable
from typing import Any

import pytest

Decide = Callable[..., dict[str, dict[str, Any]]]
BLOCKED = {"met_both", "met_cascade"}


def cascade_blocks(decide: Decide, *stakes: str) -> dict[str, bool]:
    """Which organisations the cascade blocks, X and Y being the blocked persons (here: restricted organisations).

    The remainder of each organisation belongs to a clear owner, as the examples imply.
    """
    stakes = tuple(stake.replace("X", "RX").replace("Y", "RY") for stake in stakes)
    owned: dict[str, float] = {}
    for stake in stakes:
        _, percent, name = stake.split()
        owned[name] = owned.get(name, 0) + float(percent)
    rest = [f"o {100 - held} {name}" for name, held in owned.items() if held < 100]
    rows = decide(*stakes, *rest, profile="ofac_ge50")
    return {name: row["verdict"] in BLOCKED for name, row in rows.items()}


def test_two_blocked_holders_aggregate(decide: Decide) -> None:
    assert cascade_blocks(decide, "X 25 A", "Y 25 A")["A"]


def test_fifty_of_fifty_blocks_the_subsidiary(decide: Decide) -> None:
    assert cascade_blocks(decide, "X 50 A", "A 50 B") == {"A": True, "B": True}


def test_two_blocked_intermediaries_aggregate(decide: Decide) -> None:
    assert cascade_blocks(decide, "X 50 A", "X 50 B", "A 25 C", "B 25 C")["C"]


def test_a_direct_and_an_indirect_holding_aggregate(decide: Decide) -> None:
    assert cascade_blocks(decide, "X 50 A", "X 10 B", "A 40 B")["B"]


def test_an_intermediary_below_the_threshold_does_not_count(decide: Decide) -> None:
    assert cascade_blocks(decide, "X 50 A", "X 25 B", "A 25 C", "B 25 C") == {"A": True, "B": False, "C": False}


def test_two_intermediaries_below_the_threshold_do_not_count(decide: Decide) -> None:
    assert cascade_blocks(decide, "X 25 A", "X 25 B", "A 50 C", "B 50 C") == {"A": False, "B": False, "C": False}


@pytest.mark.parametrize("stakes", [("X 50 A", "A 50 B"), ("X 50 A", "X 10 B", "A 40 B")])
def test_multiplying_alone_would_wrongly_clear(decide: Decide, stakes: tuple[str, ...]) -> None:
    stakes = tuple(stake.replace("X", "R") for stake in stakes)
    assert decide(*stakes, profile="ofac_ge50")["B"]["effective_percent_min"] < 50
