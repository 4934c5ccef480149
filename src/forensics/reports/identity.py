"""Identity of findings: a group keeps its id as it grows, shrinks, rests, or goes on with other accounts.

Groups are laid beside every finding of the look-back, each as it was when its group was last found. The two that have
most accounts in common, if that is half of the smaller, are one; then the next two: a finding passes its id to one
group, a group takes one id. What is left is matched by succession, for pools that were replaced. A group without a
predecessor gets an id from its members. A finding on ownership is about an organisation: its id is made from the
organisation's, whatever accounts come and go, and is never passed on to a group of the same accounts.

Greedy, not the best sum over all pairs: "the largest common part keeps the id" can be explained to whoever asks.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from forensics.decisions import Decision
from forensics.reports.lineage import lineage_and_status
from forensics.reports.past import BARRED_KIND, BARRED_PREFIX, Past, past_findings
from forensics.reports.succession import LINK_SCHEMA, succession
from forensics.window import Window

SAME_GROUP_OVERLAP = 0.5
"""Share of the smaller set that must be common: a pool that loses half its accounts to bans is still followed."""


@dataclass(frozen=True)
class Identities:
    """Which finding each group is, and where it comes from.

    Attributes:
        candidates: candidate, finding_id, status; one row per candidate, sorted.
        lineage: rows of reports.finding_lineage of this run.
        past: the findings of earlier runs.
    """

    candidates: pl.DataFrame
    lineage: pl.DataFrame
    past: Past


def identified(
    connection: duckdb.DuckDBPyConnection,
    members: pl.DataFrame,
    window: Window,
    decisions: Sequence[Decision] = (),
) -> Identities:
    """Give every group its finding id and status.

    Args:
        connection: with the logs of the step reports, and the links of this run.
        members: candidate (text), kind (text), account_id; one row per account of a group to be reported.
        window: the run's days; only runs as of earlier dates count as the past.
        decisions: the log of decisions; the groups decided on are known again by it when the history is lost.
    """
    past = past_findings(connection, window, decisions)
    is_barred = pl.col("kind") == BARRED_KIND
    groups = members.filter(~is_barred).select("candidate", "kind", "account_id").unique().sort(pl.all())
    earlier = past.members.filter(~pl.col("finding_id").str.starts_with(BARRED_PREFIX))
    overlaps = _overlaps(groups, earlier, past)
    by_accounts = _one_to_one(overlaps.filter(pl.col("overlap") >= SAME_GROUP_OVERLAP))
    left_over = set(earlier["finding_id"]) - set(by_accounts.values())
    links = succession(connection, groups, past, left_over) if left_over else pl.DataFrame(schema=LINK_SCHEMA)
    by_links = _one_to_one(links.filter(~pl.col("candidate").is_in(sorted(by_accounts))))
    given = {**by_accounts, **by_links, **_organisations(members.filter(is_barred)["candidate"].unique())}
    known = set(past.known_ids) | set(given.values())
    for (candidate, kind), group in groups.group_by("candidate", "kind", maintain_order=True):
        if str(candidate) not in given:
            given[str(candidate)] = _new_id(str(kind), group["account_id"].to_list(), known)
            known.add(given[str(candidate)])
    ids = pl.DataFrame(
        {"candidate": list(given), "finding_id": list(given.values())},
        schema={"candidate": pl.String, "finding_id": pl.String},
    )
    every_overlap = pl.concat([overlaps, _overlaps(members.filter(is_barred), past.members, past)])
    lineage, statuses = lineage_and_status(ids, members, every_overlap, links, past, window)
    candidates = ids.join(statuses, on="finding_id").sort("candidate", "finding_id")
    return Identities(candidates.select("candidate", "finding_id", "status"), lineage, past)


def _overlaps(groups: pl.DataFrame, earlier: pl.DataFrame, past: Past) -> pl.DataFrame:
    """Every pair of a group and an earlier finding with a common account; the most in common and newest first."""
    sizes = groups.group_by("candidate").agg(pl.col("account_id").n_unique().cast(pl.Int64).alias("size"))
    return (
        groups.select("candidate", "account_id")
        .join(earlier, on="account_id")
        .group_by("candidate", "finding_id")
        .agg(pl.len().cast(pl.Int64).alias("common"))
        .join(sizes, on="candidate")
        .join(past.found, on="finding_id")
        .with_columns(overlap=pl.col("common") / pl.min_horizontal("size", "earlier_size"))
        .sort(
            ["common", "overlap", "last_found_on", "candidate", "finding_id"],
            descending=[True, True, True, False, False],
        )
    )


def _one_to_one(pairs: pl.DataFrame) -> dict[str, str]:
    """Finding of each candidate: the first pair of the two that neither side has left yet."""
    taken: dict[str, str] = {}
    passed_on: set[str] = set()
    for candidate, finding_id in pairs.select("candidate", "finding_id").iter_rows():
        if candidate not in taken and finding_id not in passed_on:
            taken[candidate] = finding_id
            passed_on.add(finding_id)
    return taken


def _organisations(organisations: Iterable[str]) -> dict[str, str]:
    return {organisation: BARRED_PREFIX + _hash(organisation) for organisation in sorted(organisations)}


def _new_id(kind: str, accounts: list[str], known: set[str]) -> str:
    """An id from the members that no other finding has: a part that splits off may have once been the whole."""
    text = "\n".join([kind, *sorted(accounts)])
    while (finding_id := "finding-" + _hash(text)) in known:
        text = finding_id
    return finding_id


def _hash(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:12]
