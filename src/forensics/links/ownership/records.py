"""Organisations and stakes as integers: cleaned once, so that everything after it is exact arithmetic on arrays.

Decisions on what registers contain:
- A percent counts to ten decimals (`WHOLE` parts), read as the decimal a person wrote, not as the double.
- `percent` wins over a band; a band without an end reaches to 0 or 100; no figure at all is [0, 100].
- A negative or non-finite figure, or a band that ends before it begins, is unusable: the stake stays, of unknown size.
  A figure over 100 stays as it is: the sum of stakes then shows a data error.
- A row that repeats another in every respect, source included, counts once.
- A stake that never holds (`valid_from` not before `valid_to`) or lacks an end is dropped and reported.
- A stake in a natural person is no stake: dropped and reported.
- Owners and owned that no organisation row describes are kept as organisations of unknown location.
- Interests other than shares, and stakes not held directly, are set apart: they never add to a sum.
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from forensics.errors import ForensicsError
from forensics.links.ownership.profiles import DECIMALS, LOCATION, UNASSIGNED, WHOLE, Profile

FOREVER = 2**30
"""A day after every day; its negative is before every day. Days count from 1970-01-01."""

ORGANISATION_COLUMNS: dict[str, type[pl.DataType]] = {
    "organisation_id": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "jurisdiction": pl.String,
    "headquarters": pl.String,
    "owners_complete": pl.Boolean,
}
STAKE_COLUMNS: dict[str, type[pl.DataType]] = {
    "owner_id": pl.String,
    "owned_id": pl.String,
    "percent": pl.Float64,
    "percent_min": pl.Float64,
    "percent_max": pl.Float64,
    "percent_min_exclusive": pl.Boolean,
    "percent_max_exclusive": pl.Boolean,
    "interest_type": pl.String,
    "direct": pl.Boolean,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "source": pl.String,
}
FAULT_COLUMNS = {"owner_id": pl.String, "owned_id": pl.String, "fault": pl.String, "treatment": pl.String}


class OwnershipInputError(ForensicsError):
    """Organisations or stakes cannot be read at all."""

    exit_code = 3
    title = "Ownership refused"


@dataclass(frozen=True)
class Records:
    """The cleaned tables; `node` is an organisation's place in the order of ids.

    Attributes:
        nodes: one row per organisation: node, organisation_id, name, kind, jurisdiction, headquarters, location
            (headquarters, else incorporation), is_person, is_state_body, owners_complete, restricted_from and
            restricted_to (days in which its location or its name is restricted; both null if never).
        shares: one row per direct share: owner, owned (nodes), least, most (parts of `WHOLE`), least_open, most_open
            (the end itself is excluded), start, end (days, half-open), source; sorted by owned, owner and the rest.
        interests: other interests: owner, owned, start, end.
        indirect: declared indirect shares: owner, owned, least, start, end.
        faults: one row per faulty row: owner_id, owned_id, fault, treatment.
    """

    nodes: pl.DataFrame
    shares: pl.DataFrame
    interests: pl.DataFrame
    indirect: pl.DataFrame
    faults: pl.DataFrame


def read_records(organisations: pl.DataFrame, ownership: pl.DataFrame, profile: Profile) -> Records:
    """Clean both tables and number the organisations.

    Raises:
        OwnershipInputError: if a key column is missing, or two rows describe one organisation; all faults listed.
    """
    organisations = _shape(organisations, ORGANISATION_COLUMNS)
    stakes = _shape(ownership, STAKE_COLUMNS)
    _refuse(organisations, ownership_columns=ownership.columns)
    nodes = _number(organisations, stakes, profile)
    stakes, faults = _mark_faults(stakes, nodes)
    stakes = _size(stakes)
    share = pl.col("interest_type").fill_null("shareholding") == "shareholding"
    direct = pl.col("direct").fill_null(True)
    figures = ["owner", "owned", "least", "most", "least_open", "most_open", "start", "end"]
    return Records(
        nodes=nodes,
        shares=stakes.filter(share & direct).select(*figures, "source").unique().sort(["owned", *figures, "source"]),
        interests=stakes.filter(~share).select("owner", "owned", "start", "end").unique().sort(pl.all()),
        indirect=stakes.filter(share & ~direct).select("owner", "owned", "least", "start", "end").sort(pl.all()),
        faults=faults,
    )


def _shape(frame: pl.DataFrame, columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """The wanted columns in their types; what the frame lacks is null."""
    present = set(frame.columns)
    return frame.select(
        (pl.col(name) if name in present else pl.lit(None)).cast(dtype).alias(name) for name, dtype in columns.items()
    )


def _refuse(organisations: pl.DataFrame, ownership_columns: list[str]) -> None:
    faults = [f"ownership has no column {name}" for name in ("owner_id", "owned_id") if name not in ownership_columns]
    if organisations["organisation_id"].null_count():
        faults.append(f"{organisations['organisation_id'].null_count()} organisations without an organisation_id")
    twice = (
        organisations.filter(pl.col("organisation_id").is_duplicated())["organisation_id"].drop_nulls().unique().sort()
    )
    faults += [f"organisation {name!r} is described more than once" for name in twice.head(20)]
    if len(twice) > 20:
        faults.append(f"and {len(twice) - 20} more organisations are described more than once")
    if faults:
        raise OwnershipInputError(
            "The organisations and stakes cannot be rolled up.",
            next_step="Pass one day's organisations, one row each, and that day's stakes.",
            faults=faults,
        )


def _number(organisations: pl.DataFrame, stakes: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Every id that occurs, in order, with what is known of it."""
    ids = (
        pl.concat([organisations["organisation_id"], stakes["owner_id"], stakes["owned_id"]])
        .drop_nulls()
        .unique()
        .sort()
    )
    restricted = pl.DataFrame(
        [(code, *_days(entry.start, entry.end)) for code, entry in sorted(profile.restricted.items())],
        schema={"code": pl.String, "restricted_from": pl.Int64, "restricted_to": pl.Int64},
        orient="row",
    )
    listed = pl.col("organisation_id").is_in(sorted(profile.listed_organisations))
    nodes = (
        pl.DataFrame({"organisation_id": ids})
        .with_row_index("node")
        .join(organisations, on="organisation_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("node").cast(pl.Int64),
            _clean_location("headquarters"),
            _clean_location("jurisdiction"),
            pl.col("owners_complete").fill_null(False),
            is_person=(pl.col("kind") == "person").fill_null(False),
            is_state_body=(pl.col("kind") == "state_body").fill_null(False),
        )
        .with_columns(location=pl.coalesce("headquarters", "jurisdiction"))
        .join(restricted, left_on="location", right_on="code", how="left", maintain_order="left")
        .join(restricted, left_on=pl.col("location").str.slice(0, 2), right_on="code", how="left", suffix="_country")
        .sort("node")
    )
    ends = {
        "restricted_from": (pl.coalesce("restricted_from", "restricted_from_country"), -FOREVER),
        "restricted_to": (pl.coalesce("restricted_to", "restricted_to_country"), FOREVER),
    }
    barred_person = pl.col("is_person") & ~pl.lit(profile.persons_are_seeds)
    return nodes.with_columns(
        pl.when(listed).then(pl.lit(always, pl.Int64)).when(~barred_person).then(end).alias(name)
        for name, (end, always) in ends.items()
    ).drop("restricted_from_country", "restricted_to_country", "code", strict=False)


