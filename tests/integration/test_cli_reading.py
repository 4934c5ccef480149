"""Commands that read a state folder: what they print for people and for scripts, and what they refuse."""

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from forensics import contracts
from forensics.cli import main
from forensics.home import Home
from forensics.warehouse import open_published, writer_lock
from tests.integration.dagster_runs import copied
from tests.integration.small_world import DAYS, SECOND


def forensics(home: Home, *arguments: str) -> Result:
    """Run a command in this process on a state folder."""
    return CliRunner().invoke(main, [*arguments, "--home", str(home.root)], prog_name="forensics")


@pytest.fixture
def damaged(tmp_path: Path, finished: Home) -> Home:
    """A copy of the finished state folder whose published file may be written, to plant attackers' text."""
    home = copied(finished, tmp_path / "copy")
    text = home.published.read_bytes()
    home.published.unlink()
    home.published.write_bytes(text)
    return home


def finding_ids(home: Home) -> list[str]:
    with open_published(home) as connection:
        return [row[0] for row in connection.execute("SELECT finding_id FROM reports.findings ORDER BY ALL").fetchall()]


def test_findings_lists_every_finding(finished: Home) -> None:
    printed = forensics(finished, "findings")
    assert printed.exit_code == 0
    ids = finding_ids(finished)
    assert ids and all(one in printed.stdout for one in ids)
    as_json = json.loads(forensics(finished, "findings", "--json").stdout)
    assert sorted(one["finding_id"] for one in as_json) == ids
    assert set(as_json[0]) == set(contracts.get("reports.findings").columns)
    assert [one["score"] for one in as_json] == sorted((one["score"] for one in as_json), reverse=True)


def test_findings_can_be_narrowed(finished: Home) -> None:
    everything = json.loads(forensics(finished, "findings", "--json").stdout)
    for kind in ("coordinated_extraction", "relay", "barred_ownership"):
        listed = json.loads(forensics(finished, "findings", "--json", "--kind", kind).stdout)
        assert listed == [one for one in everything if one["kind"] == kind]
    high = json.loads(forensics(finished, "findings", "--json", "--min-confidence", "high").stdout)
    assert high == [one for one in everything if one["confidence"] == "high"]


def test_no_findings_is_an_answer(finished: Home) -> None:
    printed = forensics(finished, "findings", "--kind", "barred_ownership")
    assert printed.exit_code == 0
    assert "No findings" in printed.stdout


def test_show_prints_evidence_signals_and_accounts(finished: Home) -> None:
    (first, *_) = finding_ids(finished)
    printed = forensics(finished, "show", first)
    assert printed.exit_code == 0
    case = json.loads(forensics(finished, "show", first, "--json").stdout)
    assert case["finding"]["finding_id"] == first
    assert len(case["accounts"]) == case["finding"]["account_count"]
    for statement in case["evidence"]:
        assert statement["statement"] in printed.stdout
    for heading in ("What speaks for it", "What speaks against it", "Shared signals", "Accounts"):
        assert heading in printed.stdout
    assert case["accounts"][0]["account_id"] in printed.stdout
    assert json.loads(forensics(finished, "show", first[:-3], "--json").stdout) == case


def test_show_of_an_unknown_finding_says_so(finished: Home) -> None:
    printed = forensics(finished, "show", "nothing-like-it")
    assert printed.exit_code == 5
    assert "Next step" in printed.stderr
    assert "Traceback" not in printed.stderr


def test_hostile_text_in_a_finding_is_inert_on_a_terminal(damaged: Home) -> None:
    first = finding_ids(damaged)[0]
    hostile = "\x1b]0;owned\x07[bold red]<b>\u202e"
    with duckdb.connect(str(damaged.published)) as connection:
        for table, column in (
            ("findings", "headline"),
            ("finding_evidence", "statement"),
            ("finding_signals", "signal_value"),
        ):
            connection.execute(f"UPDATE reports.{table} SET {column} = ?", [hostile])
    for command in (("show", first), ("findings",), ("query", "SELECT headline FROM reports.findings")):
        for extra in ((), ("--json",)):
            printed = forensics(damaged, *command, *extra)
            assert printed.exit_code == 0
            assert not {"\x1b", "\x07", "\u202e"} & set(printed.stdout)
            assert "[bold red]" in printed.stdout


