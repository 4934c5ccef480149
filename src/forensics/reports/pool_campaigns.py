"""reports.pool_campaigns: how much of each infrastructure pool each campaign makes up, and who else is there.

Pools and campaigns are objects of their own (`links/pools.py`, `links/groups.py`): one pool carries several campaigns
and innocent customers, one campaign uses several pools. Whoever blocks a pool has to know whom that hits.
"""

from typing import Any

import duckdb
import polars as pl

from forensics.contracts import get
from forensics.features.capabilities import NORMAL_95
from forensics.reports.phrases import phrase
from forensics.reports.statements import Statement
from forensics.warehouse.tables import read_frame

FEWEST_IN_POOL = 2
"""Accounts of a campaign from which it uses a pool: one may have come by chance."""

MAIN_SHARE = 0.2
"""Share of a campaign's traffic from which a pool is told of in its evidence."""

MOSTLY_ITS_OWN = 0.5
"""Share of a pool's traffic, at the lower end of the interval, from which the pool is a campaign's own."""

VALUE_NAMES = {"network": "addresses", "payment": "payment instruments"}


def pool_campaigns(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, bystanders: pl.DataFrame
) -> pl.DataFrame:
    """One row per pool and finding on a group whose accounts use it.

    Args:
        connection: with links.pools and links.pool_accounts.
        members: finding_id, kind, account_id and exchange_count of all findings.
        bystanders: finding_id and account_id of those that stand beside a finding.

    Returns:
        Rows of reports.pool_campaigns.
    """
    customers = read_frame(
        connection,
        """
        SELECT pool_id, family, account_id, pool_accounts.exchange_count AS through
        FROM links.pool_accounts JOIN links.pools USING (pool_id) ORDER BY pool_id, account_id
        """,
    )
    accused = members.filter(pl.col("kind") != "barred_ownership")
    campaigns = accused.group_by("finding_id").agg(
        pl.len().cast(pl.Int64).alias("campaign_account_count"), pl.col("exchange_count").sum().alias("sent")
    )
    used = customers.join(accused.select("finding_id", "account_id"), on="account_id")
    beside = customers.join(bystanders, on="account_id").group_by("pool_id", "finding_id").len("bystander_count")
    return (
        used.group_by("pool_id", "family", "finding_id")
        .agg(pl.len().cast(pl.Int64).alias("account_count"), pl.col("through").sum().alias("exchange_count"))
        .filter(pl.col("account_count") >= FEWEST_IN_POOL)
        .join(campaigns, on="finding_id")
        .join(_pool_sizes(customers, accused), on="pool_id")
        .join(beside, on=["pool_id", "finding_id"], how="left")
        .with_columns(
            pl.col("bystander_count").fill_null(0).cast(pl.Int64),
            pool_share=(pl.col("exchange_count") / pl.col("pool_exchange_count")).fill_nan(0.0),
            campaign_share=(pl.col("exchange_count") / pl.col("sent")).fill_nan(0.0).clip(0, 1),
        )
        .with_columns(*share_interval(pl.col("pool_share"), pl.col("effective_count")))
        .select(list(get("reports.pool_campaigns").columns))
        .sort("pool_id", "finding_id")
    )


def with_pool(connection: duckdb.DuckDBPyConnection, bystanders: pl.DataFrame, campaigns: pl.DataFrame) -> pl.DataFrame:
    """Bystanders with the pool that each shares with most accounts of the finding, if there is one.

    Args:
        connection: with links.pool_accounts.
        bystanders: finding_id, account_id and other columns.
        campaigns: rows of reports.pool_campaigns.
    """
    customers = read_frame(connection, "SELECT pool_id, account_id FROM links.pool_accounts ORDER BY ALL")
    shared = (
        bystanders.select("finding_id", "account_id")
        .join(customers, on="account_id")
        .join(campaigns.select("pool_id", "finding_id", "account_count"), on=["pool_id", "finding_id"])
        .sort("account_count", "pool_id", descending=[True, False])
        .unique(["finding_id", "account_id"], keep="first", maintain_order=True)
    )
    return bystanders.join(shared.drop("account_count"), on=["finding_id", "account_id"], how="left")


