"""What bands were worth where they were counted: the ratio, what it takes, and what the reader is told."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forensics import contracts
from forensics.errors import SettingsError
from forensics.reports.calibration import (
    FEWEST_GROUPS,
    FEWEST_IN_BAND,
    NO_CASES,
    Calibration,
    added_up,
    load_calibration,
    log_ratio,
    read_worlds,
    write_worlds,
)
from forensics.reports.judgement import judge
from forensics.reports.rival_table import finding_rivals
from forensics.reports.rivals import RIVALS
from forensics.reports.statements import best_rival, group_statements
from forensics.reports.support import support
from tests.unit.reports.test_judgement import CARDS, facts


def _world(right: int, wrong: int, *bands: tuple[str, str, str, int, int]) -> dict[str, Any]:
    names = ("rival", "favours", "band", "right", "wrong")
    return {
        "scenario": "published", "seed": 1, "scale": 0.01, "days": 7, "right": right, "wrong": wrong,
        "bands": [dict(zip(names, band, strict=True)) for band in bands],
    }  # fmt: skip


def test_a_ratio_is_that_of_the_shares_and_narrower_the_more_is_known() -> None:
    middle, low, high = log_ratio((800, 1000), (8, 1000))
    assert 10**middle == pytest.approx(100, rel=0.08)
    assert 10**low == pytest.approx(100 * 0.5, rel=0.1) and 10**high == pytest.approx(100 * 2, rel=0.1)
    assert log_ratio((8, 1000), (800, 1000)) == (-middle, -high, -low)
    wide = log_ratio((80, 100), (1, 100))
    assert wide[2] - wide[1] > high - low
    assert log_ratio((0, 40), (0, 40))[0] == 0 and log_ratio((0, 40), (0, 40))[1] < -1


def test_worlds_add_up_and_too_few_cases_say_nothing() -> None:
    found = support(facts(*CARDS, "work_queue"), RIVALS[0])
    band = (RIVALS[0].name, found.favours, found.band)
    half = _world(FEWEST_GROUPS // 2, FEWEST_GROUPS // 2, (*band, FEWEST_IN_BAND // 2, 0))
    assert added_up([half]).observed(RIVALS[0].name, found) is None
    both = added_up([half, half])
    observed = both.observed(RIVALS[0].name, found)
    assert observed is not None and observed.group_count == 2 * FEWEST_GROUPS
    assert observed.low < observed.log_ratio < observed.high and observed.log_ratio > 0
    assert both.observed(RIVALS[1].name, found) is None


@pytest.mark.parametrize("content", ["no json", "[]", '{"worlds": []}', "{}", "bands", "format", None])
def test_a_file_that_is_no_calibration_of_these_bands_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "bands.json"
    write_worlds(path, [_world(1, 2, ("agency", "finding", "weak", 1, 0))])
    written = json.loads(path.read_text())
    assert read_worlds(path) == written["worlds"] and load_calibration(str(path)).right == 1
    if content == "bands":
        path.write_text(json.dumps({**written, "band_ends": {**written["band_ends"], "weak": 2.0}}))
    elif content == "format":
        path.write_text(json.dumps({**written, "format": "another"}))
    elif content is None:
        path.unlink()
    else:
        path.write_text(content)
    with pytest.raises(SettingsError, match="cannot be used"):
        load_calibration(str(path))
    assert load_calibration(None) is NO_CASES


def test_what_a_band_was_worth_stands_in_the_table_and_in_the_sentence() -> None:
    judgement = judge(facts(*CARDS, "template", "work_queue", "reasoning"))
    assert judgement is not None
    rival = best_rival(judgement)
    found = support(judgement.facts, rival)
    known = Calibration(400, 100, {(rival.name, found.favours, found.band): (300, 10)})
    identities = pl.DataFrame({"candidate": ["g"], "finding_id": ["finding-1"]})
    for calibration, count in ((known, 1), (NO_CASES, 0)):
        rows = finding_rivals({"g": judgement}, identities, calibration)
        contracts.get("reports.finding_rivals").schema.validate(rows)
        counted = rows.filter(calibration="calibrated")
        assert counted.height == count and counted["rival"].to_list() == [rival.name] * count
        said = {one.measure: one.statement for one in group_statements(judgement, [], calibration)}
        assert ("an uncalibrated bound" in said["innocent_explanation"]) is not bool(count)
        assert ("counted on 500 groups of simulated worlds" in said["innocent_explanation"]) is bool(count)
        if count:
            assert counted["calibration_group_count"].item() == 500
            assert 10 ** counted["observed_log_ratio"].item() == pytest.approx(7.2, rel=0.02)
