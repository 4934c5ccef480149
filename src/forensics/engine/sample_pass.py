"""What is computed of sampled prompts only, for the partitions of another engine."""

from datetime import date
from functools import lru_cache, partial

import polars as pl
import pyarrow as pa

from forensics.core.embeddings import prompt_vectors
from forensics.core.embeddings.prompt_vectors import PromptVectors
from forensics.core.prompt_samples import items_held, sample_sums, sampled_vectors
from forensics.core.public_items import PublicItems, read_lists
from forensics.engine.arrow_pass import ArrowPass
from forensics.settings import Settings

_IDS = [("snapshot_date", pa.date32()), ("account_id", pa.string())]
_VECTORS = pa.schema(
    [*_IDS, ("exchange_id", pa.string()), ("sample_rank", pa.string()), ("embedder_id", pa.string()),
     ("vector", pa.binary()), ("phrases", pa.binary())]
)  # fmt: skip
_SUMS = pa.schema(
    [*_IDS, ("embedder_id", pa.string()), ("sample_count", pa.int64()), ("compressed_prompt_count", pa.int64()),
     ("prompt_bytes", pa.int64()), ("compressed_bytes", pa.int64()), ("letters", pa.binary()),
     ("public_item_lists", pa.string())]
)  # fmt: skip
_ITEMS = pa.schema(
    [*_IDS, ("exchange_id", pa.string()), ("item_list", pa.string()), ("item", pa.int64()), ("overlap", pa.string()),
     ("overlap_share", pa.float64())]
)  # fmt: skip


def vector_pass(day: date, settings: Settings) -> ArrowPass:
    """Sampled texts → rows of core.prompt_samples."""
    return ArrowPass(partial(_vectors, day=day, settings=settings), _VECTORS)


def sum_pass(day: date, settings: Settings) -> ArrowPass:
    """Sampled texts → rows of core.sample_days; all texts of an account must be seen together."""
    return ArrowPass(partial(_sums, day=day, settings=settings), _SUMS, whole=True)


def item_pass(day: date, settings: Settings) -> ArrowPass:
    """Sampled texts → rows of core.public_items."""
    return ArrowPass(partial(_items, day=day, settings=settings), _ITEMS)


def _vectors(texts: pl.DataFrame, day: date, settings: Settings) -> pl.DataFrame:
    return sampled_vectors(texts, _vectors_of(settings.embedder), day)


def _sums(texts: pl.DataFrame, day: date, settings: Settings) -> pl.DataFrame:
    ordered = texts.sort("account_id", "sample_rank", "exchange_id")
    lists = _lists_of(settings.public_item_lists)
    return sample_sums(ordered, _vectors_of(settings.embedder).id, day, lists)


def _items(texts: pl.DataFrame, day: date, settings: Settings) -> pl.DataFrame:
    return items_held(texts, day, _lists_of(settings.public_item_lists))


@lru_cache(maxsize=2)
def _vectors_of(embedder: str) -> PromptVectors:
    return prompt_vectors(embedder)


@lru_cache(maxsize=2)
def _lists_of(paths: tuple[str, ...]) -> list[PublicItems]:
    return read_lists(paths)
