"""Synchrony: whether members call in the same minutes of the same days, beyond the hours they keep.

Colleagues call at the same hours because they work at the same hours. What one hand adds is that, within an hour,
members call at the same moments on *this* day and not on others. So each account's hour (a quarter of a day for bins
of an hour) is exchanged between its own days, weekdays among weekdays and weekend days among weekend days: every
account keeps its hours, its minutes of the hour, its bursts and the days on which it is active in that hour, and only
the agreement of days is lost. An account's hour counts with weight one however many calls it holds, so that busy days
which everybody shares say nothing.

The day that shows most is left out, of the observed and of every drawn value alike: one outage, release or class
makes no synchrony; it has to last.

Known drawbacks: what recurs at the same minute every day is part of the daily rhythm and is not seen; hours in which
an account is active on one day only say nothing; sessions that run over the end of an hour are cut there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.timing.chance import group_stream, leave_one_out, tail_of_draws
from forensics.links.timing.tables import MINUTES_A_DAY, Calls, read_calls, results, roster
from forensics.window import Window

SPANS = {1: 60, 5: 60, 60: 360}
"""Bin in minutes → span in minutes that is exchanged between days: wide enough to hold several bins."""

ROUND_MINUTES = 15
"""Minutes of the hour at which scheduled jobs of strangers start (:00, :15, :30, :45); they are not counted."""

ACCOUNTS_COMPARED = 200
"""A larger group is judged by so many of its accounts, chosen at random: 19,900 pairs are enough."""

DRAWS = (25, 50, 100, 200, 500)
"""Draws of the null after which a group may be done: most are ordinary and show it soon (Besag and Clifford 1991)."""

ENOUGH_BEYOND = 10
"""Draws beyond the observed value after which more would only sharpen a large p-value."""

CLEAR = 1e-9
"""Fitted p-value below which more draws change nothing that is read from it."""

BATCH_CELLS = 400_000
"""Cells of the draws that are in memory at once."""

WEEKEND = 5

NULL_MODEL = (
    "each account's calls of an hour are exchanged between its own days, weekdays and weekends apart, so that its daily"
    " rhythm and volume stay; the strongest day is left out"
)


@dataclass(frozen=True)
class Cells:
    """One group's calls laid out for one width of bin.

    Attributes:
        place: bin of the day of each cell, among those in which two accounts or more ever call.
        share: part of the account's span that falls into the cell.
        row: account's span on a day that the cell belongs to.
        day: day of each row.
        segment: account and span of the day, weekdays or weekend, of each row; rows are in order of it and of day.
        first: first row of each segment.
        size: rows (active days) of each segment, two or more.
        places, days: number of places and of days.
    """

    place: NDArray[np.int64]
    share: NDArray[np.float64]
    row: NDArray[np.int64]
    day: NDArray[np.int64]
    segment: NDArray[np.int64]
    first: NDArray[np.int64]
    size: NDArray[np.int64]
    places: int
    days: int

    def coincidence(self, turn: NDArray[np.int64]) -> NDArray[np.float64]:
        """Sum over pairs of accounts of the shares that fall into the same bin, both orders of a pair.

        Args:
            turn: by how many of its own active days each segment is turned, one line a draw.

        Returns:
            One line a draw, one column a day.
        """
        from forensics.links.timing.coincidence_kernel import coincide

        segments = (self.day, self.segment, self.first, self.size)
        found = coincide(turn, self.row, self.place, self.share, *segments, self.days, self.places)
        return np.asarray(found, np.float64)

    def as_seen(self) -> NDArray[np.int64]:
        """The turn of one draw that leaves every segment where it is."""
        return np.zeros((1, len(self.size)), np.int64)

    def turns(self, rng: np.random.Generator, draws: int) -> NDArray[np.int64]:
        """Random turns: every segment by a number of its own active days, a line a draw."""
        return np.asarray((rng.random((draws, len(self.size))) * self.size).astype(np.int64))


def synchrony(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Coincidence of members' calls in bins of 1, 5 and 60 minutes against exchanged days; a pair is a group of two.

    Args:
        connection: with core.account_minutes.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: of the draws.

    Returns:
        Up to three rows per group, measures `synchrony_1_minute`, `synchrony_5_minutes`, `synchrony_60_minutes`. The
        value is the observed over the expected coincidence (1: no more than chance), the interval leaves out one day
        at a time. Groups whose accounts never have an active hour in common have no row.

    Method: a shuffle predictor (Perkel, Gerstein and Moore 1967) as an exact permutation within days of one class.
    """
    known = roster(members)
    calls = read_calls(connection, known.accounts, window)
    weekday = np.array([(window.first.weekday() + number) % 7 for number in range(window.days)])
    rows = [
        row
        for group_id, accounts in zip(known.groups, known.members, strict=True)
        for row in _group_rows(group_id, _compared(accounts, group_id), calls, weekday, seed)
    ]
    return results(rows)


def _compared(accounts: NDArray[np.int64], group_id: str) -> NDArray[np.int64]:
    """All accounts of a small group, a random choice of a large one."""
    if len(accounts) <= ACCOUNTS_COMPARED:
        return accounts
    chosen = group_stream(0, "accounts compared", group_id).choice(accounts, ACCOUNTS_COMPARED, replace=False)
    return np.sort(chosen)


