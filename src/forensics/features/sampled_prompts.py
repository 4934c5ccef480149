"""Reading the sampled prompts of accounts over the window: the smallest hashes of all its days, as matrices."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.prompt_samples import from_blobs
from forensics.errors import EmbedderError
from forensics.warehouse.tables import read_frame
from forensics.window import Window

ACCOUNTS_AT_ONCE = 20_000
"""Accounts whose prompts are in memory together: at 64 prompts of 192 bytes each, 250 MB."""


@dataclass(frozen=True)
class SampledPrompts:
    """Sampled prompts of accounts, in order of account and hash.

    Attributes:
        accounts: account ids, sorted; those without a sampled prompt are missing.
        bounds: account i has the rows from `bounds[i]` to `bounds[i + 1]`.
        vectors: stored vectors, one row a prompt.
        phrases: smallest phrase hashes, one row a prompt.
    """

    accounts: pl.Series
    bounds: NDArray[np.int64]
    vectors: NDArray[np.int8]
    phrases: NDArray[np.uint32]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Prompts of each account."""
        return np.diff(self.bounds)

    def some(self, first: int, last: int) -> "SampledPrompts":
        """Those of the accounts from one place to before another."""
        bounds = self.bounds[first : min(last, len(self.accounts)) + 1]
        rows = slice(bounds[0], bounds[-1])
        return SampledPrompts(self.accounts[first:last], bounds - bounds[0], self.vectors[rows], self.phrases[rows])

    def owners(self) -> NDArray[np.int64]:
        """For each prompt its account's place."""
        return np.repeat(np.arange(len(self.accounts)), self.counts)


def embedder_of(connection: duckdb.DuckDBPyConnection, window: Window) -> str | None:
    """Which embedder made the window's vectors; none where nothing was sampled.

    Raises:
        EmbedderError: when days were embedded by different ones, whose vectors say nothing to each other.
    """
    days = read_frame(
        connection,
        """
        SELECT embedder_id, COUNT(DISTINCT snapshot_date) AS day_count,
               MIN(snapshot_date) AS first_on, MAX(snapshot_date) AS last_on
        FROM core.sample_days WHERE snapshot_date BETWEEN $first AND $last
        GROUP BY embedder_id ORDER BY last_on DESC, embedder_id
        """,
        first=window.first,
        last=window.as_of,
    )
    if days.height > 1:
        older = days.slice(1)
        first, last = min(older["first_on"].to_list()), max(older["last_on"].to_list())
        raise EmbedderError(
            f"Vectors of {days.height} embedders lie in the window and cannot be compared.",
            faults=[
                f"{day_count} days from {first_on} to {last_on}: {name}"
                for name, day_count, first_on, last_on in days.iter_rows()
            ],
            next_step=f"Run `forensics run` over {first} to {last} again with the settings of the newest day, or set"
            " embedder back to the one before.",
        )
    return None if days.is_empty() else str(days["embedder_id"][0])


def read_prompts(
    connection: duckdb.DuckDBPyConnection, window: Window, accounts: pl.Series, *, per_account: int
) -> SampledPrompts:
    """The sampled prompts of some accounts.

    Args:
        connection: with core.prompt_samples.
        window: the days that count.
        accounts: account ids.
        per_account: prompts an account has at most, those of the smallest hash.

    Raises:
        EmbedderError: when the window's vectors are not of one embedder.
    """
    embedder_of(connection, window)
    wanted = pl.DataFrame({"account_id": accounts.cast(pl.String)}).unique()
    connection.register("accounts_read", wanted.to_arrow())
    try:
        frame = read_frame(
            connection,
            """
            SELECT account_id, vector, phrases
            FROM (
                SELECT account_id, sample_rank, exchange_id, vector, phrases,
                       ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY sample_rank, exchange_id) AS place
                FROM core.prompt_samples JOIN accounts_read USING (account_id)
                WHERE snapshot_date BETWEEN $first AND $last
            ) AS ranked
            WHERE place <= $per_account
            ORDER BY account_id, place
            """,
            first=window.first,
            last=window.as_of,
            per_account=per_account,
        )
    finally:
        connection.unregister("accounts_read")
    counted = frame.group_by("account_id", maintain_order=True).len()
    bounds = np.concatenate([np.zeros(1, np.int64), counted["len"].to_numpy().astype(np.int64).cumsum()])
    return SampledPrompts(
        counted["account_id"], bounds, from_blobs(frame["vector"], np.int8), from_blobs(frame["phrases"], np.uint32)
    )


def prompts_in_parts(
    connection: duckdb.DuckDBPyConnection, window: Window, *, per_account: int
) -> Iterator[SampledPrompts]:
    """The sampled prompts of every account, so many accounts at a time, in order of their ids."""
    accounts = read_frame(
        connection,
        """
        SELECT DISTINCT account_id FROM core.sample_days WHERE snapshot_date BETWEEN $first AND $last
        ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )["account_id"]
    for first, last in pairwise([*range(0, len(accounts), ACCOUNTS_AT_ONCE), len(accounts)]):
        yield read_prompts(connection, window, accounts[first:last], per_account=per_account)
