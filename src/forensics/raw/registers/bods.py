"""Open Ownership's Beneficial Ownership Data Standard 0.4: statements on entities, persons and relationships.

Of several statements on one record the newest counts, and none of a record that is closed. A bound stays a bound with
its exclusivity, a share without figures is of unknown size. Only what is stated to be direct is direct: where the
publisher does not know, the stake is a cross-check and never summed. An owner that is not specified is an owner of its
own of whom nothing is known. A person's nationality is not read: it restricts nobody. A registered address is no
headquarters; a business address is.

Known drawback: the newest statement of every record is held in memory, some 2 kB each.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from forensics.raw.registers.reading import json_objects
from forensics.raw.registers.rows import QUARANTINE, RegisterError, Rows, country

SOURCE = "BODS"
RECORD_TYPES = ("entity", "person", "relationship")
INTERESTS = {
    "shareholding": "shareholding",
    "votingRights": "voting_rights",
    "appointmentOfBoard": "board_appointment",
    "boardMember": "board_appointment",
    "boardChair": "board_appointment",
    "rightsGrantedByContract": "contract",
    "conditionalRightsGrantedByContract": "contract",
    "nominee": "nominee",
    "nominator": "nominee",
}
"""Interests of their own kind in the contract; every other one is `other`."""

ENTITY_KINDS = {
    "registeredEntity": "company",
    "legalEntity": "company",
    "arrangement": "trust",
    "state": "state_body",
    "stateBody": "state_body",
    "anonymousEntity": "unknown",
    "unknownEntity": "unknown",
}
ADDRESS_OF_HEADQUARTERS = "business"
LEI_SCHEME = "XI-LEI"


def read_bods(path: Path, rows: Rows) -> str:
    """Add the rows of one file of statements.

    Returns:
        What it is: the version of its statements.

    Raises:
        RegisterError: if no line of it is a statement.
    """
    newest: dict[tuple[str, str], tuple[tuple[str, int], dict[str, Any]]] = {}
    refused: list[tuple[str, int, str, str]] = []
    versions = set()
    for number, statement in json_objects(path, ("statements",)):
        if reason := _unusable(statement):
            key = str(statement.get("recordId") or statement.get("statementId")) if isinstance(statement, dict) else ""
            refused.append((path.name, number, key, reason))
            continue
        versions.add(str((statement.get("publicationDetails") or {}).get("bodsVersion") or "0.4"))
        record, order = (
            (statement["recordType"], statement["recordId"]),
            (str(statement.get("statementDate") or ""), number),
        )
        if record not in newest or newest[record][0] < order:
            newest[record] = (order, statement)
    if not newest:
        raise RegisterError(
            f"{path} holds no BODS 0.4 statement.",
            next_step="Each line must be an object with recordId, recordType (entity, person, relationship) and"
            " recordDetails.",
        )
    _add(path.name, [(number, one) for (_, number), one in newest.values()], rows, refused)
    rows.quarantine.append(pl.DataFrame(refused, schema=QUARANTINE, orient="row"))
    return f"BODS {', '.join(sorted(versions))}"


def _unusable(statement: Any) -> str | None:
    if not isinstance(statement, dict):
        return "not a JSON object"
    if statement.get("recordType") not in RECORD_TYPES:
        return "recordType is none of entity, person, relationship"
    if not isinstance(statement.get("recordId"), str) or not statement["recordId"]:
        return "no recordId"
    if not isinstance(statement.get("recordDetails"), dict) and statement.get("recordStatus") != "closed":
        return "no recordDetails"
    return None


def _add(
    file: str, statements: list[tuple[int, dict[str, Any]]], rows: Rows, refused: list[tuple[str, int, str, str]]
) -> None:
    organisations: list[dict[str, Any]] = []
    stakes: list[dict[str, Any]] = []
    for number, statement in sorted(statements, key=lambda pair: pair[0]):
        if statement.get("recordStatus") == "closed":
            continue
        record, details = statement["recordId"], statement["recordDetails"]
        if statement["recordType"] == "relationship":
            try:
                owner, unspecified = _party(details.get("interestedParty"), record)
                owned, _ = _party(details.get("subject"), record + ".subject")
                stakes += [{"owner_id": owner, "owned_id": owned, **interest} for interest in _interests(details)]
                organisations += unspecified
            except (ValueError, TypeError, AttributeError) as fault:
                refused.append((file, number, record, str(fault)[:200]))
        else:
            describe = _entity if statement["recordType"] == "entity" else _person
            organisations.append({"organisation_id": f"bods:{record}", **describe(details)})
    texts = ("organisation_id", "name", "kind", "jurisdiction", "headquarters", "registration_number", "lei")
    frame = pl.DataFrame(organisations, schema=dict.fromkeys(texts, pl.String))
    rows.organisations.append(
        frame.with_columns(country(name).alias(name) for name in ("jurisdiction", "headquarters"))
    )
    rows.ownership.append(pl.DataFrame(stakes, schema=_STAKES))


_STAKES = {
    "owner_id": pl.String, "owned_id": pl.String, "percent": pl.Float64, "percent_min": pl.Float64,
    "percent_max": pl.Float64, "percent_min_exclusive": pl.Boolean, "percent_max_exclusive": pl.Boolean,
    "interest_type": pl.String, "direct": pl.Boolean, "valid_from": pl.Date, "valid_to": pl.Date, "source": pl.String,
}  # fmt: skip


def _party(party: Any, record: str) -> tuple[str, list[dict[str, Any]]]:
    """The id of a party; one that is not specified is somebody of whom nothing is known."""
    if isinstance(party, str) and party:
        return f"bods:{party}", []
    if isinstance(party, dict):
        unknown = f"bods:unspecified:{record}"
        return unknown, [{"organisation_id": unknown, "name": "not specified", "kind": "unknown"}]
    raise ValueError("interestedParty or subject is missing")


def _entity(details: dict[str, Any]) -> dict[str, Any]:
    numbers = {
        str(one.get("scheme") or ""): str(one["id"])
        for one in _objects(details.get("identifiers"))
        if one.get("id") is not None
    }
    others = {scheme: number for scheme, number in sorted(numbers.items()) if scheme != LEI_SCHEME}
    # A scheme of org-id.guide begins with the country of the register.
    scheme = next(iter(others), "")
    seats = [
        one.get("country") for one in _objects(details.get("addresses")) if one.get("type") == ADDRESS_OF_HEADQUARTERS
    ]
    kind = (details.get("entityType") or {}).get("type")
    return {
        "name": _text(details.get("name")) or "no name on record",
        "kind": ENTITY_KINDS.get(str(kind), "unknown"),
        "jurisdiction": _code(details.get("jurisdiction")),
        "headquarters": next(filter(None, map(_code, seats)), None),
        "registration_number": others.get(scheme),
        "lei": numbers.get(LEI_SCHEME),
    }


def _person(details: dict[str, Any]) -> dict[str, Any]:
    names = [_text(one.get("fullName")) for one in _objects(details.get("names"))]
    # Somebody who is not known may stand for a company as well.
    kind = "person" if details.get("personType", "knownPerson") == "knownPerson" else "unknown"
    return {"name": next(filter(None, names), "no name on record"), "kind": kind}


def _interests(details: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each interest of a relationship as columns of a stake; a relationship without any is one of an unknown kind."""
    for one in _objects(details.get("interests")) or [{}]:
        yield {
            **_share(one.get("share") or {}),
            "interest_type": INTERESTS.get(str(one.get("type")), "other"),
            "direct": one.get("directOrIndirect") == "direct",
            "valid_from": _date(one.get("startDate")),
            "valid_to": _date(one.get("endDate")),
            "source": SOURCE,
        }


