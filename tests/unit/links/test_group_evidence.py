"""links.group_evidence: who carries a text in common, and who only has a phrase of his work in common."""

from datetime import datetime

from forensics.links.group_evidence import CHIEFLY, _shared_values
from forensics.links.template_groups import FEWEST_TEMPLATES, NOBODY_ELSE
from tests.worlds.line import NOTHING_ASKED, Line, put
from tests.worlds.tiny import FIRST_DAY

SHARED, OWN = "head-shared", "head-own"


def _carriers(
    line: Line, uses: dict[str, tuple[int, int]], *, texts: int = 1, outside: int = 0, formed_by: str = "template"
) -> list[str]:
    """Which of the accounts carry the shared templates, by their uses of each and of an instruction of their own."""
    shared = [f"{SHARED}-{number}" for number in range(texts)]
    seen = {"first_at": datetime(2026, 3, 1), "last_at": datetime(2026, 3, 1)}
    day = {"snapshot_date": FIRST_DAY, "repeat_count": 0, "fill_count": 1, "distinct_prompt_count": 1, **NOTHING_ASKED}
    used = [
        {**day, "account_id": account, "template_id": template, "exchange_count": count}
        for account, (common, own) in uses.items()
        for template, count in (*((text, common) for text in shared), (f"{OWN}-{account}", own))
        if count
    ]
    put(line.connection, "core.template_days", used)
    names = sorted({str(row["template_id"]) for row in used})
    put(line.connection, "features.template_families", [{"template_id": one, "family_id": one} for one in names])
    counted = {"account_count": len(uses), "payer_count": len(uses), "organisation_count": 0}
    group = {"group_id": "g", "formed_by": formed_by, "stability": 0.9, "stability_draws": 9}
    put(line.connection, "links.groups", [{**group, **counted}])
    put(line.connection, "links.group_accounts", [{"group_id": "g", "account_id": account} for account in uses])
    signal = {"signal_kind": "prompt_template"}
    tested = {"accounts_sharing_outside": outside, "expected": 0.1, "lift": 50.0, "p_value": 0.0, "q_value": 0.0}
    held = {"group_id": "g", "family": "content", "accounts_sharing": len(uses), "is_hub": False}
    put(line.connection, "links.group_signals", [{**signal, "signal_value": one, **held, **tested} for one in shared])
    put(
        line.connection,
        "links.account_signals",
        [
            {**signal, **seen, "signal_value": one, "account_id": account, "use_count": count, "use_share": 0.1}
            for account, (count, _) in uses.items()
            for one in shared
        ],
    )
    return _shared_values(line.connection, line.window)["account_id"].to_list()


def test_who_mostly_sends_an_instruction_of_his_own_carries_no_text_in_common(blank_line: Line) -> None:
    enough = round(CHIEFLY * 20)
    uses = {"a": (20, 0), "b": (enough, 20), "c": (enough - 1, 20), "d": (3, 200)}
    assert _carriers(blank_line, uses) == ["a", "b"]


def test_several_texts_that_hardly_anybody_else_sends_are_carried_however_little_of_all_they_are(
    blank_line: Line,
) -> None:
    uses = {f"a{number}": (2, 200) for number in range(8)}
    few_others = round(len(uses) * (1 / NOBODY_ELSE - 1))
    assert _carriers(blank_line, uses, texts=FEWEST_TEMPLATES, outside=few_others) == sorted(uses)
    assert _carriers(blank_line, uses, texts=FEWEST_TEMPLATES, outside=few_others + 1) == []
    assert _carriers(blank_line, uses, texts=FEWEST_TEMPLATES - 1) == []


def test_one_text_of_a_group_found_by_something_else_is_carried_where_hardly_anybody_else_sends_it(
    blank_line: Line,
) -> None:
    uses = {f"a{number}": (2, 200) for number in range(8)}
    others = round(len(uses) * (1 / NOBODY_ELSE - 1)) + 1
    assert _carriers(blank_line, uses, formed_by="infrastructure") == sorted(uses)
    assert _carriers(blank_line, uses, formed_by="infrastructure", outside=others) == []
