"""Who the members of a group are: when a mail domain is a customer's name, and who of them count."""

from datetime import datetime

import polars as pl
import pytest

from forensics.reports.composition import composition
from forensics.reports.group_facts import GroupFacts, group_facts
from tests.worlds.line import Line, put

SIZE = 10


def facts_of(line: Line, payers: list[str | None]) -> GroupFacts:
    """The facts of a group with one mail domain, paid from these instruments (None: unknown)."""
    names = [f"m{number}" for number in range(len(payers))]
    times = {"first_at": datetime(2026, 3, 2), "last_at": datetime(2026, 3, 8)}
    put(line.connection, "raw.accounts", [
        {"snapshot_date": line.window.as_of, "load_id": "l", "account_id": name, "created_at": datetime(2026, 1, 1),
         "status": "active", "email_domain": "Shared.example"} for name in names
    ])  # fmt: skip
    put(line.connection, "features.payers", [
        {"account_id": name, "payer_id": payer or name, "payer_basis": "instrument" if payer else "account"}
        for name, payer in zip(names, payers, strict=True)
    ])  # fmt: skip
    put(line.connection, "links.signals", [
        {"signal_kind": "email_domain", "signal_value": "shared.example", "family": "organisation",
         "account_count": len(names), "payer_count": 9, "bits": 5.0, "is_hub": False, **times}
    ])  # fmt: skip
    put(line.connection, "links.groups", [
        {"group_id": "g", "formed_by": "template", "account_count": len(names), "payer_count": len(set(payers)),
         "organisation_count": 0, "stability": 1.0, "stability_draws": 1}
    ])  # fmt: skip
    put(line.connection, "links.group_accounts", [{"group_id": "g", "account_id": name} for name in names])
    (facts,) = group_facts(line.connection, line.window)
    return facts


@pytest.mark.parametrize(
    "payers", [["card"] * SIZE, ["card", "other"] * (SIZE // 2), [None] * SIZE, ["a", "b", "c"] + [None] * 27]
)
def test_a_domain_paid_from_few_instruments_or_who_knows_how_is_a_name(
    blank_line: Line, payers: list[str | None]
) -> None:
    assert facts_of(blank_line, payers).customer_share == 1.0


@pytest.mark.parametrize("unknown", [0, 4])
def test_a_domain_whose_accounts_each_pay_for_themselves_is_nobodys_name(blank_line: Line, unknown: int) -> None:
    cards: list[str | None] = [f"card-{number}" for number in range(SIZE - unknown)]
    facts = facts_of(blank_line, cards + [None] * unknown)
    assert facts.customer_share == 0.0


def test_only_who_remains_counts(blank_line: Line) -> None:
    facts = facts_of(blank_line, ["card"] * 4 + ["other"] * 2)
    assert (facts.account_count, facts.payer_count, facts.customer_share) == (6, 2, 1.0)
    blank_line.connection.execute("UPDATE raw.accounts SET email_domain = NULL WHERE account_id = 'm0'")
    blank_line.connection.execute("UPDATE features.payers SET organisation_id = 'firm' WHERE account_id = 'm0'")

    def of(*members: str) -> tuple[int, int, int, float]:
        remaining = pl.DataFrame({"group_id": ["g"] * len(members), "account_id": members})
        found = composition(blank_line.connection, blank_line.window, remaining)["g"]
        return found["account_count"], found["payer_count"], found["organisation_count"], found["customer_share"]

    assert of("m0", "m1", "m5") == (3, 2, 1, 2 / 3)
    assert of("m1", "m2") == (2, 1, 0, 1.0)
