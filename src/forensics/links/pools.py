"""links.pools, links.pool_signals and links.pool_accounts: infrastructure as objects of its own.

A proxy pool carries several campaigns and innocent customers, and a campaign leaves through several pools. So a pool is
formed from values alone, whoever uses them and whatever they send: addresses that the same accounts leave from,
instruments that the same accounts pay with. What a campaign makes up of a pool is read off afterwards.

Known drawbacks: communities are found in any graph, so a pool says who else is there and is no evidence of anything.
A value that only one account used belongs to no pool, so an exit that serves one customer at a time is missed. A pool
of many thousands of customers with few exits each comes out in parts. Pools of clients are left out: customers of one
version of a program have nothing else in common.
"""

import hashlib
from typing import NamedTuple

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.template_groups import SMALLEST_GROUP
from forensics.warehouse.tables import read_frame
from forensics.window import Window

POOLED_KINDS = {"ip": "network", "payment_instrument": "payment"}
"""Kinds of value that form pools, one family each."""

FEWEST_VALUES = 2
"""Values from which it is a pool: one address is an office or an exit, and stands in links.signals."""

AT_HOME = 0.5
"""Share of the shared values of a community's accounts that must lie inside: with less its border is arbitrary."""

REFERENCE_USES = 100_000
"""Uses of shared values in all, above which the resolution grows with them: plain modularity would chain ever larger
pools together, the larger the provider is."""


class PoolTables(NamedTuple):
    """Rows of links.pools, links.pool_signals and links.pool_accounts."""

    pools: pl.DataFrame
    pool_signals: pl.DataFrame
    pool_accounts: pl.DataFrame


def pools(connection: duckdb.DuckDBPyConnection, window: Window, *, seed: int) -> PoolTables:
    """Pools of addresses and of payment instruments, and who uses them.

    Args:
        connection: with links.account_signals, links.signals, features.payers and core.account_days.
        window: the days that count.
        seed: seed of the search for communities.

    Returns:
        Every community of `SMALLEST_GROUP` accounts and `FEWEST_VALUES` values or more that closes on itself. Hubs take
        part: they link nobody, and carry traffic.

    Method: communities of the graph of accounts and values by modularity (Leiden: Traag, Waltman and van Eck 2019);
    each use of a value by an account is one edge. Linear in the uses.
    """
    signals, inside, formed = _formed(_placed_uses(connection, seed))
    customers = _customers(connection, window, signals).join(inside, on=["pool_id", "account_id"], how="left")
    customers = customers.with_columns(pl.col("is_inside").fill_null(False)).sort("pool_id", "account_id")
    return PoolTables(_summed(connection, formed, signals, customers), signals, customers.drop("payer_id"))


def _formed(uses: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Values, accounts at home and closeness of the communities that are pools."""
    closed = (
        uses.group_by("home")
        .agg(
            (pl.col("place") == pl.col("home")).mean().alias("inside_share"),
            pl.col("account_id").n_unique().cast(pl.Int64).alias("inside_count"),
        )
        .filter((pl.col("inside_count") >= SMALLEST_GROUP) & (pl.col("inside_share") >= AT_HOME))
    )
    named = (
        uses.select("signal_kind", "signal_value", home="place")
        .unique()
        .join(closed, on="home")
        .group_by("home", "signal_kind", "inside_count", "inside_share")
        .agg(pl.col("signal_value").sort())
        .filter(pl.col("signal_value").list.len() >= FEWEST_VALUES)
        .with_columns(
            pool_id=pl.col("signal_value").map_elements(_pool_id, return_dtype=pl.String),
            family=pl.col("signal_kind").replace_strict(POOLED_KINDS, return_dtype=pl.String),
        )
        .sort("pool_id")
    )
    inside = uses.select("home", "account_id").unique().join(named, on="home")
    return (
        named.explode("signal_value").select("pool_id", "signal_kind", "signal_value"),
        inside.select("pool_id", "account_id", is_inside=pl.lit(True)),
        named.select("pool_id", "family", "inside_count", "inside_share"),
    )


def _placed_uses(connection: duckdb.DuckDBPyConnection, seed: int) -> pl.DataFrame:
    """Every use of a shared value, with the community of its account (home) and of the value (place).

    An account is one node per kind of value, so that each kind forms pools of its own.
    """
    uses = read_frame(
        connection,
        """
        SELECT signal_kind, signal_value, account_id FROM links.account_signals
        WHERE list_contains($kinds, signal_kind) ORDER BY ALL
        """,
        kinds=list(POOLED_KINDS),
    )
    account, value = (
        (uses.select(pl.struct("signal_kind", name).rank("dense")).to_series() - 1).to_numpy().astype(np.int64)
        for name in ("account_id", "signal_value")
    )
    first_value = int(account.max(initial=-1)) + 1
    labels = _communities(account, value + first_value, seed)
    return uses.with_columns(
        home=pl.Series(labels[account], dtype=pl.Int64), place=pl.Series(labels[value + first_value], dtype=pl.Int64)
    )


def _pool_id(values: pl.Series) -> str:
    return "pool-" + hashlib.md5("\n".join(values).encode(), usedforsecurity=False).hexdigest()[:12]


def _communities(accounts: NDArray[np.int64], values: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Community of every node; accounts and values are numbered together, without gaps."""
    if not len(accounts):
        return np.empty(0, np.int64)
    import graspologic_native
    from scipy.sparse import coo_array

    count = int(values.max()) + 1
    half = coo_array((np.ones(len(accounts)), (accounts, values)), shape=(count, count))
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    _, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        count,
        resolution=max(1.0, len(accounts) / REFERENCE_USES),
        use_modularity=True,
        seed=seed,
    )
    return np.array([found[node] for node in range(count)], np.int64)