def _share(share: dict[str, Any]) -> dict[str, Any]:
    exact = _percent(share.get("exact"))
    if exact is not None:
        return {"percent": exact}
    low, low_open = _bound(share, "minimum", "exclusiveMinimum", max)
    high, high_open = _bound(share, "maximum", "exclusiveMaximum", min)
    if low is not None and high is not None and low > high:
        raise ValueError(f"a share between {low:g} and {high:g}")
    if low is not None and low == high and not low_open and not high_open:
        return {"percent": low}
    return {
        "percent_min": low,
        "percent_max": high,
        "percent_min_exclusive": low_open,
        "percent_max_exclusive": high_open,
    }


def _bound(share: dict[str, Any], inclusive: str, exclusive: str, narrower: Any) -> tuple[float | None, bool | None]:
    """A bound and whether it is excluded; earlier versions of the standard said so by true instead of a number."""
    closed = _percent(share.get(inclusive))
    if share.get(exclusive) is True:
        return closed, closed is not None
    opened = _percent(share.get(exclusive) if share.get(exclusive) is not False else None)
    if opened is None:
        return closed, None if closed is None else False
    if closed is None:
        return opened, True
    bound = narrower(closed, opened)
    return bound, bound == opened


def _percent(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise ValueError(f"a share of {value!r}")
    return float(value)


def _date(value: Any) -> dt.date | None:
    """A date; a year or a month alone begins with its first day."""
    if value is None or value == "":
        return None
    text = str(value)[:10]
    return dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text)


def _code(place: Any) -> str | None:
    return _text(place.get("code")) if isinstance(place, dict) else None


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
