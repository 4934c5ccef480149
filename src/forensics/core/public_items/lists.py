"""Lists of public items as hashes: how they are built, stored and read.

A list is a Parquet file with a row per item and gram: `item` (its line in the source, from 1), `gram` (unsigned 64-bit
hash of four words), `place` (which of the item's own grams it is, from 0) and `numbers_alike` (whether numbers were
taken as one). Its metadata say the list's name, the format and how many items it holds. It holds no text, so a list can
be passed on where the items cannot.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.public_items.grams import FILTER_BITS, GRAM_WORDS, grams_of, top_bits, words_with_numbers
from forensics.errors import SettingsError

FORMAT = f"public-items-2-{GRAM_WORDS}"
ITEM_CHARACTERS = 1_000
"""Beginning of an item that is hashed: prompts are looked at in their first and last two thousand characters."""

FEWEST_GRAMS = 6
"""Grams an item must have of its own; a shorter one is anybody's sentence."""

ITEMS_A_GRAM = 20
"""Items of a list from which a gram is the list's phrase ("which of the following") and says nothing of one item."""


@dataclass(frozen=True)
class PublicItems:
    """One list, ready to be looked up.

    Attributes:
        name: as the builder was told, with twelve digits of the file's SHA-256.
        grams: sorted hashes as written, and with numbers alike; a row a gram and item.
        items: the item of each row, numbered from 0.
        places: which of the item's grams it is, in the order of the text.
        numbers: the source's line of each item.
        sizes: grams of each item, (items, 2): as written, numbers alike.
        present: one bit per low part of a hash that occurs.
    """

    name: str
    grams: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    items: tuple[NDArray[np.int64], NDArray[np.int64]]
    places: tuple[NDArray[np.int64], NDArray[np.int64]]
    numbers: NDArray[np.int64]
    sizes: NDArray[np.int64]
    present: NDArray[np.bool_]


def build_list(source: Path, target: Path, name: str) -> dict[str, int]:
    """Write the hashes of a list of items.

    Args:
        source: JSON Lines; each line an object with `text`, or a plain string.
        target: the Parquet file to write.
        name: what reports call the list.

    Returns:
        How many items were read and kept; the others are too short to be told from ordinary sentences.

    Raises:
        SettingsError: naming every line that holds no text, or when nothing is left.
    """
    texts = _texts(source)
    words, frames = words_with_numbers(texts.str.head(ITEM_CHARACTERS)), []
    for numbers_alike in (False, True):
        grams, owners, places = grams_of(words, numbers_alike=numbers_alike)
        frames.append(
            pl.DataFrame(
                {"item": owners + 1, "gram": grams, "place": places},
                schema={"item": pl.Int64, "gram": pl.UInt64, "place": pl.Int64},
            )
            .filter(pl.len().over("gram") <= ITEMS_A_GRAM)
            .with_columns(
                (pl.col("place").rank("ordinal").over("item") - 1).cast(pl.Int32), numbers_alike=pl.lit(numbers_alike)
            )
        )
    rows = pl.concat(frames)
    alike = pl.col("numbers_alike")
    rows = rows.filter((alike.sum().over("item") >= FEWEST_GRAMS) & ((~alike).sum().over("item") >= FEWEST_GRAMS)).sort(
        "gram", "item"
    )
    kept = rows["item"].n_unique()
    if not kept:
        raise SettingsError(
            f"No item of {source} has {FEWEST_GRAMS + GRAM_WORDS - 1} words of its own.",
            next_step="Check that each line holds a whole item as `text`.",
        )
    facts = {"format": FORMAT, "name": name, "items_read": str(len(texts)), "items_kept": str(kept)}
    rows.write_parquet(target, compression="zstd", statistics=False, metadata=facts)
    return {"items_read": len(texts), "items_kept": kept}


def read_lists(paths: Sequence[str]) -> list[PublicItems]:
    """Lists of hashes, in the order of their names.

    Raises:
        SettingsError: naming every file that is missing or no list.
    """
    found, faults = [], []
    for path in map(Path, paths):
        try:
            facts = pl.read_parquet_metadata(path)
            if facts.get("format") != FORMAT:
                faults.append(f"{path} is no list of the format {FORMAT}")
                continue
            found.append(
                _indexed(f"{facts['name']}@{sha256(path.read_bytes()).hexdigest()[:12]}", pl.read_parquet(path))
            )
        except (OSError, pl.exceptions.PolarsError) as fault:
            faults.append(f"{path} cannot be read: {str(fault).splitlines()[0][:200]}")
    if faults:
        raise SettingsError(
            "Lists of public items cannot be used.",
            faults=faults,
            next_step="Build them with `forensics public-items build`, or take them out of public_item_lists.",
        )
    return sorted(found, key=lambda one: one.name)


def names_of_lists(lists: Sequence[PublicItems]) -> str | None:
    """What rows say they were compared with; none where there is no list."""
    return ", ".join(one.name for one in lists) or None


def _indexed(name: str, rows: pl.DataFrame) -> PublicItems:
    numbers = rows["item"].unique().sort()
    items = numbers.search_sorted(rows["item"]).to_numpy().astype(np.int64)
    grams = rows["gram"].to_numpy()
    alike = rows["numbers_alike"].to_numpy().astype(np.int64)
    places = rows["place"].to_numpy().astype(np.int64)
    sizes = np.bincount(items * 2 + alike, minlength=2 * len(numbers)).reshape(-1, 2)
    present = np.zeros(1 << FILTER_BITS, bool)
    present[top_bits(grams)] = True
    kinds = [alike == kind for kind in (0, 1)]
    return PublicItems(
        name,
        (grams[kinds[0]], grams[kinds[1]]),
        (items[kinds[0]], items[kinds[1]]),
        (places[kinds[0]], places[kinds[1]]),
        numbers.to_numpy(),
        sizes,
        present,
    )


def _texts(source: Path) -> pl.Series:
    texts, faults = [], []
    try:
        # Only line feeds end a line: texts may hold other separators as they are.
        lines = source.read_text("utf-8-sig").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{source} cannot be read: {fault}", next_step="Name a JSON Lines file.") from fault
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            texts.append("")
            continue
        try:
            item = json.loads(line)
        except json.JSONDecodeError:
            item = None
        text = item.get("text") if isinstance(item, dict) else item
        if isinstance(text, str):
            texts.append(text)
        else:
            faults.append(f"line {number} holds no text")
    if faults:
        raise SettingsError(
            f"{source} is no list of items.",
            faults=faults[:20] + ([f"and {len(faults) - 20} more"] if len(faults) > 20 else []),
            next_step='Write one JSON object a line, such as {"text": "the whole item"}.',
        )
    return pl.Series("text", texts, pl.String)
