"""Which prompts hold a public item: exactly, or mutated.

An item is exact where nine tenths of its grams stand in the prompt as written, and mutated where that is not so and a
third of them do once numbers count alike: other numbers, other names, an added condition. The prompt may hold anything
else around it.

A mutation shows inside: something is missing between two runs of words that are there, or everything is there but for
its numbers. One unbroken run is a part of the item word for word and neither of the two: a question without its
choices or without the passage it is on, a quotation, a prompt that was cut off. Nothing in it was changed, and whoever
sends it may evaluate, teach or quote.

Known drawbacks: a paraphrase shares no runs of words and is not seen, nor is a beginning that somebody completed
otherwise; two lists that share items both match; an item in the middle of a very long prompt is not looked at.
"""

import numpy as np
import polars as pl

from forensics.core.embeddings.words import Words
from forensics.core.public_items.grams import grams_of, words_with_numbers
from forensics.core.public_items.lists import FEWEST_GRAMS, PublicItems

EXACT_SHARE = 0.9
MUTATED_SHARE = 1 / 3
"""Chance does not get here: a third of an item's own runs of four words is six of them at least."""

PROMPTS_AT_ONCE = 10_000

SCHEMA = {
    "row": pl.Int64,
    "item_list": pl.String,
    "item": pl.Int64,
    "overlap": pl.String,
    "overlap_share": pl.Float64,
}


def matches(prompts: pl.Series, lists: list[PublicItems]) -> pl.DataFrame:
    """The public item that each prompt holds most of, for every list.

    Args:
        prompts: text.
        lists: what to look up.

    Returns:
        row (the prompt's number), item_list, item, overlap (exact or mutated), overlap_share (of the item's grams,
        as written for exact, with numbers alike for mutated); prompts without an item have no row.
    """
    found = [pl.DataFrame(schema=SCHEMA)]
    for first in range(0, len(prompts), PROMPTS_AT_ONCE):
        words = words_with_numbers(prompts[first : first + PROMPTS_AT_ONCE])
        for one in lists:
            as_written, alike = _shared(one, words, 0), _shared(one, words, 1)
            both = as_written.join(alike, on=["row", "item"], how="full", coalesce=True)
            found.append(_judged(one, both).with_columns(pl.col("row") + first))
    return pl.concat(found).sort("row", "item_list")


def _shared(one: PublicItems, words: Words, kind: int) -> pl.DataFrame:
    """Share of each item's grams that a prompt holds, where that is enough to matter, and whether none is left out
    between two of them."""
    grams, rows, _ = grams_of(words, numbers_alike=bool(kind), present=one.present)
    first, last = np.searchsorted(one.grams[kind], grams, "left"), np.searchsorted(one.grams[kind], grams, "right")
    counts = last - first
    at = np.repeat(first - counts.cumsum() + counts, counts) + np.arange(int(counts.sum()))
    found = (
        pl.DataFrame(
            {"row": np.repeat(rows, counts), "item": one.items[kind][at], "place": one.places[kind][at]},
            schema={"row": pl.Int64, "item": pl.Int64, "place": pl.Int64},
        )
        .group_by("row", "item")
        .agg(pl.len().alias("shared"), (pl.col("place").max() - pl.col("place").min() + 1).alias("span"))
    )
    found = found.with_columns(share=pl.col("shared") / pl.Series(one.sizes[found["item"].to_numpy(), kind]))
    enough = (pl.col("shared") >= FEWEST_GRAMS) & (pl.col("share") >= MUTATED_SHARE)
    return found.filter(enough).select(
        "row",
        "item",
        pl.col("share").alias(f"share_{kind}"),
        (pl.col("span") == pl.col("shared")).alias(f"unbroken_{kind}"),
    )


def _judged(one: PublicItems, frame: pl.DataFrame) -> pl.DataFrame:
    written, alike = pl.col("share_0").fill_null(0.0), pl.col("share_1").fill_null(0.0)
    is_exact = written >= EXACT_SHARE
    is_part = (alike < EXACT_SHARE) & pl.col("unbroken_0").fill_null(True) & pl.col("unbroken_1").fill_null(True)
    best = (
        frame.with_columns(is_exact=is_exact, share=pl.when(is_exact).then(written).otherwise(alike))
        .filter(is_exact | ((pl.col("share") >= MUTATED_SHARE) & ~is_part))
        .sort("row", "is_exact", "share", "item", descending=[False, True, True, False])
        .unique("row", keep="first", maintain_order=True)
    )
    return best.select(
        "row",
        pl.lit(one.name).alias("item_list"),
        pl.Series("item", one.numbers[best["item"].to_numpy()], pl.Int64),
        pl.when("is_exact").then(pl.lit("exact")).otherwise(pl.lit("mutated")).alias("overlap"),
        pl.col("share").clip(0, 1).alias("overlap_share"),
    )