def _customers(connection: duckdb.DuckDBPyConnection, window: Window, signals: pl.DataFrame) -> pl.DataFrame:
    """Every account that used a value of a pool, with its exchanges through it."""
    connection.register("pool_values", signals.to_arrow())
    try:
        return read_frame(
            connection,
            """
            WITH total AS (
                SELECT account_id, SUM(exchange_count)::BIGINT AS exchange_count FROM core.account_days
                WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id
            ),
            used AS (
                SELECT pool_id, account_id, ANY_VALUE(signal_kind) AS signal_kind, COUNT(*) AS value_count,
                       SUM(use_count)::BIGINT AS use_count
                FROM pool_values JOIN links.account_signals USING (signal_kind, signal_value)
                GROUP BY pool_id, account_id
            )
            SELECT pool_id, used.account_id, payer_id, value_count,
                   -- An exchange has one address; what is paid for is everything the account sends.
                   CASE WHEN signal_kind = 'ip' THEN LEAST(use_count, COALESCE(total.exchange_count, 0))
                        ELSE COALESCE(total.exchange_count, 0) END AS exchange_count,
                   COALESCE(LEAST(1.0e0 * CASE WHEN signal_kind = 'ip' THEN use_count ELSE total.exchange_count END
                                  / NULLIF(total.exchange_count, 0), 1.0e0), 0) AS exchange_share
            FROM used JOIN features.payers USING (account_id) LEFT JOIN total USING (account_id)
            ORDER BY pool_id, account_id
            """,
            first=window.first,
            last=window.as_of,
        )
    finally:
        connection.unregister("pool_values")


def _summed(
    connection: duckdb.DuckDBPyConnection, formed: pl.DataFrame, signals: pl.DataFrame, customers: pl.DataFrame
) -> pl.DataFrame:
    """One row a pool: its size, its customers and its traffic."""
    kinds = ", ".join(f"'{kind}'" for kind in POOLED_KINDS)
    known = read_frame(
        connection,
        f"SELECT signal_kind, signal_value, is_hub, network_kind FROM links.signals WHERE signal_kind IN ({kinds})",
    )
    values = signals.join(known, on=["signal_kind", "signal_value"]).group_by("pool_id").agg(
        pl.len().cast(pl.Int64).alias("value_count"),
        pl.col("is_hub").sum().cast(pl.Int64).alias("hub_count"),
        pl.col("network_kind").drop_nulls().mode().sort().first().alias("network_kind"),
    )  # fmt: skip
    traffic = customers.group_by("pool_id").agg(
        pl.len().cast(pl.Int64).alias("account_count"),
        pl.col("payer_id").n_unique().cast(pl.Int64).alias("payer_count"),
        pl.col("exchange_count").sum(),
    )
    return formed.join(values, on="pool_id").join(traffic, on="pool_id").sort("pool_id")
