"""The report tables of the tiny world: complete, consistent with each other, and not doubled."""

from datetime import timedelta

import polars as pl
import pytest

from forensics import contracts, reports
from forensics.reports.availability import WITHOUT
from forensics.reports.findings import distinct
from forensics.reports.group_facts import GroupFacts
from forensics.reports.judgement import Judgement
from forensics.reports.rivals import RIVALS
from forensics.window import Window
from tests.worlds.line import Line
from tests.worlds.tiny import TinyWorld


def test_the_hydra_is_accused_the_barred_organisation_named_and_nobody_else(
    tiny_line: Line, tiny_world: TinyWorld
) -> None:
    rows = tiny_line.connection.execute(
        "SELECT kind, confidence, account_id FROM reports.findings JOIN reports.finding_accounts USING (finding_id)"
        " WHERE confidence <> 'low'"
    ).fetchall()
    accused = {account for kind, _, account in rows if kind != "barred_ownership"}
    assert accused == tiny_world.accounts_of("hydra")
    assert {account for kind, _, account in rows if kind == "barred_ownership"} == tiny_world.accounts_of("barred")


def test_counts_of_a_finding_are_those_of_its_accounts(tiny_line: Line) -> None:
    assert (
        tiny_line.connection.execute(
            """
            SELECT finding_id FROM reports.findings JOIN (
                SELECT finding_id, COUNT(*) AS accounts, SUM(exchange_count) AS exchanges
                FROM reports.finding_accounts GROUP BY finding_id
            ) USING (finding_id)
            WHERE account_count <> accounts OR exchange_count <> exchanges
            """
        ).fetchall()
        == []
    )


@pytest.mark.parametrize(
    "table",
    [
        "finding_accounts",
        "finding_signals",
        "finding_evidence",
        "finding_counts",
        "finding_rivals",
        "finding_bystanders",
    ],
)
def test_nothing_belongs_to_a_finding_that_is_not_there(tiny_line: Line, table: str) -> None:
    query = f"SELECT * FROM reports.{table} ANTI JOIN reports.findings USING (finding_id)"
    assert tiny_line.connection.execute(query).fetchall() == []


def test_every_finding_says_what_supports_and_what_contradicts_it(tiny_line: Line) -> None:
    stances = tiny_line.connection.execute(
        "SELECT finding_id, COUNT(DISTINCT stance) FROM reports.findings"
        " LEFT JOIN reports.finding_evidence USING (finding_id) GROUP BY ALL"
    ).fetchall()
    assert stances and all(count == 2 for _, count in stances)


def test_running_again_gives_the_same_rows(tiny_copy: Line) -> None:
    tables = [table for table in contracts.of_step("reports") if table.name != "runs"]

    def rows() -> dict[str, list[object]]:
        return {table.name: tiny_copy.connection.execute(f"FROM {table.full_name}").fetchall() for table in tables}

    before = rows()
    reports.build(tiny_copy.connection, tiny_copy.settings, tiny_copy.window, run_id="again")
    assert rows() == before


def test_the_day_after_the_findings_go_on(tiny_copy: Line) -> None:
    before = dict(tiny_copy.connection.execute("SELECT finding_id, status FROM reports.findings").fetchall())
    later = Window(tiny_copy.window.as_of + timedelta(days=1), tiny_copy.window.days)
    reports.build(tiny_copy.connection, tiny_copy.settings, later, run_id="later")
    after = dict(tiny_copy.connection.execute("SELECT finding_id, status FROM reports.findings").fetchall())
    assert before.keys() == after.keys()
    assert set(before.values()) == {"new"} and set(after.values()) == {"continuing"}
    days = tiny_copy.connection.execute("SELECT COUNT(DISTINCT as_of) FROM reports.finding_history").fetchall()
    assert days == [(2,)]


def test_without_any_data_every_table_is_there_and_says_what_is_missing(blank_line: Line) -> None:
    blank_line.look_back()
    for table in contracts.of_step("reports"):
        count = blank_line.connection.execute(f"SELECT count(*) FROM {table.full_name}").fetchall()[0][0]
        assert count == {"evidence_availability": len(WITHOUT), "runs": 1}.get(table.name, 0), table.name
    statements = blank_line.frame("SELECT statement FROM reports.evidence_availability")["statement"]
    assert statements.str.starts_with("Not available.").all()


def test_a_group_most_of_which_is_in_a_larger_accusation_is_not_told_twice() -> None:
    def judged(group: str, confidence: str) -> Judgement:
        facts = GroupFacts(group, "infrastructure", 10, 10, 0)
        return Judgement(facts, "coordinated_extraction", "high", "high", "undetermined", confidence, (), ())

    members = {"strong": range(10), "inside": range(5, 13), "beside": range(8, 20), "tiny": range(30, 33)}
    members["part"] = range(9, 14)
    rows = [(group, f"a{number}") for group, numbers in members.items() for number in numbers]
    kept = distinct(
        [judged(group, "high") for group in ("tiny", "part", "strong")]
        + [judged("inside", "low"), judged("beside", "moderate")],
        pl.DataFrame(rows, schema=["group_id", "account_id"], orient="row"),
    )
    assert list(kept) == ["beside", "strong"]


def test_every_finding_on_a_group_weighs_all_rivals(tiny_line: Line) -> None:
    rows = tiny_line.connection.execute(
        "SELECT finding_id, confidence, COUNT(rival), BOOL_OR(confidence_left = confidence)"
        " FROM reports.findings JOIN reports.finding_rivals USING (finding_id) GROUP BY ALL"
    ).fetchall()
    assert rows
    # No list of public items was compared: that an evaluator is not plausible cannot be said.
    weighed = [rival for rival in RIVALS if rival.name != "evaluator"]
    assert all(count == len(weighed) and stands for _, _, count, stands in rows)


def test_bystanders_are_in_no_finding_they_stand_beside(tiny_line: Line) -> None:
    both = tiny_line.connection.execute(
        "SELECT * FROM reports.finding_bystanders JOIN reports.finding_accounts USING (finding_id, account_id)"
    ).fetchall()
    assert both == []
