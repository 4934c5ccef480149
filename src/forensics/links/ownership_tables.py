"""The ownership rule in the warehouse: one roll-up a run, whose answer every later step reads.

registers ─ identities ─ merged ─ roll_up ─┬─ ownership_verdicts, barred_organisations
                                           ├─ ownership_paths, ownership_deciding_stakes
                                           ├─ ownership_stakes ─ controlling_organisations
                                           └─ ownership_faults
"""

from pathlib import Path

import duckdb
import polars as pl

from forensics import contracts
from forensics.features.organisations.registers import newest_register
from forensics.links.ownership import OwnershipResult, load_profile, roll_up
from forensics.links.ownership.families import find_families
from forensics.links.ownership.merged import for_each_record, merge_records
from forensics.settings import Settings
from forensics.warehouse.tables import read_frame
from forensics.window import Window

NAME_CHARACTERS = 200
"""Names of companies in registers are shorter."""


def ownership_tables(
    connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window
) -> dict[str, pl.DataFrame]:
    """Apply the rule of the settings to the newest registers, records of one organisation merged.

    Args:
        connection: with raw.organisations, raw.ownership and features.organisation_identities.
        settings: which rule, from which file.
        window: the run's days.

    Returns:
        Rows of each table by its full name. An answer on an organisation is repeated for each of its records.

    Raises:
        OwnershipProfileError: if the rule cannot be used.
    """
    rules = Path(settings.ownership_rules) if settings.ownership_rules else None
    profile = load_profile(settings.ownership_profile, rules)
    identities = read_frame(
        connection, "SELECT organisation_id, identity_id FROM features.organisation_identities ORDER BY organisation_id"
    )
    organisations, ownership = merge_records(
        newest_register(connection, window, "organisations"),
        newest_register(connection, window, "ownership"),
        identities,
    )
    # A name is the registrant's own text: whatever is built from it stays as long as a person reads.
    organisations = organisations.with_columns(pl.col("name").str.head(NAME_CHARACTERS))
    result = roll_up(organisations, ownership, on=window.as_of, profile=profile)
    deciding = _deciding(result)
    tables = {
        "links.ownership_verdicts": for_each_record(_verdicts(result), identities),
        "links.barred_organisations": for_each_record(result.barred, identities),
        "links.ownership_paths": for_each_record(_paths(result, deciding), identities).drop("identity_id"),
        "links.ownership_deciding_stakes": for_each_record(deciding, identities).drop("identity_id"),
        "links.ownership_stakes": result.stakes,
        "links.ownership_faults": result.faults,
        "links.controlling_organisations": _families(result, identities),
    }
    return {name: frame.select(list(contracts.get(name).columns)) for name, frame in tables.items()}


def _verdicts(result: OwnershipResult) -> pl.DataFrame:
    return result.verdicts.rename({"from": "valid_from", "to": "valid_to"}).with_columns(
        deciding_stake_count=pl.col("deciding_stakes").list.len().cast(pl.Int64)
    )


def _deciding(result: OwnershipResult) -> pl.DataFrame:
    stakes = result.verdicts.select("organisation_id", "deciding_stakes").explode(
        "deciding_stakes", empty_as_null=False
    )
    return stakes.drop_nulls("deciding_stakes").unnest("deciding_stakes")


def _paths(result: OwnershipResult, deciding: pl.DataFrame) -> pl.DataFrame:
    keys = ["organisation_id", "owner_id", "owned_id"]
    marked = result.paths.join(deciding.with_columns(is_deciding=True), on=keys, how="left", maintain_order="left")
    return marked.with_columns(pl.col("is_deciding").fill_null(False))


def _families(result: OwnershipResult, identities: pl.DataFrame) -> pl.DataFrame:
    return for_each_record(find_families(result.stakes), identities)