def test_query_prints_text_json_and_csv(finished: Home) -> None:
    sql = "SELECT snapshot_date, count(*) AS n, NULL AS nothing FROM raw.exchanges GROUP BY ALL ORDER BY ALL"
    assert "2026-03-02" in forensics(finished, "query", sql).stdout
    rows = json.loads(forensics(finished, "query", sql, "--json").stdout)
    assert [row["snapshot_date"] for row in rows] == [day.isoformat() for day in DAYS]
    table = list(csv.reader(io.StringIO(forensics(finished, "query", sql, "--csv").stdout)))
    assert table == [["snapshot_date", "n", "nothing"]] + [
        [str(row["snapshot_date"]), str(row["n"]), ""] for row in rows
    ]


def test_query_keeps_columns_of_one_name_and_values_json_does_not_know(finished: Home) -> None:
    printed = forensics(finished, "query", "SELECT 1 AS a, 2 AS a, 'nan'::DOUBLE AS x, [1, 2] AS list", "--json")
    (row,) = json.loads(printed.stdout)
    assert list(row.values()) == [1, 2, None, [1, 2]]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('{root}/reports/*/findings.parquet')",
        "SELECT * FROM '{root}/settings.toml'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_text('https://evil.example/x')",
        "COPY raw.accounts TO '{root}/stolen.parquet'",
        "ATTACH '{root}/.building.duckdb' AS other",
        "INSERT INTO raw.accounts FROM raw.accounts",
        "EXPLAIN ANALYZE COPY raw.accounts TO '{root}/stolen.parquet'",
        "SELECT * FROM duckdb_secrets()",
        "SELEC 1",
        "SELECT 1; DROP TABLE raw.accounts",
    ],
)
def test_query_reads_this_warehouse_and_nothing_else(finished: Home, sql: str) -> None:
    printed = forensics(finished, "query", sql.format(root=finished.root), "--json")
    assert printed.exit_code == 2
    assert "Query refused" in printed.stderr
    assert not (finished.root / "stolen.parquet").exists()


def test_a_refused_query_shows_the_lines_of_duckdb_and_no_other_control_character(finished: Home) -> None:
    said = forensics(finished, "query", "SELECT 1 +\n FROM \x1b").stderr
    assert len(said.splitlines()) > 3 and "\\x0a" not in said and "\x1b" not in said


def test_tables_lists_every_table_with_its_rows(finished: Home) -> None:
    rows = {row["table"]: row for row in json.loads(forensics(finished, "tables", "--json").stdout)}
    assert set(rows) == {table.full_name for table in contracts.tables()}
    counted = json.loads(forensics(finished, "query", "SELECT count(*) AS n FROM raw.exchanges", "--json").stdout)
    assert rows["raw.exchanges"]["row_count"] == counted[0]["n"]
    assert "reports.findings" in forensics(finished, "tables").stdout


def test_versions_and_restore_go_back(tmp_path: Path, finished: Home) -> None:
    from forensics.settings import Settings
    from forensics.warehouse import open_building, publish

    home = copied(finished, tmp_path / "copy")
    with open_building(home, Settings()) as connection:
        connection.execute("DELETE FROM reports.findings")
        publish(connection, home, kept_versions=5)
    assert finding_ids(home) == []
    listed = json.loads(forensics(home, "versions", "--json").stdout)
    assert [(one["version"], one["in_force"]) for one in listed] == [(2, True), (1, False)]
    assert forensics(home, "restore", "1").exit_code == 0
    assert finding_ids(home) == finding_ids(finished)
    assert forensics(home, "restore", "9").exit_code == 5


