"""The history of findings' accounts and values: what runs look back on stays, what is older goes by itself.

Both grow by every member of every finding each night. A run reads what each finding was last, half a year back at
most; who was in a finding before that still stands in the Parquet folder of its date, as long as that is kept.
"""

from datetime import date, timedelta

import duckdb

from forensics.privacy.expired import Expired, log_expired
from forensics.reports.past import LOOK_BACK_DAYS
from forensics.warehouse.transactions import transaction

THINNED = ("reports.finding_history", "reports.finding_signal_history")

HISTORY_DAYS = LOOK_BACK_DAYS + 220
"""A run of the last 220 days can be made again: it looks back from its own date. With those, 400 days."""


def thin_history(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[Expired]:
    """Take out the rows that no run looks back on any more, and write down how many.

    Args:
        connection: the writer's, with no open transaction.
        as_of: of the run; days are counted back from it.

    Returns:
        What went.
    """
    first = as_of - timedelta(days=HISTORY_DAYS)
    count = "SELECT count(*) FROM {} WHERE as_of < ?"
    counts = {name: connection.execute(count.format(name), [first]).fetchall()[0][0] for name in THINNED}
    found = [Expired(name, None, None, rows) for name, rows in counts.items() if rows]
    if found:
        log_expired(connection, found, {}, "run", f"before {first}: no run looks back so far")
        with transaction(connection):
            for one in found:
                connection.execute(f"DELETE FROM {one.table} WHERE as_of < ?", [first])
    return found
