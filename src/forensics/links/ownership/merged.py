"""Records of one organisation as one node of the roll-up, and the answer given to each of its records again.

Facts are those of the record that names the identity; what it leaves open is taken from its other records by id. Rows
of one named source add up as ever: a register lists a stake once. Rows without a source are told apart by the records
they name, so that two records of one stake are reconciled and never summed. What a merger makes a stake of an
organisation in itself says nothing and is left out.
"""

import polars as pl

FACTS = ("name", "kind", "jurisdiction", "headquarters", "owners_complete")


def merge_records(
    organisations: pl.DataFrame, ownership: pl.DataFrame, identities: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both registers with one row and one id per organisation.

    Args:
        organisations, ownership: columns as in the snapshot contract.
        identities: organisation_id, identity_id.

    Returns:
        organisations with the columns the roll-up reads, and ownership.
    """
    renamed = identities.filter(pl.col("organisation_id") != pl.col("identity_id"))
    if renamed.is_empty():
        return organisations.select("organisation_id", *FACTS), ownership
    several = renamed["identity_id"].unique()
    place = identities.select("organisation_id", "identity_id")
    by_record = (
        organisations.join(place, on="organisation_id", how="left")
        .with_columns(pl.coalesce("identity_id", "organisation_id").alias("identity_id"))
        .sort("identity_id", pl.col("organisation_id") != pl.col("identity_id"), "organisation_id")
    )
    one = pl.col("identity_id").is_in(several.implode())
    merged = (
        by_record.filter(one)
        .group_by("identity_id", maintain_order=True)
        .agg(pl.col(name).drop_nulls().first() for name in FACTS)
        .rename({"identity_id": "organisation_id"})
    )
    single = by_record.filter(~one).select("organisation_id", *FACTS)
    return pl.concat([single, merged.select(single.columns)]).sort("organisation_id"), _rename(ownership, renamed)


def _rename(ownership: pl.DataFrame, renamed: pl.DataFrame) -> pl.DataFrame:
    other = dict(renamed.select("organisation_id", "identity_id").iter_rows())
    touched = pl.col("owner_id").is_in(list(other)) | pl.col("owned_id").is_in(list(other))
    source = (
        pl.when(touched & pl.col("source").is_null())
        .then(pl.format("records {} and {}", "owner_id", "owned_id"))
        .otherwise("source")
    )
    ids = {name: pl.col(name).replace(other) for name in ("owner_id", "owned_id")}
    itself = touched & (ids["owner_id"] == ids["owned_id"]) & (pl.col("owner_id") != pl.col("owned_id"))
    renamed_rows = ownership.filter(~itself.fill_null(False)).unique().with_columns(source=source, **ids)
    # Rows that only their records told apart are tranches of one register: equal ones would otherwise count once.
    tranches = renamed_rows.group_by(pl.all()).agg(tranche_count=pl.len())
    figures = ("percent", "percent_min", "percent_max")
    return tranches.with_columns(pl.col(figures) * pl.col("tranche_count")).drop("tranche_count").sort(pl.all())


def for_each_record(frame: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Rows by organisation repeated for every record of it, with `identity_id` beside `organisation_id`."""
    several = identities.filter(pl.len().over("identity_id") > 1).select(
        record="organisation_id", identity_id="identity_id"
    )
    return (
        frame.rename({"organisation_id": "identity_id"})
        .join(several, on="identity_id", how="left", maintain_order="left")
        .with_columns(organisation_id=pl.coalesce("record", "identity_id"))
        .drop("record")
    )
