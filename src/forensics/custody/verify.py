"""Verifying: everything a manifest says is looked at again, and every difference is named.

    chain ─ manifest of the published run ─┬─ tables of the warehouse, by day
                                           ├─ Parquet files, case files
                                           ├─ snapshots, where they can be reached
                                           └─ statements of the findings: the rows they rest on

Known limit: whoever may write the state folder can write a new chain over forged results. The hash of the newest
manifest, kept elsewhere, is what such a chain cannot have; give it as `expected`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from forensics import contracts
from forensics.custody.environment import code_of, environment_of
from forensics.custody.hashes import TableHash, hash_table
from forensics.custody.manifest import FINGERPRINTS, recorded, settings_sha256
from forensics.custody.manifests import Entry, manifests, newest_of_run
from forensics.custody.snapshots import snapshot_differences
from forensics.custody.sources import statement_differences
from forensics.exports.case_files.writing import sha256_with_blank
from forensics.exports.datapackage import file_sha256
from forensics.exports.runs import Run, read_run
from forensics.home import Home
from forensics.settings import Settings
from forensics.warehouse import open_published

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Difference:
    """Something that is not what the manifest says.

    Attributes:
        subject: what was looked at: a table, a file, the chain, …
        text: what differs, in a sentence.
        weight: differs (evidence is not what it was) or note (worth knowing; no evidence differs).
    """

    subject: str
    text: str
    weight: Literal["differs", "note"] = "differs"


@dataclass(frozen=True)
class Verification:
    """What was verified: the manifest that was held against what is there, how much was looked at, and what differs."""

    manifest: Entry | None
    table_count: int
    file_count: int
    snapshot_file_count: int
    statement_count: int
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether no evidence differs."""
        return not any(one.weight == "differs" for one in self.differences)


def verify(
    home: Home,
    settings: Settings,
    *,
    quick: bool = False,
    expected: str | None = None,
    progress: Progress = lambda label, done, total: None,
) -> Verification:
    """Hold the published results against their manifest.

    Args:
        home: the state folder.
        settings: as they are now.
        quick: leave out hashing event-sized Parquet files and snapshots; their sizes are still compared.
        expected: SHA-256 of the newest manifest, from where it was kept.
        progress: told how far it is.
    """
    chain = manifests(home)
    found = [*chain_differences(chain), *_expected(chain, expected)]
    with open_published(home) as connection:
        run = read_run(connection)
        entry = newest_of_run(home, run.run_id)
        if entry is None:
            missing = f"no manifest describes the published run {run.run_id}: it was cut off, or its manifest is gone"
            return Verification(None, 0, 0, 0, 0, (*found, Difference("manifest", missing)))
        said = entry.said
        found += _run_differences(said, run)
        found += _table_differences(connection, said["outputs"]["tables"], progress)
        statements, statement_faults = statement_differences(connection)
    found += [Difference(*fault) for fault in statement_faults]
    found += _file_differences(home, said["outputs"]["files"], quick=quick, progress=progress)
    found += _case_file_differences(home, entry)
    looked_at, snapshot_faults = snapshot_differences(home, said["inputs"]["loads"], quick=quick, progress=progress)
    found += [Difference(*fault) for fault in snapshot_faults]
    found += _circumstances(said, settings)
    return Verification(
        entry,
        len(said["outputs"]["tables"]),
        len(said["outputs"]["files"]) + len(said["outputs"].get("case_files", ())),
        looked_at,
        statements,
        tuple(found),
    )


def chain_differences(chain: list[Entry]) -> Iterator[Difference]:
    """Manifests that are missing, cannot be read, or do not follow from the one before."""
    previous: Entry | None = None
    for entry in chain:
        wanted = previous.number + 1 if previous else 1
        if entry.number != wanted:
            yield Difference(f"manifest {wanted}", f"is missing: the next one is {entry.path.name}")
        if entry.content is None:
            yield Difference(entry.path.name, "cannot be read as a manifest")
        elif entry.content["number"] != entry.number:
            yield Difference(entry.path.name, f"says it is number {entry.content['number']}")
        elif previous and (entry.content["previous"] or {}).get("sha256") != previous.sha256:
            yield Difference(previous.path.name, f"was changed since {entry.path.name} was written")
        previous = entry


