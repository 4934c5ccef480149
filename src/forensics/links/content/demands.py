"""What a group asks for under the templates its members share, whatever else they send.

A campaign that hides in ordinary traffic asks for little over all of it, and for nothing else under the instructions
that its accounts have in common. So only exchanges that carry the group's rare templates are looked at, and compared
with what other accounts ask for under rare templates of theirs.

Every account counts once, by its share: a heavy one cannot carry the group. An exchange that carries two families of
templates counts under both.

Known drawbacks: that unrelated accounts share a template is one fact and what it asks for another, so accounts of one
template are not independent: the chance says how rarely so many accounts ask so under templates, not how rarely one
template does. Applications, evaluators and labelling firms have templates that ask for the same: a purpose, no link.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.features.fill_overlap import RARE_PAYER_SHARE
from forensics.links.evidence import EFFECT_LIFT, SIGNIFICANT, TEMPLATE_DEMANDS
from forensics.links.timing.chance import smoothed_share, stratified_sum_tail
from forensics.links.timing.matching import Strata, groups_among, stratify
from forensics.links.timing.tables import account_states, results
from forensics.warehouse.tables import read_frame, temporary_tables
from forensics.window import Window

STEPS = 20
"""Steps in which an account's share is read: five hundredths keep sums exact and the transforms short."""

COHORT_MINIMUM = 30
"""Accounts from which a cohort has a distribution; below it less is asked to be alike."""

VOLUME_BASE = 4.0
"""Numbers of exchanges within such a factor are alike: one exchange asks for all or nothing."""

CARRIED_COUNT = 2
CARRIED_SHARE = 0.2
"""Exchanges of a member, and their share under the group's templates, from which it asks for something under them."""

NULL = (
    "members are a random draw of the accounts of the same channel, plan and volume that use rare templates (exact sum"
    " of shares under them)"
)


