"""Deciding through the command line: what it writes, what it refuses, and what the next run makes of it."""

import json
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from forensics import contracts
from forensics.cli import main
from forensics.exports.publication import publish_with_reports
from forensics.home import Home
from forensics.settings import Settings
from forensics.warehouse import open_building, open_published, writer_lock
from pipelines.assets.reports import reports
from pipelines.resources import WarehouseResource, WindowResource
from tests.integration.dagster_runs import copied, prepared
from tests.integration.small_world import SECOND

WHY = "A class\nof 2026 \x1b[31m\u202e[bold]; see case 7."


def forensics(home: Home, *arguments: str) -> Result:
    """Run a command in this process on a state folder."""
    return CliRunner().invoke(main, [*arguments, "--home", str(home.root)], prog_name="forensics")


def decide(home: Home, finding: str, verdict: str, *more: str, why: str = WHY, by: str = "R. Eader") -> Result:
    """Run `forensics decide`."""
    return forensics(home, "decide", finding, "--verdict", verdict, "--by", by, "--why", why, *more)


@pytest.fixture
def home(tmp_path: Path, finished: Home) -> Home:
    """A copy of the finished state folder, to which this process points."""
    return prepared(copied(finished, tmp_path / "copy"))


def group_ids(home: Home) -> list[str]:
    """Findings on groups in the published warehouse."""
    with open_published(home) as connection:
        rows = connection.execute("SELECT finding_id FROM reports.findings ORDER BY score DESC").fetchall()
    return [row[0] for row in rows]


def report_again(home: Home) -> None:
    """The last two steps of a run: the pipeline's own reports, and the publication."""
    window = WindowResource(as_of=SECOND.isoformat())
    resources = {"warehouse": WarehouseResource(), "window": window}
    assert dg.materialize([reports], resources=resources, instance=dg.DagsterInstance.ephemeral()).success
    with open_building(home, Settings()) as connection:
        publish_with_reports(connection, home, SECOND, kept_versions=5)


def test_a_decision_is_shown_at_once_and_replaced_by_a_later_one(home: Home) -> None:
    first = group_ids(home)[0]
    assert forensics(home, "decisions").stdout == "Nothing was decided yet.\n"
    assert "decision" not in forensics(home, "findings").stdout.split("Case files")[0]
    decided = decide(home, first[:-2], "unsure")
    assert decided.exit_code == 0, decided.stderr
    assert f"Decision 1 on {first}: unsure by R. Eader" in decided.stdout
    (listed,) = json.loads(forensics(home, "findings", "--json").stdout)[:1]
    assert (listed["decision"], listed["decided_by"], listed["decided_finding_id"]) == ("unsure", "R. Eader", first)
    assert decide(home, first, "confirmed", "--json").exit_code == 0
    (case, rows) = (
        json.loads(forensics(home, "show", first, "--json").stdout),
        json.loads(forensics(home, "decisions", "--json").stdout),
    )
    assert case["finding"]["decision"] == "confirmed"
    assert [one["state"] for one in case["decisions"]] == ["replaced", "in force"]
    assert [(row["number"], row["verdict"], row["state"]) for row in rows] == [
        (1, "unsure", "replaced"),
        (2, "confirmed", "in force"),
    ]
    for command in (("show", first), ("findings",), ("decisions",), ("decisions", first[:9])):
        printed = forensics(home, *command)
        assert printed.exit_code == 0 and "confirmed" in printed.stdout
        assert not {"\x1b", "\u202e"} & set(printed.stdout)
    assert forensics(home, "decisions", "finding-x").stdout == "Nothing was decided on finding-x.\n"


def test_everything_wrong_with_a_decision_is_said_at_once(home: Home) -> None:
    refused = decide(home, group_ids(home)[0], "cleared", why=" \n", by="x" * 101)
    assert refused.exit_code == 2
    assert "--why is empty" in refused.stderr and "--by has 101 characters" in refused.stderr
    for unknown in ("finding-unknown", ""):
        refused = decide(home, unknown, "cleared")
        assert refused.exit_code == 5
        assert "No finding starts with" in refused.stderr and "forensics findings" in refused.stderr
    assert decide(home, group_ids(home)[0], "guilty").exit_code == 2
    assert json.loads(forensics(home, "decisions", "--json").stdout) == []


def test_while_a_run_writes_nothing_is_decided(home: Home) -> None:
    home.settings.write_text("lock_wait_seconds = 0\n", "utf-8")
    with writer_lock(home, purpose="a run of a test"):
        busy = decide(home, group_ids(home)[0], "cleared")
        assert forensics(home, "decisions").exit_code == 0
    assert busy.exit_code == 4
    assert "Nothing was decided" in busy.stderr and "a run of a test" in busy.stderr
    assert "Decide again when it has ended" in busy.stderr
    assert decide(home, group_ids(home)[0], "cleared").exit_code == 0


def test_before_the_first_run_there_is_nothing_to_decide_on(tmp_path: Path) -> None:
    refused = decide(Home(tmp_path), "finding-1", "cleared")
    assert refused.exit_code == 5 and "forensics run" in refused.stderr
    assert not (tmp_path / "decisions").exists()


def test_a_cleared_finding_is_gone_though_all_history_is_lost(
    home: Home,
) -> None:
    first = group_ids(home)[0]
    assert decide(home, first, "cleared").exit_code == 0
    with open_building(home, Settings()) as connection:
        for table in contracts.of_step("reports"):
            connection.execute(f"DELETE FROM {table.full_name}")
    report_again(home)
    assert first not in group_ids(home)
    refused = forensics(home, "show", first)
    assert refused.exit_code == 5 and "cleared by R. Eader" in refused.stderr
    query = "SELECT verdict, held_back_count, decided_by FROM reports.decisions"
    assert json.loads(forensics(home, "query", query, "--json").stdout) == [
        {"verdict": "cleared", "held_back_count": 1, "decided_by": "R. Eader"}
    ]
    assert (home.reports / SECOND.isoformat() / "decisions.parquet").is_file()
    # Going back, and losing the writer's warehouse over it, forgets no decision either.
    home.building.unlink()
    assert forensics(home, "restore", "1").exit_code == 0
    assert first in group_ids(home)
    assert len(json.loads(forensics(home, "decisions", "--json").stdout)) == 1
    # Held back, it can still be decided on by its id.
    assert forensics(home, "restore", "2").exit_code == 0
    assert first not in group_ids(home)
    assert decide(home, first, "unsure").exit_code == 0
