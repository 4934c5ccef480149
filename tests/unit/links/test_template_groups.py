"""Accounts that rare templates hold together: who lives on one, keeps sending one, or sends several of one stock."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from forensics.links.template_groups import (
    ASKING,
    BLOCK,
    BLOCKS_IN_ALL,
    FEW_PAYERS,
    FEWEST_TEMPLATES,
    KEPT_SHARE,
    LIKE_THE_OTHERS,
    TEMPLATE_PAYERS,
    TEMPLATE_SHARE,
    template_sets,
    template_uses,
)
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

Sent = dict[str, dict[str, float]]
"""Template → account → share of the account's exchanges."""


def _sets(
    line: Line,
    sent: Sent,
    *,
    asked_share: float = 0.0,
    payers: int = TEMPLATE_PAYERS,
    tied: Sequence[tuple[str, str, str]] = (),
) -> list[set[str]]:
    """Accounts of each set; account a3 is paid for by the third of so many payers, and families tie two accounts."""
    accounts = sorted({account for shares in sent.values() for account in shares})
    payer = {account: f"p{int(account[1:]) % payers}" for account in accounts}
    seen = {"first_at": datetime(2026, 3, 1), "last_at": datetime(2026, 3, 1)}
    signals, uses, texts = [], [], []
    for template, shares in sent.items():
        signal = {"signal_kind": "prompt_template", "signal_value": template, **seen}
        counted = {"account_count": len(shares), "payer_count": len({payer[account] for account in shares})}
        rare = {"family": "content", "bits": 9.0, "is_hub": False, "network_kind": None, "hub_reason": None}
        signals.append({**signal, **counted, **rare})
        uses += [{**signal, "account_id": a, "use_count": 9, "use_share": share} for a, share in shares.items()]
        text = {"template_id": template, "part": "head", "text": "grade", "variation_count": 1, "exchange_count": 60}
        days = {"first_on": FIRST_DAY, "last_on": FIRST_DAY, "payer_share": 0.1, "asked_share": asked_share}
        texts.append({**text, **days, **counted})
    known = {"payer_basis": "account", "organisation_id": None}
    put(line.connection, "links.account_signals", uses)
    put(line.connection, "features.payers", [{"account_id": a, "payer_id": payer[a], **known} for a in accounts])
    put(line.connection, "links.signals", signals)
    put(line.connection, "features.templates", texts)
    held = {"first_at": datetime(2026, 3, 1), "last_at": datetime(2026, 3, 1), "p_value": 1e-9, "q_value": 1e-6}
    rarest = {"strongest_kind": "ip", "strongest_value": "192.0.2.1", "signals": "ip: 192.0.2.1"}
    edge = {"layer": "infrastructure", "bits": 9.0, "family_count": 2, "shared_count": 2, **rarest, **held}
    put(
        line.connection,
        "links.edges",
        [{**edge, "account_a": a, "account_b": b, "families": families} for a, b, families in tied],
    )
    return [set(accounts) for accounts in template_sets(template_uses(line.connection))]


def _lived_on(line: Line, shares: list[float], *, asked_share: float, payers: int = TEMPLATE_PAYERS) -> int:
    """How many of the accounts that put this share of their exchanges under one template count as its accounts."""
    sets = _sets(
        line, {"head-1": {f"a{n}": share for n, share in enumerate(shares)}}, asked_share=asked_share, payers=payers
    )
    return sum(map(len, sets))


def test_a_template_is_lived_on_by_much_use_or_by_some_where_it_asks_for_something(blank_line: Line) -> None:
    much, some = [TEMPLATE_SHARE] * 6, [4 * KEPT_SHARE] * 6
    assert _lived_on(blank_line, much, asked_share=0.0) == 6
    assert _lived_on(blank_line, some, asked_share=ASKING - 0.01) == 0
    assert _lived_on(blank_line, some, asked_share=ASKING) == 6
    assert _lived_on(blank_line, much, asked_share=1.0, payers=TEMPLATE_PAYERS - 1) == 0


