"""Paths lead from a seed to the organisation, stake by stake, and what is printed of them is safe."""

import datetime as dt
import itertools
from collections.abc import Callable
from random import Random
from typing import Any

import polars as pl
import pytest

from forensics.links.ownership import OwnershipResult, load_profile, roll_up
from tests.unit.links.ownership.oracle import GRAPHS, frames, random_world

Roll = Callable[..., OwnershipResult]
DAY = dt.date(2026, 3, 2)


def test_paths_lead_from_the_controlling_seed_to_the_organisation() -> None:
    random = Random(23)
    worlds = [random_world(random, f"w{number}") for number in range(GRAPHS)]
    result = roll_up(*frames(worlds), on=DAY, profile=load_profile("provider_gt50"))
    rows = {row["organisation_id"]: row for row in result.verdicts.iter_rows(named=True)}
    met = {name for name, row in rows.items() if row["verdict"].startswith("met")}
    steps = result.paths.filter(pl.col("role") == "path").partition_by("organisation_id", as_dict=True)
    assert {name for (name,) in steps} == met
    for (name,), path in steps.items():
        assert path["step"].to_list() == list(range(1, path.height + 1))
        assert path["owner_id"][0] == rows[name]["controlling_organisation_id"]
        assert path["owned_id"][-1] == name
        assert path["owner_id"][1:].to_list() == path["owned_id"][:-1].to_list()
        assert path["owner_id"].n_unique() == path.height, "a path does not run in a ring"
        if path["reading"][0] == "cascade":
            counted = {rows[owner]["verdict"] for owner in path["owner_id"][1:]}
            assert counted <= {"met_both", "met_cascade"}
    cascade = result.paths.filter((pl.col("reading") == "cascade") & (pl.col("owned_id") == pl.col("organisation_id")))
    enough = cascade.group_by("organisation_id").agg(pl.col("percent_min").sum(), pl.col("attributed_percent").first())
    assert enough.filter(pl.col("percent_min") < 50 - 1e-9).is_empty(), "the listed stakes carry the verdict"
    assert len(met) > GRAPHS / 3


def test_a_joint_stake_is_listed_beside_the_larger_one(roll_world: Roll) -> None:
    result = roll_world("R1 25 T", "R2 30 T", "o 45 T")
    shown = result.paths.select("step", "role", "owner_id", "percent_min").rows()
    assert shown == [(1, "path", "R2", 30.0), (1, "joint", "R1", 25.0)]
    assert result.barred.filter(organisation_id="T")["path"].item() == "R2 (CN) —30 % of 55 % together→ T"


def test_the_barred_table_has_exactly_the_columns_of_the_contract(roll_world: Roll) -> None:
    barred = roll_world("R 51 A", "o 49 A", "A (50,75] T").barred
    assert barred.columns == [
        "organisation_id", "name", "jurisdiction", "verdict", "controlling_organisation_id",
        "controlling_jurisdiction", "seed_basis", "attributed_percent", "effective_percent", "path",
        "threshold_percent", "rule",
    ]  # fmt: skip
    row = barred.filter(organisation_id="T").row(0, named=True)
    assert row["path"] == "R (CN) —51 %→ A —>50 %→ T"
    assert (row["controlling_organisation_id"], row["controlling_jurisdiction"]) == ("R", "CN")
    assert row["rule"].startswith("provider_gt50 ")


def test_names_in_paths_cannot_break_a_line_or_turn_the_text(roll_world: Roll) -> None:
    hostile = "Evil\n\u202egnp.exe\u0000" + "x" * 500
    text = (
        roll_world("R 60 T", organisations={"R": {"name": hostile}}).barred.filter(organisation_id="T")["path"].item()
    )
    assert text.startswith("Evilgnp.exex")
    assert len(text) < 120
    assert not any(character in text for character in "\n\u202e\u0000")


def test_a_very_long_chain_keeps_its_root_and_is_cut_in_the_listing(roll_world: Roll) -> None:
    names = ["R", *(f"c{place:03d}" for place in range(200))]
    result = roll_world(*(f"{owner} 51 {owned}" for owner, owned in itertools.pairwise(names)))
    last = result.verdicts.row(-1, named=True)
    assert (last["verdict"], last["controlling_organisation_id"]) == ("met_cascade", "R")
    assert not last["deciding_complete"]
    assert {"owner_id": names[-2], "owned_id": names[-1]} in last["deciding_stakes"]
    listed = result.paths.filter(organisation_id=names[-1])
    assert (listed.height, listed["is_complete"].any()) == (64, False)


@pytest.mark.parametrize(
    ("stakes", "deciding"),
    [
        (("R 51 A", "A 51 T"), [("A", "T"), ("R", "A")]),
        (("R1 30 T", "R2 30 T", "R3 30 T"), []),
        (("R 45 T", "Y 48 T", "T 100 Y"), [("R", "T"), ("T", "Y"), ("Y", "T")]),
    ],
)
def test_deciding_stakes(roll_world: Roll, stakes: tuple[str, ...], deciding: list[tuple[str, str]]) -> None:
    rows: list[dict[str, Any]] = roll_world(*stakes).verdicts.filter(organisation_id="T").to_dicts()
    assert sorted((stake["owner_id"], stake["owned_id"]) for stake in rows[0]["deciding_stakes"]) == deciding
