"""Technique search: a few members are refused again and again, and the others start when something works.

Whoever wants what a model refuses tries one way of asking after another on a few accounts, and has the others send what
passed. The few are refused far more than accounts ever are; the others hardly, and later. Researchers who probe a model
are refused alike, and scale nothing up.

Known drawbacks: a search whose accounts mostly do other things hides in their ordinary refusals, and one that ended
before the window began shows only what it found.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.timing.chance import DEVIATIONS_95
from forensics.links.timing.tables import results, roster
from forensics.warehouse.tables import read_frame
from forensics.window import Window

SCOUT_CHANCE = 1e-3
"""Chance of as many refusals at everybody's rate, below which an account is refused for what it tries."""

SCOUT_SHARE = 0.1
"""Share of an account's exchanges that must be refused, however certain the excess."""

FEWEST_SCOUTS = 2
"""Scouts from which a group has a search of its own: any group may have one odd member."""

NULL_MODEL = "members are refused as often as accounts are (scouts among the members, binomial, upper tail)"


def technique_search(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Days by which the members who are hardly refused act later than the group's scouts, who mostly are.

    Args:
        connection: with core.account_days.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: not used; nothing is drawn.

    Returns:
        One row per group with two scouts or more who are no more than half of it, columns of the measures of links.
        The value is the lag in days between the mean days of exchanges of the two, its interval a jackknife over the
        members; the p-value is that of as many scouts, the sample size the members with exchanges.
    """
    from scipy.stats import binom

    accounts = read_frame(
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
    sent, refused = accounts["exchange_count"].to_numpy(), accounts["refused_count"].to_numpy()
    chance = binom.sf(refused - 1, sent, refused.sum() / max(sent.sum(), 1))
    accounts = accounts.with_columns(
        is_scout=pl.Series((chance < SCOUT_CHANCE) & (refused >= SCOUT_SHARE * sent), dtype=pl.Boolean)
    )
    # One more of each, so that a rate is known where nobody is refused.
    rate = (accounts["is_scout"].sum() + 1) / (accounts.height + 1)
    known = roster(members)
    own = pl.DataFrame({"account_id": known.accounts}).join(
        accounts, on="account_id", how="left", maintain_order="left"
    )
    days, counts = own["day_sum"].fill_null(0).to_numpy(), own["exchange_count"].fill_null(0).to_numpy()
    scouts, active = own["is_scout"].fill_null(value=False).to_numpy(), own["exchange_count"].is_not_null().to_numpy()
    rows: list[dict[str, object]] = []
    for group_id, places in zip(known.groups, known.members, strict=True):
        acting = places[active[places]]
        scouting = scouts[acting]
        found = int(scouting.sum())
        if found < FEWEST_SCOUTS or 2 * found > len(acting):
            continue
        lag, deviation = _lag(days[acting], counts[acting], scouting)
        rows.append(
            {
                "group_id": group_id,
                "measure": "technique_search",
                "claim": "extraction",
                "value": lag,
                "baseline": 0.0,
                "low": lag - DEVIATIONS_95 * deviation,
                "high": lag + DEVIATIONS_95 * deviation,
                "null_model": NULL_MODEL,
                "sample_size": len(acting),
                "p_value": float(binom.sf(found - 1, len(acting), rate)),
                "detail": f"{found} of {len(acting)} members are refused far more than accounts are",
            }
        )
    return results(rows)


def _lag(day_sums: NDArray[np.float64], counts: NDArray[np.int64], scouting: NDArray[np.bool_]) -> tuple[float, float]:
    """Mean day of the others' exchanges minus that of the scouts', and its standard deviation by leaving one out."""
    lags = []
    for left_out in (None, *range(len(counts))):
        kept = np.arange(len(counts)) != left_out
        others, scouts = kept & ~scouting, kept & scouting
        lags.append(day_sums[others].sum() / counts[others].sum() - day_sums[scouts].sum() / counts[scouts].sum())
    whole, parts = lags[0], np.array(lags[1:])
    return float(whole), float(np.sqrt((len(parts) - 1) / len(parts) * ((parts - parts.mean()) ** 2).sum()))
