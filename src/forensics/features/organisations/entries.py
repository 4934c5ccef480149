"""Keys of register entries: what names one legal person, whatever it is called.

A legal entity identifier counts with its check digits; a registration number within its jurisdiction; a domain if it is
a company's own. A key that many records carry is a placeholder and names nobody.
"""

import polars as pl

from forensics.features.organisations.domains import own_domains
from forensics.raw.registers.lei import is_lei

NUMBER_CHARACTERS = 4
"""Letters and digits a registration number needs: shorter ones are fillers."""

CROWD = 5
"""Records that share a key from which it names nobody: a placeholder, a registered agent's domain."""

MANY_REGISTERS = frozenset({"US", "CA", "DE", "AE", "IT"})
"""Countries whose registers number apart (by state, court, free zone or province): a number may name two companies."""

ENTRY_KINDS = ("lei", "registration_number", "domain")
"""Strongest first."""


def entry_keys(organisations: pl.DataFrame) -> pl.DataFrame:
    """The keys that at least two and at most `CROWD` records share.

    Args:
        organisations: organisation_id, lei, registration_number, jurisdiction, domain.

    Returns:
        organisation_id, key_kind, key; sorted.
    """
    number = (
        pl.col("registration_number").str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "").str.strip_chars_start("0")
    )
    keyed = organisations.with_columns(
        lei=pl.col("lei").str.to_uppercase().str.replace_all(r"[\s-]", ""),
        registration_number=pl.when(number.str.len_chars() >= NUMBER_CHARACTERS).then(
            pl.col("jurisdiction").str.to_uppercase() + " " + number
        ),
        domain=own_domains(organisations["domain"]),
    )
    long = pl.concat(
        keyed.select("organisation_id", key_kind=pl.lit(kind), key=pl.col(kind)).drop_nulls() for kind in ENTRY_KINDS
    )
    shared = long.filter(pl.len().over("key_kind", "key").is_between(2, CROWD))
    wrong = [lei for lei in shared.filter(pl.col("key_kind") == "lei")["key"].unique() if not is_lei(lei)]
    return shared.filter((pl.col("key_kind") != "lei") | ~pl.col("key").is_in(wrong)).sort(
        "key_kind", "key", "organisation_id"
    )
