"""The commands of the README and the example queries do what they say on a small world."""

import re
import shlex
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from forensics.cli import main
from tests.integration.small_world import SECOND

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTED_HOME, DOCUMENTED_LAST_DAY = "warehouse/demo", "2026-03-08"
FINDING = re.compile(r"finding-[0-9a-f]+")
QUERIES = sorted((PROJECT / "warehouse" / "queries").glob("*.sql"))


def documented_commands() -> list[str]:
    """Lines after `$ ` in the console blocks of the READMEs, without their comments."""
    text = "\n".join((PROJECT / path).read_text("utf-8") for path in ("README.md", "warehouse/README.md"))
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line.split("  #")[0].strip() for line in lines]


COMMANDS = [command for command in documented_commands() if command.startswith("forensics ")]


def of_small_world(text: str, home: Path) -> str:
    """A documented text with another state folder than the one it names, and the small world's last day."""
    return text.replace(DOCUMENTED_HOME, str(home)).replace(DOCUMENTED_LAST_DAY, str(SECOND))


def run(command: str, home: Path) -> Result:
    """Run a documented command on the small world."""
    words = shlex.split(of_small_world(command, home))
    assert words[0] == "forensics"
    return CliRunner(env={"COLUMNS": "120"}).invoke(main, words[1:], prog_name="forensics")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: Path) -> Path:
    """A state folder filled by the README's own `forensics run`, from a smaller world of the week's first days."""
    home = tmp_path_factory.mktemp("readme") / "demo"
    (home / "world").mkdir(parents=True)
    (home / "world" / "snapshots").symlink_to(world)
    (documented,) = [command for command in COMMANDS if command.startswith("forensics run ")]
    assert DOCUMENTED_LAST_DAY in documented
    done = run(documented, home)
    assert done.exit_code == 0, done.stderr
    return home


def test_the_readme_documents_each_door() -> None:
    verbs = {command.split()[1] for command in COMMANDS}
    assert {"findings", "show", "ui", "tables", "query", "run", "doctor", "versions"} <= verbs


@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command.split()[1] not in ("run", "ui", "show", "evaluate")]
)
def test_a_documented_command_succeeds_and_prints(command: str, home: Path) -> None:
    done = run(command, home)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip()


def test_the_documented_show_prints_a_finding(home: Path) -> None:
    with duckdb.connect(str(home / "forensics.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT finding_id, headline FROM reports.findings ORDER BY score DESC").fetchall()
    assert found, "the small world should give a finding"
    (documented,) = [command for command in COMMANDS if command.startswith("forensics show ")]
    done = run(FINDING.sub(found[0][0], documented), home)
    assert done.exit_code == 0, done.stderr
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
        exec(compile(of_small_world(block, home), "warehouse/README.md", "exec"), {})


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_an_example_query_runs(path: Path, home: Path) -> None:
    with duckdb.connect(str(home / "forensics.duckdb"), read_only=True) as connection:
        result = connection.execute(path.read_text("utf-8"))
        assert result.description
        result.fetchall()
