"""Settings of a world: nonsense is refused, all faults at once."""

import datetime as dt
from pathlib import Path

import pytest

from forensics.errors import SettingsError
from forensics.simulate import scenarios, simulate


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "in_use.txt").write_text("mine")
    with pytest.raises(SettingsError) as caught:
        simulate(tmp_path, scale=0.0, days=0, seed=-1, start=dt.date(1950, 1, 1), scenario="nowhere")
    faults = "\n".join(caught.value.faults)
    for word in ("scale", "days", "seed", "start", "scenario", "not empty"):
        assert word in faults
    assert len(caught.value.faults) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["in_use.txt"]


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), -1.0, 1e6])
def test_a_scale_that_is_no_scale_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(SettingsError, match="scale"):
        simulate(tmp_path / "world", scale=scale, days=1, seed=0)
    assert not (tmp_path / "world").exists()


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(SettingsError, match="is a file"):
        simulate(path, scale=0.01, days=1, seed=0)


def test_scenarios_are_described() -> None:
    listed = scenarios()
    modes = {
        "template_harvest",
        "live_relay",
        "store_replay",
        "judge_cleaner",
        "technique_search",
        "reseller_front",
        "agentic_generation",
    }
    assert {"published", "innocent", "dilution"} | modes == set(listed)
    assert all(description and "\n" not in description for description in listed.values())
