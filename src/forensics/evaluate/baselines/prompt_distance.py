"""Baseline: distance of an account's prompts from everybody's, as maximum mean discrepancy with a permutation test.

Prompts become hashed character n-grams, projected at random to few dimensions: no weights are needed, and a model
that knows the language would say more about topic. A provider without labels has no traffic known to be benign;
"everybody's" is one prompt an account, so that heavy accounts do not make up the standard they are measured by.

Known drawback: an account is about something. Prompts of one author are no random draw from everybody's prompts, so
the test is right to reject nearly every honest account, which is why the most distant ones are a second baseline.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.warehouse.tables import read_frame
from forensics.window import Window

FEWEST_PROMPTS = 20
"""Prompts from which an account is tested."""

MOST_PROMPTS = 64
"""Prompts that are looked at per account."""

STANDARD_PROMPTS = 2_000
"""Prompts that stand for everybody, each from another account."""

PROMPT_CHARACTERS = 400
"""Start of a prompt that is embedded."""

HASHED_FEATURES = 2**16
DIMENSIONS = 128
"""Dimensions after the random projection, of which inner products keep within about a tenth."""

KERNEL_FEATURES = 256
"""Random Fourier features that approximate the Gaussian kernel."""

PERMUTATIONS = 999
FALSE_DISCOVERY_RATE = 0.05

MOST_DISTANT_SHARE = 0.05
"""Share of the tested accounts that the second baseline accuses: fixed beforehand, near the published 7 %."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Distances:
    """How far each tested account's prompts are from everybody's.

    Attributes:
        accounts: ids, sorted.
        p_values: share of permutations that are at least as far.
        excess: distance beyond the permutations' mean, in their standard deviations.
    """

    accounts: pl.Series
    p_values: NDArray[np.float64]
    excess: NDArray[np.float64]


def accuse_distant_prompts(distances: Distances) -> pl.DataFrame:
    """Accuse every account whose prompts are no draw from everybody's, at a false discovery rate of 5 %.

    Returns:
        finding_id and account_id, a finding an account.
    """
    from scipy.stats import false_discovery_control

    q_values = false_discovery_control(distances.p_values) if len(distances.p_values) else distances.p_values
    return _named(distances.accounts, q_values <= FALSE_DISCOVERY_RATE)


def accuse_most_distant_prompts(distances: Distances) -> pl.DataFrame:
    """Accuse the `MOST_DISTANT_SHARE` of the tested accounts whose prompts are the most distant; same shape."""
    count = round(MOST_DISTANT_SHARE * len(distances.accounts))
    places = np.argsort(np.argsort(-distances.excess, kind="stable"), kind="stable")
    return _named(distances.accounts, places < count)


def _named(accounts: pl.Series, is_accused: NDArray[np.bool_]) -> pl.DataFrame:
    chosen = accounts.filter(pl.Series(is_accused, dtype=pl.Boolean))
    return pl.DataFrame({"finding_id": "distant-" + chosen, "account_id": chosen})


def prompt_distances(connection: duckdb.DuckDBPyConnection, window: Window, seed: int) -> Distances:
    """Measure and test every account with enough prompts.

    Args:
        connection: with raw.exchanges.
        window: the days to read.
        seed: seed of projection, kernel features and permutations; the sample of prompts follows from their ids.

    Source: Gretton and others 2012 (test); Rahimi and Recht 2007 (kernel features).
    """
    sampled = read_frame(
        connection,
        """
        SELECT account_id, place, LEFT(prompt, $characters) AS prompt, MD5(account_id || ':standard') AS draw
        FROM (
            SELECT account_id, prompt, COUNT(*) OVER (PARTITION BY account_id) AS prompt_count,
                   ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY MD5(exchange_id), exchange_id) AS place
            FROM raw.exchanges WHERE snapshot_date BETWEEN $first AND $last
        ) AS numbered
        WHERE place = 1 OR (prompt_count >= $fewest AND place <= $most)
        ORDER BY account_id, place
        """,
        characters=PROMPT_CHARACTERS, first=window.first, last=window.as_of, fewest=FEWEST_PROMPTS, most=MOST_PROMPTS,
    )  # fmt: skip
    random = np.random.default_rng(seed)
    sampled = sampled.with_row_index("row")
    standard = sampled.filter(pl.col("place") == 1).sort("draw").head(STANDARD_PROMPTS)["row"].to_numpy()
    tested = sampled.group_by("account_id", maintain_order=True).agg("row").filter(pl.col("row").list.len() > 1)
    if tested.is_empty():
        return Distances(tested["account_id"], np.zeros(0), np.zeros(0))
    mapped = kernel_features(embed(sampled["prompt"].to_list(), seed), standard, random)
    splits = _Splits(mapped[standard], random)
    results = [splits.test(mapped[rows]) for rows in tested["row"].to_list()]
    p_values, excess = (np.array(column) for column in zip(*results, strict=True))
    return Distances(tested["account_id"], p_values, excess)


