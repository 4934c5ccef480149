"""Items under a group's templates: a list is worked off once, a stock comes again, strangers' phrases are theirs."""

from datetime import timedelta
from typing import Any

import numpy as np

from forensics.links.group_items import FEWEST_USES, group_items, work_queue_tests
from tests.worlds.line import Line, put
from tests.worlds.tiny import FIRST_DAY

MEMBERS = 6


def _row(line: Line, own: list[list[int]], others: list[list[int]], *, times: int = 1) -> dict[str, Any]:
    """What is said of a group whose members send these items, so often, beside others that use the same template."""
    uses = {f"a{n}": items for n, items in enumerate(own)} | {f"other{n}": items for n, items in enumerate(others)}
    put(
        line.connection,
        "core.fill_days",
        [
            {"snapshot_date": FIRST_DAY - timedelta(days=day % 5), "account_id": account, "template_id": "head-1"}
            | {"fill_hash": item, "sample_level": 0, "use_count": times}
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


def test_what_others_send_again_counts_unless_they_are_so_many_that_the_text_is_everybodys(blank_line: Line) -> None:
    again = _list(MEMBERS)
    few = _row(blank_line, _list(MEMBERS), again)
    assert few["recurring_share"] == 0 and few["anybody_recurring_share"] == 1
    many = _row(blank_line, _list(MEMBERS), again * 10)
    assert many["anybody_recurring_share"] == 0 and many["anybody_later_share"] == 0
