"""Counting bands on a world counted by hand: which findings count, what is refused, and what the command prints."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from forensics.cli import main
from forensics.errors import NotFoundError, SettingsError
from forensics.evaluate.calibration import add_world, calibration_sheet, right_share
from forensics.evaluate.seeds import REPORTING_SEEDS
from forensics.reports.calibration import read_worlds
from tests.unit.evaluate.hand_made import DAY, PERFECT, members, write_reports, write_world

FINDINGS = (
    *PERFECT,
    # A second finding on a part of one campaign, two that are wrong about innocents, and one about a campaign.
    ("f-part", "coordinated_extraction", "low", members("harvest")[:2]),
    ("f-app", "coordinated_extraction", "low", members("app")),
    ("f-somebody", "relay", "moderate", ["ordinary-5"]),
    ("f-misnamed", "relay", "moderate", members("diluted")[:3]),
)


def test_each_group_counts_once_and_a_misnamed_campaign_for_neither(tmp_path: Path) -> None:
    world, file = write_world(tmp_path / "world"), tmp_path / "bands" / "bands.json"
    reports = write_reports(tmp_path / DAY.isoformat(), FINDINGS)
    (counted,) = add_world(world, reports, file)
    assert (counted["right"], counted["wrong"]) == (4, 2)
    bands = {(one["rival"], one["band"]): (one["right"], one["wrong"]) for one in counted["bands"]}
    assert bands["colleagues", "strong"] == (4, 2)
    assert bands["one_customer", "weak"] == (4, 2)
    first = file.read_bytes()
    assert add_world(world, reports.parent, file) == [counted], "the same world again takes its own place"
    assert file.read_bytes() == first == Path(file).read_bytes()
    other = write_world(tmp_path / "other", seed=7)
    assert [one["seed"] for one in add_world(other, reports, file)] == [7, 11]
    sheet = calibration_sheet(read_worlds(file))
    assert "8 right and 4 false findings of 2 worlds" in sheet.title
    assert {row[-1] for row in sheet.rows} == {"too few cases"}
    assert sheet.rows[0][3:6] == ("8", "4", "67% (39%–88%)")


def test_worlds_of_published_figures_and_reports_without_explanations_are_refused(tmp_path: Path) -> None:
    reports = write_reports(tmp_path / DAY.isoformat())
    with pytest.raises(SettingsError, match="published figures"):
        add_world(write_world(tmp_path / "reporting", seed=REPORTING_SEEDS[0]), reports, tmp_path / "bands.json")
    (reports / "finding_rivals.parquet").unlink()
    with pytest.raises(NotFoundError, match="finding_rivals"):
        add_world(write_world(tmp_path / "world"), reports, tmp_path / "bands.json")
    assert not (tmp_path / "bands.json").exists()


def test_the_command_counts_and_says_how_to_adopt_it(tmp_path: Path) -> None:
    world, reports = write_world(tmp_path / "world"), write_reports(tmp_path / DAY.isoformat(), FINDINGS)
    file = tmp_path / "bands.json"
    done = CliRunner().invoke(main, ["evaluate", str(world), str(reports), "--calibration", str(file)])
    assert done.exit_code == 0, done.output
    assert f'band_calibration = "{file}"' in done.output.replace("\n", "")
    assert len(read_worlds(file)) == 1


def test_a_share_has_jeffreys_interval() -> None:
    share, low, high = right_share(9, 1)
    assert (share, low, high) == (0.9, pytest.approx(0.619, abs=2e-3), pytest.approx(0.989, abs=2e-3))
    assert right_share(0, 5)[:2] == (0.0, 0.0) and right_share(5, 0)[2] == 1.0
