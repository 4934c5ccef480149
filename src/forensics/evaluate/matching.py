"""Findings laid beside the truth: per account, per group and per finding, before anything is counted.

A claim about an account is right if it is the one a perfect reader makes of the account's group: extraction or relay.
A grey reseller extracts nothing, so relay is right and extraction is a false accusation. Ownership is judged apart.
"""

from dataclasses import dataclass

import polars as pl

from forensics.evaluate.reported import ACCUSING_RANK, GROUP_CLAIMS, Reported
from forensics.evaluate.truth import Truth

ACTIVE_EXCHANGES = 20
"""Exchanges in the window from which an account counts for recall: with fewer, nothing can be told of it."""

HALF = 0.5


@dataclass(frozen=True)
class Matches:
    """Truth and reports side by side.

    Attributes:
        accounts: one row an account: truth, exchange_count, is_active, and ranks of the claims about it
            (`right_rank`, `wrong_rank`, `any_rank`; null without claim) and `claimed_kind`, its strongest accusation.
        claims: one row an account and accusing claim, with `is_right` and the finding that makes it most firmly.
        groups: one row a group: active accounts, how many are accused and suspected, and over how many findings.
        findings: one row a finding about a group: its size, its most common true group and how many are right.
    """

    accounts: pl.DataFrame
    claims: pl.DataFrame
    groups: pl.DataFrame
    findings: pl.DataFrame


def match(truth: Truth, reported: Reported) -> Matches:
    """Lay a detector's findings beside the truth of the world it read."""
    activity = truth.activity(max(reported.first, truth.first), reported.as_of)
    named = (
        reported.members.join(reported.findings.filter(pl.col("kind").is_in(GROUP_CLAIMS)), on="finding_id")
        .join(truth.accounts.drop("kind"), on="account_id")
        .with_columns(is_right=pl.col("kind") == pl.col("expected_kind").fill_null(""))
    )
    claims = (
        named.sort("rank", "score", "finding_id", descending=[True, True, False])
        .unique(["account_id", "kind"], keep="first", maintain_order=True)
        .select("account_id", "kind", "rank", "finding_id", "is_right")
    )
    findings = _findings(named)
    singled_out = _singled_out(named, findings, activity)
    accounts = _accounts(truth, activity, claims)
    return Matches(
        accounts=accounts,
        claims=claims.filter(pl.col("rank") >= ACCUSING_RANK).sort("account_id", "kind"),
        groups=_groups(truth, accounts, named).join(singled_out, on="group_id", how="left").sort("group_id"),
        findings=findings,
    )


def _accounts(truth: Truth, activity: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    ranks = claims.group_by("account_id").agg(
        pl.col("rank").filter("is_right").max().alias("right_rank"),
        pl.col("rank").filter(~pl.col("is_right")).max().alias("wrong_rank"),
        pl.col("rank").max().alias("any_rank"),
        # Claims are sorted by confidence and score: the first one is the strongest.
        pl.col("kind").filter(pl.col("rank") >= ACCUSING_RANK).first().alias("claimed_kind"),
    )
    return (
        truth.accounts.join(activity, on="account_id", how="left")
        .with_columns(pl.col("exchange_count").fill_null(0))
        .with_columns(is_active=pl.col("exchange_count") >= ACTIVE_EXCHANGES)
        .join(ranks, on="account_id", how="left")
        .sort("account_id")
    )


def _singled_out(named: pl.DataFrame, findings: pl.DataFrame, activity: pl.DataFrame) -> pl.DataFrame:
    """Active accounts of each group in the one right accusing finding that holds most of them and is mostly about it.

    A lump of many groups singles none of them out, nor do accounts accused one by one.
    """
    own = findings.filter(pl.col("part_count") >= HALF * pl.col("account_count")).select("finding_id", "true_group")
    active = activity.filter(pl.col("exchange_count") >= ACTIVE_EXCHANGES)
    placed = named.filter(pl.col("is_right") & (pl.col("rank") >= ACCUSING_RANK)).join(own, on="finding_id")
    placed = placed.filter(pl.col("group_id") == pl.col("true_group")).join(active, on="account_id")
    parts = placed.group_by("group_id", "finding_id").len()
    return parts.group_by("group_id").agg(pl.col("len").max().alias("singled_out_count"))


def accused(column: str) -> pl.Expr:
    """Whether a rank is that of an accusation."""
    return pl.col(column).fill_null(-1) >= ACCUSING_RANK


def suspected(column: str) -> pl.Expr:
    """Whether there is a claim at all, accusation or lead."""
    return pl.col(column).is_not_null()


def _groups(truth: Truth, accounts: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    active = pl.col("is_active")
    counts = accounts.drop_nulls("group_id").group_by("group_id").agg(
        pl.len().alias("account_count"),
        active.sum().alias("active_count"),
        (active & accused("right_rank")).sum().alias("rightly_accused_count"),
        (active & suspected("right_rank")).sum().alias("rightly_suspected_count"),
        (active & accused("any_rank")).sum().alias("accused_count"),
        accused("wrong_rank").sum().alias("wrongly_accused_count"),
        pl.col("right_rank").max(),
        pl.col("wrong_rank").max(),
    )  # fmt: skip
    return truth.groups.join(counts, on="group_id").join(_spread(named), on="group_id", how="left")


def _spread(named: pl.DataFrame) -> pl.DataFrame:
    """Over how many accusing findings each group is spread, and how much of it stands in the largest."""
    parts = (
        named.filter(pl.col("rank") >= ACCUSING_RANK).drop_nulls("group_id").group_by("group_id", "finding_id").len()
    )
    return parts.group_by("group_id").agg(
        pl.len().alias("finding_count"),
        pl.col("len").max().alias("largest_part_count"),
        pl.col("len").sum().alias("placed_count"),
    )


def _findings(named: pl.DataFrame) -> pl.DataFrame:
    """Each finding's most common true group; an account without a group is a group of its own."""
    own = pl.coalesce("group_id", "account_id")
    parts = named.with_columns(true_group=own).group_by("finding_id", "true_group").agg(pl.len().alias("part_count"))
    largest = parts.sort("finding_id", "part_count", "true_group", descending=[False, True, False]).unique(
        "finding_id", keep="first", maintain_order=True
    )
    return (
        named.group_by("finding_id", "kind", "confidence", "rank", "score")
        .agg(pl.len().alias("account_count"), pl.col("is_right").sum().alias("right_count"))
        .join(largest, on="finding_id")
        .with_columns(is_false=pl.col("right_count") < HALF * pl.col("account_count"))
        .sort("finding_id")
    )
