"""Who may import whom, and what importing costs."""

import ast
import json
import os
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LIBRARY = sorted((PROJECT / "src" / "forensics").rglob("*.py"))
PIPELINES = sorted((PROJECT / "pipelines").rglob("*.py"))
HEAVY = {
    "dagster", "duckdb", "polars", "numpy", "pyarrow", "pandas", "scipy", "sklearn", "umap", "hdbscan", "numba",
    "matplotlib", "dataframely", "pydantic", "rich", "pipelines",
}  # fmt: skip


def imported(path: Path, *, lazily: bool = True) -> set[str]:
    """Top-level names a module imports; with `lazily` also those inside functions."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = ast.walk(tree) if lazily else iter(tree.body)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_library_knows_no_orchestrator(path: Path) -> None:
    assert "dagster" not in imported(path)
    if "cli" in path.parts:
        assert "pipelines" not in imported(path, lazily=False)
    else:
        assert "pipelines" not in imported(path)


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_pipelines_compute_nothing_themselves(path: Path) -> None:
    assert not imported(path) & {"polars", "numpy", "sklearn", "umap", "hdbscan", "scipy", "pandas"}


def modules_used(path: Path, modules: dict[str, Path]) -> set[str]:
    """Modules of the library that a module imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name in modules else node.module for name in names}
    return found & modules.keys()


def test_modules_import_one_way() -> None:
    modules = {
        ".".join(path.relative_to(PROJECT / "src").with_suffix("").parts).removesuffix(".__init__"): path
        for path in LIBRARY
    }
    order = TopologicalSorter({name: modules_used(path, modules) - {name} for name, path in modules.items()})
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def python(program: str, **environment: str) -> str:
    """What a fresh process prints."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["run", "--help"], ["query", "--help"], ["ui", "--help"]], ids=" ".join
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import json, sys\n"
        "from forensics.cli import main\n"
        f"main({arguments!r}, prog_name='forensics', standalone_mode=False)\n"
        "print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    loaded = set(json.loads(python(program).splitlines()[-1]))
    assert not loaded & HEAVY


def test_loading_the_definitions_reads_no_settings_and_touches_no_state(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("not toml at all", "utf-8")
    program = (
        "import sys\n"
        "opened = []\n"
        "def watch(event, arguments):\n"
        f"    if event in ('open', 'os.mkdir', 'os.listdir') and str(arguments[0]).startswith({str(tmp_path)!r}):\n"
        "        opened.append((event, str(arguments[0])))\n"
        "sys.addaudithook(watch)\n"
        "from pipelines.definitions import defs\n"
        "defs.resolve_asset_graph()\n"
        "print(opened)"
    )
    assert python(program, FORENSICS_HOME=str(home), FORENSICS_WINDOW_DAYS="-1").strip() == "[]"
    assert [path.name for path in home.iterdir()] == ["settings.toml"]
