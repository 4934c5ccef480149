"""Every measure on a world counted by hand: perfect, empty, wrong and shuffled reports."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from forensics.errors import NotFoundError, SettingsError
from forensics.evaluate import Evaluation, evaluate
from forensics.evaluate.matching import match
from forensics.evaluate.reported import read_reports
from forensics.evaluate.tallies import MEASURES
from forensics.evaluate.truth import read_truth
from tests.unit.evaluate.hand_made import GROUPS, ORDINARY, PERFECT, QUIET, members, write_reports, write_world

BEST_IS_ZERO = {
    "groups_falsely_accused",
    "groups_falsely_accused_high",
    "groups_falsely_suspected",
    "innocents_accused",
    "findings_false",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made world."""
    return write_world(tmp_path_factory.mktemp("world") / "world")


def value(evaluation: Evaluation, measure: str, part: str = "all", sliced_by: str = "all") -> float:
    """One figure."""
    row = evaluation.measures.filter(measure=measure, slice=part, sliced_by=sliced_by)
    assert len(row) == 1, f"{measure} of {part}: {len(row)} rows"
    return float(row["value"][0])


def test_perfect_reports_are_perfect(world: Path, tmp_path: Path) -> None:
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02"))
    assert set(evaluation.measures["measure"]) == set(MEASURES)
    for row in evaluation.measures.iter_rows(named=True):
        assert row["value"] == (0.0 if row["measure"] in BEST_IS_ZERO else 1.0), row
        assert 0 <= row["low"] <= row["value"] <= row["high"] <= 1
        assert row["high"] - row["low"] > 0, "a handful of units that agree prove nothing"


def test_the_parent_folder_means_its_newest_date(world: Path, tmp_path: Path) -> None:
    write_reports(tmp_path / "reports" / "2026-03-01", ())
    write_reports(tmp_path / "reports" / "2026-03-02")
    assert value(evaluate(world, tmp_path / "reports"), "recall") == 1.0


def test_empty_reports_find_nothing_and_accuse_nobody(world: Path, tmp_path: Path) -> None:
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", (), {}))
    for measure in ("recall", "recall_with_leads", "recall_any_claim", "campaigns_found", "barred_recall"):
        assert value(evaluation, measure) == 0.0
    assert value(evaluation, "verdict_exact") == 0.0
    assert value(evaluation, "innocents_accused") == 0.0
    absent = {"precision", "precision_any_claim", "purity", "wholeness", "right_claim", "findings_false"}
    assert not absent & set(evaluation.measures["measure"]), "a share of nothing is no figure"


def test_leads_do_not_accuse(world: Path, tmp_path: Path) -> None:
    leads = tuple((name, kind, "low", accounts) for name, kind, _, accounts in PERFECT[:4])
    leads += (("f-app", "coordinated_extraction", "low", members("app")),)
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", leads))
    assert value(evaluation, "recall") == 0.0
    assert value(evaluation, "recall_with_leads") == 1.0
    assert value(evaluation, "groups_falsely_accused") == 0.0
    assert value(evaluation, "groups_falsely_suspected", "template_app", "kind") == 1.0
    assert value(evaluation, "groups_falsely_suspected") == pytest.approx(1 / 3)


def test_the_wrong_claim_is_a_miss_and_for_a_reseller_a_false_accusation(world: Path, tmp_path: Path) -> None:
    findings = (
        ("f-1", "relay", "high", members("harvest")),
        ("f-2", "coordinated_extraction", "moderate", members("grey")),
        ("f-3", "coordinated_extraction", "high", members("diluted")),
    )
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", findings))
    active = 3 + 4 + 4
    assert value(evaluation, "recall") == pytest.approx(4 / active)
    assert value(evaluation, "recall_any_claim") == pytest.approx(7 / active)
    assert value(evaluation, "recall", "25%", "dilution") == 1.0
    assert value(evaluation, "recall", "template_harvest", "mode") == 0.0
    assert value(evaluation, "right_claim") == pytest.approx(4 / (3 + 3 + 4))
    assert value(evaluation, "precision") == pytest.approx(4 / (4 + 3 + 4))
    assert value(evaluation, "precision", "moderate", "confidence") == 0.0
    assert value(evaluation, "precision_any_claim") == 1.0
    assert value(evaluation, "groups_falsely_accused", "grey_reseller", "kind") == 1.0
    assert value(evaluation, "groups_falsely_accused_high") == 0.0
    assert value(evaluation, "findings_false") == pytest.approx(2 / 3)
    crossed = evaluation.claims.filter(kind="template_harvest", claimed_kind="relay")
    assert crossed["account_count"].to_list() == [3]


