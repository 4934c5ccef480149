"""A finding keeps its id while half its accounts stay, no two share one, and a second run changes nothing."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.reports.identity import identified
from forensics.warehouse.tables import append_rows
from forensics.window import Window
from tests.worlds.line import Line
from tests.worlds.tiny import FIRST_DAY

Groups = dict[str, set[str]]
Kinds = dict[str, str]


def _run(line: Line, day: int, groups: Groups, kinds: Kinds | None = None) -> dict[str, tuple[str, str]]:
    """One run as of a day: id and status of every group; the history is kept as the step keeps it."""
    window = Window(FIRST_DAY + timedelta(days=day), 7)
    members = pl.DataFrame(
        [
            {"candidate": name, "kind": (kinds or {}).get(name, "coordinated_extraction"), "account_id": account}
            for name, accounts in groups.items()
            for account in accounts
        ],
        schema={"candidate": pl.String, "kind": pl.String, "account_id": pl.String},
    )
    found = identified(line.connection, members, window).candidates
    line.connection.execute("DELETE FROM reports.finding_history WHERE as_of = ?", [window.as_of])
    append_rows(
        line.connection,
        "reports.finding_history",
        members.join(found, on="candidate").select(
            pl.lit(window.as_of).alias("as_of"),
            "finding_id",
            "account_id",
            pl.lit(None, pl.String).alias("role"),
            pl.lit(None, pl.Float64).alias("membership"),
        ),
    )
    return {row[0]: (row[1], row[2]) for row in found.iter_rows()}


def _accounts(first: int, last: int) -> set[str]:
    return {f"account-{number:03}" for number in range(first, last)}


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (_accounts(0, 20), "continuing"),
        (_accounts(10, 30), "continuing"),
        (_accounts(0, 40), "grown"),
        (_accounts(0, 10), "shrunk"),
        (_accounts(0, 10) | _accounts(50, 60), "continuing"),
    ],
)
def test_an_id_stays_while_half_the_accounts_stay(blank_line: Line, after: set[str], status: str) -> None:
    before = _run(blank_line, 0, {"g": _accounts(0, 20)})["g"]
    assert before[1] == "new"
    assert _run(blank_line, 1, {"h": after})["h"] == (before[0], status)


def test_a_group_with_other_accounts_is_another_finding(blank_line: Line) -> None:
    before = _run(blank_line, 0, {"g": _accounts(0, 20)})["g"]
    after = _run(blank_line, 1, {"g": _accounts(15, 35)})["g"]
    assert after[0] != before[0] and after[1] == "new"


def test_a_part_that_once_was_the_whole_does_not_take_the_id_back(blank_line: Line) -> None:
    born = _run(blank_line, 0, {"g": _accounts(0, 10)})["g"][0]
    assert _run(blank_line, 1, {"g": _accounts(0, 50)})["g"][0] == born
    parts = _run(blank_line, 2, {"old": _accounts(0, 10), "new": _accounts(10, 50)})
    assert parts["new"][0] == born
    assert parts["old"][0] != born


def test_an_organisation_keeps_its_id_whatever_accounts_it_has(blank_line: Line) -> None:
    kinds = {"org-1": "barred_ownership"}
    before = _run(blank_line, 0, {"org-1": _accounts(0, 10), "group-1": _accounts(0, 10)}, kinds)
    assert before["org-1"][0] != before["group-1"][0]
    after = _run(blank_line, 1, {"org-1": _accounts(80, 90), "group-9": _accounts(0, 10)}, kinds)
    assert after["org-1"] == (before["org-1"][0], "continuing")
    assert after["group-9"][0] == before["group-1"][0]


def test_a_group_never_takes_over_an_organisations_id(blank_line: Line) -> None:
    before = _run(blank_line, 0, {"org-1": _accounts(0, 10)}, {"org-1": "barred_ownership"})
    assert _run(blank_line, 1, {"group-1": _accounts(0, 10)})["group-1"] != before["org-1"]


def test_no_group_gives_no_id(blank_line: Line) -> None:
    assert _run(blank_line, 0, {}) == {}


_runs = st.lists(
    st.dictionaries(st.sampled_from("abcde"), st.sets(st.integers(0, 12).map(str), min_size=1), max_size=4),
    min_size=1,
    max_size=5,
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=_runs)
def test_ids_are_unique_in_a_run_and_the_same_when_it_is_run_again(
    blank_line: Line, runs: list[dict[str, set[str]]]
) -> None:
    blank_line.connection.execute("DELETE FROM reports.finding_history")
    found: list[Any] = []
    for day, groups in enumerate(runs):
        ids = _run(blank_line, day, groups)
        assert len({finding_id for finding_id, _ in ids.values()}) == len(groups)
        assert _run(blank_line, day, groups) == ids
        found.append(ids)
    for day, groups in enumerate(runs):
        assert _run(blank_line, day, groups) == found[day]
