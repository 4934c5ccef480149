"""core.prompt_samples, core.sample_days, core.public_items: a few prompts an account and day, chosen by hash.

The prompts whose hash of account and exchange is smallest are kept. The choice depends on no order and on no other
account, and the smallest of several days are the smallest of their union, so days merge into a window. Everything that
is too dear to compute of each prompt is computed of these: embeddings, phrases, compression.

Known drawbacks: a day on which an account did more counts with no more prompts than the others; who chooses exchange
ids could choose which prompts are seen, but the provider does.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.resources import files
from typing import TypeVar

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.embeddings.letters import letter_counts
from forensics.core.embeddings.prompt_vectors import PromptVectors
from forensics.core.embeddings.words import HEAD_CHARACTERS, TAIL_CHARACTERS, excerpt
from forensics.core.public_items import PublicItems, matches, names_of_lists
from forensics.core.text_batches import BATCH_BYTES, done_ahead
from forensics.warehouse.tables import read_frame

KEPT_CHARACTERS = 2_000
"""Beginning and end of a sampled prompt that are kept until the day is done, where public items are looked for in it;
otherwise the excerpt's are enough."""

BATCH_ROWS = 20_000
"""Prompts of a batch that is embedded: enough for words to recur, some 120 MB of numbers in each thread."""

KEPT_ROWS = 50_000
"""Chosen prompts that are kept at once: each time they are looked up among all exchanges of the day."""

COMPRESSED_PROMPTS = 4
"""Prompts of an account and day that are compressed together: a fixed number, since more always compress better."""


def choose_prompts(connection: duckdb.DuckDBPyConnection, per_account: int) -> None:
    """Choose the day's sample by the exchanges' ids alone: the temporary table `day_sample_ids`.

    Args:
        connection: the writer's, with the temporary table `day_exchanges`.
        per_account: prompts an account has at most.
    """
    chosen = files("forensics.core").joinpath("day_sample_ids.sql").read_text("utf-8")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE day_sample_ids AS WITH day_ids AS"
        f" (SELECT exchange_id, account_id FROM day_exchanges) FROM ({chosen})",
        {"per_account": per_account},
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE day_sample_texts"
        " (part VARCHAR, account_id VARCHAR, sample_rank VARCHAR, exchange_id VARCHAR, prompt VARCHAR)"
    )


def keep_prompts(
    connection: duckdb.DuckDBPyConnection, batches: Iterable[pl.Series], *, whole: bool
) -> Iterator[pl.Series]:
    """Keep the chosen prompts while they go by.

    Args:
        connection: the writer's, with the temporary table `day_exchanges`.
        batches: all prompts of the day in the order of `day_exchanges`.
        whole: whether more than the excerpt is looked at.

    Yields:
        The batches as they are.
    """
    is_chosen = _chosen_rows(connection)
    waiting: list[pl.DataFrame] = []
    rows = size = at = 0
    for prompts in batches:
        places = np.flatnonzero(is_chosen[at : at + len(prompts)])
        waiting.append(pl.DataFrame({"row_number": at + places, "prompt": copied(prompts, places)}))
        at, rows, size = at + len(prompts), rows + len(places), size + int(waiting[-1].estimated_size())
        if rows >= KEPT_ROWS or size >= BATCH_BYTES:
            _keep(connection, waiting, whole=whole)
            waiting, rows, size = [], 0, 0
        yield prompts
    _keep(connection, waiting, whole=whole)


def copied(texts: pl.Series, places: NDArray[np.int64]) -> pl.Series:
    """The texts at these places, in memory of their own: as a part of their batch they would hold all of its text."""
    return pl.Series("prompt", texts.gather(places).to_arrow(compat_level=pl.CompatLevel.oldest()))


def _chosen_rows(connection: duckdb.DuckDBPyConnection) -> NDArray[np.bool_]:
    """Whether each row of `day_exchanges` is in the sample."""
    chosen = read_frame(
        connection, "SELECT row_number FROM day_exchanges JOIN day_sample_ids USING (account_id, exchange_id)"
    )
    count = connection.execute("SELECT count(*) FROM day_exchanges").fetchall()[0][0]
    found = np.zeros(count, dtype=np.bool_)
    found[chosen["row_number"].to_numpy()] = True
    return found


