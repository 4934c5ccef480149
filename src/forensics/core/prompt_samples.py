"""core.prompt_samples, core.sample_days, core.public_items: a few prompts an account and day, chosen by hash.

The prompts whose hash of account and exchange is smallest are kept. The choice depends on no order and on no other
account, and the smallest of several days are the smallest of their union, so days merge into a window. Everything that
is too dear to compute of each prompt is computed of these: embeddings, phrases, compression.

Known drawbacks: a day on which an account did more counts with no more prompts than the others; who chooses exchange
ids could choose which prompts are seen, but the provider does.
"""

import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeVar

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.embeddings.letters import letter_counts
from forensics.core.embeddings.prompt_vectors import PromptVectors
from forensics.core.embeddings.words import HEAD_CHARACTERS, TAIL_CHARACTERS, excerpt
from forensics.core.public_items import PublicItems, matches, names_of_lists
from forensics.warehouse.tables import read_frame

KEPT_CHARACTERS = 2_000
"""Beginning and end of a sampled prompt that are kept until the day is done, where public items are looked for in it;
otherwise the excerpt's are enough."""

BATCH_ROWS = 50_000
"""Prompts embedded at once: enough for words to recur, some 300 MB of intermediate numbers."""

COMPRESSED_PROMPTS = 4
"""Prompts of an account and day that are compressed together: a fixed number, since more always compress better."""


