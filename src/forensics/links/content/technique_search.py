"""Technique search: a few members are refused again and again, and the others start when something works.

Whoever wants what a model refuses tries one way of asking after another on a few accounts, and has the others send what
passed. The few are refused far more than accounts ever are; the others hardly, and later. Researchers who probe a model
are refused alike, and scale nothing up.

Where the group has rare templates in common, only what is sent under them is looked at: accounts that mostly do other
things are refused like everybody over all their traffic.

Known drawbacks: a search that ended before the window began shows only what it found; one by two scouts is a suspicion
and no claim, however large the group.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.content.demands import demands_of_everybody, demands_of_members
from forensics.links.timing.chance import DEVIATIONS_95, group_stream, tail_of_draws
from forensics.links.timing.tables import results
from forensics.warehouse.tables import read_frame
from forensics.window import Window

SCOUT_CHANCE = 1e-3
"""Chance of as many refusals at everybody's rate, below which an account is refused for what it tries."""

SCOUT_SHARE = 0.1
"""Share of an account's exchanges that must be refused, however certain the excess."""

FEWEST_SCOUTS = 2
"""Scouts from which a group may have a search of its own: any group may have one odd member."""

FEWEST_FOR_INTERVAL = FEWEST_SCOUTS + 1
"""Scouts from which the lag has an interval, and so may be claimed: it is found by leaving one out, and what is left
must be a search still. Two who happen to agree show no spread at all, and say nothing of a third."""

DRAWS = 999
"""Choices of as many other members as scouts."""

CHOICES_AT_ONCE = 2_000_000
"""Random numbers for them that are in memory at once."""

NULL_MODEL = (
    "members are refused as often as accounts are, and who is refused acts when the others do (scouts among the"
    " members, binomial, and their lag, permutation; joined by Fisher's method)"
)


def technique_search(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Days by which the members who are hardly refused act later than the group's scouts, who mostly are.

    Args:
        connection: with core.account_days and the tables that `demands_of_members` reads.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: seed of the permutations.

    Returns:
        One row per group with two scouts or more who are no more than half of it, columns of the measures of links.
        The value is the lag in days between the mean days of exchanges of the two, its interval a jackknife over the
        members, from three scouts on; the sample size is the number of members with exchanges.

    Method: as many scouts (binomial) and as long a lag (permutation) are independent under the null, so their chances
    are joined (Fisher 1925).
    """
    sent = _sent(connection, window)
    everything = members.select("group_id", "account_id").unique().join(sent, on="account_id")
    under = demands_of_members(connection, members, window).rename({"refused": "refused_count"})
    everybody = demands_of_everybody(connection, window).rename({"refused": "refused_count"})
    found = [
        _searches(everything, sent, "of all they send", seed),
        # The later of two rows of a group counts.
        _searches(under, everybody, "under the templates", seed),
    ]
    return results(list({row["group_id"]: row for rows in found for row in rows}.values()))


def _sent(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """account_id, exchange_count, refused_count and day_sum of all traffic, sorted."""
    return read_frame(
        connection,
        """
        SELECT account_id, SUM(exchange_count)::BIGINT AS exchange_count, SUM(refused_count)::BIGINT AS refused_count,
               SUM((snapshot_date - $first) * exchange_count)::DOUBLE AS day_sum
        FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY account_id HAVING SUM(exchange_count) > 0 ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )


def _searches(members: pl.DataFrame, everybody: pl.DataFrame, where: str, seed: int) -> list[dict[str, object]]:
    """The row of every group with scouts.

    Args:
        members: group_id, account_id, exchange_count, refused_count and day_sum.
        everybody: the same without the group, of all accounts.
        where: what the exchanges are, for the reader.
        seed: seed of the permutations.
    """
    from scipy.stats import binom, chi2

    refused = int(everybody["refused_count"].sum()) / max(int(everybody["exchange_count"].sum()), 1)
    # One more of each, so that a rate is known where nobody is refused.
    rate = (int(_are_scouts(everybody, refused).sum()) + 1) / (everybody.height + 1)
    rows: list[dict[str, object]] = []
    for group in members.sort("group_id", "account_id").partition_by("group_id", maintain_order=True):
        scouting = _are_scouts(group, refused)
        found, size = int(scouting.sum()), group.height
        if found < FEWEST_SCOUTS or 2 * found > size:
            continue
        group_id = group["group_id"][0]
        days, counts = group["day_sum"].to_numpy(), group["exchange_count"].to_numpy()
        lag, deviation = _lag(days, counts, scouting)
        reach = DEVIATIONS_95 * deviation if found >= FEWEST_FOR_INTERVAL else None
        stream = group_stream(seed, "technique_search", group_id)
        # A few choices at a time: hundreds of thousands of members would not fit.
        parts = np.array_split(np.arange(DRAWS), 1 + DRAWS * size // CHOICES_AT_ONCE)
        drawn = [_lags(days, counts, stream.random((len(part), size)).argsort(axis=1) < found) for part in parts]
        later = tail_of_draws(lag, np.concatenate(drawn))
        chance = float(binom.sf(found - 1, size, rate)) * later
        rows.append(
            {
                "group_id": group_id,
                "measure": "technique_search",
                "claim": "extraction",
                "value": lag,
                "baseline": 0.0,
                "low": None if reach is None else lag - reach,
                "high": None if reach is None else lag + reach,
                "null_model": NULL_MODEL,
                "sample_size": size,
                "p_value": float(chi2.sf(-2 * np.log(chance), 4)),
                "detail": f"{found} of {size} members are refused far more than accounts are {where}",
            }
        )
    return rows


def _are_scouts(accounts: pl.DataFrame, rate: float) -> NDArray[np.bool_]:
    """Accounts that are refused far more often than at this rate."""
    from scipy.stats import binom

    sent, refused = accounts["exchange_count"].to_numpy(), accounts["refused_count"].to_numpy()
    found: NDArray[np.bool_] = (binom.sf(refused - 1, sent, rate) < SCOUT_CHANCE) & (refused >= SCOUT_SHARE * sent)
    return found


def _lag(day_sums: NDArray[np.float64], counts: NDArray[np.int64], scouting: NDArray[np.bool_]) -> tuple[float, float]:
    """Mean day of the others' exchanges minus that of the scouts', and its standard deviation by leaving one out."""
    sums, sizes = (np.array([column[~scouting].sum(), column[scouting].sum()]) for column in (day_sums, counts))
    own = scouting.astype(np.int64)
    # Sums of whole numbers: what is left without a member is exact.
    left = (sums[own] - day_sums) / (sizes[own] - counts)
    means = sums / sizes
    parts = np.where(scouting, means[0] - left, left - means[1])
    deviation = np.sqrt((len(parts) - 1) / len(parts) * ((parts - parts.mean()) ** 2).sum())
    return float(means[0] - means[1]), float(deviation)


def _lags(day_sums: NDArray[np.float64], counts: NDArray[np.int64], scouting: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The lag for each of several choices of scouts (choices × members)."""
    scouts = scouting @ day_sums / (scouting @ counts)
    others: NDArray[np.float64] = ~scouting @ day_sums / (~scouting @ counts)
    return others - scouts