def _pool_sizes(customers: pl.DataFrame, accused: pl.DataFrame) -> pl.DataFrame:
    """Accounts and traffic of each pool, and how many accounts of equal traffic it amounts to (Kish 1965)."""
    others = customers.join(accused, on="account_id", how="anti").group_by("pool_id").len("other_account_count")
    return (
        customers.group_by("pool_id")
        .agg(
            pl.len().cast(pl.Int64).alias("pool_account_count"),
            pl.col("through").sum().alias("pool_exchange_count"),
            # Whole numbers: exact in any order.
            (pl.col("through").sum().pow(2) / pl.col("through").pow(2).sum()).fill_nan(1.0).alias("effective_count"),
        )
        .join(others, on="pool_id", how="left")
        .with_columns(pl.col("other_account_count").fill_null(0).cast(pl.Int64))
    )


def share_interval(share: pl.Expr, effective_count: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Ends of the 95 % interval of a share of traffic, with accounts as the units.

    Exchanges of one account are all or none in the share, so the number of exchanges says nothing of certainty.
    Wilson's interval over the effective number of accounts keeps its width at shares of 0 and 1, where a bootstrap sees
    none.

    Source: Wilson 1927; with an effective sample size Korn and Graubard 1998.
    """
    spread = NORMAL_95**2 / effective_count
    centre = (share + spread / 2) / (1 + spread)
    reach = (spread * share * (1 - share) + spread * spread / 4).sqrt() / (1 + spread)
    return (
        (centre - reach).clip(0, 1).alias("pool_share_low"),
        (centre + reach).clip(0, 1).alias("pool_share_high"),
    )


def pool_statements(connection: duckdb.DuckDBPyConnection, campaigns: pl.DataFrame) -> dict[str, list[Statement]]:
    """One sentence per finding and family on the pool that most of its traffic goes through, by finding id."""
    named = read_frame(connection, "SELECT pool_id, value_count, network_kind FROM links.pools ORDER BY pool_id")
    main = (
        campaigns.filter(pl.col("campaign_share") >= MAIN_SHARE)
        .sort("finding_id", "family", "campaign_share", "pool_id", descending=[False, False, True, False])
        .group_by("finding_id", "family", maintain_order=True)
        .first()
        .join(named, on="pool_id", maintain_order="left")
        .join(campaigns.group_by("pool_id").len("campaigns"), on="pool_id", maintain_order="left")
    )
    found: dict[str, list[Statement]] = {}
    for row in main.iter_rows(named=True):
        is_own = row["pool_share_low"] > MOSTLY_ITS_OWN
        sentence = (
            f"{row['account_count']} of its accounts use {row['pool_id']} ({_values(row)}), which carries"
            f" {row['campaign_share']:.0%} of what all of them send; they make up {row['pool_share']:.0%}"
            f" ({row['pool_share_low']:.0%}–{row['pool_share_high']:.0%}) of its traffic. {_others(row)}"
        )
        statement = Statement(
            "supports" if is_own else "contradicts",
            sentence,
            "pool_share",
            row["pool_share"],
            row["account_count"] / row["pool_account_count"],
            key=(("pool_id", row["pool_id"]),),
        )
        found.setdefault(row["finding_id"], []).append(statement)
    return found


def _values(row: dict[str, Any]) -> str:
    kind = f"{phrase('network', row['network_kind'])} " if row["network_kind"] else ""
    return f"{row['value_count']:,} {kind}{VALUE_NAMES[row['family']]}"


def _others(row: dict[str, Any]) -> str:
    others = row["pool_account_count"] - row["account_count"]
    if not others:
        return "Nobody else uses it."
    findings = row["campaigns"] - 1
    among = f", those of {findings} other finding{'s' * (findings > 1)} among them" if findings else ""
    return f"{others:,} other account{'s use' if others > 1 else ' uses'} it too{among}: using it accuses nobody."
