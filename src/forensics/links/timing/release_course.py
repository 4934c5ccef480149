"""After the move to a new model: whether it lasts, and whether what is sent there is new.

Who collects outputs stays with the newest model and works on; who tries it out goes back, and who tests it sends what
was sent to the old one. Both measures describe a move that `release` tests: they have no p-value of their own and
decide nothing.

Known drawbacks: of prompts only long ones are told apart, and of very many a sample; days on which an account mixes
models are left out of what is new, so that an account which moves a small part of its traffic is not looked at.
"""

from datetime import datetime, timedelta

import duckdb
import numpy as np
import polars as pl

from forensics.links.timing.chance import leave_one_out
from forensics.links.timing.release import Release, calls_after, matched, newest_release
from forensics.links.timing.tables import results, roster
from forensics.warehouse.tables import read_frame
from forensics.window import Window

EARLY_HOURS = 24
"""Hours after the release in which whoever moves has moved early."""

LATER_HOURS = 24
"""Hours that must follow these to say whether the move lasted."""

MOSTLY = 0.5
"""Share of a day's calls on the new model above which the day's prompts count as moved."""

# Of very many prompts of a day a sample is kept, the same for all accounts: days are compared on the smallest.
PROMPTS = """
CREATE OR REPLACE TEMP TABLE release_prompts AS
WITH moved AS (
    SELECT account_id, snapshot_date FROM core.account_minutes
    WHERE snapshot_date > $release AND snapshot_date <= $last
    GROUP BY account_id, snapshot_date
    HAVING SUM(CASE WHEN model = $model THEN exchange_count ELSE 0 END) > $mostly * SUM(exchange_count)
),
sample AS (SELECT MAX(sample_level) AS level FROM core.prompt_days WHERE snapshot_date BETWEEN $first AND $last)
SELECT account_id, prompt_hash, MIN(snapshot_date) >= $release AS is_new,
       SUM(CASE WHEN is_moved THEN use_count ELSE 0 END)::BIGINT AS uses
FROM (
    SELECT prompt.*, moved.account_id IS NOT NULL AS is_moved
    FROM core.prompt_days AS prompt
    LEFT JOIN moved ON moved.account_id = prompt.account_id AND moved.snapshot_date = prompt.snapshot_date
    WHERE prompt.snapshot_date BETWEEN $first AND $last
      AND prompt_hash <= POWER(2.0e0, 63 - (SELECT level FROM sample))
      AND prompt.account_id IN (SELECT account_id FROM moved UNION SELECT account_id FROM release_members)
)
GROUP BY account_id, prompt_hash
"""

ALONE = """
SELECT account_id, SUM(uses)::BIGINT AS uses, SUM(CASE WHEN is_new THEN uses ELSE 0 END)::BIGINT AS new
FROM release_prompts WHERE uses > 0 GROUP BY account_id ORDER BY account_id
"""

TOGETHER = """
SELECT group_id, account_id, SUM(uses)::BIGINT AS uses, SUM(CASE WHEN all_new THEN uses ELSE 0 END)::BIGINT AS new
FROM (
    SELECT group_id, account_id, uses, BOOL_AND(is_new) OVER (PARTITION BY group_id, prompt_hash) AS all_new
    FROM release_members JOIN release_prompts USING (account_id)
)
WHERE uses > 0 GROUP BY group_id, account_id ORDER BY group_id, account_id
"""

PERSISTENCE_NULL = "none is tested: the baseline is the same ratio among accounts of the same channel, plan and volume"
NEWNESS_NULL = "none is tested: the baseline is the share of other accounts that moved, each beside what it sent itself"


