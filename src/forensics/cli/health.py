"""What the doctor looks at, one function a subject."""

import fcntl
import os
import platform
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from forensics.errors import ForensicsError, NotFoundError, SettingsError
from forensics.home import Home

if TYPE_CHECKING:
    import duckdb

PYTHON_VERSIONS = ((3, 11), (3, 13))
PACKAGES = (
    "forensics",
    "dagster",
    "dagster-webserver",
    "duckdb",
    "polars",
    "pyarrow",
    "numpy",
    "umap-learn",
    "hdbscan",
)
FREE_BYTES_MINIMUM = 1_000_000_000
"""A day's files, spill and one more copy of a small warehouse fit into a gigabyte."""

STALE_DAYS = 3
"""A nightly job whose last result is older has failed more than once."""

NAMED_DAYS = 10
"""Days named in one line; the rest is counted."""

NAMED_RULES = 5
"""Broken rules named in one line, the most frequent ones."""


State = Literal["good", "note", "mend"]


@dataclass(frozen=True)
class Finding:
    """What the doctor says about one subject.

    Attributes:
        subject: what was looked at.
        state: good; note (worth knowing); mend (something to do).
        text: what was found, with the next step if there is one.
    """

    subject: str
    state: State
    text: str


def examined(home: Home) -> list[Finding]:
    """What is found on every subject, in the order in which they build on each other."""
    examinations = (installation, state_folder, settings, embedder, publication, days, exchange_files)
    return [finding for examine in examinations for finding in _examined(examine, home)]


def _examined(examine: Callable[[Home], Iterator[Finding]], home: Home) -> Iterator[Finding]:
    """The examination's findings; an error in it is a finding as well."""
    try:
        yield from examine(home)
    except ForensicsError as error:
        faults = "; ".join(error.faults)
        text = f"{error.message}{' ' + faults if faults else ''} {error.next_step}"
        yield Finding(examine.__name__.replace("_", " "), "mend", text)


def installation(_home: Home) -> Iterator[Finding]:
    """Python and the packages that decide results."""
    lowest, highest = PYTHON_VERSIONS
    good = lowest <= sys.version_info[:2] <= highest
    wanted = f"{lowest[0]}.{lowest[1]} to {highest[0]}.{highest[1]}"
    text = platform.python_version() + ("" if good else f"; use {wanted}")
    yield Finding("Python", "good" if good else "mend", text)
    for package in PACKAGES:
        try:
            yield Finding(package, "good", version(package))
        except PackageNotFoundError:
            yield Finding(package, "mend", "is not installed; run `make setup`")


def state_folder(home: Home) -> Iterator[Finding]:
    """Whether the state folder can be written, who writes it, and how much room there is."""
    if not home.root.is_dir():
        yield Finding("state folder", "note", f"{home.root} does not exist yet; `forensics run` makes it")
        return
    writable = os.access(home.root, os.W_OK | os.X_OK)
    text = f"{home.root}{'' if writable else ' cannot be written by this user; change its permissions'}"
    yield Finding("state folder", "good" if writable else "mend", text)
    yield Finding("writer", *_writer(home))
    needed = max(FREE_BYTES_MINIMUM, 2 * _size(home.building))
    free = shutil.disk_usage(home.root).free
    text = f"{free / 1e9:,.1f} GB free, {needed / 1e9:,.1f} GB wanted for the next run"
    yield Finding("disk", "good" if free >= needed else "mend", text)


def _writer(home: Home) -> tuple[State, str]:
    from forensics.warehouse.lock import holder

    if not home.lock.exists():
        return "good", "nobody has written yet"
    with home.lock.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return "note", f"a run writes now: {holder(home)}"
    return "good", "nobody writes now"


