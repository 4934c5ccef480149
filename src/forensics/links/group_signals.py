"""links.group_signals: values that members of a group share, each tested against chance."""

import duckdb
import polars as pl

from forensics.links.significance import false_discovery_rate, hypergeometric_tail
from forensics.warehouse.tables import read_frame


def group_signals(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every value that two members or more of a group share.

    Null: the group is a random draw of accounts, so the number of members with a value is hypergeometric. The q-value
    counts all pairs of a group and a shared value, those that do not occur included. A value the group was formed on
    has a small p by construction: the judgement looks at other families for that reason.

    Returns:
        One row per group, kind and value, columns of the contract.
    """
    account_count, signal_count, group_count = connection.sql(
        """
        SELECT (SELECT COUNT(*) FROM features.payers), (SELECT COUNT(*) FROM links.signals),
               (SELECT COUNT(*) FROM links.groups)
        """,
    ).fetchall()[0]
    shared = read_frame(
        connection,
        """
        SELECT group_id, signal_kind, signal_value, family, is_hub,
               signals.account_count AS marked, groups.account_count AS drawn, COUNT(*) AS accounts_sharing
        FROM links.group_accounts JOIN links.groups USING (group_id)
        JOIN links.account_signals USING (account_id)
        JOIN links.signals USING (signal_kind, signal_value)
        GROUP BY ALL
        HAVING COUNT(*) >= 2
        ORDER BY group_id, signal_kind, signal_value
        """,
    )
    expected = shared["marked"].to_numpy() * shared["drawn"].to_numpy() / max(account_count, 1)
    p = hypergeometric_tail(shared["accounts_sharing"], account_count, shared["marked"], shared["drawn"])
    return shared.with_columns(
        accounts_sharing_outside=pl.col("marked") - pl.col("accounts_sharing"),
        expected=pl.Series(expected, dtype=pl.Float64),
        p_value=pl.Series(p, dtype=pl.Float64),
        q_value=pl.Series(false_discovery_rate(p, group_count * signal_count), dtype=pl.Float64),
    ).select(
        "group_id",
        "signal_kind",
        "signal_value",
        "family",
        "accounts_sharing",
        "accounts_sharing_outside",
        "expected",
        (pl.col("accounts_sharing") / pl.col("expected")).alias("lift"),
        "p_value",
        "q_value",
        "is_hub",
    )
