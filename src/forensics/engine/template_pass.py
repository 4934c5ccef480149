"""Which parts of a day's prompts are fixed, found on partitions: prompts that may share a part are seen together.

Whether a beginning is fixed depends only on the prompts that begin alike, so a partition that holds all of those
decides it as the whole day would. Everything but the system prompt is a matter of the prompt alone: it is decided once
a distinct prompt and joined to the exchanges afterwards.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from forensics.core.day_templates import SIGNED
from forensics.core.fixed_parts import (
    BRANCHING,
    FRAMES,
    NO_KEY,
    ONLY_TAIL,
    SHALLOW,
    Part,
    best_lines,
    fixed_part,
    frame_keys,
    framing,
    is_example,
    kept_ends,
    shared_lines,
    with_ends,
)
from forensics.core.prompt_samples import as_blobs, from_blobs
from forensics.core.template_names import fixed_texts
from forensics.core.text_buffers import buffers
from forensics.engine.arrow_pass import ArrowPass
from forensics.engine.prompt_pass import signed, unsigned
from forensics.errors import SnapshotError

_PROMPT = [("prompt_hash", pa.int64()), ("prompt_order", pa.int64()), ("exchange_id", pa.string()),
           ("last_exchange_id", pa.string())]  # fmt: skip
_FRAME_KEYS = [(f"frame_{place}", pa.int64()) for place in range(len(FRAMES))]
_HEAD = [("head_depth", pa.int8()), ("head_key", pa.int64())]
_AGREE = ("head_agree", pa.int64())
_EXAMPLE = ("is_example", pa.bool_())
_TAIL = [("tail_depth", pa.int8()), ("tail_key", pa.int64())]


def _fix_heads(rows: pl.DataFrame) -> pl.DataFrame:
    """Distinct prompts with their fixed beginning; prompts that begin alike are all here."""
    prompts = rows.group_by("prompt_hash").agg(
        pl.col("prompt_order", "heads", "tails").first(),
        pl.col("exchange_id").min(),
        pl.col("exchange_id").max().alias("last_exchange_id"),
    )
    heads, tails = from_blobs(prompts["heads"], np.uint64), from_blobs(prompts["tails"], np.uint64)
    counts = np.ones(len(heads), dtype=np.bool_)
    part = fixed_part(heads, counts)
    hashes = unsigned(prompts["prompt_hash"])
    frames = frame_keys(heads, tails)
    tail_group = np.where(tails[:, SHALLOW] != 0, tails[:, SHALLOW], hashes)
    return prompts.with_columns(
        pl.Series("head_depth", part.depth),
        pl.Series("head_key", signed(part.key)),
        pl.Series("head_agree", part.agree),
        pl.Series("is_example", is_example(part.key, hashes, counts)),
        pl.Series("tail_group", signed(tail_group)),
        *(pl.Series(f"frame_{place}", signed(frames[:, place])) for place in range(len(FRAMES))),
    )


def _fix_tails(prompts: pl.DataFrame) -> pl.DataFrame:
    """The fixed end of distinct prompts, which part stays where both overlap, which frames the item and whether their
    lines are looked at; prompts that end alike are here."""
    counts = np.ones(prompts.height, dtype=np.bool_)
    tail = fixed_part(from_blobs(prompts["tails"], np.uint64), counts)
    head = Part(prompts["head_depth"].to_numpy(), unsigned(prompts["head_key"]), prompts["head_agree"].to_numpy())
    has_part = (head.key != NO_KEY) | (tail.key != NO_KEY)
    is_either = prompts["is_example"].to_numpy() | is_example(tail.key, unsigned(prompts["prompt_hash"]), counts)
    return prompts.with_columns(
        pl.Series("has_lines", ~has_part | is_either),
        pl.Series("tail_depth", tail.depth),
        pl.Series("tail_key", signed(tail.key)),
        pl.Series("kept", kept_ends(head, tail, BRANCHING)),
        pl.Series("framing", framing(head, tail, counts)),
    )


def _fix_systems(systems: pl.DataFrame) -> pl.DataFrame:
    """How far distinct system prompts are fixed; each counts as often as distinct prompts were sent with it."""
    part = fixed_part(from_blobs(systems["systems"], np.uint64), systems["prompt_count"].to_numpy())
    ends = from_blobs(systems["system_ends"], np.uint64)[:, SHALLOW]
    end_group = np.where(ends != 0, ends, unsigned(systems["system_key"]))
    return systems.with_columns(
        pl.Series("depth", part.depth), pl.Series("key", signed(part.key)), pl.Series("end_group", signed(end_group))
    )


def _fix_system_ends(systems: pl.DataFrame) -> pl.DataFrame:
    """The same with the end of those that begin as no other does; system prompts that end alike are here."""
    keys = unsigned(systems["key"])
    head = Part(systems["depth"].to_numpy(), keys, np.zeros(len(keys), dtype=np.int64))
    tail = fixed_part(from_blobs(systems["system_ends"], np.uint64), systems["prompt_count"].to_numpy())
    part, tail_depth = with_ends(head, tail)
    found = systems.select(
        "system_key", pl.Series("depth", part.depth), pl.Series("key", signed(part.key)),
        pl.Series("tail_depth", tail_depth),
    )  # fmt: skip
    return found.filter(pl.col("key") != 0)


def _read_fills(prompts: pl.DataFrame) -> pl.DataFrame:
    """What each prompt says beside its fixed parts, and its lines where it has none or stands for one."""
    from forensics.core.prompt_kernels import fills_and_middles, text_hashes

    texts = prompts["prompt"]
    if not np.array_equal(text_hashes(*buffers(texts)), unsigned(prompts["prompt_hash"])):
        raise SnapshotError(
            "The exchanges changed while they were read.", next_step="Run the day again; nobody else may write."
        )
    depths = [prompts[name].to_numpy() for name in ("head_depth", "tail_depth", "kept", "framing", "has_lines")]
    fills, overlaps, keys, units = fills_and_middles(*buffers(texts.str.to_lowercase()), *depths)
    behind = pl.Series(overlaps & (depths[2] == ONLY_TAIL))
    before = pl.Series(overlaps) & ~behind
    return prompts.with_columns(
        pl.Series("fill_hash", (fills & SIGNED).astype(np.int64)),
        *(pl.when(~gone).then(column).otherwise(nothing).alias(column)
          for gone, place in ((behind, "head"), (before, "tail"))
          for column, nothing in ((f"{place}_depth", pl.lit(-1, pl.Int8)), (f"{place}_key", pl.lit(0, pl.Int64)))),
        pl.Series("line_count", np.count_nonzero(keys, axis=1)),
        as_blobs(keys).alias("line_keys"),
        as_blobs(units).alias("line_units"),
    )  # fmt: skip


def _list_lines(prompts: pl.DataFrame) -> pl.DataFrame:
    """One row a prompt and line."""
    keys, units = from_blobs(prompts["line_keys"], np.uint64), from_blobs(prompts["line_units"], np.int16)
    rows, places = np.nonzero(keys)
    return prompts.select("prompt_hash")[rows].with_columns(
        pl.Series("key", signed(keys[rows, places])), pl.Series("units", units[rows, places])
    )


def _share_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that enough prompts share; all prompts with a line are here."""
    return _with_keys(shared_lines(_with_rows(lines)))


