"""The commands of the README and the example queries do what they say on a small simulated world."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTED_HOME = "warehouse/demo"
FINDING = re.compile(r"finding-[0-9a-f]+")
QUERIES = sorted((PROJECT / "warehouse" / "queries").glob("*.sql"))


def documented_commands() -> list[str]:
    """Lines after `$ ` in the console blocks of the READMEs, without their comments."""
    text = "\n".join((PROJECT / path).read_text("utf-8") for path in ("README.md", "warehouse/README.md"))
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line.split("  #")[0].strip() for line in lines]


COMMANDS = [command for command in documented_commands() if command.startswith("forensics ")]


def run(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a documented command against another state folder than the one it names."""
    words = shlex.split(command.replace(DOCUMENTED_HOME, str(home)))
    assert words[0] == "forensics"
    return subprocess.run(
        [sys.executable, "-c", "from forensics.cli import main; main()", *words[1:]],
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "COLUMNS": "120"},
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder filled by the README's own `forensics run`, from a smaller world of the same days."""
    home = tmp_path_factory.mktemp("readme") / "demo"
    home.mkdir()
    simulated = run(f"forensics simulate {home / 'world'} --scale 0.002 --days 7 --seed 7", home)
    assert simulated.returncode == 0, simulated.stderr
    (documented,) = [command for command in COMMANDS if command.startswith("forensics run ")]
    done = run(documented, home)
    assert done.returncode == 0, done.stderr
    return home


def test_the_readme_documents_each_door() -> None:
    verbs = {command.split()[1] for command in COMMANDS}
    assert {"findings", "show", "ui", "tables", "query", "run", "doctor", "versions"} <= verbs


@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command.split()[1] not in ("run", "ui", "show")]
)
def test_a_documented_command_succeeds_and_prints(command: str, home: Path) -> None:
    done = run(command, home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_documented_show_prints_a_finding(home: Path) -> None:
    with duckdb.connect(str(home / "forensics.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT finding_id, headline FROM reports.findings ORDER BY score DESC").fetchall()
    assert found, "the small world should give a finding"
    (documented,) = [command for command in COMMANDS if command.startswith("forensics show ")]
    done = run(FINDING.sub(found[0][0], documented), home)
    assert done.returncode == 0, done.stderr
    assert found[0][0] in done.stdout


def test_the_make_targets_of_the_readme_exist() -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    named = set(re.findall(r"make ([a-z-]+)", text)) - {"test"}
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert {"demo", *named} <= targets


def test_the_documented_python_opens_what_the_demo_leaves(home: Path) -> None:
    text = (PROJECT / "warehouse" / "README.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        assert DOCUMENTED_HOME in block
        exec(compile(block.replace(DOCUMENTED_HOME, str(home)), "warehouse/README.md", "exec"), {})


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_an_example_query_runs(path: Path, home: Path) -> None:
    with duckdb.connect(str(home / "forensics.duckdb"), read_only=True) as connection:
        result = connection.execute(path.read_text("utf-8"))
        assert result.description
        result.fetchall()