def _group_rows(
    group_id: str, accounts: NDArray[np.int64], calls: Calls, weekday: NDArray[np.int64], seed: int
) -> Iterator[dict[str, object]]:
    taken = calls.rows_of(accounts)
    account, at, count = calls.account[taken], calls.at[taken], calls.calls[taken]
    for width in SPANS:
        # An hour holds its round minutes whatever is done; in narrow bins they would be most of what is seen.
        kept = slice(None) if width == 60 else np.flatnonzero(at % ROUND_MINUTES > 0)
        cells = lay_out(account[kept], at[kept], count[kept], weekday, width)
        if cells is None:
            continue
        name = f"synchrony_{width}_minute{'s' if width > 1 else ''}"
        found = _compare(cells, group_stream(seed, name, group_id))
        if found is not None:
            yield {"group_id": group_id, "measure": name, "claim": "control", "null_model": NULL_MODEL, **found}


def lay_out(
    account: NDArray[np.int64],
    at: NDArray[np.int64],
    count: NDArray[np.int64],
    weekday: NDArray[np.int64],
    width: int,
) -> Cells | None:
    """Lay calls out in cells of account, day and bin; None where no two accounts can coincide.

    Args:
        account: any whole number an account, one entry per account and minute with calls.
        at: minutes since the first midnight.
        count: calls in the minute.
        weekday: 0 (Monday) to 6 of each day of the window.
        width: minutes of a bin.
    """
    span, bins, days = SPANS[width], MINUTES_A_DAY // width, len(weekday)
    spans = MINUTES_A_DAY // span
    # In order of account and time an account's span on a day is one run of entries, and so is a bin in it.
    order = np.argsort(account * days * MINUTES_A_DAY + at, kind="stable")
    account, at, count = account[order], at[order], count[order]
    run = _runs(account, at // span)
    begins = np.flatnonzero(np.diff(run, prepend=-1))
    day = at[begins] // MINUTES_A_DAY
    segment = (account[begins] * 2 + (weekday[day] >= WEEKEND)) * spans + at[begins] % MINUTES_A_DAY // span
    by_segment = np.argsort(segment, kind="stable")
    in_order = segment[by_segment]
    firsts = np.flatnonzero(np.diff(in_order, prepend=-1))
    size = np.diff(firsts, append=len(in_order))
    # Rows are numbered in order of segment and day; a segment with one active day has nothing to exchange.
    living = by_segment[np.repeat(size >= 2, size)]
    number = np.full(len(segment), -1, np.int64)
    number[living] = np.arange(len(living))
    row = number[run]
    place = at % MINUTES_A_DAY // width
    is_shared = _callers(account[row >= 0], place[row >= 0], bins) >= 2
    if not is_shared.any():
        return None
    weight = count / np.bincount(run, count)[run]
    used = (row >= 0) & is_shared[place]
    row, place, weight = row[used], place[used], weight[used]
    cell = _runs(row, place)
    begins = np.flatnonzero(np.diff(cell, prepend=-1))
    by_row = np.argsort(row[begins], kind="stable")
    held = size[size >= 2]
    return Cells(
        place=(np.cumsum(is_shared) - 1)[place[begins]][by_row],
        share=np.asarray(np.bincount(cell, weight), np.float64)[by_row],
        row=row[begins][by_row],
        day=day[living],
        segment=np.repeat(np.arange(len(held)), held),
        first=np.cumsum(held) - held,
        size=held,
        places=int(is_shared.sum()),
        days=days,
    )


def _runs(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the run of equal pairs that each entry is in."""
    is_new = np.ones(len(one), np.bool_)
    is_new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return np.asarray(np.cumsum(is_new) - 1, np.int64)


def _callers(account: NDArray[np.int64], place: NDArray[np.int64], bins: int) -> NDArray[np.int64]:
    """Accounts that ever call in each bin of the day; the accounts are in order."""
    number = _runs(account, account)
    called = np.zeros((int(number[-1]) + 1 if len(number) else 0, bins), np.bool_)
    called[number, place] = True
    return np.asarray(called.sum(axis=0), np.int64)


def _compare(cells: Cells, rng: np.random.Generator) -> dict[str, object] | None:
    """Observed against drawn coincidence; None where the draws never coincide."""
    observed = cells.coincidence(cells.as_seen())[0]
    draws = np.zeros((0, cells.days))
    for wanted in DRAWS:
        while len(draws) < wanted:
            batch = min(wanted - len(draws), max(BATCH_CELLS // len(cells.row), 1))
            draws = np.concatenate([draws, cells.coincidence(cells.turns(rng, batch))])
        beyond, p, expected = _chance(observed, draws)
        if beyond >= ENOUGH_BEYOND or p < CLEAR:
            break
    if expected.sum() <= 0:
        return None
    low, high = leave_one_out(observed, expected)
    counted = expected > 0
    return {
        "value": float(observed.sum() / expected.sum()),
        "baseline": 1.0,
        "low": low,
        "high": high,
        "sample_size": len(cells.day),
        "p_value": p,
        "detail": f"above what is expected on {int((observed > expected)[counted].sum())} of {int(counted.sum())} days",
    }


def _chance(observed: NDArray[np.float64], draws: NDArray[np.float64]) -> tuple[int, float, NDArray[np.float64]]:
    """Draws beyond the excess over the days but the strongest, its p-value, and the expected coincidence per day."""
    expected = draws.mean(axis=0)
    excess, drawn = observed - expected, draws - expected
    statistic, null = float(excess.sum() - excess.max()), drawn.sum(axis=1) - drawn.max(axis=1)
    return int((null >= statistic).sum()), tail_of_draws(statistic, null), expected
