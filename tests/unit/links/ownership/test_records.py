"""What registers contain: several sources, unusable figures, unknown organisations, other interests, persons."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from forensics.links.ownership import OwnershipInputError, OwnershipResult, load_profile, roll_up

Decide = Callable[..., dict[str, dict[str, Any]]]
Roll = Callable[..., OwnershipResult]


def stake(owner: str, percent: float | None, owned: str = "T", **more: Any) -> dict[str, Any]:
    return {"owner_id": owner, "owned_id": owned, "percent": percent, **more}


def bounds(row: dict[str, Any]) -> tuple[float, float]:
    return row["attributed_percent_min"], row["attributed_percent_max"]


def test_the_same_stake_from_two_sources_counts_once(decide: Decide) -> None:
    rows = decide(stake("R", 30.0, source="a"), stake("R", 30.0, source="b"), stake("o", 70.0))
    assert bounds(rows["T"]) == (30, 30)


def test_a_repeated_row_counts_once(decide: Decide) -> None:
    assert bounds(decide("R 30 T", "R 30 T", "o 70 T")["T"]) == (30, 30)


def test_tranches_of_one_source_add_up(decide: Decide) -> None:
    rows = decide(stake("R", 30.0, source="a"), stake("R", 25.0, source="a"), stake("o", 45.0))
    assert rows["T"]["verdict"] == "met_both"
    assert bounds(rows["T"]) == (55, 55)


def test_contradicting_sources_span_a_range_and_do_not_add_up(decide: Decide) -> None:
    rows = decide(stake("R", 30.0, source="a"), stake("R", 60.0, source="b"), stake("o", 40.0))
    assert rows["T"]["verdict"] == "undetermined"
    assert bounds(rows["T"]) == (30, 60)


def test_agreeing_sources_are_narrowed_to_what_they_share(decide: Decide) -> None:
    band = {"percent_min": 50.0, "percent_max": 75.0, "percent_min_exclusive": True}
    rows = decide(stake("R", None, source="a", **band), stake("R", 60.0, source="b"), stake("o", 40.0))
    assert bounds(rows["T"]) == (60, 60)


@pytest.mark.parametrize(
    "figures",
    [
        {"percent": -5.0}, {"percent": float("nan")}, {"percent": float("inf")},
        {"percent": None, "percent_min": 60.0, "percent_max": 40.0}, {"percent": None, "percent_min": -1.0},
    ],
)  # fmt: skip
def test_an_unusable_figure_is_a_stake_of_unknown_size(roll_world: Roll, figures: dict[str, Any]) -> None:
    result = roll_world({"owner_id": "R", "owned_id": "T"} | figures, "o 30 T")
    row = result.verdicts.row(0, named=True)
    assert (row["verdict"], bounds(row)) == ("undetermined", (0, 70))
    assert result.faults["fault"].to_list() == ["unusable figure"]


def test_a_figure_over_one_hundred_is_a_data_error(roll_world: Roll) -> None:
    result = roll_world("R 120 T", "T 60 V", "o 40 V")
    assert dict(result.verdicts.select("organisation_id", "verdict").rows()) == {"T": "data_error", "V": "undetermined"}


def test_stakes_that_never_hold_or_are_in_persons_are_left_out_and_reported(roll_world: Roll) -> None:
    day = dt.date(2026, 1, 1)
    result = roll_world(stake("R", 60.0, valid_from=day, valid_to=day), "R 60 o", "o 100 T")
    assert result.verdicts.select("organisation_id", "verdict").rows() == [("T", "not_met")]
    assert sorted(result.faults["fault"]) == ["stake in a natural person", "valid_from not before valid_to"]


def test_an_owner_nobody_described_is_unknown_and_never_clear(decide: Decide) -> None:
    rows = decide("U 60 T", "o 40 T", organisations={"U": None})
    assert (rows["T"]["verdict"], bounds(rows["T"])) == ("undetermined", (0, 60))


@pytest.mark.parametrize("code", [None, "", "XX", "ZZ", "China", "C1"])
def test_an_unknown_location_is_never_clear(decide: Decide, code: str | None) -> None:
    nowhere = {"jurisdiction": code, "headquarters": code, "owners_complete": True}
    rows = decide("H 60 T", "o 40 T", "o 100 H", organisations={"H": nowhere})
    assert rows["H"]["verdict"] == "undetermined"
    assert rows["H"]["headquarters_missing"]
    assert bounds(rows["T"]) == (0, 60)


def test_incorporation_stands_in_for_missing_headquarters_and_the_verdict_says_so(decide: Decide) -> None:
    rows = decide("H 60 T", "o 40 T", organisations={"H": {"jurisdiction": " cn ", "headquarters": None}})
    assert rows["T"]["verdict"] == "met_both"
    assert rows["T"]["seed_basis"] == "incorporation"


@pytest.mark.parametrize(
    ("owner", "verdict"),
    [
        ({"owners_complete": True}, "not_met"), ({"kind": "state_body"}, "not_met"), ({"kind": "person"}, "not_met"),
        ({"kind": "person", "headquarters": "CN"}, "not_met"), ({"kind": "person", "headquarters": None}, "not_met"),
        ({"kind": "state_body", "headquarters": "CN"}, "met_both"), ({"kind": "fund"}, "undetermined"),
        ({"kind": "state_body", "headquarters": None, "jurisdiction": None}, "undetermined"),
        ({"kind": None}, "undetermined"), ({"kind": "unknown"}, "undetermined"), ({"kind": "trust"}, "undetermined"),
    ],
)  # fmt: skip
def test_who_is_a_clear_owner(decide: Decide, owner: dict[str, Any], verdict: str) -> None:
    assert decide("H 100 T", organisations={"H": owner})["T"]["verdict"] == verdict


def test_the_stake_of_an_organisation_in_itself_is_a_ring(decide: Decide) -> None:
    row = decide("R 45 T", "T 15 T", "o 40 T")["T"]
    assert row["verdict"] == "met_lookthrough"
    assert row["effective_percent_min"] == pytest.approx(100 * 45 / 85)
    assert bounds(row) == (45, 45)


@pytest.mark.parametrize("kind", ["voting_rights", "board_appointment", "contract", "nominee", "other", "golden_share"])
def test_other_interests_never_add_to_shares_and_set_a_flag(decide: Decide, kind: str) -> None:
    rows = decide("o 100 T", stake("R", 90.0, interest_type=kind), stake("o", 90.0, "V", interest_type=kind))
    assert (rows["T"]["verdict"], bounds(rows["T"])) == ("not_met", (0, 0))
    assert rows["T"]["control_indicated"]
    assert rows["V"]["verdict"] == "undetermined"
    assert not rows["V"]["control_indicated"]


def test_a_declared_indirect_share_beyond_the_direct_stakes_is_marked(decide: Decide) -> None:
    row = decide("o 60 T", "U 40 T", stake("R", 70.0, direct=False))["T"]
    assert row["indirect_unexplained"]
    assert (row["verdict"], bounds(row)) == ("not_met", (0, 40))


def test_faults_of_the_tables_are_listed_together() -> None:
    organisations = pl.DataFrame({"organisation_id": ["a", "a", None], "headquarters": ["CN", "US", "US"]})
    with pytest.raises(OwnershipInputError) as caught:
        roll_up(
            organisations, pl.DataFrame({"owned_id": ["a"]}), on=dt.date(2026, 3, 2), profile=load_profile("ofac_ge50")
        )
    assert len(caught.value.faults) == 3


def test_empty_tables_give_empty_answers_with_all_columns() -> None:
    empty = roll_up(
        pl.DataFrame(schema={"organisation_id": pl.String}),
        pl.DataFrame(schema={"owner_id": pl.String, "owned_id": pl.String}),
        on=dt.date(2026, 3, 2), profile=load_profile("provider_gt50"),
    )  # fmt: skip
    assert [frame.height for frame in (empty.verdicts, empty.paths, empty.barred, empty.faults)] == [0, 0, 0, 0]
    assert {"from", "to", "verdict", "unknown_percent"} <= set(empty.verdicts.columns)


def test_seeds_without_stakes_are_barred() -> None:
    organisations = pl.DataFrame({"organisation_id": ["r", "t"], "headquarters": ["CN", "US"], "source": [None, None]})
    nothing = pl.DataFrame({"owner_id": [], "owned_id": []}, schema={"owner_id": pl.String, "owned_id": pl.String})
    result = roll_up(organisations, nothing, on=dt.date(2026, 3, 2), profile=load_profile("provider_gt50"))
    assert result.barred["organisation_id"].to_list() == ["r"]
    assert result.verdicts.is_empty()