def test_restore_waits_for_the_writer(tmp_path: Path, finished: Home) -> None:
    home = copied(finished, tmp_path / "copy")
    home.settings.write_text("lock_wait_seconds = 0\n", "utf-8")
    with writer_lock(home, purpose="a test"):
        assert forensics(home, "restore", "1").exit_code == 4


def test_doctor_finds_nothing_to_mend(finished: Home) -> None:
    printed = forensics(finished, "doctor")
    assert printed.exit_code == 0, printed.stdout
    found = {one["subject"]: one for one in json.loads(forensics(finished, "doctor", "--json").stdout)}
    assert f"2 loaded, {DAYS[0]} to {DAYS[1]}" in found["days"]["text"]
    assert f"as of {SECOND}" in found["published warehouse"]["text"]
    assert "settings.toml" in found["setting snapshots"]["text"]
    assert "(default)" in found["setting window_days"]["text"]
    assert "static-words-64" in found["embedder"]["text"]
    assert found["writer"]["text"] == "nobody writes now"


def test_doctor_names_what_needs_mending(tmp_path: Path, finished: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home = copied(finished, tmp_path / "copy")
    home.settings.write_text("window_days = 0\nunknown = 1\n", "utf-8")
    printed = forensics(home, "doctor", "--json")
    assert printed.exit_code == 1
    found = {one["subject"]: one for one in json.loads(printed.stdout)}
    assert found["settings"]["state"] == "mend"
    assert "window_days" in found["settings"]["text"] and "unknown" in found["settings"]["text"]
    assert found["setting window_days"]["text"].startswith("28 (default). Days")
    assert "embedder" not in found
    # The copy's warehouse reads the original's files; by their names it should have its own.
    for path in (home.raw / "exchanges").rglob("*.parquet"):
        path.rename(path.with_name("other.parquet"))
    home.settings.unlink()
    monkeypatch.setenv("FORENSICS_SEED", "5")
    monkeypatch.setenv("FORENSICS_EMBEDDER", "onnx:nowhere")
    with writer_lock(home, purpose="a test"):
        printed = forensics(home, "doctor", "--json")
    found = {one["subject"]: one for one in json.loads(printed.stdout)}
    assert printed.exit_code == 1
    assert "2 are gone" in found["exchange files"]["text"]
    assert "2 Parquet files" in found["orphan files"]["text"]
    assert found["setting seed"]["text"].startswith("5 (FORENSICS_SEED)")
    assert found["embedder"]["state"] == "mend" and "nowhere holds no embedding model" in found["embedder"]["text"]
    assert "a test" in found["writer"]["text"]


def test_doctor_and_the_next_run_follow_a_moved_state_folder(tmp_path: Path, finished: Home) -> None:
    from forensics.settings import Settings
    from forensics.warehouse import open_building, publish

    home = copied(finished, tmp_path / "old")
    with open_building(home, Settings()) as connection:
        publish(connection, home, kept_versions=5)
    moved = Home(tmp_path / "new")
    home.root.rename(moved.root)
    printed = forensics(moved, "doctor", "--json")
    found = {one["subject"]: one for one in json.loads(printed.stdout)}
    assert printed.exit_code == 1
    assert found["exchange files"]["state"] == "good"
    assert found["raw.exchanges"]["state"] == "mend" and "forensics run" in found["raw.exchanges"]["text"]
    with open_building(moved, Settings()) as connection:
        publish(connection, moved, kept_versions=5)
    found = {one["subject"]: one for one in json.loads(forensics(moved, "doctor", "--json").stdout)}
    assert found["raw.exchanges"]["text"] == "can be read"


def test_doctor_counts_rows_of_loads_in_force(tmp_path: Path, finished: Home) -> None:
    from forensics.settings import Settings
    from forensics.warehouse import open_building, publish

    home = copied(finished, tmp_path / "copy")
    with open_building(home, Settings()) as connection:
        connection.execute("DELETE FROM raw.quarantine")
        connection.execute("UPDATE raw.loads SET quarantined_count = 9")
        connection.execute(
            "INSERT INTO raw.loads SELECT * REPLACE (2 AS load_number, load_id || 'x' AS load_id,"
            " CASE table_name WHEN 'accounts' THEN 1 ELSE 0 END AS quarantined_count) FROM raw.loads"
        )
        connection.execute(
            "INSERT INTO raw.quarantine SELECT snapshot_date, load_id, table_name, file, 1, rule, '', ''"
            " FROM raw.loads, (VALUES ('status|required'), ('created_at|type')) AS broken(rule)"
            " WHERE table_name = 'accounts'"
        )
        publish(connection, home, kept_versions=5)
    found = [one for one in json.loads(forensics(home, "doctor", "--json").stdout) if one["subject"] == "quarantine"]
    assert [one["text"] for one in found] == ["2 rows of accounts break the contract: created_at|type, status|required"]


def test_doctor_names_new_and_lost_columns(tmp_path: Path, finished: Home) -> None:
    from forensics.settings import Settings
    from forensics.warehouse import open_building, publish

    home = copied(finished, tmp_path / "copy")
    with open_building(home, Settings()) as connection:
        connection.execute(
            "UPDATE raw.loads SET unknown_columns = 'odd, new', missing_columns = missing_columns || ', outcome'"
            " WHERE table_name = 'exchanges' AND snapshot_date = $day",
            {"day": SECOND},
        )
        publish(connection, home, kept_versions=5)
    found = json.loads(forensics(home, "doctor", "--json").stdout)
    assert [one["text"] for one in found if one["subject"] == "columns"] == [
        f"exchanges of {SECOND}: no longer there: outcome",
        f"exchanges of {SECOND}: not in the contract and not loaded: new, odd",
    ]


def test_doctor_of_an_empty_place_is_content(tmp_path: Path) -> None:
    printed = forensics(Home(tmp_path / "nothing"), "doctor")
    assert printed.exit_code == 0
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("command", [("findings",), ("show", "x"), ("query", "SELECT 1"), ("tables",)])
def test_reading_before_the_first_run_says_what_to_do(tmp_path: Path, command: tuple[str, ...]) -> None:
    printed = forensics(Home(tmp_path), *command)
    assert printed.exit_code == 5
    assert "forensics run" in printed.stderr


def test_explain_says_why_a_prompt_has_its_tags(finished: Home) -> None:
    demand = "Think step by step and write down all your reasoning before the answer. \x1b[2J What is 6 times 7?"
    printed = forensics(finished, "explain", demand)
    assert printed.exit_code == 0, printed.output
    assert "reasoning_before: applies" in printed.stdout and "“step by step”" in printed.stdout
    assert "\x1b" not in printed.stdout
    with open_published(finished) as connection:
        query = "SELECT exchange_id, capability FROM core.exchange_capabilities ORDER BY ALL LIMIT 1"
        exchange, capability = connection.execute(query).fetchall()[0]
    explained = json.loads(forensics(finished, "explain", "--exchange", exchange, "--json").stdout)
    assert capability in {
        one["capability"] for part in explained.values() for one in part["verdicts"] if one["applies"]
    }
    for verdict in explained["prompt"]["verdicts"]:
        terms = sum(term["contribution"] for term in verdict["terms"])
        assert verdict["score"] == pytest.approx(verdict["bias"] + terms + verdict["rest"])


def test_explain_wants_one_prompt_that_is_there(finished: Home) -> None:
    assert "exactly one" in forensics(finished, "explain").stderr
    assert forensics(finished, "explain", "--exchange", "none").exit_code == 5
    refused = forensics(finished, "explain", " ")
    assert refused.exit_code == 2 and "The prompt is empty" in refused.stderr
