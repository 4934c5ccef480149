"""links.signals and account_signals: rarity, hubs, what counts as shared, and the network behind an address."""

import math
from datetime import datetime
from ipaddress import ip_address, ip_network

import numpy as np
import pytest

from forensics.links.account_signals import account_signals
from forensics.links.evidence import EVIDENCE_KINDS
from forensics.links.kinds import SIGNAL_KINDS
from forensics.links.signals import HUB_FLOOR, signals
from forensics.window import Window
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

WINDOW = Window(FIRST_DAY, 7)
MOMENT = datetime(2026, 3, 2, 8)


def _payers(line: Line, names: list[str]) -> None:
    rows = [{"account_id": one, "payer_id": one, "payer_basis": "account"} for one in names]
    put(line.connection, "features.payers", rows)


def _shared(line: Line, holders: dict[tuple[str, str], list[str]]) -> None:
    rows = [
        {
            "account_id": account,
            "signal_kind": kind,
            "signal_value": value,
            "use_count": 1,
            "first_at": MOMENT,
            "last_at": MOMENT,
        }
        for (kind, value), accounts in holders.items()
        for account in accounts
    ]
    put(line.connection, "links.account_signals", rows)


@pytest.mark.parametrize("kind", SIGNAL_KINDS)
def test_a_value_is_a_hub_from_its_kinds_limit_on(blank_line: Line, kind: str) -> None:
    names = [f"account-{number:04}" for number in range(2000)]
    limit = max(HUB_FLOOR, min(SIGNAL_KINDS[kind].hub_accounts, int(SIGNAL_KINDS[kind].hub_share * len(names))))
    _payers(blank_line, names)
    at, above, two = "192.0.2.1", "192.0.2.2", "192.0.2.3"
    _shared(blank_line, {(kind, at): names[:limit], (kind, above): names[: limit + 1], (kind, two): names[:2]})
    found = {row["signal_value"]: row for row in signals(blank_line.connection, WINDOW).iter_rows(named=True)}
    assert (found[at]["is_hub"], found[above]["is_hub"], found[two]["is_hub"]) == (False, True, False)
    assert found[two]["bits"] == pytest.approx(math.log2(1000))
    assert str(limit) in found[above]["hub_reason"]
    assert found[two]["hub_reason"] is None


def test_a_free_mail_provider_is_a_hub_however_few_have_it(blank_line: Line) -> None:
    names = [f"account-{number:04}" for number in range(2000)]
    _payers(blank_line, names)
    domains = {"gmx.de": True, "163.com": True, "acme.example": False}
    _shared(blank_line, {("email_domain", domain): names[:4] for domain in domains})
    _shared_as_address = {("user_agent", "gmx.de"): names[:4]}
    found = signals(blank_line.connection, WINDOW)
    assert dict(found.select("signal_value", "is_hub").iter_rows()) == domains
    reasons = found.filter("is_hub")["hub_reason"]
    assert reasons.str.contains("free mail").all()
    _shared(blank_line, _shared_as_address)
    assert not signals(blank_line.connection, WINDOW)["is_hub"].any()


def test_the_innermost_block_of_the_newest_list_names_an_address(blank_line: Line) -> None:
    rng = np.random.default_rng(1)
    kinds = ["residential", "mobile", "hosting", "vpn"]
    blocks = {
        str(ip_network((int(rng.integers(0, 2**32)) >> (32 - bits) << (32 - bits), bits))): kinds[place % 4]
        for place, bits in enumerate([1, 2, 4, 8, 8, 12, 16, 16, 20, 24, 30] * 3)
    }
    old = [{"snapshot_date": datetime(2026, 2, 1).date(), "cidr": "0.0.0.0/0", "kind": "proxy"}]
    new = [{"snapshot_date": FIRST_DAY, "cidr": cidr, "kind": kind} for cidr, kind in blocks.items()]
    put(blank_line.connection, "raw.networks", [*old, *new, {**new[0], "cidr": "2001:db8::/32"}])
    addresses = [str(ip_address(int(rng.integers(0, 2**32)))) for _ in range(100)]
    addresses += [str(ip_network(cidr)[0]) for cidr in blocks] + ["2001:db8::1"]
    names = ["account-1", "account-2"]
    _payers(blank_line, names)
    _shared(blank_line, {("ip", address): names for address in dict.fromkeys(addresses)})
    for row in signals(blank_line.connection, WINDOW).iter_rows(named=True):
        address = ip_address(row["signal_value"])
        holding = [ip_network(cidr) for cidr in blocks if address.version == 4 and address in ip_network(cidr)]
        expected = blocks[str(max(holding, key=lambda block: block.prefixlen))] if holding else None
        assert row["network_kind"] == expected, row["signal_value"]


def _state(account: str, **values: object) -> dict[str, object]:
    base = {"snapshot_date": FIRST_DAY, "account_id": account, "created_at": MOMENT, "status": "active"}
    return {**base, **values}


def test_empty_texts_are_shared_by_nobody_and_accounts_out_of_use_share_nothing(blank_line: Line) -> None:
    states = [
        _state("a", organisation_id="", email_domain="", signup_ip="192.0.2.1"),
        _state("b", organisation_id="", email_domain="", signup_ip="192.0.2.1"),
        _state("c", organisation_id="org", email_domain="Example.ORG"),
        _state("d", organisation_id="org", email_domain="example.org"),
        _state("asleep", organisation_id="org", email_domain="example.org"),
    ]
    put(blank_line.connection, "raw.accounts", states)
    _payers(blank_line, ["a", "b", "c", "d"])
    account_signals(blank_line.connection, WINDOW)
    rows = blank_line.connection.execute(
        "SELECT account_id, signal_kind, signal_value FROM links.account_signals ORDER BY ALL"
    ).fetchall()
    assert rows == [
        ("a", "signup_ip", "192.0.2.1"),
        ("b", "signup_ip", "192.0.2.1"),
        ("c", "email_domain", "example.org"),
        ("c", "organisation", "org"),
        ("d", "email_domain", "example.org"),
        ("d", "organisation", "org"),
    ]


def test_throw_away_mail_is_a_kind_of_its_own_and_no_evidence_that_carries(blank_line: Line) -> None:
    states = [_state("a", email_domain="MailInator.com"), _state("b", email_domain="mailinator.com")]
    put(blank_line.connection, "raw.accounts", [*states, _state("c", email_domain=None)])
    _payers(blank_line, ["a", "b", "c"])
    account_signals(blank_line.connection, WINDOW)
    found = blank_line.frame("SELECT signal_kind, signal_value, use_share FROM links.account_signals ORDER BY ALL")
    assert found.rows() == [("disposable_email_domain", "mailinator.com", None)] * 2
    carrying = {signal for kind in EVIDENCE_KINDS.values() if kind.weight == "carries" for signal in kind.signal_kinds}
    assert "disposable_email_domain" not in carrying and "email_domain" in carrying


def test_every_kind_that_is_written_is_known(tiny_line: Line) -> None:
    found = tiny_line.frame("SELECT DISTINCT signal_kind FROM links.account_signals")["signal_kind"]
    assert set(found) <= set(SIGNAL_KINDS)
    shared = tiny_line.frame("SELECT signal_kind, signal_value, COUNT(*) n FROM links.account_signals GROUP BY ALL")
    assert shared["n"].min() >= 2
