"""Ids that recur in a day's rows as numbers: DuckDB compares, groups and sorts those, and still shows the text."""

import duckdb


def name_values(connection: duckdb.DuckDBPyConnection, name: str, values: str, **parameters: object) -> None:
    """Make a temporary type of all values of a column; in a column of it, order is that of the texts.

    Args:
        connection: the writer's.
        name: of the type; no table may have a column of the one that had this name before.
        values: SQL of a query with one column.
        parameters: of the query.
    """
    # An enumeration cannot be empty, and cannot be made by a query with parameters.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name}_values AS"
        f" SELECT DISTINCT value FROM (SELECT '' UNION ALL ({values})) AS named (value) WHERE value IS NOT NULL",
        parameters or None,
    )
    connection.execute(f"CREATE TEMP TYPE {name} AS ENUM (SELECT value FROM {name}_values ORDER BY value)")
    connection.execute(f"DROP TABLE {name}_values")
