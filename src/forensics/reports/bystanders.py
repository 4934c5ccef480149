"""Accounts that something of their own explains, though they carry what a group carries.

Groups are found by what their members share, and a firm's staff, an aggregator and a campaign may share one published
text. What the campaign does says nothing of those who share nothing else with it.
"""

from collections.abc import Sequence

import duckdb
import numpy as np
import polars as pl

from forensics.links.evidence import EVIDENCE_KINDS, SIGNIFICANT
from forensics.links.ties import ties
from forensics.reports.group_facts import MOST, GroupFacts
from forensics.reports.judgement import Judgement
from forensics.reports.rivals import HARD_BEHAVIOUR, is_one_customer, programmes, works_on_a_stock
from forensics.warehouse.tables import read_frame

STANDING_SIGNALS = [
    signal for kind in EVIDENCE_KINDS.values() if kind.is_hard and not kind.is_behaviour for signal in kind.signal_kinds
]
"""Kinds of shared value that say who stands behind an account."""


def standing_values(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Instruments, domains and organisations of members that others have, too.

    Args:
        connection: with links.group_accounts, links.account_signals and links.signals.

    Returns:
        group_id, account_id, signal_kind, signal_value, carriers (accounts anywhere that have the value).
    """
    return read_frame(
        connection,
        """
        SELECT group_id, account_id, signal_kind, signal_value, signals.account_count AS carriers
        FROM links.group_accounts JOIN links.account_signals USING (account_id)
        JOIN links.signals USING (signal_kind, signal_value)
        WHERE family IN ('payment', 'organisation') AND NOT is_hub
        ORDER BY ALL
        """,
    ).filter(pl.col("signal_kind").is_in(STANDING_SIGNALS))


def apart(values: pl.DataFrame, shown: pl.DataFrame, judgements: list[Judgement]) -> pl.DataFrame:
    """Accounts that stand with others of the group, by instrument or name, none of whom does what was arranged.

    A firm's staff and a campaign with one published prompt fall into one group; that the campaign hands conversations
    over says nothing of the firm. Where a list or an even load was found, it was found of all together.

    Args:
        values: as `standing_values` returns them.
        shown: group_id, account_id, acts.
        judgements: what counts in each group.

    Returns:
        group_id, account_id, apart (true).
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    acting = shown.filter("acts").select("group_id", "account_id", acts=True)
    standing = values.join(rows_of_groups(_acting_apart(judgements)), on="group_id")
    standing = standing.join(acting, on=["group_id", "account_id"], how="left").sort("group_id", "account_id")
    account = pl.struct("group_id", "account_id").rank("dense").cast(pl.Int64) - 1
    value = pl.struct("group_id", "signal_kind", "signal_value").rank("dense").cast(pl.Int64) - 1
    nodes = standing.select(account.alias("account"), value.alias("value"))
    accounts = nodes["account"].n_unique()
    count = accounts + nodes["value"].n_unique()
    ends = nodes["account"].to_numpy(), nodes["value"].to_numpy() + accounts
    links = coo_array((np.ones(standing.height, np.int32), ends), shape=(count, count))
    parts = connected_components(links, directed=False)[1][ends[0]] if count else []
    members = standing.with_columns(part=pl.Series(parts, dtype=pl.Int64))
    acting_shares = shown.group_by("group_id").agg(pl.col("acts").mean().alias("acting_share"))
    resting = (
        members.group_by("group_id", "part")
        .agg(pl.col("account_id").n_unique().alias("size"), pl.col("acts").any())
        .join(acting_shares, on="group_id")
        # So many would hardly all rest by chance.
        .filter(~pl.col("acts") & ((1 - pl.col("acting_share")) ** pl.col("size") < SIGNIFICANT))
    )
    return members.join(resting, on="part", how="semi").select("group_id", "account_id", apart=True).unique()


def with_a_stock(accounts: pl.DataFrame, groups: Sequence[GroupFacts], judgements: list[Judgement]) -> pl.DataFrame:
    """Accounts of groups that work off a list, and also of a customer's group whose items come again.

    A firm that evaluates models grades what a campaign grades, in words that both took from the same paper. It stands
    among others who work off the list: where most of the members have a stock, theirs is the list, and the group is
    judged as a whole, unless most of the others are accused in a group of their own and one group with a stock is most
    of it: parts of one campaign that each have some items again are no customer.

    Args:
        accounts: group_id and account_id of all candidate groups.
        groups: all candidate groups.
        judgements: what counts in each.

    Returns:
        group_id, account_id, with_a_stock (true).
    """
    stocks = accounts.join(rows_of_groups([one.group_id for one in groups if works_on_a_stock(one)]), on="group_id")
    customers = stocks.select("account_id", with_a_stock=True).unique()
    members = accounts.join(customers, on="account_id", how="left").with_columns(
        pl.col("with_a_stock").fill_null(False)
    )
    is_mostly_theirs = pl.col("with_a_stock").mean().over("group_id") >= MOST
    accused = rows_of_groups([one.group_id for one in judgements if one.confidence != "low"])
    elsewhere = members.join(accused, on="group_id").filter(~is_mostly_theirs, ~pl.col("with_a_stock"))
    others = members.filter(is_mostly_theirs, ~pl.col("with_a_stock")).with_columns(
        is_accused=pl.col("account_id").is_in(elsewhere["account_id"].unique().implode())
    )
    unions = others.group_by("group_id").agg(pl.col("is_accused").mean() >= MOST).filter("is_accused")
    together = members.join(stocks.select("account_id", stock="group_id"), on="account_id")
    parts = together.group_by("group_id", "stock").len("part").join(members.group_by("group_id").len(), on="group_id")
    unions = unions.join(parts.filter(pl.col("part") >= MOST * pl.col("len")), on="group_id", how="semi")
    is_listed = pl.col("group_id").is_in([one.group_id for one in judgements if "work_queue" in one.facts.held])
    is_union = pl.col("group_id").is_in(unions["group_id"].implode())
    return members.filter(is_listed, ~is_mostly_theirs | is_union, "with_a_stock")


def judged_by_themselves(
    connection: duckdb.DuckDBPyConnection,
    accounts: pl.DataFrame,
    groups: Sequence[GroupFacts],
    judgements: list[Judgement],
) -> pl.DataFrame:
    """Accounts that another group explains, and that only texts and clients join to the others of a group.

    A published tool brings its text and its client; nothing of another family joins both, and no conversation was
    carried on. A named customer's accounts are told so where no list or even load was found of all together; those of a
    programme wherever it explains what the group asks for. They are judged in their own group. Where most of the
    members are such accounts, they are what was found, and the group is judged as a whole. Known drawback: one tie to
    one of the others keeps all of a customer's accounts in the group.

    Args:
        connection: with links.edges, links.signals and links.account_signals.
        accounts: group_id and account_id of all candidate groups.
        groups: all candidate groups.
        judgements: what counts in each.

    Returns:
        group_id, account_id, another_customers, in_programme (true or null: what explains it).
    """
    tied = ties(connection)
    customers = [one.group_id for one in groups if is_one_customer(one)]
    found = [(customers, _acting_apart(judgements), "another_customers")]
    for rival in {rival.name: rival for one in groups for rival in programmes(one)}.values():
        members = [one.group_id for one in groups if rival in programmes(one)]
        explained = [one.group_id for one in judgements if _asked(one.facts) <= rival.explains]
        found.append((members, explained, "in_programme"))
    reasons = ("another_customers", "in_programme")
    untied = [_untied(accounts, tied, blocks, within).with_columns(reason=pl.lit(why)) for blocks, within, why in found]
    return (
        pl.concat(untied)
        .group_by("group_id", "account_id")
        .agg((pl.col("reason") == reason).any().alias(reason) for reason in reasons)
    )


def _asked(facts: GroupFacts) -> set[str]:
    return {kind for kind in facts.held if EVIDENCE_KINDS[kind].claim == "extraction"}


def _untied(accounts: pl.DataFrame, tied: pl.DataFrame, blocks: list[str], groups: list[str]) -> pl.DataFrame:
    """Members of some groups that are also of a block without a tie to those of no block, where they are fewer."""
    blocked = accounts.join(rows_of_groups(blocks), on="group_id").select("account_id", block="group_id")
    members = accounts.join(rows_of_groups(groups), on="group_id").with_columns(
        is_blocked=pl.col("account_id").is_in(blocked["account_id"].implode())
    )
    inside = members.filter("is_blocked", pl.col("is_blocked").mean().over("group_id") < MOST)
    inside = inside.select("group_id", "account_id")
    others = members.filter(~pl.col("is_blocked")).join(inside, on="group_id", how="semi")
    # A tie of many accounts is looked up once for each side, never as pairs.
    outside = others.join(tied, on="account_id").select("group_id", "tie").unique()
    members_tied = inside.join(tied, on="account_id").join(outside, on=["group_id", "tie"], how="semi")
    in_blocks = inside.join(blocked, on="account_id")
    tied_blocks = members_tied.join(blocked, on="account_id").select("group_id", "block").unique()
    return in_blocks.join(tied_blocks, on=["group_id", "block"], how="anti").select("group_id", "account_id").unique()


def _acting_apart(judgements: list[Judgement]) -> list[str]:
    """Groups of which single accounts do what was arranged; nothing arranged was found of all together."""
    found = {
        one.group_id: {one.facts.shown[name].coverage is None for name in one.facts.held & HARD_BEHAVIOUR}
        for one in judgements
    }
    return [group for group, whole in found.items() if whole == {False}]


def rows_of_groups(groups: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"group_id": groups}, schema={"group_id": pl.String})
