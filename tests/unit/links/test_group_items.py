"""Items under a group's templates: a list is worked off once, a stock comes again, strangers' phrases are theirs."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from forensics.links.group_items import FEWEST_USES, group_items, work_queue_tests
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

MEMBERS = 6


def _row(
    line: Line,
    own: list[list[int]],
    others: list[list[int]],
    *,
    times: int = 1,
    others_share: float = 0.5,
    turns: int = 0,
) -> dict[str, Any]:
    """What is said of a group whose members send these items, so often, beside others that use the same template.

    The members put half of their exchanges under the template, the others `others_share`. Of the exchanges with an item
    so many `turns` continue a conversation.
    """
    uses = {f"a{n}": items for n, items in enumerate(own)} | {f"other{n}": items for n, items in enumerate(others)}
    put(
        line.connection,
        "core.fill_days",
        [
            {"snapshot_date": FIRST_DAY - timedelta(days=day % 5), "account_id": account, "template_id": "head-1"}
            | {"fill_hash": item, "sample_level": 0, "use_count": times, "conversation_turn_count": turns}
            for account, items in uses.items()
            for day, item in enumerate(items)
        ],
    )
    counts = {"account_count": MEMBERS, "payer_count": MEMBERS, "organisation_count": 0}
    found_by = {"formed_by": "template", "stability": 1.0, "stability_draws": 1}
    put(line.connection, "links.groups", [{"group_id": "g", **counts, **found_by}])
    put(line.connection, "links.group_accounts", [{"group_id": "g", "account_id": f"a{n}"} for n in range(MEMBERS)])
    shared = {"accounts_sharing": MEMBERS, "accounts_sharing_outside": len(others), "expected": 0.1, "lift": 60.0}
    value = {"signal_kind": "prompt_template", "signal_value": "head-1", "family": "content", "is_hub": False}
    put(line.connection, "links.group_signals", [{"group_id": "g", **value, **shared, "p_value": 0.0, "q_value": 0.0}])
    kind = {"signal_kind": "prompt_template", "signal_value": "head-1", "use_count": 100}
    times_seen = {"first_at": datetime(2026, 3, 2), "last_at": datetime(2026, 3, 6)}
    shares = {account: 0.5 if account.startswith("a") else others_share for account in uses}
    put(
        line.connection,
        "links.account_signals",
        [{**kind, **times_seen, "account_id": account, "use_share": share} for account, share in shares.items()],
    )
    payers = [{"account_id": account, "payer_id": account, "payer_basis": "account"} for account in uses]
    put(line.connection, "features.payers", payers)
    found = group_items(line.connection, line.window)
    return {**work_queue_tests(found).row(0, named=True), **found.row(0, named=True)}


def _list(members: int, start: int = 0) -> list[list[int]]:
    """Items of a list dealt out among so many accounts, each once."""
    return [[start + 100 * member + item for item in range(FEWEST_USES)] for member in range(members)]


def test_a_list_is_worked_off_once_and_a_stock_comes_again(blank_line: Line) -> None:
    dealt = _row(blank_line, _list(MEMBERS), [])
    assert dealt["recurring_share"] == 0 and dealt["p_value"] < 1e-12
    drawn = np.random.default_rng(5).integers(40, size=(MEMBERS, FEWEST_USES)).tolist()
    stock = _row(blank_line, [sorted(set(items)) for items in drawn], [])
    assert stock["recurring_share"] > 0.9 and stock["p_value"] > 1e6 * dealt["p_value"]


def test_several_answers_to_one_item_are_one_sending(blank_line: Line) -> None:
    """Rejection sampling asks the same several times at once; what comes again comes later or from somebody else."""
    rolled_out = _row(blank_line, _list(MEMBERS), [], times=4)
    assert rolled_out["use_count"] == 4 * rolled_out["sending_count"]
    assert rolled_out["recurring_share"] == 0 and rolled_out["p_value"] < 1e-12


def test_what_others_send_again_counts_if_they_use_the_text_as_the_members_do(blank_line: Line) -> None:
    """A part of a large firm sends each item once and other parts send it again; a phrase is everybody's."""
    again = _list(MEMBERS) * 10
    firm = _row(blank_line, _list(MEMBERS), again)
    assert firm["recurring_share"] == 0 and firm["anybody_recurring_share"] == 1
    assert firm["anybody_account_count"] == firm["anybody_payer_count"] == 11 * MEMBERS
    phrase = _row(blank_line, _list(MEMBERS), again, others_share=0.1)
    assert phrase["anybody_recurring_share"] == 0 and phrase["anybody_later_share"] == 0
    assert phrase["anybody_account_count"] == MEMBERS


def test_what_only_others_send_again_says_nothing(blank_line: Line) -> None:
    stock = [list(range(90_000, 90_000 + FEWEST_USES))] * 20
    assert _row(blank_line, _list(MEMBERS), stock)["anybody_recurring_share"] == 0


def test_answers_to_an_item_that_were_dealt_out_are_one_sending_and_a_class_works_on_the_same(blank_line: Line) -> None:
    """Rejection sampling over many accounts asks a few of them for each item; pupils get each exercise."""
    pairs = [items for items in _list(MEMBERS // 2) for _ in range(2)]
    rolled_out = _row(blank_line, pairs, [])
    assert rolled_out["sending_count"] == rolled_out["item_count"] and rolled_out["use_count"] == 2 * len(pairs) * 15
    assert rolled_out["recurring_share"] == 0 and rolled_out["p_value"] < 1e-12
    again = [items if number % 2 else [*items[1:], items[0]] for number, items in enumerate(pairs)]
    assert _row(blank_line, again, [])["recurring_share"] == 1
    assert _row(blank_line, _list(1) * MEMBERS, [])["recurring_share"] == 1


def test_turns_of_conversations_are_counted_under_the_templates(blank_line: Line) -> None:
    assert _row(blank_line, _list(MEMBERS), [], times=10, turns=7)["item_turn_share"] == 0.7
