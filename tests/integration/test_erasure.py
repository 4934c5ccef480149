"""An erased account is nowhere any more, and days that are loaded again do not bring it back."""

import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from forensics.cli import main
from forensics.contracts.sql import literal
from forensics.decisions import add_decision, read_decisions
from forensics.features.organisations.decisions import add_decision as same_organisation
from forensics.features.organisations.decisions import read_decisions as same_organisations
from forensics.home import Home
from forensics.privacy.keys import KeyFileError
from forensics.privacy.tombstones import word_pattern
from forensics.raw import load_day
from forensics.settings import Settings
from forensics.warehouse import open_building, versions
from pipelines.previews import inert
from tests.integration.dagster_runs import copied
from tests.integration.decisions import DECISION
from tests.integration.small_world import FIRST, write_day, write_world

ACCOUNT, SIMILAR = "ring-002", "ring-0020"
EXCHANGES_A_DAY = 40


def forensics(home: Home, *arguments: str) -> Result:
    """Run a command in this process on a state folder."""
    return CliRunner().invoke(main, [*arguments, "--home", str(home.root)], prog_name="forensics")


def places_of(home: Home, account_id: str) -> list[str]:
    """Everywhere an account is named: bytes of every file, columns of every warehouse and Parquet file."""
    pattern = word_pattern([account_id])
    as_bytes = re.compile(pattern.encode())
    found = [
        str(path)
        for path in home.root.rglob("*")
        if path.is_file() and (as_bytes.search(data := path.read_bytes()) or inert(account_id).encode() in data)
    ]
    for path in home.root.rglob("*.duckdb"):
        with duckdb.connect(str(path), read_only=True) as connection:
            columns = connection.execute(
                "SELECT schema_name, table_name, column_name FROM duckdb_columns()"
                " SEMI JOIN duckdb_tables() USING (schema_name, table_name) WHERE data_type = 'VARCHAR'"
            ).fetchall()
            for step, table, column in columns:
                query = f'SELECT count(*) FROM "{step}"."{table}" WHERE regexp_matches("{column}", ?)'
                if connection.execute(query, [pattern]).fetchall()[0][0]:
                    found.append(f"{path}: {step}.{table}.{column}")
    with duckdb.connect() as connection:
        for path in home.root.rglob("*.parquet"):
            source = f"read_parquet({literal(str(path))}, hive_partitioning = false)"
            described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            texts = [row[0] for row in described if row[1] == "VARCHAR"]
            where = " OR ".join(f'coalesce(regexp_matches("{name}", {literal(pattern)}), false)' for name in texts)
            if texts and connection.execute(f"SELECT count(*) FROM {source} WHERE {where}").fetchall()[0][0]:
                found.append(str(path))
    return found


@pytest.fixture(scope="module")
def erased(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the finished state folder without the account."""
    home = copied(finished, tmp_path_factory.mktemp("erased") / "copy")
    assert len(places_of(home, ACCOUNT)) > 20
    add_decision(home, replace(DECISION, by="Zoë", why=f"{ACCOUNT} wrote: “we are {SIMILAR}’s class”. ({ACCOUNT})"))
    same_organisation(home.organisation_decisions, "org-a", "org-b", "same", by="Zoë", why="no account is named")
    same_organisation(home.organisation_decisions, "org-a", "org-c", "same", by="Zoë", why=f"says\u2028{ACCOUNT}")
    (home.organisation_decisions.parent / "findings" / ".000002.json.new").write_text(f'"{ACCOUNT}', "utf-8")
    done = forensics(home, "erase", ACCOUNT, "--by", "data protection", "--why", "request 17", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout[done.stdout.index("{") :])
    assert said["traces"] >= 2
    assert said["rows"]["raw.accounts"] == 2 and said["versions_deleted"] == 1 and len(said["files"]) >= 2
    return home


def test_an_erased_account_is_nowhere_and_stays_out_as_long_as_there_is_the_key(erased: Home, tmp_path: Path) -> None:
    assert places_of(erased, ACCOUNT) == []
    assert len(versions(erased)) == 1
    verified = json.loads(forensics(erased, "verify", "--json", "--quick").stdout)
    assert verified["holds"], verified["differences"]
    assert verified["manifest"]["number"] == 2
    root = tmp_path / "again"
    write_day(root, FIRST, shift=1)
    with open_building(erased, Settings()) as connection:
        report = load_day(connection, erased, Settings(), root=str(root), day=FIRST, reissued=True)
        kept = connection.execute(
            "SELECT (SELECT count(*) FROM raw.exchanges WHERE account_id = $account),"
            " (SELECT count(*) FROM raw.accounts WHERE account_id = $account AND snapshot_date = $day),"
            " (SELECT count(*) FROM raw.accounts WHERE snapshot_date = $day)",
            {"account": ACCOUNT, "day": FIRST},
        ).fetchall()[0]
        removals = connection.execute(
            "SELECT table_name, sum(removed_count)::BIGINT FROM raw.removals WHERE table_name LIKE 'raw.%' GROUP BY ALL"
        ).fetchall()
    assert kept[:2] == (0, 0) and kept[2] == 239
    by_table = {table.name: table.erased for table in report.tables}
    assert by_table["exchanges"] == EXCHANGES_A_DAY and by_table["accounts"] == 1
    assert dict(removals)["raw.exchanges"] == 2 * EXCHANGES_A_DAY and dict(removals)["raw.accounts"] == 2
    (erased.root.parent / ".copy.forensics-key").rename(tmp_path / "moved-key")
    with open_building(erased, Settings()) as connection, pytest.raises(KeyFileError, match="not the key"):
        load_day(connection, erased, Settings(), root=str(write_world(tmp_path / "third")), day=FIRST, reissued=True)


def test_decisions_stay_and_no_longer_name_the_account(erased: Home) -> None:
    (decision,) = read_decisions(erased)
    assert decision == replace(
        DECISION,
        by="Zoë",
        why=f"[erased] wrote: “we are {SIMILAR}’s class”. ([erased])",
        accounts=("ring-001", SIMILAR),
    )
    kept = same_organisations(erased.organisation_decisions)
    assert kept["reason"].to_list() == ["no account is named", "says\u2028[erased]"]


def test_an_erasure_names_nobody_and_wants_an_account_that_is_there(finished: Home, tmp_path: Path) -> None:
    home = copied(finished, tmp_path / "copy")
    refused = forensics(home, "erase", ACCOUNT, "--by", "me", "--why", f"{ACCOUNT} asked for it")
    assert refused.exit_code == 2 and "--why" in refused.output
    unknown = forensics(home, "erase", SIMILAR, "--by", "me", "--why", "request")
    assert unknown.exit_code == 5
