"""The step features: what each account is like over the window."""

import duckdb

from forensics.features.accounts import accounts
from forensics.features.payers import payers
from forensics.features.templates import templates
from forensics.settings import Settings
from forensics.warehouse.tables import replace_table
from forensics.window import Window

__all__ = ["build"]


def build(connection: duckdb.DuckDBPyConnection, settings: Settings, window: Window) -> dict[str, int]:
    """Replace every table of the step by its state as of the window's last day; rows written by full name."""
    return {
        "features.payers": replace_table(connection, "features.payers", payers(connection, window)),
        "features.templates": replace_table(connection, "features.templates", templates(connection, window)),
        "features.accounts": replace_table(
            connection, "features.accounts", accounts(connection, window, minimum_exchanges=settings.minimum_exchanges)
        ),
    }
