"""Verify, trace and reproduce on a real run: what was tampered with is found and named."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from click.testing import CliRunner, Result

from forensics.cli import main
from forensics.custody.manifests import manifests
from forensics.custody.reproduce import reproduce
from forensics.decisions import add_decision, read_decisions
from forensics.exports.case_files.folders import ACCOUNT_MAP
from forensics.features.organisations.decisions import add_decision as same_organisation
from forensics.home import Home
from tests.integration.dagster_runs import copied
from tests.integration.decisions import DECISION
from tests.integration.small_world import EXCHANGE_COUNT, FIRST, SECOND


def forensics(home: Home, *arguments: str) -> Result:
    """Run a command in this process on a state folder."""
    return CliRunner().invoke(main, [*arguments, "--home", str(home.root)], prog_name="forensics")


def verified(home: Home, *options: str) -> tuple[int, set[str]]:
    """Exit code, and what differs."""
    done = forensics(home, "verify", "--json", *options)
    differences = json.loads(done.stdout)["differences"]
    return done.exit_code, {one["subject"] for one in differences if one["weight"] == "differs"}


def edited(home: Home, sql: str) -> None:
    """Change the published warehouse as somebody would who must not."""
    text = home.published.read_bytes()
    home.published.unlink()
    home.published.write_bytes(text)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(sql)


def test_a_run_leaves_a_manifest_of_all_it_read_and_made(finished: Home, world: Path) -> None:
    (entry,) = manifests(finished)
    said = entry.said
    assert (said["as_of"], said["kind"], said["previous"]) == (SECOND.isoformat(), "run", None)
    assert {load["root"] for load in said["inputs"]["loads"]} == {str(world)}
    assert said["rows"]["exchanges"]["in"] == said["rows"]["exchanges"]["kept"] == 2 * EXCHANGE_COUNT
    assert not [name for name, rows in said["rows"].items() if rows["unexplained"]]
    assert {check["check"] for check in said["checks"]} >= {"rows_keep_the_contract", "keys_are_unique"}
    assert said["outputs"]["tables"]["raw.accounts"]["days"].keys() == {FIRST.isoformat(), SECOND.isoformat()}
    assert said["seeds"]["seed"] == said["settings"]["seed"]
    assert len(said["policy"]["profile_sha256"]) == 64


def test_what_a_case_file_cites_of_its_run_stands_in_the_manifest_under_its_name(
    finished: Home, tmp_path: Path
) -> None:
    (entry,) = manifests(finished)
    page = min((finished.cases / SECOND.isoformat()).glob("finding-*")).read_text("utf-8")
    cited = set(re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", page))
    said = {entry.said["loads_fingerprint"], entry.said["settings_fingerprint"], entry.sha256}
    assert said <= cited and entry.said["run_id"] in page
    home = copied(finished, tmp_path / "copy")
    edited(home, "UPDATE reports.runs SET settings_fingerprint = repeat('0', 64)")
    done = json.loads(forensics(home, "verify", "--json", "--quick").stdout)
    assert any("settings_fingerprint" in one["text"] for one in done["differences"])


def test_what_nobody_touched_holds_also_against_a_hash_kept_elsewhere(finished: Home) -> None:
    (entry,) = manifests(finished)
    assert verified(finished, "--expect", entry.sha256) == (0, set())
    assert verified(finished, "--quick", "--expect", "0" * 64) == (8, {"chain"})


def test_tampering_is_found_and_named(finished: Home, tmp_path: Path) -> None:
    home = copied(finished, tmp_path / "copy")
    report = home.reports / SECOND.isoformat() / "findings.parquet"
    report.chmod(0o644)
    report.write_bytes(report.read_bytes()[:-1] + b"x")
    raw = sorted(home.raw.rglob("*.parquet"))[0]
    raw.chmod(0o644)
    raw.write_bytes(raw.read_bytes() + b"x")
    page, forged = sorted((home.cases / SECOND.isoformat()).glob("finding-*"))[0], home.cases / SECOND.isoformat() / "x"
    page.write_text(page.read_text("utf-8").replace("</h1>", "!</h1>"), "utf-8")
    forged.touch()
    edited(
        home,
        "UPDATE raw.accounts SET status = 'closed' WHERE snapshot_date = '2026-03-02' AND account_id = 'acct-000';"
        " DELETE FROM reports.finding_accounts"
        " WHERE account_id = (SELECT min(account_id) FROM reports.finding_accounts);"
        " UPDATE raw.loads SET loaded_at = loaded_at + INTERVAL 1 HOUR",
    )
    code, found = verified(home)
    assert code == 8
    assert found == {
        f"reports/{SECOND}/findings.parquet",
        *(path.relative_to(home.root).as_posix() for path in (raw, page, forged)),
        "raw.accounts",
        "raw.loads",
        "reports.finding_accounts",
    }


def test_pages_written_again_are_those_that_the_manifest_knows(finished: Home, tmp_path: Path) -> None:
    home = copied(finished, tmp_path / "copy")
    (folder,) = home.cases.iterdir()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (entry,) = manifests(home)
    hashes = {name: data.count(entry.sha256.encode()) for name, data in before.items() if name != ACCOUNT_MAP}
    assert len(hashes) >= 2 and set(hashes.values()) == {2}
    shutil.rmtree(home.cases)
    done = forensics(home, "restore", "1")
    assert done.exit_code == 0 and str(folder / "index.html") in done.stdout
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_changed_snapshot_is_found(finished: Home, world: Path) -> None:
    (entry,) = manifests(finished)
    load = next(one for one in entry.said["inputs"]["loads"] if one["table_name"] == "accounts")
    file = world / f"date={load['snapshot_date']}" / load["file"]
    before = file.read_bytes()
    try:
        file.write_bytes(before + b" ")
        assert verified(finished, "--quick") == (8, {str(file)})
    finally:
        file.write_bytes(before)


def test_every_figure_is_followed_to_table_key_and_run(finished: Home) -> None:
    with duckdb.connect(str(finished.published), read_only=True) as connection:
        finding = connection.execute("SELECT min(finding_id) FROM reports.findings").fetchall()[0][0]
    traced = json.loads(forensics(finished, "trace", finding, "--json").stdout)
    (entry,) = manifests(finished)
    assert traced["run_id"] == entry.said["run_id"] and traced["manifest"]["sha256"] == entry.sha256
    with_figures = [one for one in traced["statements"] if one["source_table"]]
    assert with_figures and all(one["rows"] for one in with_figures)


def test_a_statement_that_says_another_number_than_its_source_is_found(finished: Home, tmp_path: Path) -> None:
    home = copied(finished, tmp_path / "copy")
    edited(home, "UPDATE reports.finding_evidence SET value = value / 2 WHERE source_table = 'links.group_evidence'")
    done = json.loads(forensics(home, "verify", "--json", "--quick").stdout)
    named = [one for one in done["differences"] if "links.group_evidence" in one["text"]]
    assert named and all("statement" in one["subject"] for one in named)


def _again(finished: Home, change: str) -> Callable[[Home, str, date, date], None]:
    """A run that gives what the finished one gave, but for a change in its manifest."""

    def line(place: Home, _root: str, _first: date, _last: date) -> None:
        assert "seed = " in place.settings.read_text("utf-8")
        shutil.copyfile(finished.published, place.published)
        (entry,) = manifests(finished)
        place.manifests.mkdir(exist_ok=True)
        (place.manifests / entry.path.name).write_text(entry.path.read_text("utf-8").replace(change, "0" * 64), "utf-8")

    return line


def test_a_run_made_again_sees_the_decisions_it_saw_and_none_made_since(finished: Home, tmp_path: Path) -> None:
    home = copied(finished, tmp_path / "copy")
    (entry,) = manifests(home)
    assert entry.said["inputs"]["decisions"] == {"findings": 0, "organisations": 0}
    for number, why in enumerate(("before", "after"), start=1):
        add_decision(home, replace(DECISION, number=number, why=why))
        same_organisation(home.organisation_decisions, "org-a", "org-b", "same", by="me", why=why)
    changed = json.loads(entry.path.read_text("utf-8"))
    changed["inputs"]["decisions"] = {"findings": 1, "organisations": 1}
    entry.path.chmod(0o644)
    entry.path.write_text(json.dumps(changed), "utf-8")
    seen: list[list[str]] = []

    def line(place: Home, *arguments: Any) -> None:
        seen.append([one.why for one in read_decisions(place)])
        seen.append([json.loads(one)["reason"] for one in place.organisation_decisions.read_text("utf-8").splitlines()])
        _again(finished, "nothing")(place, *arguments)

    reproduce(home, "1", line, folder=tmp_path / "again")
    assert seen == [["before"], ["before"]]


def test_a_run_made_again_is_compared_table_by_table(finished: Home, tmp_path: Path) -> None:
    (entry,) = manifests(finished)
    same = reproduce(finished, "latest", _again(finished, "nothing"), folder=tmp_path / "same")
    assert same.is_equal and same.circumstances == () and same.table_count > 30
    table = entry.said["outputs"]["tables"]["links.groups"]
    other = reproduce(finished, "1", _again(finished, table["sha256"]), folder=tmp_path / "other")
    assert [name for name, _ in other.differences] == ["links.groups"]
