"""The score of accounts: what stands out by itself, and whom an account acts with."""

from datetime import date

import polars as pl
import pytest

from forensics import contracts
from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.links.group_tests import EXTRACTION_MEASURES, TEMPLATE_MEASURE
from forensics.reports.account_scores import account_scores
from forensics.window import Window
from tests.worlds.line import Line, put

COLUMNS = contracts.get("features.accounts").columns
FEATURES = {name: 1.0 if COLUMNS[name].dtype == pl.Float64 else 1 for name in FEATURE_NAMES}
ASKS_NOTHING = dict.fromkeys((*EXTRACTION_MEASURES, TEMPLATE_MEASURE), 0.0)


def scores(
    line: Line, features: dict[str, dict[str, float]], found: dict[str, tuple[str, str, float]]
) -> dict[str, float]:
    """Scores of accounts with these features, some in findings of a confidence (all, control) with a membership."""
    put(line.connection, "features.accounts", [
        {"account_id": account, "payer_id": account, **FEATURES, **ASKS_NOTHING, **values}
        for account, values in features.items()
    ])  # fmt: skip
    findings = pl.DataFrame(
        [
            {"finding_id": account, "kind": "relay", "confidence": grade, "control_confidence": control}
            for account, (grade, control, _) in found.items()
        ],
        schema=dict.fromkeys(("finding_id", "kind", "confidence", "control_confidence"), pl.String),
    )
    members = pl.DataFrame(
        [
            {"finding_id": account, "account_id": account, "membership": chance}
            for account, (_, _, chance) in found.items()
        ],
        schema={"finding_id": pl.String, "account_id": pl.String, "membership": pl.Float64},
    )
    window = Window(date(2026, 3, 8), 28)
    scored = account_scores(line.connection, window, findings, members)
    return dict(scored["account_id", "extraction_score"].iter_rows())


def test_who_asks_for_more_in_texts_that_others_share_ranks_higher(blank_line: Line) -> None:
    measures = (*EXTRACTION_MEASURES, TEMPLATE_MEASURE)
    features = {"all": dict.fromkeys(measures, 0.5), "asks": {"grading_share": 0.4}, "plain": {}}
    found = scores(blank_line, features, {})
    assert found == {"all": 0.5, "asks": pytest.approx(0.5 * 0.5 / len(measures)), "plain": 0.0}


@pytest.mark.parametrize(
    ("confidence", "control", "score"),
    [("high", "high", 0.45), ("moderate", "high", 0.3), ("low", "moderate", 0.15), ("low", "undetermined", 0.0)],
)
def test_who_stands_in_a_finding_ranks_by_membership_unless_an_explanation_accounts_for_it(
    blank_line: Line, confidence: str, control: str, score: float
) -> None:
    found = scores(blank_line, {"member": {}, "other": {}}, {"member": (confidence, control, 0.9)})
    assert found == {"member": pytest.approx(score), "other": 0.0}
