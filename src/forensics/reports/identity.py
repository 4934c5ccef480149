"""Identity of findings: a group keeps its id from run to run while most of its accounts stay.

Each group is matched to the finding of the newest earlier run with which it has most accounts in common, if that is
half of the smaller of the two; a finding passes its id to one group only. A group without a predecessor gets an id from
its members. A finding on ownership is about an organisation: its id is made from the organisation's, whatever accounts
come and go, and is never passed on to a group that happens to consist of the same accounts.
"""

import hashlib

import duckdb
import polars as pl

from forensics.warehouse.tables import read_frame
from forensics.window import Window

SAME_GROUP_OVERLAP = 0.5
"""Share of the smaller set that must be common: a pool that loses half its accounts to bans is still followed."""

GROWN = 1.2
"""Size ratio from which a finding has grown, or shrunk the other way."""

BARRED_KIND = "barred_ownership"
BARRED_PREFIX = "finding-barred-"
"""How ids of findings on organisations begin: they must not be matched by accounts."""


def identified(connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Give every group its finding id and status.

    Args:
        connection: with reports.finding_history.
        members: candidate (text), kind (text), account_id; one row per account of a group to be reported.
        window: the run's days; only runs as of earlier dates count as the past.

    Returns:
        candidate, finding_id, status; one row per candidate, sorted.
    """
    earlier = read_frame(
        connection,
        """
        SELECT finding_id, account_id FROM reports.finding_history
        WHERE as_of = (SELECT MAX(as_of) FROM reports.finding_history WHERE as_of < $as_of)
        ORDER BY finding_id, account_id
        """,
        as_of=window.as_of,
    )
    barred = _barred(members, set(earlier["finding_id"]))
    groups = members.filter(pl.col("kind") != BARRED_KIND)
    taken = _passed_on(groups, earlier.filter(~pl.col("finding_id").str.starts_with(BARRED_PREFIX)))
    known = set(earlier["finding_id"])
    rows = []
    for (candidate, kind), group in groups.sort("candidate", "account_id").group_by(
        "candidate", "kind", maintain_order=True
    ):
        finding_id, status = taken.get(str(candidate), ("", "new"))
        if not finding_id:
            finding_id = _new_id(str(kind), group["account_id"].to_list(), known)
            known.add(finding_id)
        rows.append({"candidate": candidate, "finding_id": finding_id, "status": status})
    found = pl.DataFrame(rows, schema={"candidate": pl.String, "finding_id": pl.String, "status": pl.String})
    return pl.concat([found, barred]).sort("candidate", "finding_id")


def _barred(members: pl.DataFrame, known: set[str]) -> pl.DataFrame:
    """Ids of findings on organisations."""
    organisations = members.filter(pl.col("kind") == BARRED_KIND)["candidate"].unique().sort()
    ids = [BARRED_PREFIX + _hash(organisation) for organisation in organisations]
    return pl.DataFrame(
        {
            "candidate": organisations,
            "finding_id": pl.Series(ids, dtype=pl.String),
            "status": pl.Series(["continuing" if id_ in known else "new" for id_ in ids], dtype=pl.String),
        }
    )


def _passed_on(members: pl.DataFrame, earlier: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """Id and status of every group that goes on from an earlier finding."""
    sizes = members.group_by("candidate", maintain_order=True).agg(pl.len().alias("size"))
    earlier_sizes = earlier.group_by("finding_id", maintain_order=True).agg(pl.len().alias("earlier_size"))
    overlaps = (
        members.join(earlier, on="account_id")
        .group_by("candidate", "finding_id")
        .agg(pl.len().alias("common"))
        .join(sizes, on="candidate")
        .join(earlier_sizes, on="finding_id")
        .with_columns(overlap=pl.col("common") / pl.min_horizontal("size", "earlier_size"))
        .filter(pl.col("overlap") >= SAME_GROUP_OVERLAP)
        .sort(["common", "overlap", "candidate", "finding_id"], descending=[True, True, False, False])
    )
    taken: dict[str, tuple[str, str]] = {}
    passed_on: set[str] = set()
    for row in overlaps.iter_rows(named=True):
        if row["candidate"] in taken or row["finding_id"] in passed_on:
            continue
        ratio = row["size"] / row["earlier_size"]
        status = "grown" if ratio >= GROWN else "shrunk" if ratio <= 1 / GROWN else "continuing"
        taken[row["candidate"]] = (row["finding_id"], status)
        passed_on.add(row["finding_id"])
    return taken


def _new_id(kind: str, accounts: list[str], known: set[str]) -> str:
    """An id from the members that no other finding has: a part that splits off may have once been the whole."""
    text = "\n".join([kind, *sorted(accounts)])
    while (finding_id := "finding-" + _hash(text)) in known:
        text = finding_id
    return finding_id


def _hash(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:12]


def finding_history(finding_accounts: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Rows of reports.finding_history for this run."""
    return finding_accounts.select(pl.lit(window.as_of).alias("as_of"), "finding_id", "account_id")
