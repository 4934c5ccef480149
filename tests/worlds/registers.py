"""Small registers in a warehouse of their own: organisations, stakes and accounts, through the ownership tables."""

from datetime import datetime
from typing import Any

from forensics import features, links
from tests.unit.links.ownership.conftest import describe, read_stake
from tests.worlds.line import Line, put

NAMES = ("organisations", "ownership", "accounts")


def put_registers(
    line: Line,
    *stakes: str | dict[str, Any],
    organisations: list[dict[str, Any]] | None = None,
    accounts: dict[str, str] | None = None,
) -> None:
    """Load registers of the as-of day: stakes as in `decide`, organisations described by their names or as given.

    Args:
        line: an empty warehouse.
        stakes: "R 51 A" or a row.
        organisations: rows that replace or add to what the names of the stakes say.
        accounts: organisation by account.
    """
    day = line.window.as_of
    rows = [read_stake(stake) for stake in stakes]
    told = {name: describe(name) | {"name": name} for row in rows for name in (row["owner_id"], row["owned_id"])}
    for one in organisations or []:
        told[one["organisation_id"]] = told.get(one["organisation_id"], {}) | {"name": one["organisation_id"]} | one
    owned = accounts or {}
    put(line.connection, "raw.organisations", [{"snapshot_date": day, **row} for row in told.values()])
    put(line.connection, "raw.ownership", [{"snapshot_date": day, **row} for row in rows])
    put(
        line.connection,
        "raw.accounts",
        [
            {"snapshot_date": day, "account_id": account, "organisation_id": organisation, "status": "active",
             "created_at": datetime(2026, 1, 1)}
            for account, organisation in owned.items()
        ],
    )  # fmt: skip
    put(
        line.connection,
        "raw.loads",
        [
            {"snapshot_date": day, "load_number": 1, "table_name": name, "file": f"{name}.parquet", "load_id": "load",
             "bytes": 1, "sha256": "0" * 64, "row_count": 1, "quarantined_count": 0, "root": "here",
             "loaded_at": datetime(2026, 3, 3)}
            for name in NAMES
        ],
    )  # fmt: skip


def build_ownership(line: Line) -> None:
    """The ownership tables of the steps features and links, and nothing else of them."""
    features.build_identities(line.connection, line.settings, line.window)
    links.build_ownership(line.connection, line.settings, line.window)
