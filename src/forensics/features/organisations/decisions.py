"""The log of decisions on whether two organisations are one: a file that people's decisions are added to, never taken.

One JSON object a line, in the state folder beside the warehouse: it survives every rebuild, and facts from snapshots
stay apart from what people made of them. The newest decision on a pair is in force; `undecided` takes it back.
"""

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from forensics.errors import ForensicsError

DECISIONS = ("same", "different", "undecided")
TEXT_CHARACTERS = 2_000
"""Length of an id, a name or a reason that is taken: longer is no decision but a file."""

FIELDS = ("organisation_a", "organisation_b", "decision", "decided_by", "reason", "decided_at")


class DecisionLogError(ForensicsError):
    """A decision, or the log of decisions, cannot be used."""

    exit_code = 2
    title = "Decision refused"


def add_decision(path: Path, organisation_a: str, organisation_b: str, decision: str, *, by: str, why: str) -> None:
    """Add one decision to the end of the log, complete on disk before this returns.

    Args:
        path: the log; made if there is none.
        organisation_a, organisation_b: the two; where they are one and disagree, the facts of the first count.
        decision: `same`, `different` or `undecided`.
        by: who decides.
        why: the reason.

    Raises:
        DecisionLogError: naming everything that is wrong with it.
    """
    entry = {
        "organisation_a": organisation_a,
        "organisation_b": organisation_b,
        "decision": decision,
        "decided_by": by.strip(),
        "reason": why.strip(),
        "decided_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
    }
    if faults := _faults(entry):
        raise DecisionLogError(
            "The decision cannot be recorded.", faults=faults, next_step="Correct what is named and decide again."
        )
    line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        # A line that a crash cut off must not swallow this one.
        cut_off = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if cut_off else line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_decisions(path: Path | None) -> pl.DataFrame:
    """Every decision in the log, in order, and which ones are in force; no log is no decision.

    Returns:
        Rows of features.organisation_decisions.

    Raises:
        DecisionLogError: naming every line that is no decision.
    """
    lines = path.read_bytes().split(b"\n") if path is not None and path.is_file() else []
    rows: list[dict[str, Any]] = []
    faults = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        entry, found = _parse(line)
        faults += [f"line {number}: {fault}" for fault in found]
        rows.append({"decision_number": len(rows) + 1, **entry})
    if faults:
        raise DecisionLogError(
            f"The log of decisions {path} cannot be read.",
            faults=faults[:50],
            next_step="Mend or delete the lines named; decisions on the same two later in the file overrule earlier.",
        )
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"decision_number": pl.Int64}
    frame = pl.DataFrame(rows, schema={**schema, **dict.fromkeys(FIELDS, pl.String)})
    pair = [
        pl.min_horizontal("organisation_a", "organisation_b"),
        pl.max_horizontal("organisation_a", "organisation_b"),
    ]
    return frame.with_columns(
        pl.col("decided_at").str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us"),
        is_in_force=pl.col("decision_number") == pl.col("decision_number").max().over(pair),
    )


def _parse(line: bytes) -> tuple[dict[str, Any], list[str]]:
    try:
        entry = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return {}, ["not a JSON object"]
    if not isinstance(entry, dict):
        return {}, ["not a JSON object"]
    return {name: entry.get(name) for name in FIELDS}, _faults(entry)


def _faults(entry: dict[str, Any]) -> list[str]:
    """What is wrong with an entry; nothing if it is a decision."""
    faults = []
    for name in FIELDS:
        text = entry.get(name)
        if not isinstance(text, str) or not text.strip():
            faults.append(f"{name} is missing")
        elif len(text) > TEXT_CHARACTERS:
            faults.append(f"{name} is longer than {TEXT_CHARACTERS:,} characters")
    if faults:
        return faults
    if entry["decision"] not in DECISIONS:
        faults.append(f"decision is {entry['decision']!r}, not one of {', '.join(DECISIONS)}")
    if entry["organisation_a"] == entry["organisation_b"]:
        faults.append("an organisation was compared with itself")
    try:
        datetime.strptime(entry["decided_at"], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        faults.append("decided_at is no UTC time like 2026-03-02T14:05:00")
    return faults
