"""The log of decisions: one small file each, numbered, never changed and never deleted.

A decision carries what it was made on (the accounts, what spoke against them, the rare values they shared), so that it
means the same group when the warehouse is lost and every id has to be found anew. One file a decision: a process that
dies leaves a whole decision or none, where the last line of one long file may be torn.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from forensics.errors import ForensicsError
from forensics.home import Home

FOLDER = Path("decisions") / "findings"
PATTERN = "[0-9]" * 6 + ".json"
LARGEST_NUMBER = 999_999
VERDICTS = ("confirmed", "cleared", "unsure")
READ_ONLY = 0o444
FORMAT = 1


class DecisionLogError(ForensicsError):
    """The log of decisions cannot be read: to go on without it could accuse a group that was cleared."""

    title = "Decisions unreadable"


@dataclass(frozen=True)
class Decision:
    """One decision and what it was made on.

    Attributes:
        number: counts up from 1 in the order of deciding.
        decided_at: UTC, without time zone.
        finding_id: the finding.
        verdict: one of `VERDICTS`.
        by, why: as typed, on one line.
        as_of: as-of date on which the finding was last found.
        kind, confidence: what was claimed then, and how surely.
        supports: measures that spoke for it, sorted.
        accounts: its accounts, sorted.
        signals: (kind, value, family) of rare values its accounts shared, sorted.
    """

    number: int
    decided_at: datetime
    finding_id: str
    verdict: str
    by: str
    why: str
    as_of: date
    kind: str
    confidence: str
    supports: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    signals: tuple[tuple[str, str, str], ...] = ()


def read_decisions(home: Home) -> tuple[Decision, ...]:
    """All decisions of a state folder in the order of deciding; none when nothing was decided.

    Raises:
        DecisionLogError: naming every file that cannot be read.
    """
    found, faults = [], []
    for path in sorted((home.root / FOLDER).glob(PATTERN)):
        try:
            found.append(_parsed(path))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            faults.append(f"{path}: {type(fault).__name__}: {fault}")
    if faults:
        raise DecisionLogError(
            "Decisions on findings cannot be read, and a group that was cleared must not be accused again unseen.",
            faults=faults,
            next_step="Put the files back from a backup; a file that is moved away is a decision that was never made.",
        )
    return tuple(found)


def in_force(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The newest decision on each finding."""
    return {decision.finding_id: decision for decision in sorted(decisions, key=lambda decision: decision.number)}


def add_decision(home: Home, decision: Decision) -> Path:
    """Write a decision for good; the caller holds the writer lock and has numbered it.

    Raises:
        FileExistsError: when the number is taken.
    """
    folder = home.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{decision.number:06}.json"
    fresh = folder / f".{target.name}.new"
    fresh.unlink(missing_ok=True)
    with fresh.open("w", encoding="ascii") as file:
        # ASCII only: no character of a name or a reason reaches a terminal or an editor as itself.
        json.dump({"format": FORMAT, **asdict(decision)}, file, indent=1, ensure_ascii=True, default=str)
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(READ_ONLY)
    try:
        os.link(fresh, target)
    finally:
        fresh.unlink()
    _synchronise(folder)
    _synchronise(folder.parent)
    return target


def next_number(decisions: Iterable[Decision]) -> int:
    """The number after the last one."""
    number = max((decision.number for decision in decisions), default=0) + 1
    if number > LARGEST_NUMBER:
        raise DecisionLogError(f"{LARGEST_NUMBER:,} decisions are all there can be.", next_step="Start a new folder.")
    return number


def _parsed(path: Path) -> Decision:
    values: dict[str, Any] = json.loads(path.read_text("ascii"))
    if values.pop("format") != FORMAT:
        raise ValueError("written by another version")
    if set(values) != {field.name for field in fields(Decision)} or values["verdict"] not in VERDICTS:
        raise ValueError("not a decision")
    if path.name != f"{int(values['number']):06}.json":
        raise ValueError("its number is not that of its file")
    return Decision(
        **{
            **values,
            "decided_at": datetime.fromisoformat(values["decided_at"]),
            "as_of": date.fromisoformat(values["as_of"]),
            "supports": tuple(values["supports"]),
            "accounts": tuple(values["accounts"]),
            "signals": tuple((kind, value, family) for kind, value, family in values["signals"]),
        }
    )


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
