"""Settings: what a user may change, with defaults, bounds and reasons; every fault is reported at once."""

import json
import os
import tomllib
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from forensics.errors import SettingsError
from forensics.home import Home

ENVIRONMENT_PREFIX = "FORENSICS_"
NOT_SETTINGS = {"FORENSICS_HOME"}


class Settings(BaseModel):
    """Settings of a state folder, from `settings.toml`, overridden by `FORENSICS_<NAME>` in the environment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    snapshots: str | None = Field(
        default=None, description="Root of the daily snapshot folders: a local folder or s3://, gs://, az:// URL."
    )
    window_days: int = Field(
        default=28, ge=1, le=366, description="Days that the looking-back steps read, the as-of day included."
    )
    seed: int = Field(default=20260302, ge=0, description="Seed of everything that draws random numbers.")
    memory_limit: str = Field(
        default="2GB", pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$", description="Memory DuckDB may use before it spills."
    )
    threads: int = Field(default=2, ge=1, le=256, description="Threads DuckDB may use.")
    lock_wait_seconds: float = Field(
        default=600, ge=0, description="How long a run waits for another writer before it gives up."
    )
    kept_versions: int = Field(default=5, ge=1, le=100, description="Published warehouses kept to go back to.")
    quarantine_share_max: float = Field(
        default=0.05, ge=0, le=1, description="Share of a table's rows in quarantine above which a check warns."
    )
    minimum_exchanges: int = Field(
        default=10, ge=1, description="Exchanges in the window from which an account has features, score and cluster."
    )
    mapped_accounts: int = Field(
        default=100_000,
        ge=1_000,
        description="Accounts that UMAP places; of more, the others are placed by their neighbours among these. Time"
        " grows with the square up to here and in proportion beyond; 100,000 take some ten minutes and 2 GB.",
    )
    ownership_profile: str = Field(
        default="provider_gt50", min_length=1, description="Ownership rule that bars, by its name in the rules' file."
    )
    ownership_rules: str | None = Field(
        default=None,
        description="File of ownership rules: profiles, regions, dates. Left out: ownership.toml in the state folder"
        " if it is there, else the rules that ship with the package.",
    )
    organisation_decisions: str | None = Field(
        default=None,
        description="Log of decisions on organisations that are the same. Left out: decisions/organisations.jsonl in"
        " the state folder.",
    )
    embedder: str = Field(
        default="static-words",
        description="What turns prompts into vectors: static-words, static-words-128, static-words-256, hashing,"
        " sentence-transformers:FOLDER or onnx:FOLDER. Days embedded by another one are summed up again.",
    )
    capability_taxonomy: str | None = Field(
        default=None,
        description="An edited copy of core/capabilities/taxonomy.toml: what prompts can ask for, and which phrases"
        " show it. The next run sums up the window's days again where another one, or other weights, read them.",
    )
    capability_model: str | None = Field(
        default=None,
        description="What tells what prompts ask for: a weight file (.npz) of `python -m forensics.core.capabilities"
        ".train`, or an embedder such as sentence-transformers:FOLDER; left out: the project's own weights.",
    )
    engine: Literal["duckdb", "spark"] = Field(
        default="duckdb",
        description="What sums up a day's exchanges: duckdb, on this machine, or spark, on the end point spark_remote.",
    )
    spark_remote: str = Field(
        default="sc://localhost:15002",
        pattern=r"^sc://[^\s/;]+(/;\S*)?$",
        description="Spark Connect end point, sc://host:port, with options as Spark writes them (/;use_ssl=true); its"
        " workers see the state folder at the same place. A token stands in SPARK_CONNECT_AUTHENTICATE_TOKEN, never"
        " here: settings are recorded.",
    )
    prompts_per_account_day: int = Field(
        default=8, ge=1, le=64, description="Prompts of an account and day that are embedded, chosen by hash."
    )
    prompts_per_account: int = Field(
        default=64, ge=8, le=1024, description="Sampled prompts that stand for an account over the window."
    )
    public_item_lists: tuple[str, ...] = Field(
        default=(),
        description="Files of hashed public items (`forensics public-items build`) that sampled prompts are compared"
        " with, such as benchmarks; when they change, the next run compares the window's days again. In the"
        " environment: a JSON list.",
    )
    band_calibration: str | None = Field(
        default=None,
        description="File of counts that says what bands of support were worth in simulated worlds, written by"
        " `forensics evaluate WORLD REPORTS --calibration FILE`. Left out: bands are marked uncalibrated.",
    )
    show_exemplars: bool = Field(
        default=True, description="Whether reports may show bounded prompt excerpts of accused accounts."
    )
    case_files_url: str = Field(
        default="http://127.0.0.1:3001",
        pattern=r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[\w./-]*[\w-])?$",
        description="Where a browser finds the case files that Dagster links to. On 127.0.0.1 `forensics ui` serves"
        " them; name another place only if somebody serves them there, to nobody else.",
    )
    key_file: str | None = Field(
        default=None,
        description="File with the key of pseudonyms and tombstones. Left out: a hidden file beside the state folder.",
    )
    retention_days: dict[str, int] = Field(
        default={},
        description="Days that `forensics retain` keeps, by table (raw.exchanges) or step (raw, core, reports); what is"
        " not named is kept.",
    )

    @field_validator("retention_days", "public_item_lists", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """An environment variable holds a table or list as JSON."""
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("spark_remote")
    @classmethod
    def _holds_no_secret(cls, value: str) -> str:
        if "token=" in value:
            raise ValueError("a token belongs into the environment, as SPARK_CONNECT_AUTHENTICATE_TOKEN")
        return value

    @field_validator("retention_days")
    @classmethod
    def _names_daily_tables(cls, value: dict[str, int]) -> dict[str, int]:
        from forensics import contracts

        known = {table.full_name for table in contracts.tables() if table.daily} | {"raw", "core", "reports"}
        faults = [f"{name} is no daily table" for name in sorted(set(value) - known)]
        faults += [f"{name}: {days} is less than a day" for name, days in sorted(value.items()) if days < 1]
        if faults:
            raise ValueError("; ".join(faults))
        return value


def load_settings(home: Home) -> Settings:
    """Settings of a state folder.

    Raises:
        SettingsError: naming every unknown name and every value out of bounds.
    """
    values: dict[str, Any] = {}
    if home.settings.is_file():
        try:
            values = tomllib.loads(home.settings.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SettingsError(
                f"{home.settings} is not valid TOML: {fault}", next_step="Mend the line it names, or delete the file."
            ) from fault
    for name in Settings.model_fields:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if variable in os.environ and variable not in NOT_SETTINGS:
            values[name] = os.environ[variable]
    values = {**_files_of(home), **values}
    try:
        return Settings(**values)
    except ValidationError as fault:
        raise SettingsError(
            f"The settings in {home.settings} or in the environment cannot be used.",
            faults=[f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors()],
            next_step="Correct the named settings; `forensics doctor` lists all of them with their meaning.",
        ) from fault


def _files_of(home: Home) -> dict[str, str]:
    """The files in the state folder that settings name where nobody says otherwise."""
    files = {"ownership_rules": home.ownership_rules, "organisation_decisions": home.organisation_decisions}
    return {name: str(path) for name, path in files.items() if path.is_file()}
