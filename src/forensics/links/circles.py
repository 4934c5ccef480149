"""Who carries conversations on with a community as a whole, though with nobody of it often enough to be linked to him.

A pool of fifty accounts that hands conversations over leaves each pair of them one or none: pairs alone find a few
parts of it. So what an account shares with all of a community is counted, each conversation once, and tested as pairs
are. Whom a community brings in belongs to it when the next ones are looked for, until nobody joins: what chance brings
to a community grows with all that it sends, and so does what is asked of the next one.
"""

from typing import NamedTuple

import duckdb
import numpy as np
import polars as pl

from forensics.chances import SMALLEST
from forensics.links.recurring_pairs import CROWD, FEWEST_CERTAIN, PAIR_SIGNIFICANT
from forensics.links.significance import false_discovery_rate
from forensics.warehouse.tables import read_frame
from forensics.window import Window

FEWEST_PARTNERS = 2
"""Members an account must share conversations with: what it has in common with one is a pair's affair."""


class Carried(NamedTuple):
    """Conversations that several accounts carry.

    Attributes:
        holders: signal_value and account_id, one row a conversation and account, sorted.
        volume: account_id and exchange_count of every account.
        rate: conversations that two accounts meet in by chance, per product of their exchanges.
        account_count: accounts in use.
    """

    holders: pl.DataFrame
    volume: pl.DataFrame
    rate: float
    account_count: int


def carried_conversations(connection: duckdb.DuckDBPyConnection, window: Window) -> Carried:
    """Conversations of few enough accounts to be no common phrase.

    Args:
        connection: with links.account_signals, links.signals, features.payers and core.account_days.
        window: the days that count.
    """
    holders = read_frame(
        connection,
        """
        SELECT signal_value, account_id FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
        WHERE signal_kind = 'conversation' AND NOT is_hub AND account_count BETWEEN 2 AND $crowd
        ORDER BY signal_value, account_id
        """,
        crowd=CROWD,
    )
    volume = read_frame(
        connection,
        """
        SELECT account_id, SUM(exchange_count)::DOUBLE AS exchange_count FROM core.account_days
        WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )
    pairs = holders.join(holders, on="signal_value", suffix="_b").filter(pl.col("account_id") < pl.col("account_id_b"))
    met_once = int((pairs.group_by("account_id", "account_id_b").len()["len"] == 1).sum())
    exchanges = volume["exchange_count"].to_numpy()
    meetings = (float(exchanges.sum()) ** 2 - float((exchanges**2).sum())) / 2
    account_count = int(connection.sql("SELECT COUNT(*) FROM features.payers").fetchall()[0][0])
    return Carried(holders, volume, max(met_once, 1) / max(meetings, 1.0), account_count)


def with_partners(communities: list[frozenset[str]], carried: Carried) -> list[frozenset[str]]:
    """Each community with the accounts that share significantly many conversations with it, until nobody else does.

    Null: conversations meet at random, in proportion to the exchanges of the account and of the community together, at
    the rate at which pairs of accounts share exactly one; the q-value counts every account beside every community.
    In simulated worlds of several makers, one of 324,000 accounts, no circle took in an account of anybody else.

    Args:
        communities: sets of accounts.
        carried: what accounts carry.

    Method: validated projection (Tumminello, Miccichè, Lillo, Piilo and Mantegna 2011) of accounts and communities.
    """
    circles = dict(enumerate(communities))
    growing = circles
    while growing:
        joined = _partners(growing, carried, len(communities))
        growing = {place: circles[place] | accounts for place, accounts in joined.items()}
        circles = circles | growing
    return list(circles.values())


def _partners(circles: dict[int, frozenset[str]], carried: Carried, community_count: int) -> dict[int, frozenset[str]]:
    """Who joins each circle that somebody joins, by its place."""
    from scipy.special import pdtrc

    members = pl.DataFrame(
        [(place, account) for place, accounts in circles.items() for account in sorted(accounts)],
        schema={"place": pl.Int64, "account_id": pl.String},
        orient="row",
    )
    volume = members.join(carried.volume, on="account_id").group_by("place").agg(pl.col("exchange_count").sum())
    inside = members.join(carried.holders, on="account_id").rename({"account_id": "partner"})
    shared = (
        inside.join(carried.holders, on="signal_value")
        .join(members, on=["place", "account_id"], how="anti")
        .group_by("place", "account_id")
        .agg(pl.col("signal_value", "partner").n_unique())
        .filter(pl.col("partner") >= FEWEST_PARTNERS)
        .join(volume, on="place")
        .join(carried.volume, on="account_id", suffix="_own")
        .sort("place", "account_id")
    )
    expected = carried.rate * shared["exchange_count"].to_numpy() * shared["exchange_count_own"].to_numpy()
    p = np.clip(pdtrc(shared["signal_value"].to_numpy() - 1.0, expected), SMALLEST, 1.0)
    q = false_discovery_rate(p, max(carried.account_count * community_count, len(p)))
    certain = shared.filter(pl.Series(q < PAIR_SIGNIFICANT) & (pl.col("signal_value") >= FEWEST_CERTAIN))
    return {place: frozenset(accounts) for place, accounts in certain.group_by("place").agg("account_id").iter_rows()}
