"""`forensics export` and `forensics resolve`: no name leaves unasked, and the owner takes every pseudonym back."""

import json
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner, Result

from forensics.cli import main
from forensics.home import Home
from tests.integration.dagster_runs import copied

FORMATS = ("stix", "xlsx", "graphml", "ftm", "parquet")
CUSTOMER, BARRED, HEAD = "customer-organisation", "barred-organisation", "heading-organisation"
DOMAIN, REVIEWER = "mail.customer-domain.example", "R. Viewer"
SHARED = (
    ("organisation", CUSTOMER),
    ("controlling_organisation", CUSTOMER),
    ("organisation", BARRED),
    ("barred_owner", HEAD),
    ("email_domain", DOMAIN),
)


def forensics(home: Home, *arguments: str) -> Result:
    """Run a command in this process on a state folder."""
    return CliRunner().invoke(main, [*arguments, "--home", str(home.root)], prog_name="forensics")


@pytest.fixture(scope="module")
def home(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy with organisations whose key and log of exports are its own."""
    home = copied(finished, tmp_path_factory.mktemp("exports") / "copy")
    home.published.chmod(0o600)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute("UPDATE reports.finding_accounts SET organisation_id = $1", [CUSTOMER])
        connection.execute(
            "UPDATE reports.finding_accounts SET organisation_id = $1 WHERE account_id = (SELECT min(account_id)"
            " FROM reports.finding_accounts)",
            [BARRED],
        )
        for one in (CUSTOMER, BARRED, HEAD):
            connection.execute(
                "INSERT INTO raw.organisations BY NAME SELECT (SELECT max(snapshot_date) FROM raw.loads) AS"
                " snapshot_date, $1 AS organisation_id, $1 || ' Limited' AS name, 'SG' AS jurisdiction",
                [one],
            )
        connection.execute(
            "INSERT INTO reports.barred_organisations BY NAME SELECT $1 AS organisation_id, 'met_both' AS verdict,"
            " $2 AS controlling_organisation_id, 50 AS threshold_percent, 'r' AS rule",
            [BARRED, HEAD],
        )
        for kind, value in SHARED:
            connection.execute(
                "INSERT INTO reports.finding_signals BY NAME SELECT finding_id, $1 AS signal_kind, $2 AS signal_value,"
                " 2 AS accounts_sharing, 0 AS accounts_sharing_outside, 9 AS lift, 0 AS p_value, 0 AS q_value"
                " FROM reports.findings",
                [kind, value],
            )
        connection.execute("UPDATE reports.finding_evidence SET statement = statement || ' ' || $1", [CUSTOMER])
        connection.execute("UPDATE reports.findings SET decided_by = $1", [REVIEWER])
    return home


def export(home: Home, folder: Path, *options: str) -> dict[str, object]:
    formats = [word for name in FORMATS for word in ("--format", name)]
    done = forensics(home, "export", "all", *formats, "--to", str(folder), "--json", *options)
    assert done.exit_code == 0, done.output
    receipt: dict[str, object] = json.loads(done.stdout[done.stdout.index("{\n") :])
    return receipt


def names(home: Home) -> tuple[set[str], set[str]]:
    """Accounts of findings, and their instruments and addresses."""
    with duckdb.connect(str(home.published), read_only=True) as connection:
        accounts = connection.execute("SELECT DISTINCT account_id FROM reports.finding_accounts").fetchall()
        values = connection.execute(
            "SELECT DISTINCT signal_value FROM reports.finding_signals"
            " WHERE signal_kind IN ('payment_instrument', 'ip', 'ip_prefix', 'signup_ip')"
        ).fetchall()
    return {row[0] for row in accounts}, {row[0] for row in values}


def texts(folder: Path) -> str:
    """Everything the files of a folder say."""
    found = [path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".json", ".graphml")]
    found += [pl.read_parquet(path).write_json() for path in folder.glob("*.parquet")]
    for path in folder.glob("*.xlsx"):
        import openpyxl

        book = openpyxl.load_workbook(path)
        found += [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    return "\n".join(found)


def is_said(name: str, text: str) -> bool:
    """Whether a value stands in a text by itself: as a JSON text, the content of an element, or a cell."""
    return any(f"{before}{name}{after}" in text for before, after in (('"', '"'), (">", "<"), ("\n", "\n")))


def test_no_account_instrument_or_address_leaves_unasked(home: Home, tmp_path: Path) -> None:
    receipt = export(home, tmp_path / "out", "--exemplars")
    accounts, values = names(home)
    said = texts(tmp_path / "out")
    assert accounts and values
    assert [
        name for name in accounts | values if f'"{name}"' in said or f">{name}<" in said or f"\n{name}\n" in said
    ] == []
    assert "account-" in said
    assert receipt["revealed"] == [] and receipt["recipient"] == "internal"
    logged = (home.exports_log).read_text("utf-8").splitlines()
    assert json.loads(logged[-1]) == receipt


def test_only_organisations_that_a_claim_is_about_are_named(home: Home, tmp_path: Path) -> None:
    export(home, tmp_path / "out", "--recipient", "partner")
    for file in sorted((tmp_path / "out").iterdir()):
        (tmp_path / file.name).mkdir()
        said = texts(Path(shutil.copy(file, tmp_path / file.name)).parent)
        assert [name for name in (CUSTOMER, DOMAIN, REVIEWER) if name in said] == [], file.name
    said = texts(tmp_path / "out")
    assert f"{BARRED} Limited" in said and f"{HEAD} Limited" in said and HEAD in said
    (hidden,) = set(pl.read_parquet(tmp_path / "out" / "finding_accounts.parquet")["organisation_id"]) - {BARRED}
    resolved = forensics(home, "resolve", hidden, "--recipient", "partner")
    assert resolved.stdout.strip() == CUSTOMER
    bundles = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "out").glob("*.stix.json")]
    named = {one["name"] for bundle in bundles for one in bundle["objects"] if one["type"] == "identity"}
    assert named == {"Trust and safety team", f"{BARRED} Limited"}


def test_organisations_and_domains_stay_when_asked_for(home: Home, tmp_path: Path) -> None:
    done = forensics(home, "export", "all", "--format", "parquet", "--format", "ftm", "--to", str(tmp_path / "out"),
                     "--reveal", "organisations", "--reveal", "domains")  # fmt: skip
    assert done.exit_code == 0, done.output
    said = texts(tmp_path / "out")
    assert f"{CUSTOMER} Limited" in said and DOMAIN in said and REVIEWER not in said


def accounts_in(folder: Path) -> set[str]:
    """What an export calls the accounts."""
    return set(pl.read_parquet(folder / "finding_accounts.parquet")["account_id"])


def test_recipients_get_other_pseudonyms_and_the_owner_takes_them_back(home: Home, tmp_path: Path) -> None:
    for recipient in ("one", "two"):
        export(home, tmp_path / recipient, "--recipient", recipient)
    first, second = (accounts_in(tmp_path / recipient) for recipient in ("one", "two"))
    assert len(first) == len(second) and not first & second
    resolved = forensics(home, "resolve", min(first), "--recipient", "one")
    assert resolved.stdout.strip() in names(home)[0]
    assert forensics(home, "resolve", min(first), "--recipient", "two").exit_code == 5
    assert forensics(home, "resolve", "ring-002").exit_code == 2


def test_addresses_stay_when_asked_for_and_only_they(home: Home, tmp_path: Path) -> None:
    export(home, tmp_path / "out", "--reveal", "addresses")
    signals = pl.read_parquet(tmp_path / "out" / "finding_signals.parquet")
    shown = set(signals.filter(pl.col("signal_kind") == "ip")["signal_value"])
    assert shown and shown <= names(home)[1]
    bundles = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "out").glob("*.stix.json")]
    addresses = {one["value"] for bundle in bundles for one in bundle["objects"] if one["type"] == "ipv4-addr"}
    assert addresses <= shown
    assert not accounts_in(tmp_path / "out") & names(home)[0]


def test_excerpts_need_the_setting(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORENSICS_SHOW_EXEMPLARS", "false")
    done = forensics(home, "export", "all", "--format", "xlsx", "--to", str(tmp_path / "out"), "--exemplars")
    assert done.exit_code == 2 and "show_exemplars" in done.output
    assert not (tmp_path / "out").exists()
