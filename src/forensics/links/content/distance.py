"""How far a group's prompts lie from those of comparable accounts, and the chance of that.

The distance is the maximum mean discrepancy: the distance between the mean prompt of the group and that of the others
in a space where every difference between two distributions shows (random features of a Gaussian kernel on topic and
phrasing). Each account counts once. What letters explain is taken out first, so that a group is not far because of the
tongue it writes in. Accounts are drawn at random in place of the members; prompts never are, since those of one account
depend on each other.

Never used on few prompts: a public study found it useless on a hundred and good on a thousand and more.

Known drawbacks: any company with a subject of its own is far from the rest; distance says that a group is about
something else, never that it does harm. A campaign that makes up much of its cohort is its own comparison.

Source: Gretton and others 2012 (test); Rahimi and Recht 2007 (features).
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.embeddings.letters import CLASS_COUNT
from forensics.core.embeddings.prompt_vectors import ROWS_IN_CACHE, both_views
from forensics.core.prompt_samples import from_blobs
from forensics.features.sampled_prompts import SampledPrompts, read_prompts
from forensics.links.content.cohort import Cohort, read_cohort
from forensics.links.timing.chance import group_stream, tail_of_draws
from forensics.links.timing.tables import results
from forensics.warehouse.tables import read_frame
from forensics.window import Window

FEWEST_PROMPTS = 8
"""Sampled prompts from which an account is compared at all."""

POOLED_MINIMUM = 1_000
"""Sampled prompts of a group together from which it is tested."""

MOST_PROMPTS = 128
"""Sampled prompts of an account that are read."""

KERNEL_FEATURES = 256
WIDTH_PROMPTS = 1_000
"""Prompts, each of another account, whose median distance is the kernel's width."""

ACCOUNTS_AT_ONCE = 2_000
"""Accounts whose features are in memory at once."""

ACCOUNTS_READ = 10_000
"""Accounts whose prompts are: each read looks through all days."""

DRAWS = 499

STIFFNESS = 1e-3
"""Ridge of the regression on letters, in parts of a letter's variance: rare letters explain little."""

NULL = "members are a random draw of accounts of the same channel, plan and volume; what letters explain is taken out"

Matrix = NDArray[np.float64]


def cohort_distance(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Distance of every group's prompts from its cohort's.

    Args:
        connection: with features.prompt_profiles, core.prompt_samples, core.sample_days, core.account_days and
            raw.accounts.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: of kernel and draws.

    Returns:
        One row per group whose members have `POOLED_MINIMUM` sampled prompts together, measure `cohort_distance`,
        columns of the measures of links. The value is the distance, the baseline that of random sets.

    Raises:
        EmbedderError: when the window's vectors are not of one embedder.
    """
    cohort = read_cohort(connection, members, window, fewest_prompts=FEWEST_PROMPTS)
    pooled = np.minimum(cohort.accounts["sample_count"].to_numpy(), MOST_PROMPTS)
    groups = [(group_id, places) for group_id, places in cohort.groups(members)]
    if not any(pooled[places].sum() >= POOLED_MINIMUM for _, places in groups):
        return results([])
    means, counts = _mean_features(connection, window, cohort, seed)
    adjusted = unexplained(means, _letters(connection, window, cohort))
    cohort_means = np.array([adjusted[places].mean(axis=0) for places in cohort.strata.cohorts])
    rows = []
    for group_id, places in groups:
        if (prompt_count := int(counts[places].sum())) < POOLED_MINIMUM:
            continue
        expected = cohort_means[cohort.strata.own[places]].mean(axis=0)
        sets = cohort.strata.draw_sets(places, DRAWS, group_stream(seed, "cohort distance", group_id))
        draws = _squared(adjusted, sets, expected)
        observed = float(_squared(adjusted, places[None], expected)[0])
        rows.append(
            {
                "group_id": group_id,
                "measure": "cohort_distance",
                "claim": "extraction",
                "value": float(np.sqrt(observed)),
                "baseline": float(np.sqrt(draws.mean())),
                "null_model": NULL,
                "sample_size": len(places),
                "p_value": tail_of_draws(observed, draws),
                "detail": f"{prompt_count} sampled prompts; a group with a subject of its own is far, too",
            }
        )
    return results(rows)


def _squared(vectors: Matrix, sets: NDArray[np.int64], expected: Matrix) -> Matrix:
    """Squared distance of each set's mean vector from the expected one, so many sets at a time as fit."""
    at_once = max(ROWS_IN_CACHE // sets.shape[1], 1)
    parts = [vectors[sets[first : first + at_once]].mean(axis=1) for first in range(0, len(sets), at_once)]
    return np.asarray(((np.concatenate(parts) - expected) ** 2).sum(axis=1), np.float64)


def unexplained(means: Matrix, letters: Matrix) -> Matrix:
    """What is left of accounts' mean features after a linear regression on the letters they write with.

    Args:
        means: one row an account.
        letters: shares of letters, one row an account.
    """
    centred = letters - letters.mean(axis=0)
    ridge = STIFFNESS * max(float((centred**2).sum(axis=0).max(initial=0.0)), 1e-12)
    slopes = np.linalg.solve(centred.T @ centred + ridge * np.eye(letters.shape[1]), centred.T @ means)
    return np.asarray(means - centred @ slopes)


def _letters(connection: duckdb.DuckDBPyConnection, window: Window, cohort: Cohort) -> Matrix:
    """Share of each letter class per account of the cohort, by its root, so that frequent letters do not rule."""
    connection.register("content_accounts", cohort.accounts.select("account_id").to_arrow())
    try:
        days = read_frame(
            connection,
            """
            SELECT account_id, letters FROM core.sample_days JOIN content_accounts USING (account_id)
            WHERE snapshot_date BETWEEN $first AND $last ORDER BY account_id, snapshot_date
            """,
            first=window.first,
            last=window.as_of,
        )
    finally:
        connection.unregister("content_accounts")
    place = cohort.accounts["account_id"].search_sorted(days["account_id"]).to_numpy()
    counts = np.zeros((cohort.accounts.height, CLASS_COUNT), np.int64)
    np.add.at(counts, place, from_blobs(days["letters"], np.uint8).astype(np.int64))
    return np.asarray(np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)), np.float64)


