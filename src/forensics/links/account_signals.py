"""links.account_signals: every shared value of every account over the window."""

from importlib.resources import files

import duckdb

from forensics import contracts
from forensics.contracts.sql import quote, relation
from forensics.features.organisations.domains import disposable_providers
from forensics.warehouse.emptied import mark_filled
from forensics.warehouse.tables import temporary_tables
from forensics.warehouse.transactions import transaction
from forensics.window import Window

TEMPLATE_USES_MINIMUM = 3
"""Uses from which a template is an account's: once or twice is a common phrase."""

TEMPLATE_ACCOUNTS_MINIMUM = 3
"""Accounts that must use a variation of a template word for word for it to be shared."""


def account_signals(connection: duckdb.DuckDBPyConnection, window: Window) -> int:
    """Replace the table by what the window's days and the accounts' newest states show; rows written.

    The table is the largest of its step and is therefore filled by SQL alone (`account_signals.sql`).
    """
    table = contracts.get("links.account_signals")
    query = files("forensics.links").joinpath("account_signals.sql").read_text("utf-8")
    names = ", ".join(quote(name) for name in table.columns)
    providers = {"disposable_providers": "SELECT UNNEST($domains) AS domain"}
    with temporary_tables(connection, providers, domains=sorted(disposable_providers())), transaction(connection):
        connection.execute(f"DELETE FROM {relation(table)}")
        connection.execute(
            f"INSERT INTO {relation(table)} ({names}) SELECT {names} FROM ({query})"
            " ORDER BY account_id, signal_kind, signal_value",
            {
                "first": window.first,
                "last": window.as_of,
                "template_uses": TEMPLATE_USES_MINIMUM,
                "template_accounts": TEMPLATE_ACCOUNTS_MINIMUM,
            },
        )
        mark_filled(connection, table)
    return int(connection.execute(f"SELECT count(*) FROM {relation(table)}").fetchall()[0][0])
