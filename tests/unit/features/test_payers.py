"""features.payers: who pays, decided the same way whatever the order of rows."""

from datetime import datetime, timedelta

from forensics.features.payers import payers
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

LAST = FIRST_DAY + timedelta(days=2)
WINDOW = Window(LAST, 3)
MOMENT = datetime(2026, 3, 2, 8)


def _state(account: str, organisation: str | None, day: int = 0) -> dict[str, object]:
    return {
        "snapshot_date": FIRST_DAY + timedelta(days=day),
        "account_id": account,
        "created_at": MOMENT,
        "organisation_id": organisation,
        "status": "active",
    }


def _paid(account: str, instrument: str, count: int, day: int = 0) -> dict[str, object]:
    return {
        "snapshot_date": FIRST_DAY + timedelta(days=day),
        "account_id": account,
        "signal_kind": "payment_instrument",
        "signal_value": instrument,
        "use_count": count,
        "first_at": MOMENT,
        "last_at": MOMENT,
    }


def test_the_payer_is_the_organisation_else_the_instrument_else_the_account(blank_line: Line) -> None:
    states = [
        _state("in-organisation", "org-1"),
        _state("moved", "org-1", 0),
        _state("moved", "org-2", 1),
        _state("left", "org-1", 0),
        _state("left", None, 1),
        _state("blank", ""),
        _state("asleep", "org-1"),
        _state("alone", None),
    ]
    paid = [
        _paid("in-organisation", "card-1", 5),
        _paid("left", "card-2", 1),
        _paid("left", "card-1", 1, 1),
        _paid("blank", "card-3", 1, 0),
        _paid("blank", "card-4", 1, 0),
        _paid("blank", "card-4", 1, 1),
        {**_paid("alone", "192.0.2.1", 1), "signal_kind": "ip"},
        {**_paid("moved", "192.0.2.1", 1), "signal_kind": "ip"},
    ]
    put(blank_line.connection, "raw.accounts", states)
    put(blank_line.connection, "core.signal_days", paid)
    found = payers(blank_line.connection, WINDOW)
    assert {row[0]: row[1:] for row in found.iter_rows()} == {
        "in-organisation": ("organisation org-1", "organisation", "org-1"),
        "moved": ("organisation org-2", "organisation", "org-2"),
        "left": ("instrument card-1", "instrument", None),
        "blank": ("instrument card-4", "instrument", None),
        "alone": ("account alone", "account", None),
    }
    put(blank_line.connection, "raw.accounts", states[::-1])
    put(blank_line.connection, "core.signal_days", paid[::-1])
    assert payers(blank_line.connection, WINDOW).equals(found)


def test_a_payer_id_cannot_be_forged_by_a_name(blank_line: Line) -> None:
    rows = [_paid("organisation org-1", "org-1", 1), {**_paid("account", "x", 1), "signal_kind": "ip"}]
    put(blank_line.connection, "core.signal_days", rows)
    assert set(payers(blank_line.connection, WINDOW)["payer_id"]) == {"instrument org-1", "account account"}


def test_every_account_of_the_tiny_world_that_is_used_has_one_payer(tiny_line: Line) -> None:
    found = tiny_line.frame("FROM features.payers")
    assert found["account_id"].n_unique() == found.height
    assert not found["account_id"].str.starts_with("dormant").any()
