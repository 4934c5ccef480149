"""Making a run again: the same snapshots, the recorded settings, an empty state folder, a comparison by table.

What a run takes from the state folder beside the snapshots is laid into the new one first: findings of earlier runs,
which give groups their ids, decisions of people up to then, and tombstones, with the key they were made with.

Known drawback: lists of networks and models that were loaded before the window's first day are not loaded again.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forensics import contracts
from forensics.contracts.sql import literal, quote, relation
from forensics.custody.environment import code_of, environment_of
from forensics.custody.manifests import CustodyError, Entry, named, newest_of_run
from forensics.decisions import add_decision, read_decisions
from forensics.errors import SettingsError
from forensics.home import Home
from forensics.privacy.keys import key_path
from forensics.settings import ENVIRONMENT_PREFIX, Settings
from forensics.warehouse import open_building

PLACE_SETTINGS = ("snapshots", "key_file", "retention_days", "lock_wait_seconds", "kept_versions")
"""Settings that say where things are and what is kept, and change no result."""

STATE_LOGS = ("raw.loads", "raw.removals", "raw.tombstones", "reports.runs")
"""Tables about the state folder rather than the snapshots: load numbers, times and requests differ in another one."""


@dataclass(frozen=True)
class Reproduction:
    """What came of making a run again.

    Attributes:
        run_id, as_of: the run.
        folder: the state folder it was made again in.
        table_count: tables that were compared.
        circumstances: what is different about code, packages and machine, in sentences.
        differences: tables that differ, and how.
    """

    run_id: str
    as_of: str
    folder: str
    table_count: int
    circumstances: tuple[str, ...]
    differences: tuple[tuple[str, str], ...]

    @property
    def is_equal(self) -> bool:
        """Whether every table is the same."""
        return not self.differences


def reproduce(
    home: Home,
    name: str,
    line: Callable[[Home, str, date, date], None],
    *,
    folder: Path | None = None,
    snapshots: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Reproduction:
    """Make a run again and compare it with its manifest.

    Args:
        home: the state folder with the manifest.
        name: number of a manifest, beginning of a run's id, or `latest`.
        line: runs the whole line: state folder, root of the snapshots, first and last day.
        folder: a new state folder; None: below scratch, replaced each time.
        snapshots: where the snapshots lie now; None: where they were read.
        say: told what is being done.

    Raises:
        NotFoundError: when no such run is known.
        SettingsError: when the folder is not empty, or the snapshots came from several roots and none is named.
        CustodyError: when the snapshots are no longer those of the run.
    """
    entry = named(home, name)
    said = entry.said
    place = _empty_home(home, folder)
    circumstances = tuple(_circumstances(said))
    days = sorted({date.fromisoformat(load["snapshot_date"]) for load in said["inputs"]["loads"]})
    _write_settings(home, place, said["settings"])
    _lay_in(home, place, said)
    say(f"making {len(days)} days again in {place.root}")
    with _recorded_settings_alone():
        line(place, snapshots or _root(entry), days[0], date.fromisoformat(said["as_of"]))
    again = _made_again(place)
    _refuse_other_inputs(said, again.said)
    compared = {table: was for table, was in said["outputs"]["tables"].items() if table not in STATE_LOGS}
    made = again.said["outputs"]["tables"]
    found = {table: _difference(was, made.get(table), set(map(str, days))) for table, was in sorted(compared.items())}
    differences = tuple((table, text) for table, text in found.items() if text is not None)
    return Reproduction(said["run_id"], said["as_of"], str(place.root), len(compared), circumstances, differences)


def _empty_home(home: Home, folder: Path | None) -> Home:
    if folder is None:
        place = Home(home.scratch / "reproduction")
        shutil.rmtree(place.root, ignore_errors=True)
        return place.create()
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} is not empty.", next_step="Name a new folder with --to.")
    return Home(folder.resolve()).create()


def _circumstances(said: Mapping[str, Any]) -> list[str]:
    found = []
    code, environment = code_of(), environment_of()
    for name, text in (("version", "version of the code"), ("source_sha256", "code"), ("lock_sha256", "lock file")):
        if said["code"][name] != code[name]:
            found.append(f"the {text} was {said['code'][name]} and is {code[name]}")
    for name in ("python", "system", "machine"):
        if said["environment"][name] != environment[name]:
            found.append(f"{name} was {said['environment'][name]} and is {environment[name]}")
    before, now = said["environment"]["packages"], environment["packages"]
    for package in sorted(before.keys() | now.keys()):
        if before.get(package) != now.get(package):
            found.append(f"{package} was {before.get(package, 'not there')} and is {now.get(package, 'not there')}")
    return found


def _root(entry: Entry) -> str:
    roots = sorted({load["root"] for load in entry.said["inputs"]["loads"]})
    if len(roots) != 1:
        raise SettingsError(
            f"The days of the run were read from {len(roots)} places.",
            faults=roots,
            next_step="Bring all days below one folder and name it with --snapshots.",
        )
    return str(roots[0])


def _write_settings(home: Home, place: Home, settings: Mapping[str, Any]) -> None:
    """The recorded settings as the new folder's; settings that this version does not know are left out."""
    chosen = {
        name: value
        for name, value in settings.items()
        if name in Settings.model_fields and name not in PLACE_SETTINGS and value is not None
    }
    chosen["key_file"] = str(key_path(home, Settings(key_file=settings.get("key_file"))).absolute())
    # JSON's texts, numbers and truth values are TOML's; no other kind of value is among these settings.
    lines = [f"{name} = {json.dumps(value)}" for name, value in sorted(chosen.items()) if not isinstance(value, dict)]
    place.settings.write_text("\n".join(lines) + "\n", "utf-8")


