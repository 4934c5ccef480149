"""Records of one organisation act as one in the roll-up, are never counted twice, and each gets the answer."""

from typing import Any

import pytest

from tests.worlds.line import Line
from tests.worlds.registers import build_ownership, put_registers

LEI = "5493001KJTIIGC8Y1R12"


def verdicts(line: Line) -> dict[str, dict[str, Any]]:
    rows = line.frame("SELECT * FROM links.ownership_verdicts ORDER BY organisation_id").iter_rows(named=True)
    return {row["organisation_id"]: row for row in rows}


def record(name: str, **facts: Any) -> dict[str, Any]:
    return {"organisation_id": name, "lei": LEI, "jurisdiction": "SG", "headquarters": "SG", "kind": "company"} | facts


def held(owner: str, owned: str, percent: float, source: str | None = None) -> dict[str, Any]:
    return {"owner_id": owner, "owned_id": owned, "percent": percent, "source": source}


def test_a_chain_broken_between_two_records_is_whole_again(register_line: Line) -> None:
    """R holds a register's record of M, the customer's record of M holds T: only together do they bar T."""
    stakes = ("R 60 M1", "o 40 M1", "M2 70 T", "o 30 T")
    put_registers(register_line, *stakes)
    build_ownership(register_line)
    assert verdicts(register_line)["T"]["verdict"] == "undetermined"
    put_registers(register_line, *stakes, organisations=[record("M1"), record("M2")])
    build_ownership(register_line)
    found = verdicts(register_line)
    assert found["T"]["verdict"] == "met_cascade"
    assert found["M1"]["verdict"] == found["M2"]["verdict"] == "met_both", "each record gets the answer"
    assert found["M2"]["identity_id"] == "M1"
    barred = register_line.frame("SELECT organisation_id FROM links.barred_organisations ORDER BY ALL").to_series()
    assert barred.to_list() == ["M1", "M2", "R", "T"]


@pytest.mark.parametrize(
    ("sources", "bounds"), [((None, None), (30, 30)), (("a", "b"), (30, 30)), (("a", "a"), (60, 60))]
)
def test_two_records_of_one_stake_are_reconciled_and_one_registers_tranches_added(
    register_line: Line, sources: tuple[str | None, str | None], bounds: tuple[float, float]
) -> None:
    rows = [record("R1", headquarters="CN", jurisdiction="KY"), record("R2", headquarters="CN", jurisdiction="KY")]
    stakes = [held("R1", "T", 30, sources[0]), held("R2", "T", 30, sources[1])]
    put_registers(register_line, *stakes, "o 40 T", organisations=rows)
    build_ownership(register_line)
    row = verdicts(register_line)["T"]
    assert (row["attributed_percent_min"], row["effective_percent_min"]) == bounds


def test_a_stake_in_another_record_of_oneself_says_nothing(register_line: Line) -> None:
    """By decision only: a stake between two records contradicts their being one."""
    from forensics.features.organisations.decisions import add_decision

    stakes = ("M1 100 M2", "o 100 M1")
    rows = [record("M1"), record("M2")]
    put_registers(register_line, *stakes, organisations=rows)
    build_ownership(register_line)
    assert verdicts(register_line)["M2"]["identity_id"] == "M2"
    log = register_line.home.organisation_decisions
    add_decision(log, "M1", "M2", "same", by="Ann", why="test")
    settings = register_line.settings.model_copy(update={"organisation_decisions": str(log)})
    build_ownership(Line(register_line.home, settings, register_line.window, register_line.connection))
    found = verdicts(register_line)
    assert found["M2"]["identity_id"] == "M1"
    assert found["M2"]["verdict"] == "not_met", "without the stake in itself, a person holds all of it"
    decided = register_line.frame("SELECT organisation_a, organisation_b, decision FROM links.organisation_candidates")
    assert decided.rows() == [("M1", "M2", "same")]


def test_without_two_records_nothing_is_renamed(register_line: Line) -> None:
    put_registers(register_line, "R 60 T", "o 40 T")
    build_ownership(register_line)
    rows = register_line.frame(
        "SELECT organisation_id, identity_id, basis FROM features.organisation_identities"
    ).rows()
    assert sorted(rows) == [("R", "R", None), ("T", "T", None), ("o", "o", None)]
