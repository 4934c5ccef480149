"""A simulated world through the line, the command and the baselines, and the scores of what came out."""

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from forensics.cli import main
from forensics.evaluate import evaluate, evaluate_reported, pool
from forensics.evaluate.baselines import run_baselines
from forensics.evaluate.line import run_line
from forensics.evaluate.reported import read_reports
from forensics.evaluate.tables import comparison_sheet
from forensics.evaluate.truth import Truth, read_truth
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate

DAYS = 2
FEW_ACCOUNTS_FLOOR = 40
"""Activity floor that leaves some thirty accounts: below 45 the map needs no compiled library."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world as small as they get."""
    folder = tmp_path_factory.mktemp("simulated") / "world"
    simulate(folder, scale=0.001, days=DAYS, seed=31, scenario="template_harvest")
    return folder


def _oracle(truth: Truth, parent: Path) -> Path:
    """Write the reports of somebody who knows the truth."""
    folder = parent / truth.last.isoformat()
    folder.mkdir()
    named = truth.accounts.drop_nulls("expected_kind")
    ownership = {"group_id": pl.lit("owner"), "expected_kind": pl.lit("barred_ownership")}
    members = pl.concat([named, truth.accounts.filter("barred").with_columns(**ownership)]).select(
        finding_id="group_id", account_id="account_id", kind="expected_kind"
    )
    members.select("finding_id", "account_id").write_parquet(folder / "finding_accounts.parquet")
    members.select("finding_id", "kind").unique().with_columns(
        as_of=pl.lit(truth.last), confidence=pl.lit("high"), score=pl.lit(1.0)
    ).write_parquet(folder / "findings.parquet")
    for table in ("barred_organisations", "ownership_verdicts"):
        truth.organisations.select("organisation_id", "verdict").write_parquet(folder / f"{table}.parquet")
    return folder


def test_a_world_is_scored_from_its_snapshots_to_the_terminal(world: Path, tmp_path: Path) -> None:
    settings = Settings(minimum_exchanges=FEW_ACCOUNTS_FLOOR)
    home = Home(tmp_path / "home")
    truth = read_truth(world)
    with run_line(world / "snapshots", home, settings) as (connection, window):
        own = evaluate(world, home.reports)
        baselines = run_baselines(connection, window, settings.seed)
    others = [evaluate_reported(truth, reported, detector=name) for name, reported in baselines.items()]
    both = pool([own, *others])
    assert len(comparison_sheet(both).rows) == 1 + len(baselines)
    blob = both.measures.filter(detector="any shared signal", measure="recall_any_claim", sliced_by="all")
    assert blob["value"][0] > 0.5, "some shared value leads to nearly everybody"

    shown = CliRunner().invoke(main, ["evaluate", str(world), str(home.reports), "--out", str(tmp_path / "out")])
    assert shown.exit_code == 0, shown.output
    assert "template harvest" in shown.output
    assert pl.read_parquet(tmp_path / "out" / "measures.parquet").equals(own.measures)


def test_the_truth_given_back_as_reports_is_perfect(world: Path, tmp_path: Path) -> None:
    """An oracle that knows the truth scores 1 everywhere on a real world, so misses are the detector's."""
    evaluation = evaluate(world, _oracle(read_truth(world), tmp_path))
    false = ("groups_falsely_accused", "groups_falsely_suspected", "groups_falsely_accused_high", "innocents_accused")
    worst = evaluation.measures.filter(~pl.col("measure").is_in([*false, "findings_false"]))["value"].min()
    assert worst == 1.0
    assert evaluation.measures.filter(pl.col("measure").is_in(false))["value"].max() == 0.0


def test_reports_of_one_world_are_refused_for_another(world: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    simulate(other, scale=0.001, days=DAYS, seed=32, scenario="innocent")
    truth = read_truth(world)
    folder = _oracle(truth, tmp_path)
    refused = CliRunner().invoke(main, ["evaluate", str(other), str(folder)])
    assert refused.exit_code == 2
    assert "not in the world" in refused.stderr
    assert read_reports(folder, truth).as_of == truth.last
