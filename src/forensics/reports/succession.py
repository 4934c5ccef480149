"""Succession: which group goes on with the work of an earlier finding whose accounts were replaced.

Accounts are banned and bought anew; the cards, texts, addresses and half-finished conversations are used up. A group
succeeds a finding when half of its accounts carry rare values of the finding's, of two independent families, or of one
that has to be held or written (payment, content), or when half of them are linked to the finding's own accounts.
"""

import duckdb
import polars as pl

from forensics.reports.past import Past
from forensics.warehouse.tables import read_frame

LINKED_SHARE = 0.5
"""Share of a group's accounts that must be linked to the earlier finding: as much as must stay where accounts count."""

SOLE_FAMILIES = ("payment", "content")
"""Families of which one is enough: an address or a client serves strangers, a card or a rare text is somebody's own."""

REMEMBERED_SIGNALS = 200
"""Values kept a finding, the most widely shared ones: enough for a pool of cards, and small for a year of runs."""

REMEMBERED_Q = 0.01
"""q-value below which a value is more than chance in a finding, and worth remembering."""

EDGES = "edges"
"""What links between accounts are called beside families of values."""

LINK_SCHEMA = {"candidate": pl.String, "finding_id": pl.String, "linked_share": pl.Float64, "linked_by": pl.String}


def remembered_signals(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Values by which each candidate group can be known again: mostly its own, beyond chance, and no hub.

    Returns:
        candidate, signal_kind, signal_value, family, accounts_sharing.
    """
    return read_frame(
        connection,
        """
        SELECT group_id AS candidate, signal_kind, signal_value, family, accounts_sharing
        FROM links.group_signals
        WHERE NOT is_hub AND q_value < $q AND accounts_sharing_outside <= accounts_sharing
        QUALIFY row_number() OVER (
            PARTITION BY group_id ORDER BY accounts_sharing DESC, signal_kind, signal_value
        ) <= $limit
        ORDER BY candidate, signal_kind, signal_value
        """,
        q=REMEMBERED_Q,
        limit=REMEMBERED_SIGNALS,
    )


def succession(
    connection: duckdb.DuckDBPyConnection, groups: pl.DataFrame, past: Past, finding_ids: set[str]
) -> pl.DataFrame:
    """Pairs of a group and an earlier finding whose work it goes on with.

    Args:
        connection: with links.account_signals, links.signals and links.edges of this run.
        groups: candidate, account_id.
        past: the earlier findings.
        finding_ids: those that no group goes on from by its accounts.

    Returns:
        `LINK_SCHEMA`, the most firmly linked first; linked_by names families and edges that reach `LINKED_SHARE`.
    """
    chosen = pl.col("finding_id").is_in(sorted(finding_ids))
    sizes = groups.group_by("candidate").agg(pl.len().alias("size"))
    counts = pl.concat(
        [
            _by_values(connection, groups, past.signals.filter(chosen), past.members.filter(chosen)),
            _by_edges(connection, groups, past.members.filter(chosen)),
        ]
    )
    firm = (
        counts.join(sizes, on="candidate")
        .with_columns(share=pl.col("linked") / pl.col("size"))
        .filter(pl.col("share") >= LINKED_SHARE)
        .sort("candidate", "finding_id", "by")
    )
    return (
        firm.group_by("candidate", "finding_id", maintain_order=True)
        .agg(
            pl.col("share").max().alias("linked_share"),
            pl.col("by").str.join(", ").alias("linked_by"),
            ((pl.len() >= 2) | pl.col("by").is_in([*SOLE_FAMILIES, EDGES]).any()).alias("is_enough"),
        )
        .filter("is_enough")
        .select(list(LINK_SCHEMA))
        .sort(["linked_share", "candidate", "finding_id"], descending=[True, False, False])
    )


def _by_values(
    connection: duckdb.DuckDBPyConnection, groups: pl.DataFrame, signals: pl.DataFrame, earlier: pl.DataFrame
) -> pl.DataFrame:
    """Accounts of each group that carry a remembered value, by family; values that others use as much do not count."""
    carriers = _carriers(connection, signals.select("signal_kind", "signal_value").unique())
    key = ["signal_kind", "signal_value"]
    old = signals.join(carriers, on=key).join(earlier, on=["finding_id", "account_id"]).group_by("finding_id", *key)
    carried = signals.join(carriers, on=key).join(groups, on="account_id")
    own = (
        carried.group_by("candidate", "finding_id", *key)
        .agg(pl.col("account_id").n_unique().alias("own"), pl.col("account_count").first())
        .join(old.agg(pl.len().alias("old")), on=["finding_id", *key], how="left")
        .filter(2 * pl.col("own") >= pl.col("account_count") - pl.col("old").fill_null(0))
    )
    return (
        carried.join(own, on=["candidate", "finding_id", *key], how="semi")
        .group_by("candidate", "finding_id", pl.col("family").alias("by"))
        .agg(pl.col("account_id").n_unique().alias("linked"))
    )


def _carriers(connection: duckdb.DuckDBPyConnection, values: pl.DataFrame) -> pl.DataFrame:
    """Which account carries which of these values in this window, and how many do in all; hubs carry nothing."""
    connection.register("remembered_values", values.to_arrow())
    try:
        return read_frame(
            connection,
            """
            SELECT signal_kind, signal_value, account_id, signals.account_count
            FROM links.account_signals
            JOIN links.signals USING (signal_kind, signal_value)
            JOIN remembered_values USING (signal_kind, signal_value)
            WHERE NOT is_hub
            """,
        )
    finally:
        connection.unregister("remembered_values")


def _by_edges(connection: duckdb.DuckDBPyConnection, groups: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Accounts of each group with a link to an account of the finding that is not in the group."""
    connection.register("earlier_accounts", earlier.select("account_id").unique().to_arrow())
    try:
        edges = read_frame(
            connection,
            """
            SELECT account_a AS earlier_account, account_b AS account_id
            FROM links.edges SEMI JOIN earlier_accounts ON account_a = earlier_accounts.account_id
            UNION
            SELECT account_b, account_a
            FROM links.edges SEMI JOIN earlier_accounts ON account_b = earlier_accounts.account_id
            """,
        )
    finally:
        connection.unregister("earlier_accounts")
    return (
        earlier.select("finding_id", earlier_account="account_id")
        .join(edges, on="earlier_account")
        .join(groups.select("candidate", "account_id"), on="account_id")
        .join(groups.select("candidate", earlier_account="account_id"), on=["candidate", "earlier_account"], how="anti")
        .group_by("candidate", "finding_id", pl.lit(EDGES).alias("by"))
        .agg(pl.col("account_id").n_unique().alias("linked"))
    )