def _mean_features(
    connection: duckdb.DuckDBPyConnection, window: Window, cohort: Cohort, seed: int
) -> tuple[Matrix, NDArray[np.int64]]:
    """Mean kernel features of each account of the cohort, and how many prompts they rest on."""
    accounts = cohort.accounts["account_id"]
    by_hash = accounts.to_frame().with_columns(
        draw=pl.Series(np.argsort(np.argsort(np.random.default_rng(seed).random(len(accounts)))))
    )
    few = by_hash.sort("draw")["account_id"].head(WIDTH_PROMPTS).sort()
    kernel = Kernel(both_views(read_prompts(connection, window, few, per_account=1).vectors), seed)
    parts, counts = [], []
    for first in range(0, len(accounts), ACCOUNTS_READ):
        part = accounts[first : first + ACCOUNTS_READ]
        prompts = read_prompts(connection, window, part, per_account=MOST_PROMPTS)
        for begin in range(0, len(prompts.accounts), ACCOUNTS_AT_ONCE):
            parts.append(mean_features(prompts.some(begin, begin + ACCOUNTS_AT_ONCE), kernel))
        counts.append(prompts.counts)
    return np.concatenate(parts), np.concatenate(counts)


class Kernel:
    """Random features whose inner products approximate a Gaussian kernel.

    Args:
        standard: unit vectors, whose median distance is the kernel's width.
        seed: of the features.
    """

    def __init__(self, standard: NDArray[np.float32], seed: int) -> None:
        squared = np.maximum(2 - 2 * standard @ standard.T, 0)[np.triu_indices(len(standard), 1)]
        self.width = float(np.sqrt(np.median(squared))) if len(squared) and np.median(squared) > 0 else 1.0
        random = np.random.default_rng([seed, 1])
        self._directions = (random.normal(size=(standard.shape[1], KERNEL_FEATURES)) / self.width).astype(np.float32)
        self._phases = random.uniform(0, 2 * np.pi, KERNEL_FEATURES).astype(np.float32)

    def features(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Features of vectors, one row each."""
        mapped: NDArray[np.float32] = vectors @ self._directions
        for first in range(0, len(mapped), ROWS_IN_CACHE):
            part = mapped[first : first + ROWS_IN_CACHE]
            part[:] = np.sqrt(2 / KERNEL_FEATURES) * np.cos(part + self._phases)
        return mapped


def mean_features(prompts: SampledPrompts, kernel: Kernel) -> Matrix:
    """Mean kernel features of each account's prompts."""
    mapped = kernel.features(both_views(prompts.vectors))
    sums = np.empty((len(prompts.accounts), mapped.shape[1]))
    begin = 0
    while begin < len(sums):
        end = max(int(np.searchsorted(prompts.bounds, prompts.bounds[begin] + ROWS_IN_CACHE, "right")) - 1, begin + 1)
        low, high = prompts.bounds[begin], prompts.bounds[end]
        # Turned over, each sum runs along memory.
        turned = mapped[low:high].T.astype(np.float64, order="C")
        sums[begin:end] = np.add.reduceat(turned, prompts.bounds[begin:end] - low, axis=1).T
        begin = end
    return np.asarray(sums / prompts.counts[:, None])