def template_demands(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Share of each demand under the group's rare templates, against matched accounts under theirs.

    Args:
        connection: with links.group_signals, core.template_days, features.template_families, features.templates and
            raw.accounts.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: not used; nothing is drawn.

    Returns:
        One row per demand and group of which two members use its rare templates, measures `template_reasoning`,
        `template_grading` …, columns of the measures of links. The value is the mean of the members' shares of
        exchanges under the templates, the baseline that of matched accounts; the sample size is the number of members
        that use them.
    """
    everybody = with_states(connection, demands_of_everybody(connection, window), window)
    used = demands_of_members(connection, members, window)
    return results(
        [
            {
                **row,
                "group_id": group_id,
                "measure": f"template_{name}",
                "null_model": NULL,
                "detail": f"{own[name].sum():,} of {own['exchange_count'].sum():,} exchanges under the templates",
            }
            for group_id, name, row, own in shares_among(used, everybody, list(TEMPLATE_DEMANDS), skip_none=True)
        ]
    )


def shares_among(
    used: pl.DataFrame, everybody: pl.DataFrame, names: list[str], *, skip_none: bool = False
) -> Iterator[tuple[str, str, dict[str, object], pl.DataFrame]]:
    """Mean share of what members do, against that of as many random accounts of the same cohorts.

    Args:
        used: group_id, account_id, exchange_count and a count a name, one row a member, sorted.
        everybody: the same without the group and with channel, plan and volume, one row an account, sorted.
        names: what is counted.
        skip_none: whether what no member does is left out.

    Yields:
        Group, name, what the shares say of it (columns of the measures of links), and the members' rows.
    """
    strata = stratify(everybody, [["channel", "plan", "volume"], ["channel", "volume"], ["volume"]], COHORT_MINIMUM)
    counts = {name: _distributions(_scores(everybody, name), strata) for name in names}
    by_group = dict(used.partition_by("group_id", as_dict=True, maintain_order=True))
    for group_id, places in groups_among(used.select("group_id", "account_id"), everybody["account_id"]):
        own = by_group[(group_id,)].filter(pl.col("account_id").is_in(everybody["account_id"].gather(places).implode()))
        for name in names:
            if own[name].sum() > 0 or not skip_none:
                yield group_id, name, _row(own, name, strata.own[places], counts[name]), own


def demands_of_members(connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window) -> pl.DataFrame:
    """What each member asks for under the rare templates of its group.

    Args:
        connection: with links.group_signals, core.template_days, features.template_families and features.templates.
        members: group_id and account_id, one row a member.
        window: the days that count.

    Returns:
        group_id, account_id, exchange_count, day_sum (days since the window's first, summed over the exchanges) and a
        count per demand, sorted; members without such exchanges are missing.
    """
    connection.register("demand_members", members.select("group_id", "account_id").unique().to_arrow())
    try:
        with shared_demands(connection, window):
            return read_frame(
                connection,
                f"""
                WITH template AS (
                    SELECT DISTINCT group_id, signal_value AS family_id FROM links.group_signals
                    WHERE signal_kind = 'prompt_template' AND NOT is_hub AND q_value < $significant AND lift >= $lift
                )
                SELECT group_id, account_id, {_SUMS}
                FROM family_demands JOIN demand_members USING (account_id) JOIN template USING (group_id, family_id)
                GROUP BY group_id, account_id ORDER BY group_id, account_id
                """,
                significant=SIGNIFICANT,
                lift=EFFECT_LIFT,
            )
    finally:
        connection.unregister("demand_members")


def demands_of_everybody(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """What each account asks for under any rare template, as `demands_of_members` without the group, sorted."""
    with shared_demands(connection, window):
        return read_frame(
            connection,
            f"SELECT account_id, {_SUMS} FROM family_demands GROUP BY account_id ORDER BY account_id",
        )


@contextmanager
def shared_demands(connection: duckdb.DuckDBPyConnection, window: Window) -> Iterator[None]:
    """What accounts ask for under rare templates, added up once for all that is asked of it within the block.

    It is the dearest read of the step, and four measures rest on it. A block within a block of the same window reads
    what the outer one added up.

    Args:
        connection: with core.template_days, features.template_families and features.templates.
        window: the days that count.
    """
    tables = {"family_demands": _FAMILY_DEMANDS}
    with temporary_tables(connection, tables, first=window.first, last=window.as_of, rare=RARE_PAYER_SHARE):
        yield


def with_states(connection: duckdb.DuckDBPyConnection, used: pl.DataFrame, window: Window) -> pl.DataFrame:
    """What each account does, with its channel, its plan and how many exchanges of it there are.

    Args:
        connection: with raw.accounts.
        used: account_id and exchange_count, one row an account, sorted.
        window: the days that count.
    """
    states = account_states(connection, used["account_id"], window).select("channel", "plan")
    volume = pl.col("exchange_count").log(VOLUME_BASE).floor().cast(pl.Int64).alias("volume")
    return pl.concat([used, states], how="horizontal").with_columns(volume)


def _scores(used: pl.DataFrame, name: str) -> NDArray[np.int64]:
    """Each account's share of a demand, in steps."""
    shares = used[name].to_numpy() / used["exchange_count"].to_numpy()
    return np.asarray(np.rint(shares * STEPS), np.int64)


def _distributions(scores: NDArray[np.int64], strata: Strata) -> list[NDArray[np.int64]]:
    """For each cohort the number of its accounts at each step."""
    return [np.bincount(scores[places], minlength=STEPS + 1) for places in strata.cohorts]


def _row(own: pl.DataFrame, name: str, cohort: NDArray[np.int64], counts: list[NDArray[np.int64]]) -> dict[str, object]:
    """The members' shares against those of as many random accounts of the same cohorts."""
    steps, count, scores = np.arange(STEPS + 1) / STEPS, own.height, _scores(own, name)
    matched, expected = [], 0.0
    for number in np.unique(cohort):
        members = scores[cohort == number]
        expected += len(members) * float(counts[number] @ steps) / counts[number].sum()
        # The members' own shares belong to what can be drawn: a small cohort that asks for nothing proves little.
        drawn = counts[number] + np.bincount(members, minlength=STEPS + 1)
        matched.append((drawn / drawn.sum(), len(members)))
    shares = own[name].to_numpy() / own["exchange_count"].to_numpy()
    middle, half = smoothed_share(shares)
    return {
        "claim": "extraction",
        "value": float(shares.mean()),
        "baseline": expected / count,
        "low": max(middle - half, 0.0),
        "high": min(middle + half, 1.0),
        "sample_size": count,
        "p_value": stratified_sum_tail(int(scores.sum()), matched),
    }


_DEMAND_COLUMNS = {name: "refused_count" if name == "refused" else f"{name}_request_count" for name in TEMPLATE_DEMANDS}

_SUMS = "SUM(exchange_count)::BIGINT AS exchange_count, SUM(day_sum) AS day_sum, " + ", ".join(
    f'SUM("{name}")::BIGINT AS "{name}"' for name in TEMPLATE_DEMANDS
)

_FAMILY_DEMANDS = f"""
    SELECT * EXCLUDE (place)
    FROM (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY account_id, family_id ORDER BY exchange_count DESC, part) AS place
        FROM (
            SELECT account_id, family_id, SPLIT_PART(template_id, '-', 1) AS part,
                   SUM(exchange_count)::BIGINT AS exchange_count,
                   SUM((snapshot_date - $first) * exchange_count)::DOUBLE AS day_sum,
                   {", ".join(f'SUM({column})::BIGINT AS "{name}"' for name, column in _DEMAND_COLUMNS.items())}
            FROM core.template_days JOIN features.template_families USING (template_id)
            WHERE snapshot_date BETWEEN $first AND $last
              AND family_id IN (SELECT template_id FROM features.templates WHERE payer_share <= $rare)
            GROUP BY account_id, family_id, part
        )
    )
    WHERE place = 1
"""
"""Exchanges and demands per account and rare family. An exchange carries each part of a family once at most, so the
part that is seen most counts."""
