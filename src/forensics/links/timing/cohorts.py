"""Birth cohorts and joint hours: whether members were opened together, and whether the group never sleeps.

Both compare the group with sets of as many accounts drawn at random, matched member by member: by channel and plan for
the dates of sign-up, by volume for the hours. Both are weak alone: courses sign up together, and services of honest
customers run round the clock.

Known drawbacks: a campaign of everybody's age is missed; when most accounts of a channel belong to one operator, they
are their own comparison.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.timing.chance import group_stream, tail_of_draws
from forensics.links.timing.tables import Strata, account_states, results, roster, stratify
from forensics.warehouse.tables import read_frame
from forensics.window import Window

DRAWS = 499
"""Random sets per group; a fitted tail takes over beyond."""

ACCOUNTS_COMPARED = 1_000
"""A larger group is judged by so many of its accounts, chosen at random."""

COHORT_MINIMUM = 30
"""Accounts from which a channel and plan is a cohort to draw from; below it the channel, then everybody."""

PROFILES_AT_ONCE = 50_000
"""Hourly profiles of random accounts that are in memory at once."""

SHORTEST_GAP_DAYS = 1 / 24
"""Sign-ups closer than an hour are together; how close says nothing more."""

VOLUME_BASE = 2.0
"""Volumes within such a factor are alike: few calls cannot fill many hours."""

HOURS = 24

BIRTHS_NULL = "members are a random draw of accounts of the same channel and plan"
HOURS_NULL = "members are a random draw of accounts of the same volume"


def signup_cohort(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """How close together members were opened, against random accounts of the same channel and plan.

    Args:
        connection: with raw.accounts and core.account_days; accounts in use in the window are compared.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: of the draws.

    Returns:
        One row per group of two known accounts or more. The value is the typical time between neighbouring sign-ups in
        days (geometric mean, at least an hour each), the baseline that of the random sets; the lower tail is tested.
    """
    frame = _in_use(connection, window)
    created = (frame["created_at"].cast(pl.Datetime("us")).dt.epoch("us") / 86_400e6).to_numpy()
    strata = stratify(frame, [["channel", "plan"], ["channel"]], COHORT_MINIMUM)

    def gaps(accounts: NDArray[np.int64]) -> NDArray[np.float64]:
        between = np.diff(np.sort(created[accounts], axis=-1), axis=-1)
        return np.asarray(np.log(np.maximum(between, SHORTEST_GAP_DAYS)).mean(axis=-1), np.float64)

    rows = []
    for group_id, accounts in _compared(members, frame["account_id"]):
        rng = group_stream(seed, "signup_cohort", group_id)
        observed, draws = float(gaps(accounts)), gaps(_matched(accounts, strata, rng))
        rows.append(
            {
                "group_id": group_id,
                "measure": "signup_cohort",
                "claim": "control",
                "value": float(np.exp(observed)),
                "baseline": float(np.exp(draws.mean())),
                "null_model": BIRTHS_NULL,
                "sample_size": len(accounts),
                "p_value": tail_of_draws(-observed, -draws),
                "detail": f"days between neighbouring sign-ups of {len(accounts)} accounts, geometric mean",
            }
        )
    return results(rows)


def round_the_clock(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Evenness of the hours in which the group as a whole calls, against random accounts of the same volumes.

    Args:
        connection: with raw.accounts, core.account_days and core.account_hours.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: of the draws.

    Returns:
        One row per group of two members in use or more. The value is the entropy of the members' mean hourly profile
        over that of 24 equal hours (1: never sleeps), the baseline that of the random sets.
    """
    frame = _in_use(connection, window)
    profiles = _profiles(connection, frame["account_id"], window)
    volume = frame.with_columns(volume=pl.col("calls").log(VOLUME_BASE).floor().cast(pl.Int64))
    strata = stratify(volume, [["volume"]], COHORT_MINIMUM)

    def evenness(accounts: NDArray[np.int64]) -> NDArray[np.float64]:
        mean = profiles[accounts].mean(axis=-2)
        return np.asarray(-(mean * np.log(np.where(mean > 0, mean, 1.0))).sum(axis=-1) / np.log(HOURS), np.float64)

    rows = []
    for group_id, accounts in _compared(members, frame["account_id"]):
        rng = group_stream(seed, "round_the_clock", group_id)
        # A few sets at a time: thousands of profiles times hundreds of sets would not fit.
        pieces = np.array_split(_matched(accounts, strata, rng), 1 + DRAWS * len(accounts) // PROFILES_AT_ONCE)
        observed, draws = float(evenness(accounts)), np.concatenate([evenness(sets) for sets in pieces])
        rows.append(
            {
                "group_id": group_id,
                "measure": "round_the_clock",
                "claim": "control",
                "value": observed,
                "baseline": float(draws.mean()),
                "null_model": HOURS_NULL,
                "sample_size": len(accounts),
                "p_value": tail_of_draws(observed, draws),
                "detail": "weak alone: services of honest customers never sleep either",
            }
        )
    return results(rows)


def _in_use(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Accounts with calls in the window and a known state, sorted by id: channel, plan, created_at and calls."""
    used = read_frame(
        connection,
        """
        SELECT account_id, SUM(exchange_count)::BIGINT AS calls FROM core.account_days
        WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )
    states = account_states(connection, used["account_id"], window)
    return states.with_columns(used["calls"]).filter(pl.col("created_at").is_not_null())


def _compared(members: pl.DataFrame, accounts: pl.Series) -> list[tuple[str, NDArray[np.int64]]]:
    """Each group's accounts by their place among those in use; two at least, a random choice of very many."""
    known = roster(members)
    place = {account: number for number, account in enumerate(accounts)}
    at = np.array([place.get(account, -1) for account in known.accounts], np.int64)
    found = []
    for group_id, own in zip(known.groups, known.members, strict=True):
        used = at[own][at[own] >= 0]
        if len(used) > ACCOUNTS_COMPARED:
            used = np.sort(
                group_stream(0, "accounts compared", group_id).choice(used, ACCOUNTS_COMPARED, replace=False)
            )
        if len(used) >= 2:
            found.append((group_id, used))
    return found


def _matched(accounts: NDArray[np.int64], strata: Strata, rng: np.random.Generator) -> NDArray[np.int64]:
    """Random sets of accounts, one row a set, each member replaced by one of its cohort.

    Drawn with replacement: an account may come twice, so members of a group that is most of its cohort are compared
    with sets that lie a little closer together, which errs in their favour.
    """
    sets = np.empty((DRAWS, len(accounts)), np.int64)
    for number in np.unique(strata.own[accounts]):
        columns = np.flatnonzero(strata.own[accounts] == number)
        sets[:, columns] = rng.choice(strata.cohorts[number], (DRAWS, len(columns)))
    return sets


def _profiles(connection: duckdb.DuckDBPyConnection, accounts: pl.Series, window: Window) -> NDArray[np.float64]:
    """Share of each account's calls in each hour of the day, one row an account."""
    hours = read_frame(
        connection,
        """
        SELECT account_id, hour, SUM(exchange_count)::BIGINT AS calls FROM core.account_hours
        WHERE snapshot_date BETWEEN $first AND $last GROUP BY account_id, hour
        """,
        first=window.first,
        last=window.as_of,
    )
    places = hours.join(pl.DataFrame({"account_id": accounts}).with_row_index("row"), on="account_id")
    counts = np.zeros((len(accounts), HOURS))
    counts[places["row"].to_numpy(), places["hour"].to_numpy()] = places["calls"].to_numpy()
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), np.float64)