@contextmanager
def _recorded_settings_alone() -> Iterator[None]:
    """No variable of the environment changes a setting; what the line sets for itself is undone as well."""
    before = dict(os.environ)
    for name in Settings.model_fields:
        os.environ.pop(ENVIRONMENT_PREFIX + name.upper(), None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _lay_in(home: Home, place: Home, said: Mapping[str, Any]) -> None:
    """Put what earlier runs and people left into the new warehouse: only what the run could see."""
    logs = [table for table in contracts.of_step("reports") if table.kind == "log" and "as_of" in table.columns]
    with open_building(place, Settings()) as connection:
        connection.execute(f"ATTACH {literal(str(home.published))} AS earlier (READ_ONLY)")
        for table in (*logs, contracts.get("raw.tombstones")):
            columns = ", ".join(quote(name) for name in table.columns)
            where = " WHERE as_of < $as_of" if "as_of" in table.columns else ""
            connection.execute(
                f"INSERT INTO {relation(table)} ({columns}) SELECT {columns} FROM {relation(table, 'earlier')}{where}",
                {"as_of": said["as_of"]} if where else None,
            )
        connection.execute("DETACH earlier")
    _lay_in_decisions(home, place, said["inputs"].get("decisions"))


def _lay_in_decisions(home: Home, place: Home, last: Mapping[str, int] | None) -> None:
    """Copy the decisions up to the last one that the run read, and none of those that were made since."""
    if last is None:
        raise CustodyError(
            "The run's manifest does not say which decisions it read.", next_step="Make a run with this version first."
        )
    for decision in read_decisions(home):
        if decision.number <= last["findings"]:
            add_decision(place, decision)
    log = home.organisation_decisions
    if last["organisations"] and log.is_file():
        lines = [line for line in log.read_bytes().split(b"\n") if line.strip()]
        place.organisation_decisions.parent.mkdir(exist_ok=True)
        place.organisation_decisions.write_bytes(b"\n".join([*lines[: last["organisations"]], b""]))


def _made_again(place: Home) -> Entry:
    from forensics.exports.runs import read_run
    from forensics.warehouse import open_published

    with open_published(place) as connection:
        entry = newest_of_run(place, read_run(connection).run_id)
    if entry is None:
        raise CustodyError("The repeated run left no manifest.", next_step=f"Look at the run in {place.root}.")
    return entry


def _refuse_other_inputs(said: Mapping[str, Any], again: Mapping[str, Any]) -> None:
    """Other snapshots give other results, and say nothing of the run."""
    was, now = (
        {(load["snapshot_date"], load["table_name"], load["file"]): load["sha256"] for load in one["inputs"]["loads"]}
        for one in (said, again)
    )
    faults = [
        f"{day} {file}: SHA-256 was {was.get((day, table, file), 'none')}, is {now.get((day, table, file), 'none')}"
        for day, table, file in sorted(was.keys() | now.keys())
        if was.get((day, table, file)) != now.get((day, table, file))
    ]
    if faults:
        raise CustodyError(
            f"{len(faults)} snapshot files are not those of the run: its results cannot be made again from them.",
            faults=faults[:20],
            next_step="Find the snapshots of the run, or why they changed; `forensics verify` names them too.",
        )


def _difference(was: Mapping[str, Any], made: Mapping[str, Any] | None, days: set[str]) -> str | None:
    """How a table differs, None when it does not; of a daily table only the run's own days count."""
    if made is None:
        return "was not made"
    if "days" in was:
        differing = [day for day in sorted(days) if was["days"].get(day) != made.get("days", {}).get(day)]
        return f"other rows on {', '.join(differing[:5])}" if differing else None
    if was["evidence_sha256"] == made["evidence_sha256"]:
        return None
    return f"other rows: {was['rows']:,} were written, {made['rows']:,} were made again"
