"""Evenness of load: found where requests are dealt out, not where people differ, at any volume."""

import itertools

import numpy as np
import polars as pl
import pytest

from forensics.links.timing.load import _moments, load_dispersion
from tests.unit.links.timing.scenes import DAY, Scene, group, groups, names, people, row


def _dealt(
    scene: Scene, rng: np.random.Generator, kind: str, count: int, daily: int, weights: list[float] | None = None
) -> None:
    """Calls at random moments, dealt in turn to accounts (by weight, as evenly as whole numbers allow)."""
    share = np.cumsum(np.array(weights or [1.0] * count) / sum(weights or [1.0] * count))
    for day in range(scene.days):
        at = np.sort(rng.uniform(0, DAY, rng.poisson(daily * count)))
        place = (np.arange(len(at)) * 0.6180339887498949 + rng.random()) % 1.0
        owner = np.searchsorted(share, place, side="right").clip(0, count - 1)
        for number, account in enumerate(names(kind, count)):
            scene.call(account, day * DAY + at[owner == number])


@pytest.mark.parametrize(("daily", "weights"), [(6, None), (60, None), (24, [1.0, 1, 2, 3, 5, 8])])
def test_dealt_requests_are_even_at_any_volume_and_weight(daily: int, weights: list[float] | None) -> None:
    scene = Scene(days=7)
    _dealt(scene, np.random.default_rng(5), "dealt", 6, daily, weights)
    found = row(
        load_dispersion(scene.connect(), group("dealt", names("dealt", 6)), scene.window, seed=0), "load_dispersion"
    )
    assert found["p_value"] < 1e-6
    assert found["value"] < 0.7
    assert found["low"] <= found["value"] <= found["high"]


def test_turns_of_a_conversation_are_not_load() -> None:
    scene, rng = Scene(days=7), np.random.default_rng(6)
    _dealt(scene, rng, "dealt", 6, 20)
    for account in names("dealt", 6):
        scene.call(account, np.repeat(rng.uniform(0, 7 * DAY, 40), 8), continues="talk")
    found = row(
        load_dispersion(scene.connect(), group("dealt", names("dealt", 6)), scene.window, seed=0), "load_dispersion"
    )
    assert found["p_value"] < 1e-6


def test_independent_callers_give_uniform_p_values_and_people_none() -> None:
    scene, rng = Scene(days=5), np.random.default_rng(7)
    for account in names("chance", 60):
        day = np.repeat(np.arange(5), rng.poisson(rng.uniform(2, 20, 5)))
        scene.call(account, day * DAY + rng.uniform(0, DAY, len(day)))
    people(scene, rng, names("people", 20), 20)
    chosen = {
        f"g{number:03}": list(rng.choice(names("chance", 60), int(rng.integers(2, 25)), replace=False))
        for number in range(200)
    }
    connection = scene.connect()
    p = load_dispersion(connection, groups(chosen), scene.window, seed=0)["p_value"].to_numpy()
    assert len(p) == 200
    assert 0.01 < (p < 0.05).mean() < 0.10
    assert (p < 0.01).mean() < 0.03
    assert 0.4 < p.mean() < 0.6
    crowd = load_dispersion(connection, group("people", names("people", 20)), scene.window, seed=0)
    assert row(crowd, "load_dispersion")["p_value"] > 0.9


def test_moments_are_those_of_all_tables_with_the_margins() -> None:
    rows, columns = [3, 2, 1], [2, 2, 2]
    total = sum(rows)
    of_row, of_column = np.repeat(np.arange(3), rows), np.repeat(np.arange(3), columns)
    statistics = []
    for order in set(itertools.permutations(of_column.tolist())):
        table = np.zeros((3, 3))
        np.add.at(table, (of_row, np.array(order)), 1)
        statistics.append(total * ((table**2 / np.outer(rows, columns)).sum() - 1))
    frame = pl.DataFrame(
        {
            "total": [float(total)],
            "squares": [1.0],
            "rows": [3.0],
            "columns": [3.0],
            "row_inverse": [sum(1 / n for n in rows)],
            "column_inverse": [sum(1 / n for n in columns)],
        }
    ).with_columns(*_moments())
    assert frame["mean"][0] == pytest.approx(np.mean(statistics))
    assert frame["variance"][0] == pytest.approx(np.var(statistics))


def test_a_group_without_a_table_has_no_row() -> None:
    scene = Scene(days=2)
    scene.call("a", [5.0, 500.0, 1000.0])
    scene.call("b", [DAY + 5.0])
    assert load_dispersion(scene.connect(), group("g", ["a", "b"]), scene.window, seed=0).height == 0
