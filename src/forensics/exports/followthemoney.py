"""Findings as FollowTheMoney entities, one JSON object a line, for OpenAleph and its kin.

Written to the published schemas Company, UserAccount, Ownership and Note; the library itself is not needed, which
compiles against a system library. Every property is a list of texts, as the model has it.
"""

import hashlib
import json
from typing import Any

import polars as pl

from forensics.exports.cases import Cases
from forensics.exports.documents import plain

SERVICE = "language-model provider"
TEXT_CHARACTERS = 2_000


def followthemoney(case: Cases) -> str:
    """One finding as lines of JSON; companies come before what refers to them.

    Args:
        case: the finding.

    Returns:
        Lines of {"id", "schema", "properties"}, sorted by kind and id.
    """
    companies = _companies(case)
    accounts = [_account(row, companies) for row in case.accounts.iter_rows(named=True)]
    entities = [*companies.values(), *_ownerships(case, companies), *accounts, _note(case, accounts)]
    return "".join(json.dumps(entity, sort_keys=True, ensure_ascii=True) + "\n" for entity in entities)


def entity_id(kind: str, *parts: str) -> str:
    """An id that follows from what the entity is."""
    return hashlib.sha256("\x1f".join(("forensics", kind, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _entity(schema: str, id_: str, **properties: Any) -> dict[str, Any]:
    texts = {
        name: [plain(str(one), TEXT_CHARACTERS) for one in (value if isinstance(value, list) else [value])]
        for name, value in properties.items()
        if value not in (None, "", [])
    }
    return {"id": id_, "schema": schema, "properties": texts}


def _companies(case: Cases) -> dict[str, dict[str, Any]]:
    """Organisations of the accounts, and those that control them, by organisation id."""
    found = {}
    for row in case.organisations.iter_rows(named=True):
        one = row["organisation_id"]
        jurisdiction = (row["jurisdiction"] or "").lower()
        found[one] = _entity(
            "Company", entity_id("organisation", one), name=row["name"] or one, jurisdiction=jurisdiction
        )
        if (controlling := row["controlling_organisation_id"]) and controlling not in found:
            country = (row["controlling_jurisdiction"] or "").lower()
            found[controlling] = _entity(
                "Company",
                entity_id("organisation", controlling),
                name=row["controlling_name"] or controlling,
                mainCountry=country,
            )
    return dict(sorted(found.items()))


def _ownerships(case: Cases, companies: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    rows = case.organisations.filter(
        pl.col("controlling_organisation_id").is_not_null()
        & (pl.col("controlling_organisation_id") != pl.col("organisation_id"))
    )
    return [
        _entity(
            "Ownership",
            entity_id("ownership", row["controlling_organisation_id"], row["organisation_id"]),
            owner=companies[row["controlling_organisation_id"]]["id"],
            asset=companies[row["organisation_id"]]["id"],
            percentage=None if row["attributed_percent"] is None else f"{row['attributed_percent']:g}",
            summary="directly or through others, lower bound",
        )
        for row in rows.iter_rows(named=True)
    ]


def _account(row: dict[str, Any], companies: dict[str, dict[str, Any]]) -> dict[str, Any]:
    owner = companies.get(row["organisation_id"] or "")
    return _entity(
        "UserAccount",
        entity_id("account", row["account_id"]),
        name=row["account_id"],
        username=row["account_id"],
        service=SERVICE,
        owner=owner["id"] if owner else None,
    )


def _note(case: Cases, accounts: list[dict[str, Any]]) -> dict[str, Any]:
    finding = case.finding
    evidence = [f"{row['stance']}: {row['statement']}" for row in case.evidence.iter_rows(named=True)]
    return _entity(
        "Note",
        entity_id("finding", finding["finding_id"], case.recipient),
        name=f"{finding['finding_id']} as of {finding['as_of']}",
        summary=f"{finding['headline']} Confidence {finding['confidence']}.",
        description=evidence,
        entity=[account["id"] for account in accounts],
    )
