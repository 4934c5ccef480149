"""features.organisation_pairs: records of the register that share an entry, a domain or a form of their name."""

import polars as pl

from forensics.features.organisations.entries import entry_keys
from forensics.features.organisations.names import name_keys
from forensics.features.organisations.pairs import alike_pairs


def organisation_pairs(organisations: pl.DataFrame, ownership: pl.DataFrame) -> pl.DataFrame:
    """Every two records worth comparing.

    Args:
        organisations, ownership: the newest registers.

    Returns:
        One row per pair, columns of the contract.
    """
    keys = pl.concat([entry_keys(organisations), name_keys(organisations)])
    return alike_pairs(organisations, keys, ownership.select("owner_id", "owned_id"))
