"""The ownership register: who owns the customers, with chains, bands, gaps, cycles and foreign subsidiaries.

Cases with a known answer are planted from templates; every other organisation has clear owners, none on record,
or persons. The answer of a planted case follows from its construction, for a threshold of more than 50 percent.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.names import name_organisations, person_names
from forensics.simulate.organisations import Organisations
from forensics.simulate.randomness import derive, hex_ids, mix, stream
from forensics.simulate.register_cases import CASES, Case
from forensics.simulate.settings import SimulationSettings

RESTRICTED = ("CN", "RU", "IR", "KP", "HK", "MO", "BY", "CU", "SY", "VE", "MM", "AF")
"""Jurisdictions whose headquartered organisations count as barred; planted seeds sit in the first two."""

PLANTED_SHARE = 0.06
"""Share of customers' organisations that stand in a planted case."""

FEWEST_CASES = 2
"""Each kind of case is planted at least this often, as far as there are customers."""


@dataclass
class Register:
    """The ownership tables and their truth.

    Attributes:
        organisations: customers and owners, as the contract names them.
        ownership: stakes, as the contract names them.
        truth: organisation, case, expected verdict.
    """

    organisations: pl.DataFrame
    ownership: pl.DataFrame
    truth: pl.DataFrame


def build_register(settings: SimulationSettings, customers: Organisations) -> Register:
    """Write the register of a world: planted cases, then ordinary owners."""
    rng = stream(settings.seed, "register")
    table = customers.table
    clear = np.flatnonzero(~table["jurisdiction"].is_in(list(RESTRICTED)).to_numpy())
    planted = max(round(PLANTED_SHARE * len(clear)), FEWEST_CASES * len(CASES))
    chosen = rng.permutation(clear)[: min(planted, len(clear) // 2)]
    builder = _Builder(derive(settings.seed, "owners"))
    for number, row in enumerate(chosen):
        builder.plant(CASES[number % len(CASES)], str(table["organisation_id"][int(row)]), rng)
    rest = np.setdiff1d(np.arange(len(table)), chosen)
    owners, stakes = _ordinary_owners(rng, table, rest, derive(settings.seed, "ordinary owners"))
    table = _with_completeness(table, builder.truth)
    organisations = pl.concat([table, builder.organisations(rng), owners]).sort("organisation_id")
    return Register(
        organisations=organisations,
        ownership=pl.concat([builder.stakes(), stakes]).sort(pl.all()),
        truth=_truth(organisations, builder.truth),
    )


def _with_completeness(table: pl.DataFrame, truth: list[dict[str, object]]) -> pl.DataFrame:
    """Say of the customers of planted cases whether all their owners are listed, as the case has it."""
    schema = {"organisation_id": pl.String, "complete": pl.Boolean}
    known = pl.DataFrame(truth, schema=schema)
    planted = pl.col("complete").is_not_null()
    completeness = pl.when(planted).then(pl.when("complete").then(True)).otherwise("owners_complete")
    return (
        table.join(known, on="organisation_id", how="left", maintain_order="left")
        .with_columns(owners_complete=completeness)
        .drop("complete")
    )


def _truth(organisations: pl.DataFrame, planted: list[dict[str, object]]) -> pl.DataFrame:
    """List planted verdicts, and every organisation that is barred by its own headquarters."""
    schema = {"organisation_id": pl.String, "case": pl.String, "verdict": pl.String}
    seat = pl.col("headquarters").fill_null(pl.col("jurisdiction"))
    seeds = organisations.filter(seat.is_in(list(RESTRICTED)) & (pl.col("kind") != "person"))
    return pl.concat(
        [
            pl.DataFrame(planted, schema=schema),
            seeds.select("organisation_id", case=pl.lit("headquarters"), verdict=pl.lit("seed")),
        ]
    ).sort("organisation_id")


STAKE_SCHEMA = {
    "owner_id": pl.String, "owned_id": pl.String, "percent": pl.Float64, "percent_min": pl.Float64,
    "percent_max": pl.Float64, "percent_min_exclusive": pl.Boolean, "percent_max_exclusive": pl.Boolean,
    "interest_type": pl.String, "direct": pl.Boolean, "valid_from": pl.Date, "valid_to": pl.Date, "source": pl.String,
}  # fmt: skip


class _Builder:
    """Collects the owners and stakes of planted cases."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._owners: list[tuple[str, str, str, str, bool]] = []
        self._stakes: list[dict[str, object]] = []
        self.truth: list[dict[str, object]] = []

    def plant(self, case: Case, customer: str, rng: np.random.Generator) -> None:
        """Write one case around a customer, and its truth."""
        ids = {"T": customer}
        for name, (kind, country, headquarters, complete) in case.owners.items():
            ids[name] = hex_ids("org_", mix(np.array([len(self._owners)]), self._key % 2**32))[0]
            seat = str(rng.choice(RESTRICTED[:2], p=[0.75, 0.25])) if headquarters == "R" else headquarters
            where = seat if country == "R" else country
            self._owners.append((ids[name], kind, where, seat, complete))
        for stake in case.stakes:
            row: dict[str, object] = dict.fromkeys(STAKE_SCHEMA)
            row |= {"owner_id": ids[stake.owner], "owned_id": ids[stake.owned], "source": "register"}
            row |= dict(stake.figures)
            self._stakes.append(row)
        self.truth.append(
            {"organisation_id": customer, "case": case.name, "verdict": case.verdict, "complete": case.complete}
        )
        for name, verdict in case.intermediaries.items():
            self.truth.append({"organisation_id": ids[name], "case": case.name, "verdict": verdict})

    def organisations(self, rng: np.random.Generator) -> pl.DataFrame:
        """Return the planted owners as organisations."""
        frame = pl.DataFrame(
            self._owners,
            schema={
                "organisation_id": pl.String,
                "kind": pl.String,
                "jurisdiction": pl.String,
                "headquarters": pl.String,
                "complete": pl.Boolean,
            },
            orient="row",
        )
        named = name_organisations(rng, frame["jurisdiction"], self._key + 1)
        person = pl.Series(frame["kind"] == "person")
        return named.with_columns(
            organisation_id=frame["organisation_id"],
            kind=frame["kind"],
            jurisdiction=frame["jurisdiction"],
            headquarters=frame["headquarters"],
            owners_complete=pl.when(frame["complete"]).then(True),
            domain=pl.when(~person).then("domain"),
            name=pl.when(person).then(person_names(rng, len(frame))).otherwise("name"),
            registration_number=pl.when(~person).then("registration_number"),
            lei=pl.when(~person).then("lei"),
        )

    def stakes(self) -> pl.DataFrame:
        """Return the planted stakes."""
        return pl.DataFrame(self._stakes, schema=STAKE_SCHEMA, orient="row")


def _ordinary_owners(
    rng: np.random.Generator, table: pl.DataFrame, rows: NDArray[np.int64], key: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give two thirds of the organisations owners: persons, or clear companies held by persons."""
    style = rng.choice(["none", "person", "company"], len(rows), p=[0.35, 0.4, 0.25])
    owned = np.concatenate([rows[style != "none"]])
    country = table["jurisdiction"].gather(owned)
    count = len(owned)
    first = name_organisations(rng, country, key)
    is_person = pl.Series(style[style != "none"] == "person")
    people = person_names(rng, count)
    owners = first.with_columns(
        kind=pl.when(is_person).then(pl.lit("person")).otherwise(pl.lit("company")),
        name=pl.when(is_person).then(people).otherwise("name"),
        domain=pl.when(~is_person).then("domain"),
        registration_number=pl.when(~is_person).then("registration_number"),
        lei=pl.when(~is_person).then("lei"),
        owners_complete=pl.lit(True),
        headquarters=country,
    )
    percent = np.round(rng.choice([100.0, 75.0, 60.0, 51.0, 40.0], count, p=[0.45, 0.15, 0.15, 0.1, 0.15]), 2)
    stakes = pl.DataFrame(
        {"owner_id": owners["organisation_id"], "owned_id": table["organisation_id"].gather(owned), "percent": percent}
    )
    blank = {
        name: pl.lit(None, dtype=kind).alias(name) for name, kind in STAKE_SCHEMA.items() if name not in stakes.columns
    }
    return owners, stakes.with_columns(**blank).with_columns(source=pl.lit("register")).select(list(STAKE_SCHEMA))
