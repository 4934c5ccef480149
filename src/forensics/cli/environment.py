"""The process's environment for Dagster and compiled libraries: all they write goes into the state folder."""

import os
from pathlib import Path

from forensics.home import HOME_VARIABLE, Home

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
    compiled, fonts = home.scratch / "numba", home.scratch / "matplotlib"
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
            "NUMBA_CACHE_DIR": str(compiled),
            "MPLCONFIGDIR": str(fonts),
        }
    )


def workspace(home: Home) -> Path:
    """The file that tells Dagster's services which code to load."""
    return home.dagster / "workspace.yaml"


def absolute_root(root: str) -> str:
    """A snapshot root that means the same from every working folder: URLs as they are, local folders absolute."""
    return root if "://" in root else str(Path(root).expanduser().resolve())