def _choose_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Each prompt's line; all lines of a prompt are here."""
    return _with_keys(best_lines(_with_rows(lines)))


def _with_rows(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.rename({"prompt_hash": "row"}).with_columns(pl.Series("key", unsigned(lines["key"])))


def _with_keys(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.rename({"row": "prompt_hash"}).with_columns(pl.Series("key", signed(lines["key"].to_numpy())))


def _name(examples: pl.DataFrame) -> pl.DataFrame:
    """The text of each part from its examples, which are all here."""
    ordered = examples.sort("part", "key", "number")
    texts = fixed_texts(ordered.with_columns(pl.Series("key", unsigned(ordered["key"]))))
    return texts.with_columns(pl.Series("key", signed(texts["key"].to_numpy())))


def _whole(function: object, columns: list[tuple[str, pa.DataType]]) -> ArrowPass:
    return ArrowPass(function, pa.schema(columns), whole=True)  # type: ignore[arg-type]


_LINE = [("prompt_hash", pa.int64()), ("key", pa.int64())]

FIX_HEADS = _whole(
    _fix_heads, [*_PROMPT, *_HEAD, _AGREE, _EXAMPLE, *_FRAME_KEYS, ("tails", pa.binary()), ("tail_group", pa.int64())]
)
FIX_TAILS = _whole(
    _fix_tails,
    [*_PROMPT, *_HEAD, *_TAIL, ("kept", pa.int8()), ("framing", pa.int8()), ("has_lines", pa.bool_()), *_FRAME_KEYS],
)
_SYSTEM = [("system_key", pa.int64()), ("depth", pa.int8()), ("key", pa.int64())]
FIX_SYSTEMS = _whole(
    _fix_systems,
    [*_SYSTEM, ("end_group", pa.int64()), ("system_ends", pa.binary()), ("prompt_count", pa.int64())],
)
FIX_SYSTEM_ENDS = _whole(_fix_system_ends, [*_SYSTEM, ("tail_depth", pa.int8())])
READ_FILLS = ArrowPass(
    _read_fills,
    pa.schema(
        [*_PROMPT, *_HEAD, *_TAIL, *_FRAME_KEYS, ("fill_hash", pa.int64()), ("line_count", pa.int64()),
         ("line_keys", pa.binary()), ("line_units", pa.binary())]
    ),
)  # fmt: skip
LIST_LINES = ArrowPass(_list_lines, pa.schema([*_LINE, ("units", pa.int16())]))
SHARE_LINES = _whole(_share_lines, [*_LINE, ("score", pa.float64())])
CHOOSE_LINES = _whole(_choose_lines, _LINE)
NAME = _whole(_name, [("part", pa.string()), ("key", pa.int64()), ("fixed", pa.string()), ("text", pa.string())])
"""Each with the columns it gives; which rows must be seen together says the function's own text."""
