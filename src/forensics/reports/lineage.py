"""reports.finding_lineage: what became of every earlier finding, and where every finding of this run comes from.

A finding whose group is not found any more, because its accounts fell silent or because what is measured no longer
gives a group, rests (dormant) for `DORMANT_DAYS` and is then closed. Its id stays its own: the group gets it back.
"""

from datetime import timedelta

import polars as pl

from forensics import contracts
from forensics.reports.past import BARRED_PREFIX, Past
from forensics.window import Window

GROWN = 1.2
"""Size ratio from which a finding has grown, or shrunk the other way."""

PART = 0.5
"""Share of a set's accounts in another from which it is a part of it: a group split from a finding, or the other way a
finding that went up in a group."""

DORMANT_DAYS = 30
"""Days that a finding rests before it is closed: a default window and two days, so that no account of its own is left
in what a run looks at."""

STATUS_OF = {"continues": "continuing", "split_from": "split", "merged_into": "merged"}
"""Status of a finding by its relation where the two words differ."""

_PAIR_SCHEMA = {
    "finding_id": pl.String,
    "predecessor_finding_id": pl.String,
    "predecessor_as_of": pl.Date,
    "account_count": pl.Int64,
    "predecessor_account_count": pl.Int64,
    "common_account_count": pl.Int64,
    "linked_share": pl.Float64,
    "linked_by": pl.String,
}