def test_mixed_and_torn_findings_cost_purity_and_wholeness(world: Path, tmp_path: Path) -> None:
    mixed = [*members("harvest")[:2], *members("diluted"), "ordinary-5", "ordinary-6"]
    findings = (
        ("f-mixed", "coordinated_extraction", "high", mixed),
        ("f-rest", "coordinated_extraction", "high", members("harvest")[2:]),
    )
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", findings))
    assert value(evaluation, "purity") == pytest.approx((4 + 2) / (8 + 2))
    assert value(evaluation, "wholeness", "template_harvest", "mode") == pytest.approx(2 / 4)
    assert value(evaluation, "wholeness", "store_replay", "mode") == 1.0
    assert value(evaluation, "findings_false") == 0.0
    innocents = ORDINARY + len(members("app")) + len(members("class"))
    assert value(evaluation, "innocents_accused") == pytest.approx(2 / innocents)
    assert value(evaluation, "innocents_accused", "ordinary", "label") == pytest.approx(2 / ORDINARY)
    spread = evaluation.groups.filter(group_id="harvest")
    assert spread["finding_count"].to_list() == [2]


def test_a_lump_of_everybody_finds_no_campaign(world: Path, tmp_path: Path) -> None:
    everyone = [name for group in GROUPS for name in members(group)] + [f"ordinary-{n}" for n in range(ORDINARY)]
    lump = evaluate(world, write_reports(tmp_path / "a" / "2026-03-02", (("f", "relay", "high", everyone),)))
    assert value(lump, "recall", "live_relay", "mode") == 1.0
    assert value(lump, "campaigns_found") == 0.0
    singles = tuple((f"f-{name}", "relay", "high", [name]) for name in members("relay"))
    alone = evaluate(world, write_reports(tmp_path / "alone" / "2026-03-02", singles))
    assert value(alone, "recall", "live_relay", "mode") == 1.0
    assert value(alone, "campaigns_found") == 0.0
    for strangers, share in ((4, 1.0), (5, 0.0)):
        stretched = [*members("relay"), *(f"ordinary-{n}" for n in range(strangers))]
        folder = write_reports(tmp_path / f"b{strangers}" / "2026-03-02", (("f", "relay", "high", stretched),))
        assert value(evaluate(world, folder), "campaigns_found", "live_relay", "mode") == share
    own = evaluate(world, write_reports(tmp_path / "c" / "2026-03-02", (("f", "relay", "high", members("relay")[:2]),)))
    assert value(own, "campaigns_found", "live_relay", "mode") == 1.0


def test_unrelated_accounts_are_no_group(world: Path, tmp_path: Path) -> None:
    findings = (("f", "relay", "high", ["ordinary-4", "ordinary-5", "ordinary-6", "ordinary-7"]),)
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", findings))
    assert value(evaluation, "purity") == 1 / 4
    assert value(evaluation, "findings_false") == 1.0


def test_quiet_accounts_do_not_count_for_recall(world: Path, tmp_path: Path) -> None:
    findings = (("f", "coordinated_extraction", "high", [QUIET]),)
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", findings))
    assert value(evaluation, "recall") == 0.0
    assert value(evaluation, "precision") == 1.0


def test_an_account_accused_twice_counts_once(world: Path, tmp_path: Path) -> None:
    findings = (
        ("f-1", "coordinated_extraction", "moderate", members("harvest")),
        ("f-2", "coordinated_extraction", "high", members("harvest")),
        ("f-3", "coordinated_extraction", "high", members("app")),
    )
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", findings))
    assert value(evaluation, "precision") == pytest.approx(4 / 7)
    assert value(evaluation, "precision", "high", "confidence") == pytest.approx(4 / 7)


