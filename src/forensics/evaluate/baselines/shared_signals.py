"""Baseline: connected components of accounts that share a signal value, without any rule for hubs."""

import duckdb
import numpy as np
import polars as pl

from forensics.warehouse.tables import read_frame

FEWEST_ACCOUNTS = 3
"""Two accounts on one card are a couple, or a person with a second account."""


def accuse_shared_signals(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Accuse every component of three accounts or more that share any value of any kind.

    Args:
        connection: with links.account_signals.

    Returns:
        finding_id (numbered) and account_id.
    """
    return components(read_frame(connection, f"SELECT {_COLUMNS} FROM links.account_signals ORDER BY ALL"))


def accuse_shared_payers(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The same on payment instruments alone, the strongest single signal."""
    where = "WHERE signal_kind = 'payment_instrument'"
    return components(read_frame(connection, f"SELECT {_COLUMNS} FROM links.account_signals {where} ORDER BY ALL"))


_COLUMNS = "account_id, signal_kind, signal_value"


def components(shared: pl.DataFrame) -> pl.DataFrame:
    """Connected components of the graph of accounts and values, by rising smallest account.

    Args:
        shared: account_id, signal_kind, signal_value.

    Returns:
        finding_id and account_id of components with at least `FEWEST_ACCOUNTS` accounts.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    accounts = shared["account_id"].unique().sort()
    values = shared.select("signal_kind", "signal_value").unique().sort(pl.all()).with_row_index("value")
    pairs = shared.join(values, on=["signal_kind", "signal_value"]).join(
        pl.DataFrame({"account_id": accounts}).with_row_index("account"), on="account_id"
    )
    size = len(accounts) + len(values)
    ends = pairs["account"].to_numpy().astype(np.int64), pairs["value"].to_numpy().astype(np.int64) + len(accounts)
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), ends), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][: len(accounts)] if size else np.zeros(0, dtype=np.int32)
    found = pl.DataFrame({"account_id": accounts, "label": labels})
    smallest = found.group_by("label").agg(pl.col("account_id").min().alias("first"), pl.len().alias("size"))
    return (
        found.join(smallest.filter(pl.col("size") >= FEWEST_ACCOUNTS), on="label")
        .select(finding_id=pl.lit("component-") + pl.col("first"), account_id="account_id")
        .sort(pl.all())
    )
