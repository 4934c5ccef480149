"""links.failover_pairs: which account of a group took over from which, after a ban or a rate limit.

`failover` asks whether a group reacts; here the same is asked of every ordered pair of its members. An account takes
over when it makes its first call of the window within the hour after a ban, or sends more in the minutes after an event
than in as many before. Its own calls stay where they are: the event alone is moved, to nearly the same time of day on
other days of the same kind on which the account sent as much, so that its daily rhythm and volume explain nothing. How
often it would seem to take over then is counted over all those moments, not drawn. Accounts that work at the same time
are busy at each other's limits, too: so a limit is also compared with the limited account's calls that went through,
and the less telling of the two comparisons counts.

Bans that come within the hour are left out: which of several accounts was replaced cannot be told.

Known drawbacks: one ban has few days to be compared with, so that a pair alone is seldom certain where the group is; a
reserve that takes over after hours is not seen; several accounts that share the work of one lost are seen apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics import contracts
from forensics.links.significance import false_discovery_rate, hypergeometric_tail
from forensics.links.timing.chance import group_stream, hits_tail
from forensics.links.timing.failover import (
    BAN_LEEWAY,
    BAN_MINUTES,
    COMPARED_VOLUME,
    LIMIT_LEEWAY,
    LIMIT_MINUTES,
    SILENT_MINUTES,
    START_LEEWAY,
    WEEKEND,
    limits,
    rises,
    running,
)
from forensics.links.timing.tables import MINUTES_A_DAY, Calls, account_states, observed, read_calls, roster
from forensics.window import Window

FEWEST_LIMITS = 3
"""Rate limits of an account from which it is asked who follows them: fewer follow each other by luck."""

LISTED = 0.05
"""p-value below which a pair is listed; the q-value beside it counts all pairs that were looked at."""

LIKELY = 1.0
"""Standard deviations above the expected count from which the chance is worked out; below it is none to be listed."""

MOST_MEMBERS = 200
"""Members of a group that are looked at, the busiest first: pairs grow with their square."""

MOST_LISTED = 50
"""Pairs of a group that are listed, the clearest first."""


@dataclass(frozen=True)
class Events:
    """What befell the accounts of a group, in order of time.

    Attributes:
        kind: ban or rate_limit.
        at: minutes since the window's first midnight.
        account: whom each befell.
        width: minutes in which another account takes over.
        leeway: minutes by which the time of day of a compared moment may differ.
        calm: for each limited account, minutes of its calls in stretches of time without limits, one a stretch.
    """

    kind: str
    at: NDArray[np.int64]
    account: NDArray[np.int64]
    width: int
    leeway: int
    calm: Mapping[int, NDArray[np.int64]]


@dataclass(frozen=True)
class Receivers:
    """The accounts of a group that may take over.

    Attributes:
        account: their numbers, ascending.
        at, calls: minutes with calls, and how many, account by account.
        starts: where each account's minutes begin, and the end.
        first: minute of the first call, if the account was silent before; else -1.
        ended: minute of its own ban; the window's end if there is none.
        weekend: for each day of the window, whether it is one of a weekend.
    """

    account: NDArray[np.int64]
    at: NDArray[np.int64]
    calls: NDArray[np.int64]
    starts: NDArray[np.int64]
    first: NDArray[np.int64]
    ended: NDArray[np.int64]
    weekend: NDArray[np.bool_]

    def before(self, place: int) -> NDArray[np.int64]:
        """Calls of one of them before each minute of the window, one entry more than there are minutes."""
        own = slice(self.starts[place], self.starts[place + 1])
        return running(np.bincount(self.at[own], self.calls[own], len(self.weekend) * MINUTES_A_DAY))

    def delays(self, place: int, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Minutes from each event that one of them follows until its next call."""
        own = self.at[self.starts[place] : self.starts[place + 1]]
        return np.asarray(own[np.searchsorted(own, at, side="right")] - at)


