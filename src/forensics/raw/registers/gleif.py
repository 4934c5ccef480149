"""GLEIF: level 1 (who is who) and level 2 (who consolidates whom), golden copy or concatenated files.

A parent that consolidates holds shares of a size that GLEIF does not publish, and controls: each relation becomes a
shareholding of unknown size and an interest of another kind, which raises a flag and is never summed. The measure of
consolidation is not a share and is not read. A branch is its head office, by law. Relations of funds to managers and
to umbrellas are contracts or other interests. What GLEIF calls inactive without saying since when is left out.

Formats: LEI-CDF 3.1 and RR-CDF 2.1 as CSV with dotted column names, or as JSON whose texts stand under `$`.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from forensics.raw.registers.lei import is_lei
from forensics.raw.registers.reading import csv_batches, flat, flat_batches, header_of, json_objects, kind_of
from forensics.raw.registers.rows import RegisterError, Rows, country

SOURCE = "GLEIF level 2"
PERIODS = 5
PERIOD_PARTS = {"startDate": "StartDate", "endDate": "EndDate", "periodType": "PeriodType"}

LEVEL_1 = {
    name: name
    for name in (
        "LEI", "Entity.LegalName", "Entity.LegalJurisdiction", "Entity.HeadquartersAddress.Country",
        "Entity.EntityCategory", "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
        "Registration.RegistrationStatus",
    )
}  # fmt: skip
"""Name in JSON by name in CSV: the same."""

LEVEL_2 = {
    name: name
    for name in (
        "Relationship.StartNode.NodeID", "Relationship.StartNode.NodeIDType", "Relationship.EndNode.NodeID",
        "Relationship.EndNode.NodeIDType", "Relationship.RelationshipType", "Relationship.RelationshipStatus",
        "Registration.RegistrationStatus",
    )
} | {
    f"Relationship.Period.{number}.{part}": f"Relationship.RelationshipPeriods.RelationshipPeriod.{number}.{there}"
    for number in range(1, PERIODS + 1)
    for part, there in PERIOD_PARTS.items()
}  # fmt: skip

DISMISSED = ("ANNULLED", "DUPLICATE", "ERRONEOUS", "CANCELLED", "RETIRED", "TRANSFERRED")
"""Registrations that GLEIF itself no longer stands behind; a retired entity has ceased to exist."""

KINDS = {"FUND": "fund", "RESIDENT_GOVERNMENT_ENTITY": "state_body", "INTERNATIONAL_ORGANIZATION": "unknown"}
"""What is no company; a sole proprietor is registered as a business, and is kept as one."""

INTERESTS: dict[str, list[tuple[str, bool, float | None]]] = {
    "IS_DIRECTLY_CONSOLIDATED_BY": [("shareholding", True, None), ("other", True, None)],
    "IS_ULTIMATELY_CONSOLIDATED_BY": [("shareholding", False, None)],
    "IS_INTERNATIONAL_BRANCH_OF": [("shareholding", True, 100.0)],
    "IS_FUND-MANAGED_BY": [("contract", True, None)],
    "IS_SUBFUND_OF": [("other", True, None)],
    "IS_FEEDER_TO": [("other", True, None)],
}
"""Interests of the end node in the start node: kind, whether direct, percent."""


def read_gleif(path: Path, rows: Rows) -> str:
    """Add the rows of one GLEIF file, level 1 or 2, whichever it is.

    Returns:
        What it is: `level 1` or `level 2`.

    Raises:
        RegisterError: if it is neither.
    """
    is_relations = _is_relations(path)
    columns = LEVEL_2 if is_relations else LEVEL_1
    for batch in _batches(path, columns):
        (_add_relations if is_relations else _add_entities)(path.name, batch, rows)
    return "level 2" if is_relations else "level 1"


def _is_relations(path: Path) -> bool:
    if kind_of(path) == "csv":
        names = header_of(path)
    else:
        names = {name for name, _ in flat(next((value for _, value in json_objects(path, INSIDE)), {}))}
    if "Relationship.StartNode.NodeID" in names:
        return True
    if {"LEI", "Entity.LegalName"} <= names:
        return False
    raise RegisterError(
        f"{path} is neither GLEIF level 1 nor level 2.",
        next_step="Level 1 has columns LEI and Entity.LegalName, level 2 Relationship.StartNode.NodeID.",
    )


INSIDE = ("records", "relations", "data")


def _batches(path: Path, columns: dict[str, str]) -> Iterator[pl.DataFrame]:
    return csv_batches(path, list(columns)) if kind_of(path) == "csv" else flat_batches(path, columns, INSIDE)


def _add_entities(file: str, batch: pl.DataFrame, rows: Rows) -> None:
    leis = batch["LEI"].drop_nulls().unique().to_list()
    wrong = [lei for lei in leis if not is_lei(lei)]
    reason = (
        pl.when(pl.col("LEI").is_null() | pl.col("LEI").is_in(wrong)).then(pl.lit("LEI missing or wrong"))
        .when(pl.col("Entity.LegalName").is_null()).then(pl.lit("no legal name"))
        .when(pl.col("Registration.RegistrationStatus").is_in(DISMISSED))
        .then(pl.format("registration is {}", pl.col("Registration.RegistrationStatus").str.to_lowercase()))
    )  # fmt: skip
    good = rows.refuse(file, batch, reason, "LEI")
    rows.organisations.append(
        good.select(
            organisation_id=pl.format("lei:{}", "LEI"),
            name="Entity.LegalName",
            kind=pl.col("Entity.EntityCategory").replace_strict(KINDS, default="company", return_dtype=pl.String),
            jurisdiction=country("Entity.LegalJurisdiction"),
            headquarters=country("Entity.HeadquartersAddress.Country"),
            registration_number="Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
            lei="LEI",
        )
    )


def _add_relations(file: str, batch: pl.DataFrame, rows: Rows) -> None:
    dated = batch.with_columns(
        valid_from=_of_relationship("startDate"),
        valid_to=_of_relationship("endDate"),
        owned_id=_node("Start"),
        owner_id=_node("End"),
    )
    kind, status = pl.col("Relationship.RelationshipType"), pl.col("Relationship.RelationshipStatus")
    reason = (
        pl.when(pl.col("owned_id").is_null() | pl.col("owner_id").is_null()).then(pl.lit("start or end node missing"))
        .when(~kind.is_in(list(INTERESTS)).fill_null(False)).then(pl.format("unknown relation {}", kind.fill_null("")))
        .when(pl.col("Registration.RegistrationStatus").is_in(DISMISSED))
        .then(pl.format("registration is {}", pl.col("Registration.RegistrationStatus").str.to_lowercase()))
        .when((status != "ACTIVE").fill_null(True) & pl.col("valid_to").is_null())
        .then(pl.lit("inactive, and since when is not said"))
        .when(pl.col("valid_to") <= pl.col("valid_from")).then(pl.lit("it ends before it begins"))
    )  # fmt: skip
    good = rows.refuse(file, dated, reason, "owned_id")
    interests = pl.DataFrame(
        [(name, *interest) for name, found in INTERESTS.items() for interest in found],
        schema={"relation": pl.String, "interest_type": pl.String, "direct": pl.Boolean, "percent": pl.Float64},
        orient="row",
    )
    rows.ownership.append(
        good.join(interests, left_on="Relationship.RelationshipType", right_on="relation").select(
            "owner_id", "owned_id", "percent", "interest_type", "direct", "valid_from", "valid_to",
            source=pl.format("{}, {}", pl.lit(SOURCE), kind.str.to_lowercase().str.replace_all("_", " ")),
        )
    )  # fmt: skip


def _node(end: str) -> pl.Expr:
    return pl.format(
        "{}:{}",
        pl.col(f"Relationship.{end}Node.NodeIDType").fill_null("LEI").str.to_lowercase(),
        pl.col(f"Relationship.{end}Node.NodeID"),
    )


def _of_relationship(part: str) -> pl.Expr:
    """A date of the period in which the relationship holds: the others are those of accounts and of documents."""
    return pl.coalesce(
        pl.when(pl.col(f"Relationship.Period.{number}.periodType") == "RELATIONSHIP_PERIOD").then(
            pl.col(f"Relationship.Period.{number}.{part}").str.head(10).str.to_date("%Y-%m-%d", strict=False)
        )
        for number in range(1, PERIODS + 1)
    )
