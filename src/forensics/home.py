"""Where the state folder is and what lies where in it."""

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "FORENSICS_HOME"


@dataclass(frozen=True)
class Home:
    """The state folder: everything a run writes lies below it, and nothing lies elsewhere."""

    root: Path

    @classmethod
    def resolve(cls, root: str | Path | None = None) -> "Home":
        """The folder that was named, else `FORENSICS_HOME`, else `warehouse/` of the project or working folder."""
        named = root or os.environ.get(HOME_VARIABLE)
        return cls(Path(named).expanduser().resolve() if named else _project_folder() / "warehouse")

    def create(self) -> "Home":
        """Make the folders that do not exist yet."""
        for folder in (self.raw, self.reports, self.versions, self.dagster, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    @property
    def published(self) -> Path:
        """The warehouse that analysts open; only ever replaced as a whole."""
        return self.root / "forensics.duckdb"

    @property
    def building(self) -> Path:
        """The writer's own warehouse; holds what a run has finished so far."""
        return self.root / ".building.duckdb"

    @property
    def lock(self) -> Path:
        """The file whose kernel lock makes a process the one writer."""
        return self.root / ".writer.lock"

    @property
    def versions(self) -> Path:
        """The last published warehouses, to go back to."""
        return self.root / "versions"

    @property
    def raw(self) -> Path:
        """Immutable Parquet files of the exchanges, one a day and load."""
        return self.root / "raw"

    @property
    def core(self) -> Path:
        """Immutable Parquet files of the daily tables that grow with the exchanges, one a day and content."""
        return self.root / "core"

    @property
    def reports(self) -> Path:
        """One folder of Parquet files an as-of date."""
        return self.root / "reports"

    @property
    def cases(self) -> Path:
        """One folder of case files an as-of date: pages for people, with names as they are."""
        return self.root / "cases"

    @property
    def dagster(self) -> Path:
        """Dagster's own home: runs, events, schedules."""
        return self.root / "dagster"

    @property
    def scratch(self) -> Path:
        """Spill files and compiled kernels; may be deleted when nothing runs."""
        return self.root / "scratch"

    @property
    def manifests(self) -> Path:
        """One file a run: what went in, what came out, and the hash of the one before; only ever added to."""
        return self.root / "manifests"

    @property
    def exports_log(self) -> Path:
        """One line an export: what was handed out to whom; only ever added to."""
        return self.root / "exports.jsonl"

    @property
    def settings(self) -> Path:
        """The settings a person edits."""
        return self.root / "settings.toml"

    @property
    def ownership_rules(self) -> Path:
        """The ownership rules a person edits; the shipped ones count while it does not exist."""
        return self.root / "ownership.toml"

    @property
    def organisation_decisions(self) -> Path:
        """The log of decisions on organisations that are the same; only ever added to."""
        return self.root / "decisions" / "organisations.jsonl"


def _project_folder() -> Path:
    """The checkout this package is installed from in place, else the working folder."""
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()