def test_ownership_is_judged_apart(world: Path, tmp_path: Path) -> None:
    verdicts = {"org-a": "seed", "org-b": "not_met", "org-c": "not_met", "org-d": "not_met", "org-e": "met_both"}
    findings = (("f-owner", "barred_ownership", "high", ["ordinary-2"]),)
    evaluation = evaluate(world, write_reports(tmp_path / "2026-03-02", findings, verdicts))
    assert value(evaluation, "verdict_exact") == pytest.approx(2 / 4)
    assert value(evaluation, "verdict_exact", "undetermined", "verdict") == 0.0
    assert value(evaluation, "barred_recall") == pytest.approx(1 / 2)
    assert value(evaluation, "barred_precision") == pytest.approx(1 / 2)
    assert value(evaluation, "barred_accounts_recall") == 0.0
    assert value(evaluation, "barred_accounts_precision") == 0.0
    assert value(evaluation, "innocents_accused") == 0.0, "a claim about owners accuses nobody of extraction"
    wrong = evaluation.verdicts.filter(verdict="met_both")
    assert wrong.select("reported", "organisation_count").rows() == [("not_met", 1)]


def test_shuffled_accounts_give_chance(world: Path, tmp_path: Path) -> None:
    """Findings of the same sizes over random accounts are right as often as accounts that deserve the claim occur."""
    everyone = [name for group in GROUPS for name in members(group)] + [f"ordinary-{n}" for n in range(ORDINARY)]
    random, right, extracting = np.random.default_rng(3), [], 8 / len(everyone)
    truth = read_truth(world)
    reported = read_reports(
        write_reports(tmp_path / "2026-03-02", (("f", "coordinated_extraction", "high", []),)), truth
    )
    for _ in range(60):
        drawn = pl.DataFrame({"finding_id": "f", "account_id": random.permutation(everyone)[:8]})
        claims = match(truth, replace(reported, members=drawn)).claims
        right.append(claims["is_right"].mean())
    error = np.std(right) / np.sqrt(len(right))
    assert abs(np.mean(right) - extracting) < 4 * error
    assert np.mean(right) < 0.4


def test_what_is_missing_is_named_all_at_once(world: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as missing:
        evaluate(tmp_path / "nowhere", tmp_path / "reports")
    assert len(missing.value.faults) == 5
    with pytest.raises(NotFoundError) as lacking:
        evaluate(world, tmp_path / "reports")
    assert len(lacking.value.faults) == 4
    folder = write_reports(tmp_path / "2026-03-02")
    pl.read_parquet(folder / "findings.parquet").drop("confidence").write_parquet(folder / "findings.parquet")
    with pytest.raises(NotFoundError, match="no column confidence"):
        evaluate(world, folder)


def test_words_outside_the_contract_are_refused(world: Path, tmp_path: Path) -> None:
    findings = (("f-1", "relay", "certain", members("relay")), ("f-2", "mischief", "high", members("app")))
    with pytest.raises(SettingsError) as refused:
        evaluate(world, write_reports(tmp_path / "2026-03-02", findings))
    assert len(refused.value.faults) == 2


def test_whoever_is_listed_as_barred_is_barred(world: Path, tmp_path: Path) -> None:
    folder = write_reports(tmp_path / "2026-03-02")
    pl.DataFrame({"organisation_id": ["org-c"], "verdict": ["met_both"]}).write_parquet(
        folder / "barred_organisations.parquet"
    )
    evaluation = evaluate(world, folder)
    assert value(evaluation, "barred_precision") == pytest.approx(2 / 3)


def test_reports_of_another_world_are_refused(world: Path, tmp_path: Path) -> None:
    findings = (("f", "relay", "high", ["somebody-else"]),)
    with pytest.raises(SettingsError, match="not in the world"):
        evaluate(world, write_reports(tmp_path / "2026-03-02", findings))
    with pytest.raises(SettingsError, match="look back from 2027"):
        evaluate(world, write_reports(tmp_path / "2027-03-02"))