def _expected(chain: list[Entry], expected: str | None) -> Iterator[Difference]:
    if expected and expected.lower() not in {one.sha256 for one in chain}:
        newest = chain[-1].sha256 if chain else "none"
        yield Difference("chain", f"no manifest has the SHA-256 {expected}; the newest one's is {newest}")


def _run_differences(said: Mapping[str, Any], run: Run) -> Iterator[Difference]:
    """What case files and exports cite of the run, beside what its manifest says."""
    for name in FINGERPRINTS:
        now = getattr(run, name)
        if said.get(name, now) != now:
            yield Difference("reports.runs", f"{name} is {now}, the manifest says {said[name]}")


def _table_differences(
    connection: duckdb.DuckDBPyConnection, said: Mapping[str, Any], progress: Progress
) -> Iterator[Difference]:
    present = {
        f"{step}.{name}"
        for step, name in connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    }
    for number, (name, was) in enumerate(sorted(said.items()), start=1):
        progress("tables", number, len(said))
        if name not in present:
            yield Difference(name, "the table is gone")
            continue
        try:
            table = contracts.get(name)
            now = hash_table(connection, table, columns=was.get("columns", ()))
        except (KeyError, duckdb.Error) as fault:
            yield Difference(name, f"cannot be read with its contract: {str(fault).splitlines()[0][:200]}")
            continue
        if now.sha256 != was["sha256"]:
            yield Difference(name, _table_difference(was, now))


def _table_difference(was: Mapping[str, Any], now: TableHash) -> str:
    rows = f"{was['rows']:,} rows were written, {now.rows:,} are there"
    if not now.days and not was.get("days"):
        return f"its rows are not those that were written ({rows})"
    before = was.get("days", {})
    days = [
        day
        for day in sorted(before.keys() | now.days.keys())
        if (before.get(day) or {}).get("sha256") != (now.days[day].sha256 if day in now.days else None)
    ]
    more = f" and {len(days) - 5} more" if len(days) > 5 else ""
    return f"its rows of {', '.join(days[:5])}{more} are not those that were written ({rows})"


def _file_differences(
    home: Home, said: list[Mapping[str, Any]], *, quick: bool, progress: Progress
) -> Iterator[Difference]:
    for number, was in enumerate(said, start=1):
        progress("files", number, len(said))
        path = home.root / was["file"]
        if not path.is_file():
            yield Difference(was["file"], "the file is gone")
        elif path.stat().st_size != was["bytes"]:
            yield Difference(was["file"], f"has {path.stat().st_size:,} bytes, {was['bytes']:,} were written")
        elif (not quick or was["file"].startswith("reports/")) and (now := file_sha256(path)) != was["sha256"]:
            yield Difference(was["file"], f"its SHA-256 is {now}, {was['sha256']} was written")


def _case_file_differences(home: Home, entry: Entry) -> Iterator[Difference]:
    """Pages that are gone, changed, or beside those that the run wrote."""
    said = {was["file"]: was for was in entry.said["outputs"].get("case_files", ())}
    for name, was in said.items():
        path = home.root / name
        if not path.is_file():
            yield Difference(name, "the case file is gone")
        elif sha256_with_blank(path, entry.sha256) != was["sha256_with_blank"]:
            yield Difference(name, "the case file is not the one that was written")
    for folder in sorted({(home.root / name).parent for name in said}):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if (name := path.relative_to(home.root).as_posix()) not in said:
                yield Difference(name, "lies among the case files and was not written by the run")


def _circumstances(said: Mapping[str, Any], settings: Settings) -> Iterator[Difference]:
    """What changed around the results without touching them."""
    if said["settings_sha256"] != settings_sha256(settings):
        now = recorded(settings)
        names = sorted(name for name in now if now[name] != said["settings"].get(name))
        yield Difference("settings", f"changed since the run: {', '.join(names) or 'some were dropped'}", "note")
    if said["code"] != code_of():
        yield Difference("code", "another version of the code is installed now than made the results", "note")
    if said["environment"] != environment_of():
        yield Difference("environment", "packages, interpreter or machine are others now", "note")
    for table, rows in said["rows"].items():
        if rows["unexplained"]:
            text = f"{rows['unexplained']:,} rows came in and are neither kept nor in quarantine nor removed"
            yield Difference(f"raw.{table}", text)