def release_persistence(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Share of calls on the new model after the first day over that within it, among those that moved at all.

    Args:
        connection: with core.account_minutes, raw.accounts and raw.models.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: not used; nothing is drawn.

    Returns:
        One row per group of which two members moved within a day of the release and called afterwards: 1 where as much
        stays there, 0 where all go back, above 1 where more moves later. The interval is a jackknife over accounts.
    """
    release = newest_release(connection, window, EARLY_HOURS + LATER_HOURS)
    if release is None:
        return results([])
    end = datetime.combine(window.as_of, datetime.min.time()) + timedelta(days=1)
    rest = int((end - release.at).total_seconds() // 3600)
    early = calls_after(connection, release, (0, EARLY_HOURS), window).filter(pl.col("moved") > 0)
    late = calls_after(connection, release, (EARLY_HOURS, rest), window)
    both = early.join(late, on="account_id", suffix="_later").sort("account_id")
    share, later = both["moved"] / both["calls"], both["moved_later"] / both["calls_later"]
    cohort = matched(both.select("account_id", "calls", "moved"), connection, window).accounts["cohort"]
    movers = both.select("account_id").with_columns(early=share, late=later, cohort=cohort)
    usual = movers.with_columns(pl.col("early", "late").mean().over("cohort"))
    rows: list[dict[str, object]] = []
    for group_id, places in _places(members, movers["account_id"]):
        own, like = movers[places], usual[places]
        late_shares, early_shares = own["late"].to_numpy(), own["early"].to_numpy()
        low, high = leave_one_out(late_shares, early_shares)
        rows.append(
            {
                "group_id": group_id,
                "measure": "release_persistence",
                "claim": "extraction",
                "value": late_shares.sum() / early_shares.sum(),
                "baseline": like["late"].to_numpy().sum() / like["early"].to_numpy().sum(),
                "low": low,
                "high": high,
                "null_model": PERSISTENCE_NULL,
                "sample_size": len(places),
                "detail": f"{release.model}: {len(places)} accounts moved within {EARLY_HOURS} hours",
            }
        )
    return results(rows)


def release_new_prompts(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Share of the long prompts sent to the new model that no member sent before the release.

    Args:
        connection: with core.account_minutes, core.prompt_days and raw.models.
        members: group_id and account_id, one row a member.
        window: the days that count; those before the release say what is not new.
        seed: not used; nothing is drawn.

    Returns:
        One row per group of which two members send long prompts on days that belong mostly to the new model; the
        sample size is the number of such prompts. The interval is a jackknife over accounts.
    """
    release = newest_release(connection, window, EARLY_HOURS + LATER_HOURS)
    if release is None or release.at.date() <= window.first:
        return results([])
    alone, together = _moved_prompts(connection, members, release, window)
    total, total_new = (int(alone[name].to_numpy().sum()) for name in ("uses", "new"))
    rows: list[dict[str, object]] = []
    for (group_id,), counts in together.group_by("group_id", maintain_order=True):
        inside = alone.join(counts, on="account_id", how="semi")
        uses, new = counts["uses"].to_numpy(), counts["new"].to_numpy()
        others = total - int(inside["uses"].to_numpy().sum())
        if counts.height < 2 or not others:
            continue
        low, high = leave_one_out(new, uses)
        rows.append(
            {
                "group_id": group_id,
                "measure": "release_new_prompts",
                "claim": "extraction",
                "value": new.sum() / uses.sum(),
                "baseline": (total_new - int(inside["new"].to_numpy().sum())) / others,
                "low": low,
                "high": None if high is None else min(high, 1.0),
                "null_model": NEWNESS_NULL,
                "sample_size": int(uses.sum()),
                "detail": f"{release.model}: long prompts of {counts.height} accounts",
            }
        )
    return results(rows)


def _places(members: pl.DataFrame, accounts: pl.Series) -> list[tuple[str, list[int]]]:
    """Each group's accounts by their places among these, in order of the groups' ids; two at least."""
    known = roster(members)
    places = dict(zip(accounts, range(len(accounts)), strict=True))
    at = np.array([places.get(account, -1) for account in known.accounts], np.int64)
    found = [(group_id, at[own][at[own] >= 0]) for group_id, own in zip(known.groups, known.members, strict=True)]
    return [(group_id, own.tolist()) for group_id, own in found if len(own) >= 2]


def _moved_prompts(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, release: Release, window: Window
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Long prompts sent on days on the new model, and how many of them are new.

    Returns:
        account_id, uses and new by what the account itself sent before; and group_id, account_id, uses and new by what
        any member did.
    """
    connection.register("release_members", members.select("group_id", "account_id").unique().to_arrow())
    values = {"release": release.at.date(), "first": window.first, "last": window.as_of}
    try:
        connection.execute(PROMPTS, {"model": release.model, "mostly": MOSTLY, **values})
        return read_frame(connection, ALONE), read_frame(connection, TOGETHER)
    finally:
        connection.execute("DROP TABLE IF EXISTS release_prompts")
        connection.unregister("release_members")