def lineage_and_status(
    ids: pl.DataFrame,
    members: pl.DataFrame,
    overlaps: pl.DataFrame,
    links: pl.DataFrame,
    past: Past,
    window: Window,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lay this run's findings beside the earlier ones.

    Args:
        ids: candidate, finding_id.
        members: candidate, kind, account_id.
        overlaps: candidate, finding_id (the earlier one), common; every pair with a common account, best first.
        links: candidate, finding_id (the earlier one), linked_share, linked_by; pairs by succession, best first.
        past: the earlier findings.
        window: the run's days.

    Returns:
        Rows of reports.finding_lineage; and finding_id, status of every finding of this run.
    """
    pairs = _pairs(ids, members, overlaps, links, past)
    # What a decision of the same day knows of a finding is no past of it.
    pairs = pairs.filter(pl.col("predecessor_as_of") < window.as_of)
    own = _kept_ids(pairs, past)
    parts = _parts(pairs, own, past)
    gone = past.found.filter(
        ~pl.col("finding_id").is_in(ids["finding_id"].implode())
        & ~pl.col("finding_id").is_in(sorted(past.ended))
        & (pl.col("last_found_on") < window.as_of)
    )
    merged = _merged(pairs, gone)
    resting = _resting(gone, merged, past, window)
    lineage = pl.concat([own, parts, merged, resting]).with_columns(
        as_of=pl.lit(window.as_of, pl.Date),
        overlap_share=(
            pl.col("common_account_count")
            / pl.min_horizontal("account_count", "predecessor_account_count").replace(0, None)
        ).fill_null(0.0),
    )
    columns = list(contracts.get("reports.finding_lineage").columns)
    return lineage.select(columns).sort("finding_id", "predecessor_finding_id"), _statuses(ids, own, parts, merged)


def _pairs(
    ids: pl.DataFrame, members: pl.DataFrame, overlaps: pl.DataFrame, links: pl.DataFrame, past: Past
) -> pl.DataFrame:
    """Every finding of this run beside its own past and beside all it shares accounts with or is linked to."""
    sizes = members.group_by("candidate").agg(pl.col("account_id").n_unique().cast(pl.Int64).alias("account_count"))
    here = ids.join(sizes, on="candidate")
    keys = pl.concat(
        [
            ids.select("candidate", predecessor_finding_id="finding_id"),
            overlaps.select("candidate", predecessor_finding_id="finding_id"),
            links.select("candidate", predecessor_finding_id="finding_id"),
        ]
    ).unique(maintain_order=True)
    left_key, right_key = ["candidate", "predecessor_finding_id"], ["candidate", "finding_id"]
    return (
        keys.join(here, on="candidate", maintain_order="left")
        .join(past.found, left_on="predecessor_finding_id", right_on="finding_id", maintain_order="left")
        .join(
            overlaps.select("candidate", "finding_id", common_account_count="common"),
            left_on=left_key,
            right_on=right_key,
            how="left",
            maintain_order="left",
        )
        .join(links, left_on=left_key, right_on=right_key, how="left", maintain_order="left")
        .with_columns(pl.col("common_account_count").fill_null(0))
        .rename({"last_found_on": "predecessor_as_of", "earlier_size": "predecessor_account_count"})
        .select(list(_PAIR_SCHEMA))
    )


def _kept_ids(pairs: pl.DataFrame, past: Past) -> pl.DataFrame:
    """Findings that have their id from an earlier one."""
    ratio = pl.col("account_count") / pl.col("predecessor_account_count")
    is_back = pl.col("predecessor_as_of") < pl.lit(past.newest_run, pl.Date)
    relation = (
        pl.when(pl.col("linked_share").is_not_null())
        .then(pl.lit("moved"))
        .when(is_back.fill_null(False))
        .then(pl.lit("revived"))
        .when(ratio >= GROWN)
        .then(pl.lit("grown"))
        .when(ratio <= 1 / GROWN)
        .then(pl.lit("shrunk"))
        .otherwise(pl.lit("continues"))
    )
    own = pairs.filter(pl.col("finding_id") == pl.col("predecessor_finding_id"))
    return own.with_columns(relation=relation)


def _parts(pairs: pl.DataFrame, own: pl.DataFrame, past: Past) -> pl.DataFrame:
    """Groups most of which were in a finding that goes on in another group."""
    revived = own.filter(pl.col("relation") == "revived")["finding_id"]
    is_new = ~pl.col("finding_id").is_in(own["finding_id"].implode())
    was_found = pl.col("predecessor_as_of") == pl.lit(past.newest_run, pl.Date)
    return pairs.filter(
        _by_accounts("finding_id", "predecessor_finding_id")
        & (pl.col("finding_id") != pl.col("predecessor_finding_id"))
        & pl.col("predecessor_finding_id").is_in(own["finding_id"].implode())
        & (is_new | (pl.col("finding_id").is_in(revived.implode()) & was_found.fill_null(False)))
        & (pl.col("common_account_count") >= PART * pl.col("account_count"))
    ).with_columns(pl.lit(None, pl.Float64).alias("linked_share"), relation=pl.lit("split_from"))


def _merged(pairs: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """Findings that are gone because a group took most of their accounts, or goes on with their work beside its own."""
    is_part = pl.col("common_account_count") >= PART * pl.col("predecessor_account_count")
    into = pairs.filter(
        _by_accounts("finding_id", "predecessor_finding_id")
        & pl.col("predecessor_finding_id").is_in(gone["finding_id"].implode())
        & (is_part | pl.col("linked_share").is_not_null())
    )
    order = ["common_account_count", "linked_share", "finding_id"]
    best = into.sort(order, descending=[True, True, False], nulls_last=True)
    return best.unique("predecessor_finding_id", keep="first", maintain_order=True).with_columns(
        relation=pl.lit("merged_into")
    )


def _resting(gone: pl.DataFrame, merged: pl.DataFrame, past: Past, window: Window) -> pl.DataFrame:
    """Findings that were not found: dormant, or closed when that has lasted long enough."""
    known = gone.join(past.states.select("finding_id"), on="finding_id").filter(
        ~pl.col("finding_id").is_in(merged["predecessor_finding_id"].implode())
    )
    is_recent = pl.col("last_found_on") >= pl.lit(window.as_of - timedelta(days=DORMANT_DAYS), pl.Date)
    return known.select(
        "finding_id",
        pl.col("finding_id").alias("predecessor_finding_id"),
        pl.col("last_found_on").alias("predecessor_as_of"),
        pl.lit(0, pl.Int64).alias("account_count"),
        pl.col("earlier_size").alias("predecessor_account_count"),
        pl.lit(0, pl.Int64).alias("common_account_count"),
        pl.lit(None, pl.Float64).alias("linked_share"),
        pl.lit(None, pl.String).alias("linked_by"),
        pl.when(is_recent).then(pl.lit("dormant")).otherwise(pl.lit("closed")).alias("relation"),
    )


def _by_accounts(*columns: str) -> pl.Expr:
    """Neither is a finding on an organisation, which takes nothing over and goes up in nothing."""
    return ~pl.any_horizontal(*(pl.col(name).str.starts_with(BARRED_PREFIX) for name in columns))


def _statuses(ids: pl.DataFrame, own: pl.DataFrame, parts: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """One word for each finding of this run: what its reader should know first."""
    relation = ids.select("finding_id").join(own.select("finding_id", "relation"), on="finding_id", how="left")
    of_old_size = ["continues", "grown", "shrunk"]
    word = (
        pl.when(pl.col("relation").is_null() & pl.col("finding_id").is_in(parts["finding_id"].implode()))
        .then(pl.lit("split_from"))
        .when(
            pl.col("finding_id").is_in(merged["finding_id"].implode())
            & pl.col("relation").fill_null("continues").is_in(of_old_size)
        )
        .then(pl.lit("merged_into"))
        .otherwise(pl.col("relation").fill_null("new"))
    )
    return relation.select("finding_id", word.replace(STATUS_OF).alias("status"))