def choose_prompts(connection: duckdb.DuckDBPyConnection, exchanges: str, day: date, per_account: int) -> None:
    """Choose the day's sample by the exchanges' ids alone: the temporary table `day_sample_ids`.

    Args:
        connection: the writer's.
        exchanges: SQL of the relation that holds the day's exchanges.
        day: the UTC day.
        per_account: prompts an account has at most.
    """
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE day_sample_ids AS
        SELECT exchange_id, account_id, sample_rank
        FROM (
            SELECT exchange_id, account_id, SUBSTR(MD5(account_id || ':' || exchange_id), 1, 12) AS sample_rank
            FROM {exchanges} WHERE snapshot_date = $day
        ) AS ranked
        QUALIFY ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY sample_rank, exchange_id) <= $per_account
        """,
        {"day": day, "per_account": per_account},
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE day_sample_texts"
        " (part VARCHAR, account_id VARCHAR, sample_rank VARCHAR, exchange_id VARCHAR, prompt VARCHAR)"
    )


def keep_prompts(connection: duckdb.DuckDBPyConnection, batch: str, *, whole: bool) -> None:
    """Keep the chosen prompts of a batch.

    Args:
        connection: the writer's.
        batch: name of a registered relation with account_id, exchange_id and prompt.
        whole: whether more than the excerpt is looked at.
    """
    kept = KEPT_CHARACTERS if whole else max(HEAD_CHARACTERS, TAIL_CHARACTERS)
    connection.execute(
        f"""
        INSERT INTO day_sample_texts
        SELECT SUBSTR(MD5(account_id), 1, 2), account_id, sample_rank, exchange_id,
               CASE WHEN LENGTH(prompt) > {2 * kept + 1}
                    THEN LEFT(prompt, {kept}) || ' ' || RIGHT(prompt, {kept}) ELSE prompt END
        FROM day_sample_ids JOIN {batch} USING (account_id, exchange_id)
        """
    )


def embed_prompts(
    connection: duckdb.DuckDBPyConnection, vectors: PromptVectors, day: date, lists: Sequence[PublicItems] = ()
) -> None:
    """Make the temporary tables `day_prompt_samples`, `day_sample_sums` and `day_public_items` of the kept prompts.

    Args:
        connection: the writer's.
        vectors: what makes vectors.
        day: the UTC day.
        lists: public items to look for.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE day_prompt_samples (
            snapshot_date DATE, account_id VARCHAR, sample_rank VARCHAR, exchange_id VARCHAR, embedder_id VARCHAR,
            vector BLOB, phrases BLOB
        );
        CREATE OR REPLACE TEMP TABLE day_sample_sums (
            snapshot_date DATE, account_id VARCHAR, embedder_id VARCHAR, sample_count BIGINT,
            compressed_prompt_count BIGINT, prompt_bytes BIGINT, compressed_bytes BIGINT, letters BLOB,
            public_item_lists VARCHAR
        );
        CREATE OR REPLACE TEMP TABLE day_public_items (
            snapshot_date DATE, account_id VARCHAR, exchange_id VARCHAR, item_list VARCHAR, item BIGINT,
            overlap VARCHAR, overlap_share DOUBLE
        )
        """
    )
    date_and_embedder = [pl.lit(day).alias("snapshot_date"), pl.lit(vectors.id).alias("embedder_id")]
    names = pl.lit(names_of_lists(lists), pl.String).alias("public_item_lists")
    for texts in _whole_accounts(connection):
        excerpts = texts.with_columns(excerpt(texts["prompt"]))
        stored, phrases = vectors.encode(excerpts["prompt"])
        samples = texts.drop("prompt").with_columns(vector=as_blobs(stored), phrases=as_blobs(phrases))
        _append(connection, "day_prompt_samples", samples.with_columns(date_and_embedder))
        _append(connection, "day_sample_sums", _sums(excerpts).with_columns(*date_and_embedder, names))
        if lists:
            found = matches(texts["prompt"], list(lists))
            ids = texts.select(date_and_embedder[0], "account_id", "exchange_id")[found["row"]]
            _append(connection, "day_public_items", pl.concat([ids, found.drop("row")], how="horizontal"))
    connection.execute("DROP TABLE day_sample_ids; DROP TABLE day_sample_texts")


def _append(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    connection.register("embedded", frame.to_arrow())
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM embedded")
    connection.unregister("embedded")


def _whole_accounts(connection: duckdb.DuckDBPyConnection) -> Iterator[pl.DataFrame]:
    """The kept prompts by account and rank, in batches that divide no account."""
    counts = read_frame(
        connection, "SELECT part, COUNT(*) AS prompt_count FROM day_sample_texts GROUP BY part ORDER BY part"
    ).with_columns(batch=pl.col("prompt_count").cum_sum() // BATCH_ROWS)
    for parts in counts.partition_by("batch", maintain_order=True):
        yield read_frame(
            connection,
            """
            SELECT account_id, sample_rank, exchange_id, prompt FROM day_sample_texts
            WHERE part BETWEEN $first AND $last ORDER BY account_id, sample_rank, exchange_id
            """,
            first=parts["part"][0],
            last=parts["part"][-1],
        )


def _sums(texts: pl.DataFrame) -> pl.DataFrame:
    """How many prompts each account has, its letters, and what compressing its first prompts together saves."""
    first = pl.col("prompt").head(COMPRESSED_PROMPTS)
    accounts = texts.group_by("account_id", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("sample_count"), first.str.join("\n").alias("joined")
    )
    is_full = pl.col("sample_count") >= COMPRESSED_PROMPTS
    joined = [text.encode("utf-8") for text in accounts["joined"]]
    return accounts.select(
        "account_id",
        "sample_count",
        pl.when(is_full).then(COMPRESSED_PROMPTS).otherwise(0).cast(pl.Int64).alias("compressed_prompt_count"),
        pl.when(is_full).then(pl.Series([len(text) for text in joined], dtype=pl.Int64)).otherwise(0)
        .alias("prompt_bytes"),
        pl.when(is_full).then(pl.Series([len(zlib.compress(text, 1)) for text in joined], dtype=pl.Int64)).otherwise(0)
        .alias("compressed_bytes"),
        as_blobs(letter_counts(accounts["joined"])).alias("letters"),
    )  # fmt: skip


Number = TypeVar("Number", np.int8, np.uint8, np.uint32)


def as_blobs(rows: NDArray[np.int8] | NDArray[np.uint8] | NDArray[np.uint32]) -> pl.Series:
    """Each row of a matrix as its bytes, little-endian."""
    import pyarrow as pa

    data = np.ascontiguousarray(rows.astype(rows.dtype.newbyteorder("<")))
    width = data.dtype.itemsize * data.shape[1]
    bounds = np.arange(len(data) + 1, dtype=np.int64) * width
    array = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(data), [None, pa.py_buffer(bounds), pa.py_buffer(data.tobytes())]
    )
    return pl.Series(pl.from_arrow(array), dtype=pl.Binary)


def from_blobs(blobs: pl.Series, kind: type[Number]) -> NDArray[Number]:
    """The matrix whose rows were stored as bytes; all have one length."""
    item = np.dtype(kind).newbyteorder("<")
    rows = np.frombuffer(b"".join(blobs.to_list()), item).astype(kind)
    return rows.reshape(len(blobs), len(rows) // max(len(blobs), 1))
