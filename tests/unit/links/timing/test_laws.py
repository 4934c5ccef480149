"""What holds for every measure: shape, order, other groups and the seed."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from forensics.links import timing
from forensics.links.timing.tables import RESULT_COLUMNS
from tests.unit.links.timing.scenes import DAY, Scene, group, groups, names, people


@pytest.fixture(scope="module")
def scene() -> Scene:
    """People, bans, limits, conversations and a release: every measure has rows."""
    rng = np.random.default_rng(11)
    made = Scene(days=7, models={"old": -100 * DAY, "new": 2 * DAY})
    everybody = names("account", 24)
    people(made, rng, everybody, 30)
    for number, account in enumerate(everybody):
        at = rng.uniform(0, 7 * DAY, 20)
        made.call(account, at, model=["new" if one > 2 * DAY and number % 3 == 0 else "old" for one in at])
        made.call(account, rng.uniform(0, 7 * DAY, 3), limited=True)
        made.call(account, rng.uniform(0, 7 * DAY, 4), continues=f"talk {number // 2}")
        made.know(account, created=int(rng.uniform(-100, 6) * DAY))
    for account in everybody[:12:3]:
        made.call(account, rng.uniform(4 * DAY, 6 * DAY, 150), model="new")
    for number in range(4):
        made.know(everybody[number], status="suspended", changed=(number + 1) * DAY + 300)
        made.call(f"reserve-{number}", (number + 1) * DAY + 320 + rng.uniform(0, 3 * DAY, 30))
        made.know(f"reserve-{number}", created=(number + 1) * DAY + 310)
    return made


@pytest.fixture(scope="module")
def members() -> pl.DataFrame:
    """Overlapping groups."""
    everybody, reserve = names("account", 24), [f"reserve-{number}" for number in range(4)]
    return groups({"a": everybody[:9], "b": [*everybody[:4], *reserve], "c": everybody[6:], "d": everybody[:2]})


@pytest.mark.parametrize("measure", timing.MEASURES, ids=lambda measure: measure.__name__)
def test_neither_order_nor_other_groups_nor_a_second_run_change_a_row(
    scene: Scene, members: pl.DataFrame, measure: Any
) -> None:
    first = measure(scene.connect(), members, scene.window, seed=5)
    assert dict(first.schema) == RESULT_COLUMNS
    assert first.height >= 1
    assert first.select("group_id", "measure").is_unique().all()
    assert first["p_value"].drop_nulls().is_between(0, 1, closed="right").all()
    assert first.select("value", "baseline", "null_model", "sample_size").null_count().sum_horizontal().item() == 0
    assert set(first["claim"]) <= {"control", "extraction", "relay"}
    shuffled = members.sample(fraction=1, shuffle=True, seed=3)
    assert measure(scene.connect(order=9), shuffled, scene.window, seed=5).equals(first)
    alone = measure(scene.connect(), members.filter(group_id="b"), scene.window, seed=5)
    assert alone.equals(first.filter(group_id="b"))


@pytest.mark.parametrize("measure", timing.MEASURES, ids=lambda measure: measure.__name__)
def test_nobody_and_strangers_to_the_warehouse_have_no_rows(scene: Scene, measure: Any) -> None:
    connection = scene.connect()
    for absent in (group("none", []), group("unknown", ["nobody", "no one"])):
        found = measure(connection, absent.cast(pl.String), scene.window, seed=5)
        assert found.height == 0
        assert dict(found.schema) == RESULT_COLUMNS
