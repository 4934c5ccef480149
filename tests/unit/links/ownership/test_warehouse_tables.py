"""The ownership tables in the warehouse: what the roll-up says, the rule it was said under, and no second roll-up."""

from pathlib import Path

import polars as pl
import pytest

from forensics import contracts, links, reports
from forensics.features.payers import payers
from forensics.links.ownership import OwnershipProfileError, load_profile
from forensics.links.ownership.profiles import SHIPPED
from forensics.reports.ownership import barred_organisations, barred_statements, ownership_verdicts
from tests.worlds.line import Line, put
from tests.worlds.registers import build_ownership, put_registers

CASE_11 = ("R 51 A", "T 30 A", "o 19 A", "A 60 T", "o 40 T")


def with_settings(line: Line, **values: str) -> Line:
    return Line(line.home, line.settings.model_copy(update=values), line.window, line.connection)


def test_paths_deciding_stakes_and_counted_stakes_agree_with_each_other(register_line: Line) -> None:
    put_registers(register_line, *CASE_11)
    build_ownership(register_line)
    path = register_line.frame(
        "SELECT step, owner_id, owned_id, percent_min, is_deciding FROM links.ownership_paths"
        " WHERE organisation_id = 'T' AND role = 'path' ORDER BY step"
    )
    assert path.rows() == [(1, "R", "A", 51.0, True), (2, "A", "T", 60.0, True)]
    counted = register_line.frame(
        "SELECT deciding_stake_count, (SELECT COUNT(*) FROM links.ownership_deciding_stakes AS one"
        " WHERE one.organisation_id = verdicts.organisation_id) FROM links.ownership_verdicts AS verdicts ORDER BY ALL"
    )
    assert all(one == other for one, other in counted.rows())
    stakes = register_line.frame("SELECT owner_id, owned_id, percent_min FROM links.ownership_stakes ORDER BY ALL")
    assert stakes.height == len(CASE_11)


def test_the_reports_say_what_the_links_found(register_line: Line) -> None:
    put_registers(register_line, *CASE_11, "A 100 V")
    build_ownership(register_line)
    verdicts, barred = ownership_verdicts(register_line.connection), barred_organisations(register_line.connection)
    assert verdicts.columns == list(contracts.get("reports.ownership_verdicts").columns)
    assert dict(verdicts.select("organisation_id", "verdict").rows()) == {
        "A": "met_both", "T": "met_cascade", "V": "met_both",
    }  # fmt: skip
    assert barred["organisation_id"].to_list() == ["A", "R", "T", "V"]


def test_no_module_of_the_reports_rolls_up_again() -> None:
    for path in Path(reports.__file__).parent.glob("*.py"):
        assert "roll_up" not in path.read_text("utf-8"), path.name


def test_a_users_own_rule_decides_and_signs_every_verdict(register_line: Line, tmp_path: Path) -> None:
    put_registers(register_line, "R 40 T", "o 60 T")
    build_ownership(register_line)
    shipped = register_line.frame(
        "SELECT DISTINCT profile, profile_version, profile_fingerprint FROM links.ownership_verdicts"
    )
    assert shipped.rows() == [("provider_gt50", "2026-11-22", load_profile("provider_gt50").fingerprint)]
    own = tmp_path / "ownership.toml"
    own.write_text(SHIPPED.read_text("utf-8").replace('threshold_percent = "50"', 'threshold_percent = "33"'), "utf-8")
    build_ownership(with_settings(register_line, ownership_rules=str(own)))
    again = register_line.frame(
        "SELECT verdict, profile, profile_version, profile_fingerprint FROM links.ownership_verdicts"
    )
    ((verdict, name, version, fingerprint),) = again.rows()
    assert (verdict, name, version) == ("met_both", "provider_gt50", "2026-11-22")
    assert fingerprint != shipped["profile_fingerprint"].item(), "a changed rule under an old version shows"
    build_ownership(with_settings(register_line, ownership_profile="ofac_ge50"))
    assert register_line.frame("SELECT profile FROM links.ownership_verdicts").to_series().to_list() == ["ofac_ge50"]