def _clean_location(name: str) -> pl.Expr:
    """A country's code in capitals; null for whatever is not one, so that it counts as unknown and never as clear."""
    code = pl.col(name).str.strip_chars().str.to_uppercase()
    known = code.str.contains(f"^(?:{LOCATION.pattern})$") & ~code.is_in(sorted(UNASSIGNED))
    return pl.when(known).then(code).alias(name)


def _days(start: dt.date | None, end: dt.date | None) -> tuple[int, int]:
    return -FOREVER if start is None else day_number(start), FOREVER if end is None else day_number(end)


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - dt.date(1970, 1, 1)).days


def _mark_faults(stakes: pl.DataFrame, nodes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Stakes with their nodes and usable figures, and the list of what was wrong with the rest."""
    place = nodes.select("organisation_id", "node", "is_person")
    stakes = (
        stakes.join(
            place.rename({"node": "owner"}).drop("is_person"),
            left_on="owner_id",
            right_on="organisation_id",
            how="left",
        )
        .join(place.rename({"node": "owned"}), left_on="owned_id", right_on="organisation_id", how="left")
        .with_columns(
            start=pl.col("valid_from").to_physical().cast(pl.Int64).fill_null(-FOREVER),
            end=pl.col("valid_to").to_physical().cast(pl.Int64).fill_null(FOREVER),
        )
    )
    low, high = pl.col("percent_min").fill_null(0.0), pl.col("percent_max").fill_null(100.0)
    unusable = (
        pl.when(pl.col("percent").is_not_null())
        .then(~pl.col("percent").is_between(0, 1e6))
        .otherwise(
            ~low.is_between(0, 1e6) | ~high.is_between(0, 1e6) | ((low > high) & pl.col("percent_max").is_not_null())
        )
    )
    dropped = "row left out"
    stakes = stakes.with_columns(
        fault=pl.when(pl.col("owner").is_null() | pl.col("owned").is_null())
        .then(pl.lit("owner or owned missing"))
        .when(pl.col("start") >= pl.col("end"))
        .then(pl.lit("valid_from not before valid_to"))
        .when(pl.col("is_person") & (pl.col("interest_type").fill_null("shareholding") == "shareholding"))
        .then(pl.lit("stake in a natural person"))
        .when(unusable)
        .then(pl.lit("unusable figure")),
    ).with_columns(
        treatment=pl.when(pl.col("fault") == "unusable figure")
        .then(pl.lit("counted as a stake of unknown size"))
        .when(pl.col("fault").is_not_null())
        .then(pl.lit(dropped)),
    )
    faults = stakes.filter(pl.col("fault").is_not_null()).select(*FAULT_COLUMNS).sort(pl.all())
    kept = stakes.filter(pl.col("treatment").ne_missing(dropped))
    void = pl.col("fault").is_not_null()
    return kept.with_columns(
        pl.when(~void).then(pl.col(name)).alias(name) for name in ("percent", "percent_min", "percent_max")
    ), faults


def _size(stakes: pl.DataFrame) -> pl.DataFrame:
    """Both ends of each stake in integer parts, and whether the end itself is excluded."""

    def parts(name: str) -> pl.Expr:
        return (pl.col(name) * 10.0**DECIMALS).round().cast(pl.Int64)

    exact = pl.col("percent").is_not_null()
    least = pl.when(exact).then(parts("percent")).otherwise(parts("percent_min")).fill_null(0)
    most = pl.when(exact).then(parts("percent")).otherwise(parts("percent_max")).fill_null(WHOLE)
    least_open = ~exact & pl.col("percent_min").is_not_null() & pl.col("percent_min_exclusive").fill_null(False)
    most_open = ~exact & pl.col("percent_max").is_not_null() & pl.col("percent_max_exclusive").fill_null(False)
    return stakes.with_columns(
        least=least,
        most=pl.max_horizontal(least, most),
        least_open=least_open.cast(pl.Int64),
        most_open=most_open.cast(pl.Int64),
    )