def _keep(connection: duckdb.DuckDBPyConnection, texts: list[pl.DataFrame], *, whole: bool) -> None:
    """Put chosen prompts, by row number, into `day_sample_texts`."""
    if not texts:
        return
    kept = files("forensics.core").joinpath("day_sample_texts.sql").read_text("utf-8")
    connection.register("chosen_texts", pl.concat(texts).to_arrow())
    connection.execute(
        f"""
        INSERT INTO day_sample_texts
        WITH day_texts AS (
            SELECT account_id, exchange_id, prompt
            FROM chosen_texts JOIN day_exchanges USING (row_number)
        )
        SELECT SUBSTR(MD5(account_id), 1, 2), account_id, sample_rank, exchange_id, prompt FROM ({kept})
        """,
        {"kept": kept_characters(whole=whole)},
    )
    connection.unregister("chosen_texts")


def kept_characters(*, whole: bool) -> int:
    """How many characters of a sampled prompt's beginning, and of its end, are kept until the day is done."""
    return KEPT_CHARACTERS if whole else max(HEAD_CHARACTERS, TAIL_CHARACTERS)


def embed_prompts(
    connection: duckdb.DuckDBPyConnection,
    vectors: PromptVectors,
    day: date,
    lists: Sequence[PublicItems] = (),
    *,
    threads: int = 1,
) -> None:
    """Make the temporary tables `day_prompt_samples`, `day_sample_sums` and `day_public_items` of the kept prompts.

    Args:
        connection: the writer's.
        vectors: what makes vectors.
        day: the UTC day.
        lists: public items to look for.
        threads: batches embedded at once.
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

    def work(texts: pl.DataFrame) -> dict[str, pl.DataFrame]:
        found = {
            "day_prompt_samples": sampled_vectors(texts, vectors, day),
            "day_sample_sums": sample_sums(texts, vectors.id, day, lists),
        }
        return found | ({"day_public_items": items_held(texts, day, lists)} if lists else {})

    for _, found in done_ahead(work, _whole_accounts(connection), threads=threads):
        for table, rows in found.items():
            _append(connection, table, rows)
    connection.execute("DROP TABLE day_sample_ids; DROP TABLE day_sample_texts")


def sampled_vectors(texts: pl.DataFrame, vectors: PromptVectors, day: date) -> pl.DataFrame:
    """Rows of core.prompt_samples.

    Args:
        texts: account_id, sample_rank, exchange_id, prompt.
        vectors: what makes vectors.
        day: the UTC day.
    """
    stored, phrases = vectors.encode(excerpt(texts["prompt"]))
    return texts.drop("prompt").with_columns(
        pl.lit(day).alias("snapshot_date"),
        pl.lit(vectors.id).alias("embedder_id"),
        vector=as_blobs(stored),
        phrases=as_blobs(phrases),
    )


def items_held(texts: pl.DataFrame, day: date, lists: Sequence[PublicItems]) -> pl.DataFrame:
    """Rows of core.public_items; arguments as above."""
    found = matches(texts["prompt"], list(lists))
    ids = texts.select(pl.lit(day).alias("snapshot_date"), "account_id", "exchange_id")[found["row"]]
    return pl.concat([ids, found.drop("row")], how="horizontal")


def sample_sums(texts: pl.DataFrame, embedder_id: str, day: date, lists: Sequence[PublicItems]) -> pl.DataFrame:
    """Rows of core.sample_days.

    Args:
        texts: account_id, sample_rank, exchange_id, prompt; in this order, no account divided.
        embedder_id: whose vectors the day has.
        day: the UTC day.
        lists: public items that prompts were compared with.
    """
    return _sums(texts.with_columns(excerpt(texts["prompt"]))).with_columns(
        pl.lit(day).alias("snapshot_date"),
        pl.lit(embedder_id).alias("embedder_id"),
        pl.lit(names_of_lists(lists), pl.String).alias("public_item_lists"),
    )


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


Number = TypeVar("Number", np.int8, np.uint8, np.int16, np.uint32, np.int32, np.uint64)


def as_blobs(rows: NDArray[Number]) -> pl.Series:
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
