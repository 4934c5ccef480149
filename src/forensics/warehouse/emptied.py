"""Tables that a newer version of the pipeline made anew, empty, in a warehouse that had results already.

Whoever opens such a warehouse must be able to compute them again, so they cannot be refused; but until their step has
run, nothing may be published from them. The mark is the table's comment: it is written and taken away in the same
transactions as the table and its rows, and whoever looks at the table reads what it says.
"""

import duckdb

from forensics import contracts
from forensics.contracts.sql import comment_on, literal, relation
from forensics.contracts.tables import Table
from forensics.errors import ContractError

EMPTIED = "Empty: its columns are those of a newer version of the pipeline, and its step has not run since."

IN_LINE = ("core", "features", "clusters", "links", "reports")
"""Steps whose tables are computed again, in their order."""


def mark_emptied(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Say of a table that it was made anew and waits for its step."""
    connection.execute(f"COMMENT ON TABLE {relation(table)} IS {literal(EMPTIED)}")


def mark_filled(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Say of a table what it holds, now that its step has run."""
    if table.full_name in _marked(connection):
        connection.execute(comment_on(table)[0])


def refuse_emptied(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse to publish tables that were made anew and not computed again.

    Args:
        connection: the writer's.

    Raises:
        ContractError: naming the tables and the steps that have to run.
    """
    emptied = _marked(connection)
    if any(contracts.get(name).step == "core" for name in emptied) and _is_summed_up(connection):
        for name in [one for one in emptied if contracts.get(one).step == "core"]:
            mark_filled(connection, contracts.get(name))
            emptied.remove(name)
    if not emptied:
        return
    first = min(IN_LINE.index(contracts.get(name).step) for name in emptied)
    raise ContractError(
        "The tables of the last run were made by another version of the pipeline, and some were not computed since.",
        faults=[f"{name} is empty: it has other columns now" for name in emptied],
        next_step=f"Materialise {', '.join(IN_LINE[first:])} and then published_warehouse, of the newest day: the job"
        " look_back does all of it, and so does `forensics run`. Until then readers keep what was published.",
    )


def _marked(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
        " WHERE database_name = current_database() AND comment = ? ORDER BY ALL",
        [EMPTIED],
    ).fetchall()
    return [name for (name,) in rows]


def _is_summed_up(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether every loaded day that the last run looked at is summed up: days are, one by one, and tables are not."""
    missing = connection.execute(
        """
        SELECT count(*) FROM (SELECT DISTINCT snapshot_date FROM raw.loads)
        JOIN (SELECT window_from, as_of FROM reports.runs ORDER BY finished_at DESC, as_of DESC LIMIT 1)
          ON snapshot_date BETWEEN window_from AND as_of
        ANTI JOIN core.day_loads USING (snapshot_date)
        """
    ).fetchall()
    return bool(missing[0][0] == 0)