def failover_pairs(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Ordered pairs of a group's accounts of which one takes over when the other is banned or limited.

    Args:
        connection: with core.account_minutes and raw.accounts.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: of the choice among rate limits that come at once, the same as in `failover`.

    Returns:
        Rows of links.failover_pairs.
    """
    known, window = roster(members), observed(connection, window)
    calls, states = read_calls(connection, known.accounts, window), account_states(connection, known.accounts, window)
    end = window.days * MINUTES_A_DAY
    banned = np.where(states["status"].to_numpy() == "suspended", states["changed"].to_numpy(), -1)
    banned[banned >= end] = -1
    is_new = states["created"].to_numpy() >= 0
    weekend = np.array([(window.first.weekday() + day) % 7 >= WEEKEND for day in range(window.days)])
    rows: list[dict[str, Any]] = []
    looked_at = 0
    for group_id, accounts in zip(known.groups, known.members, strict=True):
        events = [*_events(calls, accounts, banned, group_id, seed)]
        if not events:
            continue
        busiest = _busiest(calls, accounts)
        taken = calls.rows_of(busiest)
        first = calls.at[calls.starts[busiest]]
        receivers = Receivers(
            busiest,
            calls.at[taken],
            calls.calls[taken],
            running(calls.starts[busiest + 1] - calls.starts[busiest]),
            np.where((first >= SILENT_MINUTES) | is_new[busiest], first, -1),
            np.where(banned[busiest] >= 0, banned[busiest], end),
            weekend,
        )
        for some in events:
            tested, pairs = _followed(receivers, some)
            looked_at += tested
            rows += [{"group_id": group_id, **pair} for pair in pairs]
    return _table(rows, looked_at, known.accounts)


def _busiest(calls: Calls, accounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Members that call at all, the busiest if there are very many."""
    busy = calls.starts[accounts + 1] - calls.starts[accounts]
    order = np.argsort(-busy, kind="stable")[:MOST_MEMBERS]
    return np.sort(accounts[order[busy[order] > 0]])


def _events(
    calls: Calls, accounts: NDArray[np.int64], banned: NDArray[np.int64], group_id: str, seed: int
) -> Iterator[Events]:
    """Bans that stand alone, and the limits of accounts that meet several."""
    lost = accounts[banned[accounts] >= 0]
    lost = lost[np.argsort(banned[lost], kind="stable")]
    gaps = np.diff(banned[lost], prepend=-BAN_MINUTES - 1, append=np.iinfo(np.int64).max)
    lost = lost[(gaps[:-1] > BAN_MINUTES) & (gaps[1:] > BAN_MINUTES)]
    if len(lost):
        yield Events("ban", banned[lost], lost, BAN_MINUTES, BAN_LEEWAY, {})
    rng = group_stream(seed, "failover_limit_inflow", group_id)
    at, account = limits(calls, accounts, rng)
    found, counts = np.unique(account, return_counts=True)
    several = np.isin(account, found[counts >= FEWEST_LIMITS])
    if several.any():
        calm = {int(one): _calm(calls, one, rng) for one in found[counts >= FEWEST_LIMITS]}
        yield Events("rate_limit", at[several], account[several], LIMIT_MINUTES, LIMIT_LEEWAY, calm)


def _calm(calls: Calls, account: np.int64, rng: np.random.Generator) -> NDArray[np.int64]:
    """One minute with calls in each stretch of time in which an account meets no limit."""
    own = slice(calls.starts[account], calls.starts[account + 1])
    at, stretch = calls.at[own], calls.at[own] // (2 * LIMIT_MINUTES + 1)
    at = rng.permutation(at[~np.isin(stretch, stretch[calls.limited[own] > 0])])
    return np.sort(at[np.unique(at // (2 * LIMIT_MINUTES + 1), return_index=True)[1]])


def _followed(own: Receivers, events: Events) -> tuple[int, list[dict[str, Any]]]:
    """How many pairs with these accounts were looked at, and those to be listed."""
    from forensics.links.timing.takeover_kernel import followed

    is_ban = events.kind == "ban"
    counted, hits, chances = followed(
        own.at,
        own.calls,
        own.starts,
        own.first,
        own.ended,
        own.weekend,
        COMPARED_VOLUME,
        events.at,
        events.account,
        own.account,
        is_ban,
        (events.width, START_LEEWAY, events.leeway),
    )
    others, other_of = np.unique(events.account, return_inverse=True)
    pair = (len(others) * np.arange(len(own.account))[:, None] + other_of)[counted]
    tested = len(own.account) * len(others)
    counts, means = np.bincount(pair, hits[counted], tested), np.bincount(pair, chances[counted], tested)
    spreads = np.sqrt(np.bincount(pair, (chances * (1 - chances))[counted], tested))
    found = np.flatnonzero((counts > 0) & (counts - means > LIKELY * spreads))
    rows = []
    for number, count, expected in zip(found, counts[found], means[found], strict=True):
        receiver, other = divmod(int(number), len(others))
        mine = counted[receiver] & (other_of == other)
        p = hits_tail(int(count), chances[receiver, mine])
        if p < LISTED:
            rows.append(
                {
                    "from_account": int(others[other]),
                    "to_account": int(own.account[receiver]),
                    "event": events.kind,
                    "reaction": "first_call" if is_ban and own.first[receiver] >= 0 else "more_calls",
                    "event_count": int(mine.sum()),
                    "followed_count": int(count),
                    "expected": float(expected),
                    "delay_minutes": float(np.median(own.delays(receiver, events.at[mine & hits[receiver]]))),
                    "p_value": p,
                }
            )
    return len(np.unique(pair)), _beside_calm(rows, own, events) if events.calm else rows


def _beside_calm(rows: list[dict[str, Any]], own: Receivers, events: Events) -> list[dict[str, Any]]:
    """The rows that stay below the bound when an account's limits are compared with its calls that went through.

    The chance is that as many limits are followed as if they fell on any of its calls; the less telling one counts.
    """
    followed, total = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    for place, row in enumerate(rows):
        calm = events.calm[row["from_account"]]
        before = own.before(int(np.searchsorted(own.account, row["to_account"])))
        followed[place] = row["followed_count"] + int((rises(before, calm, LIMIT_MINUTES) > 0).sum())
        total[place] = row["event_count"] + len(calm)
    counts, limits_met = (np.array([row[name] for row in rows], np.int64) for name in ("followed_count", "event_count"))
    chances, means = hypergeometric_tail(counts, total, followed, limits_met), followed * limits_met / total
    for row, chance, mean in zip(rows, chances, means, strict=True):
        row["p_value"], row["expected"] = max((row["p_value"], row["expected"]), (float(chance), float(mean)))
    return [row for row in rows if row["p_value"] < LISTED]


def _table(rows: list[dict[str, Any]], looked_at: int, accounts: pl.Series) -> pl.DataFrame:
    """The clearest pairs of each group, with accounts by their ids and q-values over all that were looked at."""
    schema = {name: column.dtype for name, column in contracts.get("links.failover_pairs").columns.items()}
    if not rows:
        return pl.DataFrame(schema=schema)
    found = pl.DataFrame(rows, infer_schema_length=None)
    named = [
        accounts.gather(found[f"{end}_account"]).cast(pl.String).alias(f"{end}_account_id") for end in ("from", "to")
    ]
    q = false_discovery_rate(found["p_value"], looked_at)
    order = ["group_id", "p_value", "from_account_id", "to_account_id", "event"]
    return (
        found.with_columns(*named, q_value=pl.Series(q, dtype=pl.Float64))
        .sort(order)
        .filter(pl.int_range(pl.len()).over("group_id") < MOST_LISTED)
        .select(list(schema))
        .cast(schema)  # type: ignore[arg-type]
        .sort("group_id", "event", "from_account_id", "to_account_id")
    )
