"""Commands on organisations, on a state folder of the tests: what they say, write and refuse."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from forensics.cli import main
from forensics.features.organisations.decisions import read_decisions
from forensics.home import Home
from forensics.settings import Settings
from forensics.warehouse import open_building, publish
from forensics.window import Window
from tests.unit.links.ownership.conftest import DAY
from tests.worlds.line import Line
from tests.worlds.registers import build_ownership, put_registers

HOSTILE = "\x1b[31mHead\u202e <b>"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A published warehouse with one barred organisation, and two records with one name."""
    home, settings = Home(tmp_path_factory.mktemp("ownership")).create(), Settings()
    organisations = [
        {"organisation_id": "R", "name": HOSTILE},
        {"organisation_id": "A", "name": "深圳市腾云科技有限公司", "headquarters": "SG", "jurisdiction": "SG"},
        {"organisation_id": "A2", "name": "腾云科技", "headquarters": "SG", "jurisdiction": "SG"},
    ]
    with open_building(home, settings) as connection:
        line = Line(home, settings, Window(DAY, 7), connection)
        put_registers(line, "R 51 A", "o 49 A", "A 51 T", "o 49 T", organisations=organisations, accounts={"a1": "A2"})
        build_ownership(line)
        publish(connection, home, kept_versions=2)
    return home


def forensics(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--home", str(home.root)], prog_name="forensics")


def test_ownership_says_verdict_figures_path_and_what_it_hangs_on(home: Home) -> None:
    printed = forensics(home, "ownership", "T")
    assert printed.exit_code == 0
    for text in ("T: met_cascade", "Cascade:      51 %", "Look-through: 26.01 %", "R, restricted by headquarters",
                 "provider_gt50", "R in A", "A in T"):  # fmt: skip
        assert text in printed.stdout, text
    assert "\x1b[31mHead" not in printed.stdout and "\u202e" not in printed.stdout
    told = json.loads(forensics(home, "ownership", "T", "--json").stdout)
    assert told["verdict"]["verdict"] == "met_cascade" and len(told["path"]) == 2
    assert told["verdict"]["margin_percent"] == 1.0


def test_ownership_writes_the_chart(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "chart.svg"
    assert forensics(home, "ownership", "T", "--svg", str(file)).exit_code == 0
    assert ElementTree.fromstring(file.read_text("utf-8")).tag.endswith("svg")
    refused = forensics(home, "ownership", "T", "--svg", str(tmp_path / "missing" / "chart.svg"))
    assert refused.exit_code == 2 and "Traceback" not in refused.output


def test_an_unknown_organisation_is_not_found(home: Home) -> None:
    printed = forensics(home, "ownership", "nobody")
    assert printed.exit_code == 5 and "'nobody'" in printed.output


def test_alike_organisations_are_listed_and_a_decision_is_kept(home: Home) -> None:
    listed = json.loads(forensics(home, "organisations", "--json").stdout)
    assert [(one["organisation_a"], one["organisation_b"], one["matched_by"]) for one in listed] == [
        ("A", "A2", "name")
    ]
    assert listed[0]["agreeing"] == "name, name_sound, name_stem, jurisdiction, headquarters"
    assert listed[0]["account_count"] == 1
    decided = forensics(home, "same-organisation", "A", "A2", "--verdict", "same", "--by", "Ann", "--why", "letterhead")
    assert decided.exit_code == 0 and "The next run acts on it." in decided.stdout
    assert read_decisions(home.organisation_decisions).select("organisation_a", "decision").rows() == [("A", "same")]


def test_a_decision_on_nobody_or_without_a_name_is_refused(home: Home) -> None:
    before = read_decisions(home.organisation_decisions).height
    slip = forensics(home, "same-organisation", "A", "A3", "--verdict", "same", "--by", "Ann", "--why", "x")
    assert slip.exit_code == 5 and "'A3'" in slip.output
    nameless = forensics(home, "same-organisation", "A", "T", "--verdict", "same", "--by", " ", "--why", "")
    assert nameless.exit_code == 2 and nameless.output.count("is missing") == 2
    assert read_decisions(home.organisation_decisions).height == before


def test_a_register_is_imported_into_a_day(tmp_path: Path) -> None:
    from tests.unit.raw.registers.test_bods import STATEMENTS, as_lines

    file = as_lines(tmp_path / "statements.jsonl", STATEMENTS)
    arguments = ["import-register", "bods", str(file), str(tmp_path / "day")]
    printed = CliRunner().invoke(main, arguments, prog_name="forensics")
    assert printed.exit_code == 0 and "6 organisations and 8 stakes" in printed.output
    assert "a share of 140" in printed.output
    missing = CliRunner().invoke(main, ["import-register", "bods", "gone.jsonl", str(tmp_path / "day")])
    assert missing.exit_code == 3 and "gone.jsonl is no file" in missing.output


def test_the_rules_are_shown_copied_once_and_all_faults_of_an_edited_file_named(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    shipped = json.loads(forensics(home, "ownership-rules", "--json").stdout)
    assert [(one["profile"], one["applied"]) for one in shipped] == [
        ("bis_ge50", False), ("ofac_ge50", False), ("provider_gt50", True),
    ]  # fmt: skip
    copied = forensics(home, "ownership-rules", "--copy", "--json")
    assert json.loads(copied.stdout) == shipped
    assert forensics(home, "ownership-rules", "--copy").exit_code == 2, "an edited file is not overwritten"
    text = home.ownership_rules.read_text("utf-8")
    home.ownership_rules.write_text(
        text.replace('"50"', '"150"', 1).replace('version = "2026-11-22"', 'version = ""'), "utf-8"
    )
    faulty = forensics(home, "ownership-rules")
    assert faulty.exit_code == 2
    assert faulty.output.count("version: ") == 3 and "provider_gt50: threshold_percent" in faulty.output
