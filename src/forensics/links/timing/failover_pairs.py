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
    banned = np.where(states["status"].to_numpy() == "suspended", states["changed"].to_numpy(), -1)
    banned[banned >= window.days * MINUTES_A_DAY] = -1
    created = states["created"].to_numpy()
    weekend = np.array([(window.first.weekday() + day) % 7 >= WEEKEND for day in range(window.days)])
    rows: list[dict[str, object]] = []
    looked_at = 0
    for group_id, accounts in zip(known.groups, known.members, strict=True):
        events = [*_events(calls, accounts, banned, group_id, seed)]
        found: list[dict[str, object]] = []
        for account in _busiest(calls, accounts) if events else []:
            own = _Receiver.of(calls, int(account), int(created[account]), int(banned[account]), weekend)
            for some in events:
                tested, pairs = _followed(own, some)
                looked_at += tested
                found += [{"group_id": group_id, **pair} for pair in pairs]
        rows += found
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


@dataclass(frozen=True)
class _Receiver:
    """An account that may take over.

    Attributes:
        account: its number.
        before: its calls before each minute of the window, one entry more than there are minutes.
        start: minute of its first call, if it was silent before; else -1.
        banned: minute of its own ban; the window's end if there is none.
        alike: for each day of the window (rows), whether another (columns) is of the same kind and as busy.
    """

    account: int
    before: NDArray[np.int64]
    start: int
    banned: int
    alike: NDArray[np.bool_]

    @classmethod
    def of(cls, calls: Calls, account: int, created: int, banned: int, weekend: NDArray[np.bool_]) -> "_Receiver":
        own = slice(calls.starts[account], calls.starts[account + 1])
        minutes = len(weekend) * MINUTES_A_DAY
        counts = np.bincount(calls.at[own], calls.calls[own], minutes)
        volume = counts.reshape(-1, MINUTES_A_DAY).sum(axis=1)
        alike = (weekend[:, None] == weekend) & (volume >= COMPARED_VOLUME * volume[:, None])
        first = int(calls.at[own.start])
        start = first if first >= SILENT_MINUTES or created >= 0 else -1
        return cls(account, running(counts), start, banned if banned >= 0 else minutes, alike)

    def next_call(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Minutes from each event until the account's next call after it."""
        calls = np.flatnonzero(np.diff(self.before))
        return np.append(calls, len(self.before))[np.searchsorted(calls, at, side="right")] - at


def _followed(own: _Receiver, events: Events) -> tuple[int, list[dict[str, object]]]:
    """How many pairs with this account were looked at, and those to be listed."""
    # Who is banned within the time himself takes over from nobody.
    useful = (events.account != own.account) & (own.banned > events.at + events.width)
    at, account = events.at[useful], events.account[useful]
    if not len(at):
        return 0, []
    is_newcomer = events.kind == "ban" and own.start >= 0
    hits, chances = _starts(own, at) if is_newcomer else _more(own, at, events)
    others, place = np.unique(account, return_inverse=True)
    counts, means = np.bincount(place, hits), np.bincount(place, chances)
    spreads = np.sqrt(np.bincount(place, chances * (1 - chances)))
    rows = []
    for number in np.flatnonzero((counts > 0) & (counts - means > LIKELY * spreads)):
        other, mine = int(others[number]), place == number
        count, expected = int(counts[number]), float(means[number])
        p = hits_tail(count, chances[mine])
        if p < LISTED and other in events.calm:
            p, expected = max((p, expected), _beside_calm(own, events.calm[other], count, int(mine.sum())))
        if p < LISTED:
            delays = own.next_call(at[mine & hits])
            rows.append(
                {
                    "from_account": other,
                    "to_account": own.account,
                    "event": events.kind,
                    "reaction": "first_call" if is_newcomer else "more_calls",
                    "event_count": int(mine.sum()),
                    "followed_count": count,
                    "expected": expected,
                    "delay_minutes": float(np.median(delays)),
                    "p_value": p,
                }
            )
    return len(others), rows


def _starts(own: _Receiver, at: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which bans the account's first call follows, and the chance that it followed one at that time of any day."""
    is_after = np.zeros(len(own.before) - 1, np.int64)
    is_after[max(own.start - BAN_MINUTES, 0) : own.start] = 1
    days = np.ones((len(at), len(own.alike)), np.bool_)
    return is_after[at] > 0, _chances(running(is_after), at, days, START_LEEWAY)


def _more(own: _Receiver, at: NDArray[np.int64], events: Events) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """After which events the account sends more than before, and the chance of that at compared moments.

    A limit comes often, and any rise counts. A ban comes once: a rise counts that is as large as the one that is seen.
    """
    found = rises(own.before, np.arange(len(own.before) - 1), events.width)
    days = own.alike[at // MINUTES_A_DAY]
    if events.kind == "rate_limit":
        return found[at] > 0, _chances(running(found > 0), at, days, events.leeway)
    chances = [
        _chances(running(found >= found[one]), at[[place]], days[[place]], events.leeway)[0]
        for place, one in enumerate(at)
    ]
    return found[at] > 0, np.array(chances, np.float64)


def _beside_calm(own: _Receiver, calm: NDArray[np.int64], count: int, events: int) -> tuple[float, float]:
    """Chance that as many of an account's limits are followed as if they fell on any of its calls, and the mean."""
    followed = int((rises(own.before, calm, LIMIT_MINUTES) > 0).sum())
    total, marked = len(calm) + events, followed + count
    return float(hypergeometric_tail([count], total, marked, events)[0]), marked * events / total


def _chances(
    so_far: NDArray[np.int64], at: NDArray[np.int64], days: NDArray[np.bool_], leeway: int
) -> NDArray[np.float64]:
    """Share of the compared moments of each event at which something is so.

    Args:
        so_far: minutes before each minute at which it is, one entry more than there are minutes.
        at: minutes of the events.
        days: for each event (rows) the days it may be moved to.
        leeway: minutes by which the time of day may differ.
    """
    middle = np.arange(days.shape[1]) * MINUTES_A_DAY + (at % MINUTES_A_DAY)[:, None]
    low, high = np.maximum(middle - leeway, 0), np.minimum(middle + leeway + 1, len(so_far) - 1)
    return np.asarray(((so_far[high] - so_far[low]) * days).sum(axis=1) / ((high - low) * days).sum(axis=1))


def _table(rows: list[dict[str, object]], looked_at: int, accounts: pl.Series) -> pl.DataFrame:
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