def test_a_rule_that_cannot_be_used_stops_the_step(register_line: Line) -> None:
    put_registers(register_line, "R 60 T")
    with pytest.raises(OwnershipProfileError, match="no ownership profile"):
        build_ownership(with_settings(register_line, ownership_profile="missing"))


def test_without_registers_every_table_is_there_and_empty(register_line: Line) -> None:
    put_registers(register_line)
    build_ownership(register_line)
    for name in ("ownership_verdicts", "ownership_paths", "barred_organisations", "organisation_candidates"):
        assert register_line.frame(f"FROM links.{name}").is_empty()


def test_accounts_of_sister_companies_share_a_head_wherever_it_sits(register_line: Line) -> None:
    day = register_line.window.as_of
    found = {}
    for head in ("R", "o"):
        accounts = {"a1": "S1", "a2": "S2", "a3": "S2", "a4": "X", "a5": "X"}
        put_registers(register_line, f"{head} 60 S1", f"{head} 90 S2", f"{head} 50 X", accounts=accounts)
        build_ownership(register_line)
        rows = [
            {"snapshot_date": day, "account_id": account, "exchange_count": 1, "first_at": None, "last_at": None}
            for account in accounts
        ]
        put(register_line.connection, "features.payers", [
            {"account_id": row["account_id"], "payer_id": "p", "payer_basis": "account"} for row in rows
        ])  # fmt: skip
        links.account_signals(register_line.connection, register_line.window)
        shared = register_line.frame(
            "SELECT account_id, signal_value FROM links.account_signals WHERE signal_kind = 'controlling_organisation'"
            " ORDER BY ALL"
        )
        found[head] = [(account, value == head) for account, value in shared.rows()]
    assert found["R"] == found["o"] == [("a1", True), ("a2", True), ("a3", True)]


def test_records_of_one_organisation_are_one_payer(register_line: Line) -> None:
    lei = {"lei": "5493001KJTIIGC8Y1R12", "headquarters": "US", "jurisdiction": "US"}
    rows = [{"organisation_id": name, "name": name, **lei} for name in ("x1", "x2")]
    put_registers(register_line, organisations=rows, accounts={"a1": "x1", "a2": "x2"})
    build_ownership(register_line)
    day = register_line.window.as_of
    put(register_line.connection, "core.signal_days", [
        {"snapshot_date": day, "account_id": account, "signal_kind": "ip", "signal_value": "192.0.2.1", "use_count": 1,
         "first_at": pl.select(pl.datetime(2026, 3, 2)).item(), "last_at": pl.select(pl.datetime(2026, 3, 2)).item()}
        for account in ("a1", "a2")
    ])  # fmt: skip
    found = payers(register_line.connection, register_line.window)
    assert found["payer_id"].to_list() == ["organisation x1"] * 2
    assert found["organisation_id"].to_list() == ["x1", "x2"], "an account keeps the record it came with"


@pytest.mark.parametrize(
    ("facts", "basis", "said"),
    [
        ({"headquarters": "CN", "jurisdiction": "KY"}, "headquarters", "has its headquarters in CN"),
        ({"headquarters": None, "jurisdiction": "CN"}, "incorporation", "is incorporated in CN"),
    ],
)
def test_a_seed_by_incorporation_is_said_to_be_one(
    register_line: Line, facts: dict[str, str | None], basis: str, said: str
) -> None:
    put_registers(register_line, "R 60 T", organisations=[{"organisation_id": "R", **facts}])
    build_ownership(register_line)
    rows = {row["organisation_id"]: row for row in barred_organisations(register_line.connection).iter_rows(named=True)}
    assert rows["R"]["seed_basis"] == rows["T"]["seed_basis"] == basis
    statements = [one.statement for one in barred_statements(rows["R"])]
    assert said in statements[0]
    assert any("incorporation stands in" in one for one in statements) == (basis == "incorporation")
