"""The process's environment for Dagster and compiled libraries: all they write goes into the state folder."""

import hashlib
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

from forensics.errors import SettingsError
from forensics.home import HOME_VARIABLE, Home

LOOPBACK = "127.0.0.1"
"""Never another address: neither the interface nor the case files have passwords, and both show prompts."""

DAGSTER_SETTINGS = """\
# Settings of Dagster for this state folder. DAGSTER_HOME is the folder of this file.

storage:
  sqlite:
    base_dir: {env: DAGSTER_HOME}

local_artifact_storage:
  module: dagster._core.storage.root
  class: LocalArtifactStorage
  config:
    base_dir: {env: DAGSTER_HOME}

# Steps run in one process and write to the event log; copies of their output streams would only repeat it.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager

# Runs start at once: the warehouse's own kernel lock makes them wait for each other, also after a crash.
run_coordinator:
  module: dagster._core.run_coordinator
  class: DefaultRunCoordinator

telemetry:
  enabled: false

nux:
  enabled: false

retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 2
      started: 90
      failure: 30
      success: 90
"""

CREDENTIAL = re.compile(r"[?&][^=&]*(secret|access_?key|account_?key|token|password|credential)[^=&]*=", re.IGNORECASE)
"""Options of a URL that hold a secret."""

WORKSPACE = """\
# The code that Dagster's web interface and daemon load for this state folder.
load_from:
  - python_module:
      module_name: pipelines.definitions
      location_name: forensics
"""


def prepare(home: Home) -> None:
    """Make the state folder and point every library at it, before the first of them is imported."""
    home.create()
    compiled, fonts = home.scratch / "numba" / source_digest(), home.scratch / "matplotlib"
    for folder in (compiled, fonts):
        folder.mkdir(parents=True, exist_ok=True)
    for file, text in ((home.dagster / "dagster.yaml", DAGSTER_SETTINGS), (workspace(home), WORKSPACE)):
        if not file.exists():
            file.write_text(text, "utf-8")
    os.environ.update(
        {
            HOME_VARIABLE: str(home.root),
            "DAGSTER_HOME": str(home.dagster),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "MPLCONFIGDIR": str(fonts),
        }
    )
    # Whoever keeps compiled code in one place for many state folders saves each of them half a minute.
    if os.environ.setdefault("NUMBA_CACHE_DIR", str(compiled)) == str(compiled):
        for earlier in {one for one in compiled.parent.iterdir() if one.is_dir()} - {compiled}:
            shutil.rmtree(earlier, ignore_errors=True)


def source_digest() -> str:
    """A name for code that is compiled from the package as it is.

    A compiled function is looked up by its own file's age, so that one whose helper in another file has changed would
    be taken for the new one after an update.
    """
    package = Path(__file__).parents[1]
    hashed = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        hashed.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


def workspace(home: Home) -> Path:
    """The file that tells Dagster's services which code to load."""
    return home.dagster / "workspace.yaml"


def absolute_root(root: str) -> str:
    """A snapshot root that means the same from every working folder: URLs as they are, local folders absolute.

    Raises:
        SettingsError: for a URL with credentials, which would be kept in the settings and in every load's record.
    """
    if "://" not in root:
        return str(Path(root).expanduser().resolve())
    scheme, _, rest = root.partition("://")
    options = rest.partition("?")[2]
    if re.search("[@:]", re.split("[/?#]", rest)[0]) or "@" in options or CREDENTIAL.search(rest):
        raise SettingsError(
            f"The {scheme}:// URL of the snapshots holds credentials, which would be kept with the results.",
            next_step="Leave them out of the URL and set the store's own variables, e.g. AWS_ACCESS_KEY_ID and"
            " AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, or AZURE_STORAGE_KEY.",
        )
    return root


def launcher() -> str:
    """What a person types here to start this installation: `forensics` where the shell finds it, else its path."""
    started = Path(sys.argv[0])
    if started.name != "forensics" or not started.is_file():
        # Started as a module or from a test: the launcher lies beside the interpreter.
        started = Path(sys.executable).with_name("forensics")
    found = shutil.which("forensics")
    if not started.is_file() or (found and Path(found).resolve() == started.resolve()):
        return "forensics"
    path, folder = started.absolute(), Path.cwd()
    return shlex.quote(str(path.relative_to(folder) if path.is_relative_to(folder) else path))
