"""Laws that hold whatever a detector reports."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forensics.evaluate.matching import match
from forensics.evaluate.reported import read_reports
from forensics.evaluate.tallies import MEASURES, count
from forensics.evaluate.truth import Truth, read_truth
from tests.unit.evaluate.hand_made import DAY, GROUPS, ORDINARY, VERDICTS, Finding, members, write_reports, write_world

EVERYONE = [name for group in GROUPS for name in members(group)] + [f"ordinary-{n}" for n in range(ORDINARY)]
KINDS = ("coordinated_extraction", "relay", "barred_ownership")
CONFIDENCES = ("low", "moderate", "high")


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """The hand-made world."""
    return read_truth(write_world(tmp_path_factory.mktemp("world") / "world"))


def random_findings(random: np.random.Generator) -> tuple[Finding, ...]:
    """Up to eight findings of any kind over any accounts."""
    return tuple(
        (
            f"f-{number}",
            str(random.choice(KINDS)),
            str(random.choice(CONFIDENCES)),
            random.permutation(EVERYONE)[: random.integers(1, 12)].tolist(),
        )
        for number in range(random.integers(0, 9))
    )


def tallied(truth: Truth, folder: Path, findings: tuple[Finding, ...], verdicts: dict[str, str]) -> pl.DataFrame:
    """Tallies of written reports."""
    reported = read_reports(write_reports(folder / DAY.isoformat(), findings, verdicts), truth)
    return count(truth, reported, match(truth, reported))


@pytest.mark.parametrize("seed", range(12))
def test_shares_are_shares_and_row_order_changes_nothing(truth: Truth, tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    findings = random_findings(random)
    verdicts = dict(zip(VERDICTS, random.permutation(list(VERDICTS.values())).tolist(), strict=True))
    tallies = tallied(truth, tmp_path / "a", findings, verdicts)
    assert set(tallies["measure"]) <= set(MEASURES)
    assert (tallies["hits"] >= 0).all()
    assert (tallies["hits"] <= tallies["total"]).all()
    assert tallies.select("measure", "sliced_by", "slice", "unit").is_unique().all()
    shuffled = tuple((name, kind, level, accounts[::-1]) for name, kind, level, accounts in findings[::-1])
    assert tallied(truth, tmp_path / "b", shuffled, dict(reversed(verdicts.items()))).equals(tallies)


@pytest.mark.parametrize("seed", range(6))
def test_slices_add_up_to_the_whole(truth: Truth, tmp_path: Path, seed: int) -> None:
    tallies = tallied(truth, tmp_path, random_findings(np.random.default_rng(seed)), VERDICTS)
    sums = tallies.group_by("measure", "sliced_by").agg(pl.col("hits", "total").sum())
    whole = sums.filter(sliced_by="all").drop("sliced_by")
    parts = sums.filter(pl.col("sliced_by") != "all").join(whole, on="measure", suffix="_whole")
    assert len(parts) > 10
    assert (parts["hits"] == parts["hits_whole"]).all()
    assert (parts["total"] == parts["total_whole"]).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_lead_more_never_costs_an_accusation(truth: Truth, tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    findings = random_findings(random)
    lead = ("lead", "relay", "low", random.permutation(EVERYONE)[:6].tolist())
    before, after = (
        tallied(truth, tmp_path / name, some, VERDICTS).filter(
            ~pl.col("measure").is_in(["recall_with_leads", "groups_falsely_suspected", "band_right"])
        )
        for name, some in (("a", findings), ("b", (*findings, lead)))
    )
    assert before.equals(after)
