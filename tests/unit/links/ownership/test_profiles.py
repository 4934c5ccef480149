"""Rules as data: what ships, what a user may write, and when a rule binds."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from forensics.links.ownership import OwnershipProfileError, OwnershipResult, load_profile

OWN = """
[profiles.house]
version = "1"
title = "House rule"
threshold_percent = "33.3"
strict = false
jurisdictions = "few"
persons_are_seeds = true
listed_organisations = ["acme"]
in_force = [{ from = 2026-01-01, to = 2026-06-01 }]

[lists.few]
SY = { name = "Syria", reason = "test", to = 2026-03-01 }
"UA-43" = { name = "Crimea", reason = "test" }
"""


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "rules.toml"
    file.write_text(OWN, "utf-8")
    return file


@pytest.mark.parametrize(("name", "strict"), [("provider_gt50", True), ("ofac_ge50", False), ("bis_ge50", False)])
def test_shipped_profiles(name: str, strict: bool) -> None:
    profile = load_profile(name)
    assert (profile.threshold_percent, profile.strict, profile.persons_are_seeds) == (Decimal(50), strict, False)
    assert {"CN", "RU", "KP", "IR", "HK", "MO"} <= profile.restricted.keys()
    assert not {"US", "TW", "SG", "KY"} & profile.restricted.keys()
    assert all(entry.reason for entry in profile.restricted.values())
    assert profile.rule.startswith(f"{name} {profile.version}: ")


@pytest.mark.parametrize(
    ("day", "binds", "start", "end"),
    [
        ("2025-09-28", False, None, "2025-09-29"), ("2025-09-29", True, "2025-09-29", "2025-11-10"),
        ("2026-03-02", False, "2025-11-10", "2026-11-10"), ("2027-01-01", True, "2026-11-10", None),
    ],
)  # fmt: skip
def test_a_suspended_rule_bars_nobody_and_says_so(
    roll_world: Callable[..., OwnershipResult], day: str, binds: bool, start: str | None, end: str | None
) -> None:
    result = roll_world("R 60 T", profile="bis_ge50", on=dt.date.fromisoformat(day))
    row = result.verdicts.row(0, named=True)
    assert row["verdict"] == "met_both"
    assert row["rule_in_force"] is result.rule_in_force is binds
    assert (result.barred.height > 0) is binds
    assert [edge and edge.isoformat() for edge in (row["from"], row["to"])] == [start, end]
    assert (row["profile"], row["profile_version"]) == ("bis_ge50", load_profile("bis_ge50").version)


def test_a_users_own_file(own_file: Path) -> None:
    from polars import DataFrame

    from forensics.links.ownership import roll_up

    profile = load_profile("house", own_file)
    assert profile.threshold == 333 * 10**9
    organisations = DataFrame(
        [
            {"organisation_id": "acme", "kind": "company", "headquarters": "US"},
            {"organisation_id": "sy", "kind": "person", "headquarters": "SY"},
            {"organisation_id": "crimea", "kind": "company", "headquarters": "UA-43"},
            {"organisation_id": "kyiv", "kind": "company", "headquarters": "UA"},
            *({"organisation_id": f"t_{name}", "kind": "company", "headquarters": "US"} for name in "acky"),
        ]
    )
    stakes = DataFrame(
        {
            "owner_id": ["acme", "crimea", "kyiv", "sy"],
            "owned_id": ["t_a", "t_c", "t_k", "t_y"],
            "percent": [33.3] * 4,
        }
    )

    def on(day: str) -> dict[str, Any]:
        rows = roll_up(organisations, stakes, on=dt.date.fromisoformat(day), profile=profile).verdicts
        return {row["organisation_id"]: row for row in rows.iter_rows(named=True)}

    before, after = on("2026-02-28"), on("2026-03-01")
    assert {name: row["verdict"] for name, row in before.items()} == {
        "t_a": "met_both", "t_c": "met_both", "t_k": "undetermined", "t_y": "met_both",
    }  # fmt: skip
    assert before["t_a"]["seed_basis"] == "listed"
    assert before["t_y"]["to"] == dt.date(2026, 3, 1)
    assert after["t_y"]["verdict"] == "undetermined"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('threshold_percent = "33.3"', 'threshold_percent = "133"', "threshold_percent"),
        ("SY =", "Syria =", "ISO 3166"),
        ("strict = false", 'strict = false\nstrickt = "no"', "strickt"),
        ("to = 2026-06-01", "to = 2025-06-01", "not before"),
        ('jurisdictions = "few"', 'jurisdictions = "many"', "'many'"),
        ("[profiles.house]", "[profiles.other]", "no ownership profile"),
        ("[profiles.house]", "[profiles.house", "cannot be read"),
    ],
)
def test_a_faulty_file_is_refused_with_its_fault(own_file: Path, old: str, new: str, said: str) -> None:
    own_file.write_text(OWN.replace(old, new), "utf-8")
    with pytest.raises(OwnershipProfileError, match=said) as caught:
        load_profile("house", own_file)
    assert caught.value.next_step


def test_all_faults_of_a_profile_are_listed_at_once(own_file: Path) -> None:
    own_file.write_text(OWN.replace('"33.3"', '"-1"').replace('version = "1"', 'version = ""'), "utf-8")
    with pytest.raises(OwnershipProfileError) as caught:
        load_profile("house", own_file)
    assert len(caught.value.faults) == 2