def test_who_sends_far_less_of_a_template_than_the_others_is_none_of_its_accounts(blank_line: Line) -> None:
    some = [0.1] * 6
    assert _lived_on(blank_line, [*some, LIKE_THE_OTHERS * 0.1, LIKE_THE_OTHERS * 0.1 - 0.001], asked_share=1.0) == 7
    # Where some live on it, so must the others.
    assert _lived_on(blank_line, [*[TEMPLATE_SHARE] * 5, TEMPLATE_SHARE - 0.01], asked_share=1.0) == 5
    assert _lived_on(blank_line, [KEPT_SHARE] * 5 + [KEPT_SHARE - 0.001], asked_share=1.0) == 5
    # What others send now and then, too, is a phrase.
    assert _lived_on(blank_line, [KEPT_SHARE] * 7 + [KEPT_SHARE - 0.001] * 2, asked_share=1.0) == 0


def _shared(names: str, share: float) -> dict[str, float]:
    return {f"a{number}": share for number in names}


def test_several_templates_that_only_the_same_accounts_send_hold_them_together(blank_line: Line) -> None:
    """None of them is used much or asks for anything, and each account lacks one of them."""
    sent = {"head-1": _shared("01234", 0.02), "head-2": _shared("12345", 0.02), "head-3": _shared("02345", 0.02)}
    assert _sets(blank_line, sent, payers=6) == [{"a0", "a1", "a2", "a3", "a4", "a5"}]
    assert _sets(blank_line, sent, payers=FEW_PAYERS) == [{"a0", "a1", "a2", "a3", "a4", "a5"}]
    assert _sets(blank_line, sent, payers=FEW_PAYERS - 1) == []
    assert _sets(blank_line, {"head-1": sent["head-1"]}) == []


def test_who_sends_one_template_of_a_stock_came_to_it_by_chance(blank_line: Line) -> None:
    assert FEWEST_TEMPLATES == 2
    sent = {"head-1": _shared("012345", 0.02), "head-2": _shared("012346", 0.02)}
    assert _sets(blank_line, sent) == [{"a0", "a1", "a2", "a3", "a4"}]


def test_templates_of_different_accounts_are_no_stock(blank_line: Line) -> None:
    sent = {"head-1": _shared("01234567", 0.02), "head-2": {**_shared("0123", 0.02), "a91": 0.02, "a92": 0.02}}
    assert _sets(blank_line, sent) == []


def test_a_stock_that_many_send_hardly_ever_holds_nobody_together(blank_line: Line) -> None:
    alike = {**_shared("01234", 0.02), "a91": KEPT_SHARE / 4, "a92": KEPT_SHARE / 4}
    assert _sets(blank_line, {"head-1": alike, "head-2": alike}) == []


def test_who_lives_on_another_template_is_none_of_a_stock(blank_line: Line) -> None:
    sent = {
        "head-1": _shared("012345", 0.02),
        "head-2": _shared("012345", 0.02),
        "system-3": _shared("56", TEMPLATE_SHARE),
    }
    assert _sets(blank_line, sent) == [{"a0", "a1", "a2", "a3", "a4"}]


def _chained(accounts: list[str], families: str = "device, network") -> list[tuple[str, str, str]]:
    return [(a, b, families) for a, b in pairwise(accounts)]


def test_two_hands_with_one_text_are_two_sets_and_a_hand_of_many_pools_is_one(blank_line: Line) -> None:
    sent: Sent = {"head-1": {f"a{number:02}": 0.9 for number in range(20)}}
    names = sorted(sent["head-1"])
    few, many = names[: round(BLOCK * 20)], names[round(BLOCK * 20) :]
    both = [*_chained(few), *_chained(many)]
    assert sorted(map(len, _sets(blank_line, sent, tied=both))) == [len(few), len(many)]
    for tied in (
        [*both, (few[-1], many[0], "network, organisation")],  # something else joins them
        [*_chained(few[1:]), *_chained(many)],  # too few for a block
        [*_chained(few), *_chained(many[: round(BLOCKS_IN_ALL * 20) - len(few) - 1])],  # too many in no block
        [(a, b, "content, device") for a, b, _ in both],  # texts and clients tie nobody
    ):
        blank_line.connection.execute("DELETE FROM links.edges")
        for table in ("links.account_signals", "links.signals", "features.payers", "features.templates"):
            blank_line.connection.execute(f"DELETE FROM {table}")
        assert _sets(blank_line, sent, tied=tied) == [set(names)]
