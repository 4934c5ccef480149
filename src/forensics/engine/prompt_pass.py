"""What each exchange's text shows, for the partitions of another engine: the columns of `day_exchanges`."""

from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from forensics.core.capabilities import capability_columns, classifier_of
from forensics.core.capabilities.taxonomy import DEMANDS
from forensics.core.day_templates import system_hashes
from forensics.core.fixed_parts import BASE, SHALLOW, Hashes
from forensics.core.prompt_samples import as_blobs
from forensics.core.text_buffers import buffers
from forensics.engine.arrow_pass import ArrowPass
from forensics.settings import Settings

TOP_BIT = np.uint64(2**63)
"""Changes unsigned order into signed order, which is the only one Spark has."""

_TEXT = ("snapshot_date", "exchange_id", "account_id", "occurred_at", "model", "input_tokens", "output_tokens", "ip",
         "user_agent", "thinking", "tool_count", "image_count", "outcome", "api_key_id", "history_fingerprint",
         "client_fingerprint")  # fmt: skip
COLUMNS = (*_TEXT, "prompt", "system_prompt")
"""Columns of `raw.exchanges` that are read."""

_TYPES = {
    "snapshot_date": pa.date32(),
    "occurred_at": pa.timestamp("us"),
    "thinking": pa.bool_(),
    **dict.fromkeys(("input_tokens", "output_tokens", "tool_count", "image_count"), pa.int64()),
}

SCHEMA = pa.schema(
    [
        *((name, _TYPES.get(name, pa.string())) for name in _TEXT),
        ("prompt_characters", pa.int64()),
        ("capability_mask", pa.int64()),
        *((demand, pa.bool_()) for demand in DEMANDS),
        ("prompt_hash", pa.int64()),
        ("is_long", pa.bool_()),
        ("prompt_order", pa.int64()),
        ("heads", pa.binary()),
        ("tails", pa.binary()),
        ("systems", pa.binary()),
        ("system_ends", pa.binary()),
        ("head_group", pa.int64()),
        ("system_key", pa.int64()),
        ("system_group", pa.int64()),
    ]
)


def prompt_pass(settings: Settings) -> ArrowPass:
    """The function that reads prompts; each process of a worker loads the classifier once."""
    return ArrowPass(partial(read_prompts, settings=settings), SCHEMA)


def read_prompts(batch: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """What the text of exchanges shows.

    Args:
        batch: exchanges with `COLUMNS`.
        settings: which classifier reads what prompts ask for.

    Returns:
        The columns of `SCHEMA`: hashes are whole numbers with a sign; `prompt_order` sorts as the unsigned hash does;
        `heads`, `tails`, `systems` and `system_ends` are rows of depth hashes as bytes; exchanges whose beginnings may
        be of one template agree in `head_group`, system prompts in `system_group`; `system_key` is the hash of the
        whole system prompt, 0 where there is none.
    """
    from forensics.core.prompt_kernels import depth_hashes, text_hashes

    prompts, system_prompts = batch["prompt"], batch["system_prompt"]
    hashes = text_hashes(*buffers(prompts))
    heads, tails, _ = depth_hashes(*buffers(prompts.str.to_lowercase()), False)
    systems, ends, places = system_hashes(system_prompts)
    systems, ends = systems[places], ends[places]
    return batch.with_columns(
        prompts.str.len_chars().cast(pl.Int64).alias("prompt_characters"),
        *capability_columns(batch, classifier_of(settings)),
        pl.Series("prompt_hash", signed(hashes)),
        pl.Series("is_long", heads[:, BASE] != 0),
        pl.Series("prompt_order", signed(hashes ^ TOP_BIT)),
        as_blobs(heads).alias("heads"),
        as_blobs(tails).alias("tails"),
        as_blobs(systems).alias("systems"),
        as_blobs(ends[:, :-1]).alias("system_ends"),
        pl.Series("head_group", signed(np.where(heads[:, SHALLOW] != 0, heads[:, SHALLOW], hashes))),
        pl.Series("system_key", signed(systems[:, -1])),
        pl.Series("system_group", signed(np.where(systems[:, SHALLOW] != 0, systems[:, SHALLOW], systems[:, -1]))),
    )


def signed(hashes: Hashes) -> NDArray[np.int64]:
    """The same 64 bits as whole numbers with a sign."""
    return np.ascontiguousarray(hashes).view(np.int64)


def unsigned(column: pl.Series) -> Hashes:
    """The reverse of `signed`."""
    return column.to_numpy().view(np.uint64)
