"""Country, jurisdiction, nationality and language never score: not in sources, not in columns, not in results."""

import ast
import re
from pathlib import Path

import polars as pl
import pytest

import forensics
from forensics import contracts, features, links, reports
from forensics.clusters.account_matrix import CLUSTERING_FEATURES
from forensics.contracts import ownership
from forensics.contracts.features_of_accounts import FEATURE_NAMES
from forensics.links.group_tests import EXTRACTION_MEASURES
from forensics.links.kinds import SIGNAL_KINDS
from tests.worlds.fingerprints import fingerprints
from tests.worlds.line import Line

SOURCE = Path(forensics.__file__).parent
PROTECTED = re.compile(
    r"countr(y|ies)|issuer_country|jurisdiction|headquarter|nationalit|citizen|ethnic|language|locale|geograph", re.I
)
LANGUAGE_MODEL = re.compile(r"language[- ]model", re.I)

ATTRIBUTION = re.compile(r"ownership|organisations?_|organisations/")
"""Who is the same organisation and who owns whom: registers name places, and the answer adds to no score."""

TEXTS = re.compile(r"capabilities/(training/|train\.py|taxonomy\.)")
"""Phrases and training prompts: they are sorted by language so that none is left out and all weigh alike, and they may
ask about any country; what reads prompts knows neither."""

SCORING = sorted(
    path
    for folder in ("core", "features", "clusters", "links")
    for path in (SOURCE / folder).rglob("*")
    if path.suffix in (".py", ".sql", ".toml")
    and not ATTRIBUTION.search(str(path.relative_to(SOURCE)))
    and not TEXTS.search(path.relative_to(SOURCE).as_posix())
) + [
    SOURCE / "reports" / name
    for name in ("judgement.py", "statements.py", "account_scores.py", "identity.py", "provenance.py")
]
"""All that computes, tests or judges. Ownership is a claim of its own and adds to no score."""


def _code(path: Path) -> str:
    """A source file without comments and docstrings."""
    text = path.read_text("utf-8")
    if path.suffix == ".sql":
        return re.sub(r"--.*", "", text)
    if path.suffix == ".toml":
        return re.sub(r"#.*", "", text)
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [
                part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            ] or [ast.Pass()]
    return ast.unparse(tree)


@pytest.mark.parametrize("path", SCORING, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_scoring_source_reads_where_somebody_is_from_or_what_they_speak(path: Path) -> None:
    found = PROTECTED.findall(LANGUAGE_MODEL.sub("", _code(path)))
    assert not found, f"{path.name} names {found}"


def test_the_check_would_notice_a_column_read_in_any_way(tmp_path: Path) -> None:
    for number, code in enumerate(("x = frame['country']", "query = 'SELECT issuer_country FROM t'", "y = a.language")):
        path = tmp_path / f"{number}.py"
        path.write_text(f'"""Says nothing of a country."""\n{code}  # country\n', "utf-8")
        assert PROTECTED.search(_code(path))
    (tmp_path / "harmless.py").write_text('"""A country."""\nx = 1  # language\n', "utf-8")
    assert not PROTECTED.search(_code(tmp_path / "harmless.py"))


def test_no_scoring_table_has_such_a_column() -> None:
    steps = ("core", "features", "clusters", "links")
    scoring = [
        table for table in contracts.tables() if table.step in steps and table.schema.__module__ != ownership.__name__
    ]
    scoring.append(contracts.get("reports.account_scores"))
    for table in scoring:
        for name in table.columns:
            assert not PROTECTED.search(name), f"{table.full_name}.{name}"


def test_features_measures_and_signals_name_none() -> None:
    for name in (*FEATURE_NAMES, *CLUSTERING_FEATURES, *EXTRACTION_MEASURES, *SIGNAL_KINDS):
        assert not PROTECTED.search(name)


def test_other_countries_change_no_feature_no_link_and_no_finding(tiny_copy: Line) -> None:
    steps = ("features", "links", "reports")
    without_ownership = ("reports.barred_organisations", "reports.ownership_verdicts")
    before = fingerprints(tiny_copy, steps)
    for table in ("raw.accounts", "raw.networks"):
        tiny_copy.connection.execute(f"UPDATE {table} SET country = 'KP'")
    tiny_copy.connection.execute("UPDATE raw.payments SET issuer_country = 'IR'")
    features.build(tiny_copy.connection, tiny_copy.settings, tiny_copy.window)
    links.build(tiny_copy.connection, tiny_copy.settings, tiny_copy.window)
    reports.build(tiny_copy.connection, tiny_copy.settings, tiny_copy.window, run_id="other countries")
    changed = tiny_copy.frame("SELECT DISTINCT country FROM raw.accounts")
    assert changed.equals(pl.DataFrame({"country": ["KP"]}))
    after = fingerprints(tiny_copy, steps)
    assert [name for name in before if before[name] != after[name] and name not in without_ownership] == []


GRADES = (
    "SELECT finding_id, control_confidence, extraction_confidence, confidence, score, headline FROM reports.findings"
    " WHERE kind <> 'barred_ownership' ORDER BY ALL"
)


def test_whom_the_rule_bars_changes_no_link_and_no_grade_but_its_own(tiny_copy: Line) -> None:
    """Every organisation moves into a restricted place: all their accounts are barred, and nothing else happens."""
    attribution = {table.full_name for table in contracts.tables() if table.schema.__module__ == ownership.__name__}
    before, grades = fingerprints(tiny_copy, ("links",)), tiny_copy.frame(GRADES)
    barred = "SELECT COUNT(*) FROM links.barred_organisations"
    assert tiny_copy.frame(barred).item() < 4 and grades.height
    tiny_copy.connection.execute("UPDATE raw.organisations SET headquarters = 'KP', jurisdiction = 'KP'")
    links.build(tiny_copy.connection, tiny_copy.settings, tiny_copy.window)
    reports.build(tiny_copy.connection, tiny_copy.settings, tiny_copy.window, run_id="all barred")
    after = fingerprints(tiny_copy, ("links",))
    assert tiny_copy.frame(barred).item() == 4
    assert [name for name in before if before[name] != after[name] and name not in attribution] == []
    assert tiny_copy.frame(GRADES).equals(grades)
