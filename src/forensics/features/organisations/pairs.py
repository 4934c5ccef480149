"""Pairs of records that share a key, with all that speaks for and against their being one organisation.

A pair is merged only where a register entry agrees and nothing contradicts; all others are candidates at most. Wrongly
merging two legal persons bars the one for the other's owners: a parent and its daughter share a domain.
"""

import polars as pl

from forensics.features.organisations.entries import ENTRY_KINDS, MANY_REGISTERS

BLOCK = 12
"""Records that share a name key up to which each two are compared: commoner names say nothing."""

NAME_KINDS = ("name", "name_sound", "name_stem")
KINDS = (*ENTRY_KINDS, *NAME_KINDS)
"""Every kind of key, the strongest first."""

FACTS = ("jurisdiction", "headquarters", "registration_number", "lei", "domain", "kind", "name")


def alike_pairs(organisations: pl.DataFrame, keys: pl.DataFrame, stakes: pl.DataFrame) -> pl.DataFrame:
    """Every pair of records that share a key.

    Args:
        organisations: one row per record, columns as in the snapshot contract.
        keys: organisation_id, key_kind, key: of entries and of names.
        stakes: owner_id, owned_id.

    Returns:
        Rows of features.organisation_pairs.
    """
    block = keys.filter(pl.len().over("key_kind", "key").is_between(2, BLOCK))
    pairs = (
        block.join(block, on=["key_kind", "key"], suffix="_b")
        .filter(pl.col("organisation_id") < pl.col("organisation_id_b"))
        .with_columns(pl.col("key_kind").cast(pl.Enum(KINDS)))
        .group_by(organisation_a="organisation_id", organisation_b="organisation_id_b")
        .agg(shared=pl.col("key_kind").unique().sort())
        .with_columns(pl.col("shared").cast(pl.List(pl.String)))
        .sort("organisation_a", "organisation_b")
    )
    facts = organisations.select("organisation_id", *FACTS)
    pairs = pairs.join(
        facts.rename(lambda name: name + "_a"), left_on="organisation_a", right_on="organisation_id_a"
    ).join(facts.rename(lambda name: name + "_b"), left_on="organisation_b", right_on="organisation_id_b")
    pairs = _mark_holdings(pairs, stakes).with_columns(_agreeing(), _contradicting())
    told = pairs.with_columns(is_same_entry=_may_be_merged())
    listed = [pl.col(name).list.join(", ") for name in ("shared", "agreeing", "contradicting")]
    return told.select("organisation_a", "organisation_b", *listed, "is_same_entry").sort(
        "organisation_a", "organisation_b"
    )


def _mark_holdings(pairs: pl.DataFrame, stakes: pl.DataFrame) -> pl.DataFrame:
    """Whether one of the two holds a stake in the other."""
    either = pl.concat(
        [
            stakes.select(organisation_a=low, organisation_b=high)
            for low, high in (("owner_id", "owned_id"), ("owned_id", "owner_id"))
        ]
    ).unique()
    return pairs.join(either.with_columns(one_owns_other=True), on=["organisation_a", "organisation_b"], how="left")


def _known_and_different(name: str) -> pl.Expr:
    return (pl.col(f"{name}_a") != pl.col(f"{name}_b")).fill_null(False)


def _listed(marks: dict[str, pl.Expr]) -> pl.Expr:
    return pl.concat_list(pl.when(mark).then(pl.lit(text)) for text, mark in marks.items()).list.drop_nulls()


def _agreeing() -> pl.Expr:
    """The keys that are shared, and equal places; a place beside a shared name is the further field of a candidate."""
    places = {
        name: (pl.col(f"{name}_a") == pl.col(f"{name}_b")).fill_null(False) for name in ("jurisdiction", "headquarters")
    }
    return pl.concat_list("shared", _listed(places)).alias("agreeing")


def _contradicting() -> pl.Expr:
    """Facts that both records state and that differ, and a stake of one in the other."""
    shares = {kind: pl.col("shared").list.contains(kind) for kind in KINDS}
    person = pl.any_horizontal(
        (pl.col("kind_a") == "person").fill_null(False) != (pl.col("kind_b") == "person").fill_null(False)
    )
    same_register = (pl.col("jurisdiction_a") == pl.col("jurisdiction_b")).fill_null(False)
    marks = {
        "jurisdiction": _known_and_different("jurisdiction"),
        "headquarters": _known_and_different("headquarters"),
        "registration_number": _known_and_different("registration_number")
        & same_register
        & ~shares["registration_number"],
        "lei": _known_and_different("lei") & ~shares["lei"],
        "person": person,
        "stake": pl.col("one_owns_other").fill_null(False),
        "name": _comparable_names_differ(),
    }
    return _listed(marks).alias("contradicting")


def _comparable_names_differ() -> pl.Expr:
    """Whether the names could agree, being in one kind of script, and do not; a common stem is no agreement."""
    alike = pl.any_horizontal(pl.col("shared").list.contains(kind) for kind in ("name", "name_sound"))
    alike |= (pl.col("name_a") == pl.col("name_b")).fill_null(False)
    han = [pl.col(f"name_{side}").str.contains(r"\p{Han}") for side in "ab"]
    return (~alike & (han[0] == han[1])).fill_null(False)


def _may_be_merged() -> pl.Expr:
    """One register entry and no contradiction; a name may change under an entry, but not under a bare domain or where
    several registers of a country number apart."""
    against, shared = pl.col("contradicting"), pl.col("shared")
    only_name = (against.list.len() == 0) | ((against.list.len() == 1) & against.list.contains("name"))
    none = against.list.len() == 0
    several = pl.col("jurisdiction_a").is_in(sorted(MANY_REGISTERS)).fill_null(False)
    return (
        (shared.list.contains("lei") & only_name)
        | (shared.list.contains("registration_number") & pl.when(several).then(none).otherwise(only_name))
        | (shared.list.contains("domain") & none)
    )