def embed(prompts: list[str], seed: int) -> Matrix:
    """Embed prompts as unit vectors: hashed character n-grams within words, then a sparse random projection."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.preprocessing import normalize
    from sklearn.random_projection import SparseRandomProjection

    hashed = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 4), n_features=HASHED_FEATURES).transform(prompts)
    projection = SparseRandomProjection(DIMENSIONS, random_state=seed, dense_output=True)
    vectors: Matrix = normalize(projection.fit_transform(hashed)).astype(np.float32)
    return vectors


def kernel_features(vectors: Matrix, standard: NDArray[np.int64], random: np.random.Generator) -> Matrix:
    """Map vectors so that inner products approximate a Gaussian kernel as wide as the standard's median distance."""
    few = vectors[standard[:500]]
    squared = np.maximum(2 - 2 * few @ few.T, 0)[np.triu_indices(len(few), 1)]
    median = float(np.median(squared)) if len(squared) else 1.0
    width = np.sqrt(median) if median > 0 else 1.0
    directions = random.normal(0, 1 / width, (vectors.shape[1], KERNEL_FEATURES)).astype(np.float32)
    phases = random.uniform(0, 2 * np.pi, KERNEL_FEATURES).astype(np.float32)
    mapped: Matrix = np.sqrt(2 / KERNEL_FEATURES).astype(np.float32) * np.cos(vectors @ directions + phases)
    return mapped


class _Splits:
    """Random splits of an account's and the standard's prompts, drawn once for each number of prompts.

    Most accounts have as many prompts as are looked at, so most share their splits; what the standard contributes to
    each split's sums is then added up once, not once an account.
    """

    def __init__(self, standard: Matrix, random: np.random.Generator) -> None:
        self._standard, self._random = standard, random
        self._drawn: dict[int, tuple[Matrix, Matrix]] = {}

    def test(self, own: Matrix) -> tuple[float, float]:
        """Compare the squared distance of the two samples' mean features with that of the random splits.

        Args:
            own: mapped prompts of the account.

        Returns:
            p-value, and the distance in standard deviations beyond the mean of the random splits.
        """
        whole, count = own.sum(axis=0) + self._standard.sum(axis=0), len(own)

        def squared(sums: Matrix) -> Matrix:
            difference = sums / count - (whole - sums) / len(self._standard)
            distance: Matrix = (difference**2).sum(axis=-1)
            return distance

        chosen, from_standard = self._of(count)
        null, observed = squared(chosen @ own + from_standard), float(squared(own.sum(axis=0)))
        p_value = float((1 + (null >= observed).sum()) / (1 + PERMUTATIONS))
        return p_value, (observed - float(null.mean())) / max(float(null.std()), 1e-12)

    def _of(self, count: int) -> tuple[Matrix, Matrix]:
        """Which own prompts fall to the account's side in each split, and the sum of the standard's that do."""
        if count not in self._drawn:
            order = self._random.random((PERMUTATIONS, count + len(self._standard)), dtype=np.float32)
            chosen = np.zeros_like(order)
            np.put_along_axis(chosen, np.argpartition(order, count, axis=1)[:, :count], 1.0, axis=1)
            self._drawn[count] = (chosen[:, :count].copy(), chosen[:, count:] @ self._standard)
        return self._drawn[count]