def settings(home: Home) -> Iterator[Finding]:
    """Every setting with its value, where the value comes from, and what it means; with its default on a fault."""
    from forensics.settings import ENVIRONMENT_PREFIX, Settings, load_settings

    fault: SettingsError | None = None
    values, sources = Settings(), dict.fromkeys(Settings.model_fields, "default")
    try:
        values = load_settings(home)
        written = tomllib.loads(home.settings.read_text("utf-8")) if home.settings.is_file() else {}
        sources |= dict.fromkeys(written, home.settings.name)
        variables = {name: ENVIRONMENT_PREFIX + name.upper() for name in Settings.model_fields}
        sources |= {name: variable for name, variable in variables.items() if variable in os.environ}
    except SettingsError as error:
        fault = error
    for name, field in Settings.model_fields.items():
        yield Finding(f"setting {name}", "good", f"{getattr(values, name)} ({sources[name]}). {field.description}")
    if fault:
        raise fault


def embedder(home: Home) -> Iterator[Finding]:
    """Whether the embedder of the settings can be loaded, and what its vectors are called; nothing on their fault."""
    from forensics.core.embeddings import prompt_vectors
    from forensics.settings import load_settings

    try:
        name = load_settings(home).embedder
    except SettingsError:
        return
    vectors = prompt_vectors(name)
    yield Finding("embedder", "good", f"can be loaded; its vectors carry the id {vectors.id}")


def publication(home: Home) -> Iterator[Finding]:
    """Whether a warehouse is published, that it opens, and how old it is."""
    from forensics.warehouse import open_published, versions

    try:
        with open_published(home) as connection:
            as_of = connection.execute("SELECT max(as_of) FROM reports.runs").fetchall()[0][0]
    except NotFoundError as error:
        yield Finding("published warehouse", "note", error.describe().replace("\n", " "))
        return
    kept = versions(home)
    in_force = next((one for one in kept if one.in_force), None)
    if in_force is None:
        yield Finding("published warehouse", "mend", "is none of the kept versions; `forensics restore NUMBER`")
        return
    age = datetime.now(UTC) - in_force.published_at
    text = (
        f"version {in_force.number} of {len(kept)} kept, as of {as_of},"
        f" published {in_force.published_at:%Y-%m-%d %H:%M} UTC, {age.days} days ago"
    )
    yield Finding("published warehouse", "note" if age.days >= STALE_DAYS else "good", text)


def days(home: Home) -> Iterator[Finding]:
    """Which days are loaded, which are missing between them, what lies in quarantine, and which columns changed."""
    from forensics.warehouse import open_published

    if not home.published.is_file():
        return
    with open_published(home) as connection:
        loaded = [
            row[0] for row in connection.execute("SELECT DISTINCT snapshot_date FROM raw.loads ORDER BY ALL").fetchall()
        ]
        quarantine, columns = _quarantine(connection), _columns(connection)
    if not loaded:
        yield Finding("days", "note", "none is loaded")
        return
    span = (loaded[-1] - loaded[0]).days + 1
    missing = sorted({loaded[0] + timedelta(days=number) for number in range(span)} - set(loaded))
    yield Finding("days", "good", f"{len(loaded)} loaded, {loaded[0]} to {loaded[-1]}")
    if missing:
        yield Finding("missing days", "note", f"{_named(missing)}; load them with `forensics run` once they exist")
    for table, rows, rules in quarantine:
        named = ", ".join(rules[:NAMED_RULES]) + (", …" if len(rules) > NAMED_RULES else "")
        yield Finding("quarantine", "note", f"{rows:,} rows of {table} break the contract: {named}")
    for table, change, last, names in columns:
        yield Finding("columns", "note", f"{table} of {last}: {change} {', '.join(names)}")


def _quarantine(connection: "duckdb.DuckDBPyConnection") -> list[tuple[str, int, list[str]]]:
    """Each table with its rows in quarantine and the rules they break, most frequent first; superseded loads aside."""
    return connection.execute(
        """
        WITH in_force AS (
            FROM raw.loads QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date)
        ),
        broken AS (
            SELECT table_name, rule, count(*) AS row_count
            FROM raw.quarantine SEMI JOIN in_force USING (snapshot_date, load_id) GROUP BY ALL
        ),
        rules AS (SELECT table_name, list(rule ORDER BY row_count DESC, rule) AS rules FROM broken GROUP BY ALL)
        SELECT table_name, sum(quarantined_count)::BIGINT AS row_count, coalesce(any_value(rules), [])
        FROM in_force LEFT JOIN rules USING (table_name)
        GROUP BY table_name HAVING row_count > 0 ORDER BY row_count DESC, table_name
        """
    ).fetchall()


