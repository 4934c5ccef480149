"""Small worlds in words: `decide("R 51 A", "A 51 T", "o 49 T")` rolls them up and answers by organisation."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forensics.links.ownership import OwnershipResult, load_profile, roll_up
from tests.worlds.line import Line, open_line

DAY = dt.date(2026, 3, 2)
Stake = str | dict[str, Any]


def describe(name: str) -> dict[str, Any]:
    """R…: headquartered in a restricted jurisdiction; o…: a person; all others companies, owners not listed."""
    if name.startswith("R"):
        return {"organisation_id": name, "kind": "company", "jurisdiction": "KY", "headquarters": "CN"}
    kind = "person" if name.startswith("o") else "company"
    return {"organisation_id": name, "kind": kind, "jurisdiction": "US", "headquarters": "US"}


def read_stake(stake: Stake) -> dict[str, Any]:
    """`"R 51 A"` as a row; `null` for an unknown size; `(25,50]` and `[25,50]` for bands."""
    if isinstance(stake, dict):
        return stake
    owner, figure, owned = stake.split()
    row: dict[str, Any] = {"owner_id": owner, "owned_id": owned}
    if figure[0] in "([":
        low, high = figure[1:-1].split(",")
        return row | {
            "percent_min": float(low), "percent_max": float(high),
            "percent_min_exclusive": figure[0] == "(", "percent_max_exclusive": figure[-1] == ")",
        }  # fmt: skip
    return row | {"percent": None if figure == "null" else float(figure)}


def roll(
    *stakes: Stake,
    profile: str = "provider_gt50",
    on: dt.date = DAY,
    organisations: Mapping[str, Mapping[str, Any]] | None = None,
) -> OwnershipResult:
    """Roll up a small world; `organisations` overrides or adds what is known of some (null leaves one undescribed)."""
    rows = [read_stake(stake) for stake in stakes]
    names = sorted({row[end] for row in rows for end in ("owner_id", "owned_id")} | set(organisations or {}))
    told = [describe(name) | dict((organisations or {}).get(name) or {}) for name in names]
    known = [row for row in told if organisations is None or organisations.get(row["organisation_id"], {}) is not None]
    schema = {
        "organisation_id": pl.String, "name": pl.String, "kind": pl.String, "jurisdiction": pl.String,
        "headquarters": pl.String, "owners_complete": pl.Boolean,
    }  # fmt: skip
    stake_schema = {
        "owner_id": pl.String, "owned_id": pl.String, "percent": pl.Float64, "percent_min": pl.Float64,
        "percent_max": pl.Float64, "percent_min_exclusive": pl.Boolean, "percent_max_exclusive": pl.Boolean,
        "interest_type": pl.String, "direct": pl.Boolean, "valid_from": pl.Date, "valid_to": pl.Date,
        "source": pl.String,
    }  # fmt: skip
    return roll_up(
        pl.DataFrame(known, schema=schema), pl.DataFrame(rows, schema=stake_schema),
        on=on, profile=load_profile(profile),
    )  # fmt: skip


@pytest.fixture
def roll_world() -> Callable[..., OwnershipResult]:
    """The whole result of a small world."""
    return roll


@pytest.fixture
def decide() -> Callable[..., dict[str, dict[str, Any]]]:
    """The verdict rows of a small world by organisation."""

    def answer(*stakes: Stake, **options: Any) -> dict[str, dict[str, Any]]:
        return {row["organisation_id"]: row for row in roll(*stakes, **options).verdicts.iter_rows(named=True)}

    return answer


@pytest.fixture(scope="module")
def register_line(blank_building: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """An empty warehouse for all tests of a module: `put_registers` replaces everything they read."""
    folder = tmp_path_factory.mktemp("registers")
    shutil.copyfile(blank_building, folder / blank_building.name)
    with open_line(folder, DAY, window_days=7) as line:
        yield line
