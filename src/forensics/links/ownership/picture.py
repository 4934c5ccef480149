"""Who owns one organisation, read back from the warehouse: the owners upstream of it, bounded for a picture."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from forensics.errors import NotFoundError

OWNERS_SHOWN = 6
"""Owners shown of each organisation: those on the path first, then the largest."""

NODES_SHOWN = 30
"""Organisations in one picture: more cannot be read."""


@dataclass(frozen=True)
class Party:
    """An organisation or person.

    Attributes:
        identity_id: its id.
        name, kind, headquarters, jurisdiction: as registered.
        verdict: the rule's answer; None for somebody without owners on record who is no seed.
        attributed, effective: bounds of both readings in percent, where there is a verdict on its owners.
        more_owners: owners on record that are not shown.
    """

    identity_id: str
    name: str | None = None
    kind: str | None = None
    headquarters: str | None = None
    jurisdiction: str | None = None
    verdict: str | None = None
    attributed: tuple[float, float] | None = None
    effective: tuple[float, float] | None = None
    more_owners: int = 0

    @property
    def label(self) -> str:
        """Its name, else its id."""
        return self.name or self.identity_id


@dataclass(frozen=True)
class Holding:
    """A stake on the as-of day, bounds in percent."""

    owner_id: str
    owned_id: str
    percent_min: float
    percent_max: float
    percent_min_exclusive: bool
    percent_max_exclusive: bool
    is_on_path: bool
    is_deciding: bool

    @property
    def size(self) -> str:
        """The share in words."""
        low, high = f"{self.percent_min:.6g}", f"{self.percent_max:.6g}"
        if self.percent_min == self.percent_max:
            return f"{low} %"
        if (self.percent_min, self.percent_max) == (0, 100):
            return "size unknown"
        return f"{'>' if self.percent_min_exclusive else ''}{low}–{'<' if self.percent_max_exclusive else ''}{high} %"


@dataclass(frozen=True)
class Picture:
    """An organisation with everybody upstream who is shown; the organisation is `parties[organisation_id]`."""

    organisation_id: str
    as_of: date | None
    rule: str | None
    parties: dict[str, Party] = field(default_factory=dict)
    holdings: tuple[Holding, ...] = ()


def read_picture(connection: duckdb.DuckDBPyConnection, organisation_id: str) -> Picture:
    """Read the owners of an organisation upwards, those on the path that carries its verdict first.

    Args:
        connection: with the ownership tables of the step links.
        organisation_id: any record of the organisation.

    Raises:
        NotFoundError: if neither a register nor a stake names it.
    """
    identity = _identity(connection, organisation_id)
    path, deciding = _marks(connection, organisation_id)
    shown, hidden = {identity}, dict[str, int]()
    holdings: list[Holding] = []
    frontier = [identity]
    while frontier:
        found = _owners(connection, frontier)
        frontier = []
        for owned_id, owners in found.items():
            owners.sort(key=lambda row: ((row[0], owned_id) not in path, row[0] not in shown, -row[2], row[0]))
            kept = [row for row in owners[:OWNERS_SHOWN] if row[0] in shown or len(shown) < NODES_SHOWN]
            hidden[owned_id] = len(owners) - len(kept)
            for owner_id, low, high, low_open, high_open in kept:
                edge = (owner_id, owned_id)
                holdings.append(Holding(*edge, low, high, low_open, high_open, edge in path, edge in deciding))
                if owner_id not in shown:
                    shown.add(owner_id)
                    frontier.append(owner_id)
    as_of, rule = connection.execute(
        "SELECT (SELECT max(as_of) FROM reports.runs), (SELECT max(profile || ' ' || profile_version)"
        " FROM links.ownership_verdicts)"
    ).fetchall()[0]
    return Picture(identity, as_of, rule, _parties(connection, shown, hidden), tuple(holdings))


def _identity(connection: duckdb.DuckDBPyConnection, organisation_id: str) -> str:
    found = connection.execute(
        """
        SELECT identity_id FROM features.organisation_identities WHERE organisation_id = $id
        UNION ALL SELECT $id FROM links.ownership_stakes WHERE $id IN (owner_id, owned_id) LIMIT 1
        """,
        {"id": organisation_id},
    ).fetchall()
    if not found:
        raise NotFoundError(
            f"No register names an organisation {organisation_id!r}.",
            next_step="`forensics query 'FROM features.organisation_identities'` lists those it names.",
        )
    return str(found[0][0])


def _marks(connection: duckdb.DuckDBPyConnection, organisation_id: str) -> tuple[set[tuple[str, str]], ...]:
    """Stakes on the path of an organisation, and those its verdict hangs on."""
    queries = (
        "SELECT owner_id, owned_id FROM links.ownership_paths WHERE organisation_id = $id AND role = 'path'",
        "SELECT owner_id, owned_id FROM links.ownership_deciding_stakes WHERE organisation_id = $id",
    )
    return tuple(set(connection.execute(query, {"id": organisation_id}).fetchall()) for query in queries)


def _owners(connection: duckdb.DuckDBPyConnection, owned: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    rows = connection.execute(
        """
        SELECT owned_id, owner_id, percent_min, percent_max, percent_min_exclusive, percent_max_exclusive
        FROM links.ownership_stakes WHERE list_contains($owned, owned_id) ORDER BY owned_id, owner_id
        """,
        {"owned": owned},
    ).fetchall()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for owned_id, *rest in rows:
        found.setdefault(owned_id, []).append(tuple(rest))
    return found


def _parties(connection: duckdb.DuckDBPyConnection, shown: set[str], hidden: dict[str, int]) -> dict[str, Party]:
    rows = connection.execute(
        """
        SELECT id, identity.name, kind, headquarters, identity.jurisdiction,
               COALESCE(verdicts.verdict, barred.verdict),
               attributed_percent_min, attributed_percent_max, effective_percent_min, effective_percent_max
        FROM (SELECT unnest($shown) AS id)
        LEFT JOIN features.organisation_identities AS identity ON identity.organisation_id = id
        LEFT JOIN links.ownership_verdicts AS verdicts ON verdicts.organisation_id = id
        LEFT JOIN links.barred_organisations AS barred ON barred.organisation_id = id
        ORDER BY id
        """,
        {"shown": sorted(shown)},
    ).fetchall()
    parties = {}
    for name, label, kind, headquarters, jurisdiction, verdict, low, high, least, most in rows:
        attributed, effective = ((low, high), (least, most)) if low is not None else (None, None)
        parties[name] = Party(
            name, label, kind, headquarters, jurisdiction, verdict, attributed, effective, hidden.get(name, 0)
        )
    return parties