def _columns(connection: "duckdb.DuckDBPyConnection") -> list[tuple[str, str, date, list[str]]]:
    """Each table's columns on its newest day that the contract does not know, or that an earlier day's files had."""
    return connection.execute(
        """
        WITH in_force AS (
            SELECT table_name, snapshot_date, coalesce(string_split(unknown_columns, ', '), []) AS unknown,
                   coalesce(string_split(missing_columns, ', '), []) AS missing
            FROM raw.loads QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date)
        ),
        newest AS (FROM in_force QUALIFY snapshot_date = max(snapshot_date) OVER (PARTITION BY table_name)),
        named AS (
            SELECT table_name, 'not in the contract and not loaded:' AS change, snapshot_date, unnest(unknown) AS name
            FROM newest
            UNION
            SELECT table_name, 'no longer there:', snapshot_date, name
            FROM (SELECT table_name, snapshot_date, unnest(missing) AS name FROM newest) AS absent
            WHERE EXISTS (
                FROM in_force AS other
                WHERE other.table_name = absent.table_name AND NOT list_contains(other.missing, absent.name)
            )
        )
        SELECT table_name, change, snapshot_date, list(name ORDER BY name) FROM named GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()


def exchange_files(home: Home) -> Iterator[Finding]:
    """Whether the Parquet files of the published warehouse are there and can be read, and which files nothing reads."""
    from forensics.raw.exchange_files import exchanges_file, lost_days
    from forensics.warehouse import open_published, versions

    present = {path.resolve() for path in home.raw.rglob("*.parquet")}
    if not home.published.is_file():
        return
    with open_published(home) as connection:
        loads = connection.execute("SELECT DISTINCT snapshot_date, load_id FROM raw.loads ORDER BY ALL").fetchall()
        lost = lost_days(connection, home)
        fault = _reading_fault(connection)
    wanted = {exchanges_file(home, day, load_id).resolve() for day, load_id in loads}
    if lost:
        mend = f"`forensics run --snapshots ROOT --from {lost[0]} --to {lost[-1]}` writes them again"
        yield Finding("exchange files", "mend", f"{len(lost)} are gone: {_named(lost)}; {mend}")
    else:
        yield Finding("exchange files", "good", f"all {len({day for day, _ in loads})} in force are there")
    if fault and not lost:
        text = f"cannot be read: {fault}; any `forensics run` publishes a warehouse that reads the files of {home.raw}"
        yield Finding("raw.exchanges", "mend", text)
    elif not fault:
        yield Finding("raw.exchanges", "good", "can be read")
    orphans = sorted(present - wanted)
    if orphans:
        size = sum(path.stat().st_size for path in orphans) / 1e6
        kept = len(versions(home))
        yield Finding(
            "orphan files",
            "note",
            f"{len(orphans)} Parquet files ({size:,.1f} MB) belong to no load of the version in force; delete them only"
            f" if none of the {kept} kept versions needs them",
        )


def _reading_fault(connection: "duckdb.DuckDBPyConnection") -> str:
    """Why the published exchanges cannot be read, empty when they can; a state folder that was moved shows here."""
    import duckdb

    try:
        connection.execute("SELECT prompt FROM raw.exchanges LIMIT 1").fetchall()
    except duckdb.Error as fault:
        return str(fault).splitlines()[0][:200]
    return ""


def _named(missing: list[date]) -> str:
    more = len(missing) - NAMED_DAYS
    return ", ".join(map(str, missing[:NAMED_DAYS])) + (f" and {more} more" if more > 0 else "")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
