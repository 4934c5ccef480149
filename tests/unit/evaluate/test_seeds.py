"""Worlds for tuning and worlds for reporting never meet."""

from pathlib import Path

import pytest

from forensics.errors import SettingsError
from forensics.evaluate import evaluate, pool
from forensics.evaluate.seeds import (
    REPORTING_DAYS,
    REPORTING_SCALE,
    REPORTING_SCENARIOS,
    REPORTING_SEEDS,
    TUNING_SEEDS,
    grid,
    purpose_of,
)
from forensics.simulate import scenarios
from tests.unit.evaluate.hand_made import write_reports, write_world


def test_the_two_are_disjoint() -> None:
    assert not set(REPORTING_SEEDS) & set(TUNING_SEEDS)
    assert {purpose_of(seed) for seed in REPORTING_SEEDS} == {"reporting"}


def test_the_grid_asks_for_worlds_that_exist() -> None:
    worlds = grid(REPORTING_SCENARIOS, REPORTING_SEEDS, REPORTING_SCALE, REPORTING_DAYS)
    assert len(set(worlds)) == len(worlds)
    assert {key.scenario for key in worlds} <= set(scenarios())


def test_pooling_refuses_to_mix(tmp_path: Path) -> None:
    reports = write_reports(tmp_path / "2026-03-02")
    tuning = evaluate(write_world(tmp_path / "a", seed=11), reports)
    other = evaluate(write_world(tmp_path / "b", seed=12), reports)
    reporting = evaluate(write_world(tmp_path / "c", seed=REPORTING_SEEDS[0]), reports)
    both = pool([tuning, other])
    assert both.measures.filter(measure="recall", sliced_by="all")["seed_count"].to_list() == [2]
    with pytest.raises(SettingsError, match="cannot be put into one figure") as refused:
        pool([tuning, reporting])
    assert len(refused.value.faults) == 2
