"""Which part of each prompt of a day is fixed: the text it shares with others, from its start, its end or a line of it.

From a prompt's start the text is hashed at growing depths. Among the day's distinct prompts, those of one template
agree down to the depth where their items begin, and nearly none agree further: a prompt's fixed beginning goes on as
long as at least a third of those who agree so far agree at the next depth too. It has twelve words at least, or eight
where five prompts have them and a line ends behind them, or a sentence with which an instruction begins: a third of
those who have it go on alike, and the others vary that instruction. The same from the end, and for the system prompt,
whose end counts where nobody else begins so. Prompts that have neither are matched by a line or sentence
that others have word for word, examples of each fixed beginning and end among them, else by the few words they begin
and end with.

Only distinct prompts count: an item that is sent a hundred times is no template.

Known drawbacks: two templates that agree for twelve words and then branch into more than three stay one (a common
framework's preamble) unless their ends differ; with few prompts a day the depth may differ from day to day, which gives
one text two names, joined when looking back.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.core.lexing import ENDS_LINE, LINE

Hashes = NDArray[np.uint64]
Depths = NDArray[np.int8]
Flags = NDArray[np.bool_]

DEPTHS = 9
"""Places in `MARK_UNITS`; a column after them is the hash of the whole text."""

SHALLOW = 1
"""Place in `MARK_UNITS` down to which all agree that have a beginning, or an end, in common."""

BASE = 3
"""First depth, as a place in `MARK_UNITS`, at which a beginning or an end is a template wherever it ends: sixty units,
twelve words."""

LINE_PROMPTS = 5
"""Distinct prompts that must begin, or end, with the same line or sentence where it has less than sixty units."""

BRANCHING = 3
"""The fixed part ends where fewer than one in so many agree further."""

MIDDLE_PROMPTS = 3
"""Distinct prompts that must share a line."""

FRAME_PROMPTS = 5
"""Distinct prompts that must share both the few first and the few last words: each alone is a turn of phrase."""

FRAMES = ((1, 1), (1, 0), (0, 1))
"""Depths of beginning and end that make a frame, the longest first; together at least sixty units."""

FRAME_LENGTHS = (4, 3, 3)
"""A framed prompt is at least as long as this depth, so that its beginning and end do not overlap."""

ITEM_RARITY = 10
"""Times as many prompts that must share one end for the other, fixed as it is, to be wording that items have in common:
a frame's own beginnings and ends are about as frequent as each other."""

MOSTLY_APART = 2
"""Times the prompts that have both ends, below which the rarer end mostly comes with other beginnings or ends."""

MIDDLE_UNITS_COUNTED = 200
BOTH, ONLY_HEAD, ONLY_TAIL, EITHER = range(4)
"""What stays where a prompt's fixed beginning and end overlap; both: all of it is fixed; either: the one that says less
by its slots."""
NO_KEY = np.uint64(0)


@dataclass(frozen=True)
class Part:
    """One fixed part of each prompt, a row an exchange.

    Attributes:
        depth: place in `MARK_UNITS` where it ends, −1 where there is none; after the last place, the whole text.
        key: hash of the fixed part, 0 where there is none.
        agree: distinct prompts that have it.
    """

    depth: Depths
    key: Hashes
    agree: NDArray[np.int64]


def first_rows(*keys: Hashes) -> NDArray[np.int64]:
    """For each row the first one with its keys."""
    frame = pl.DataFrame({str(number): key for number, key in enumerate(keys)}).with_row_index("row")
    found = frame.select(pl.col("row").min().over(frame.columns[1:])).to_series().to_numpy()
    return found.astype(np.int64)


def first_of_each(*keys: Hashes) -> Flags:
    """Whether a row is the first with its keys."""
    rows = first_rows(*keys)
    return np.asarray(rows == np.arange(len(rows)))


def counted(keys: Hashes, counts: Flags | NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of the rows that count have each row's key; 0 for no key."""
    frame = pl.DataFrame({"key": keys, "counts": counts})
    found = frame.select(pl.col("counts").cast(pl.Int64).sum().over("key")).to_series().to_numpy()
    return np.where(keys == NO_KEY, 0, found)


def fixed_part(marks: Hashes, counts: Flags | NDArray[np.int64]) -> Part:
    """The deepest depth to which each row's text is fixed.

    Args:
        marks: hashes (rows × depths), 0 where the text ends before; a column more than depths is the whole text's.
        counts: rows that stand for a distinct prompt, or for how many of them each row stands.

    Returns:
        Depth and key of each row.
    """
    size = len(marks)
    depth, key, agreeing = np.full(size, -1, dtype=np.int8), np.zeros(size, dtype=np.uint64), np.zeros(size, np.int64)
    for place in range(LINE, marks.shape[1]):
        # Who agrees down to here agreed before, so those who fell off need not be counted.
        everybody = place in (LINE, BASE, DEPTHS)
        rows = np.flatnonzero(marks[:, place] if everybody else (depth == place - 1) & (marks[:, place] != NO_KEY))
        # The same words are one, whether a line ends behind them or a sentence.
        keys = marks[rows, place] | ENDS_LINE if place == LINE else marks[rows, place]
        agree = counted(keys, counts[rows])
        # One counts itself, so pairs of strangers do not branch at each depth.
        # A line that many begin with says nothing of where longer beginnings end.
        before = 0 if place == BASE else agreeing[rows]
        goes_on = (agree >= (LINE_PROMPTS if place == LINE else 2)) & (BRANCHING * (agree - 1) >= before)
        rows, keys, agree = rows[goes_on], keys[goes_on], agree[goes_on]
        if place == LINE:
            is_fixed = _short_is_fixed(marks[rows], keys, agree, counts[rows])
            rows, keys, agree = rows[is_fixed], keys[is_fixed], agree[is_fixed]
        depth[rows], key[rows], agreeing[rows] = place, keys, agree
    return Part(depth, key, agreeing)


def _short_is_fixed(marks: Hashes, keys: Hashes, agree: NDArray[np.int64], counts: Flags | NDArray[np.int64]) -> Flags:
    """Whether a line or sentence of less than sixty units that enough texts begin with is fixed.

    A line is. A sentence is where enough of those who begin with it go on alike, so that it is an instruction's and who
    goes on otherwise varies it; else it is how people begin.

    Args:
        marks: hashes of the texts.
        keys: hash of their first line or sentence, whichever it is.
        agree: texts that have it.
        counts: rows that stand for a distinct prompt, or for how many of them each row stands.
    """
    lines = counted(keys, np.where(marks[:, LINE] & ENDS_LINE, counts, 0))
    deeper = pl.DataFrame({"key": keys, "agree": counted(marks[:, BASE], counts)})
    most = deeper.select(pl.col("agree").max().over("key")).to_series().to_numpy()
    return np.asarray((lines >= LINE_PROMPTS) | (BRANCHING * (most - 1) >= agree))


def kept_ends(head: Part, tail: Part, times: int) -> Depths:
    """Which of beginning and end frames an item: what so many times as many prompts share, else both.

    The rarer one is an item with the other before or behind it.
    """
    kept = np.where(tail.agree >= times * head.agree, ONLY_TAIL, BOTH)
    return np.where(head.agree >= times * tail.agree, ONLY_HEAD, kept).astype(np.int8)


def framing(head: Part, tail: Part, counts: Flags) -> Depths:
    """Which of beginning and end frame each prompt's item: what is no part of it.

    Ends that mostly come without each other are an instruction and a question that many ask, with numbers of their own.
    Of others a far rarer one is wording that items have in common.

    Args:
        head: fixed beginnings.
        tail: fixed ends; all rows with one of the ends are here.
        counts: rows that stand for a distinct prompt.
    """
    has_both = (head.key != NO_KEY) & (tail.key != NO_KEY)
    together = counted(np.where(has_both, _joined_keys(head.key, tail.key), NO_KEY), counts)
    is_apart = has_both & (MOSTLY_APART * together < np.minimum(head.agree, tail.agree))
    return np.where(is_apart, EITHER, kept_ends(head, tail, ITEM_RARITY)).astype(np.int8)


def without(part: Part, rows: Flags) -> Part:
    """The part, taken from these rows."""
    nowhere, nothing = np.where(rows, np.int8(-1), part.depth), np.where(rows, NO_KEY, part.key)
    return Part(nowhere, nothing, np.where(rows, 0, part.agree))


def with_ends(head: Part, tail: Part) -> tuple[Part, Depths]:
    """The beginning, or the end where there is none; and the depth of the latter, −1 elsewhere."""
    is_end = (head.key == NO_KEY) & (tail.key != NO_KEY)
    depth, key = np.where(is_end, tail.depth, head.depth), np.where(is_end, tail.key, head.key)
    agree = np.where(is_end, tail.agree, head.agree)
    return Part(depth, key, agree), np.where(is_end, tail.depth, np.int8(-1)).astype(np.int8)


def is_example(keys: Hashes, prompts: Hashes, counts: Flags) -> Flags:
    """Rows that stand for their fixed part where lines are compared: as many as must share one.

    So a prompt in which the part is varied is known by a line that is left of it.

    Args:
        keys: the fixed part of each row, 0 where there is none.
        prompts: hash of each row's prompt; the smallest ones are the examples.
        counts: rows that stand for a distinct prompt.
    """
    rows = np.flatnonzero(counts & (keys != NO_KEY))
    prompts_of_key = pl.DataFrame({"row": rows, "key": keys[rows], "prompt": prompts[rows]}).sort("key", "prompt")
    found = np.zeros(len(keys), dtype=np.bool_)
    found[prompts_of_key.group_by("key", maintain_order=True).head(MIDDLE_PROMPTS)["row"].to_numpy()] = True
    return found


def shared_lines(lines: pl.DataFrame, counts: Flags | None = None) -> pl.DataFrame:
    """Lines that several prompts share, each with its score: long and shared by many.

    Args:
        lines: row, key (hash) and units of every line that is looked at.
        counts: rows that stand for a distinct prompt; all of them if none.

    Returns:
        row, key, score.
    """
    lines = lines.unique(["row", "key"])
    counting = pl.lit(True) if counts is None else pl.Series(counts[lines["row"].to_numpy()])
    return (
        lines.with_columns(counts=counting)
        .with_columns(agree=pl.col("counts").cast(pl.Int64).sum().over("key"))
        .filter(pl.col("agree") >= MIDDLE_PROMPTS)
        .select(
            "row",
            "key",
            score=pl.col("units").cast(pl.Int64).clip(upper_bound=MIDDLE_UNITS_COUNTED)
            * pl.col("agree").log(2).floor(),
        )
    )


def best_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """The line of the highest score of each row; of several the one with the smallest hash."""
    return lines.sort(["row", "score", "key"], descending=[False, True, False]).unique(
        "row", keep="first", maintain_order=True
    )


def middles(lines: pl.DataFrame, counts: Flags) -> Hashes:
    """The line that each row shares with others; 0 where there is none.

    Args:
        lines: row, key (hash) and units of every line that is looked at.
        counts: rows that stand for a distinct prompt.
    """
    chosen = best_lines(shared_lines(lines, counts))
    found = np.zeros(len(counts), dtype=np.uint64)
    found[chosen["row"].to_numpy()] = chosen["key"].to_numpy()
    return found


def _joined_keys(heads: Hashes, tails: Hashes) -> Hashes:
    """A key of both: by an odd factor, since a sum alone would not tell beginning from end."""
    return heads * np.uint64(0x9E3779B185EBCA87) + tails


def frame_keys(heads: Hashes, tails: Hashes) -> Hashes:
    """What each row begins and ends with, as a key for each of `FRAMES`; 0 where it is too short for it.

    Args:
        heads: hashes from the start (rows × depths).
        tails: hashes from the end.
    """
    keys = np.zeros((len(heads), len(FRAMES)), dtype=np.uint64)
    for place, (head, tail) in enumerate(FRAMES if len(heads) else ()):
        both = _joined_keys(heads[:, head], tails[:, tail])
        keys[:, place] = np.where(heads[:, FRAME_LENGTHS[place]] != NO_KEY, both, NO_KEY)
    return keys


def frames(heads: Hashes, tails: Hashes, is_open: Flags, counts: Flags) -> tuple[Depths, Hashes]:
    """What rows without another part begin and end with, if enough others begin and end so.

    Args:
        heads: hashes from the start (rows × depths).
        tails: hashes from the end.
        is_open: rows that have no other part.
        counts: rows that stand for a distinct prompt.

    Returns:
        Place in `FRAMES`, −1 where there is none, and the key.
    """
    found, key = np.full(len(heads), -1, dtype=np.int8), np.zeros(len(heads), dtype=np.uint64)
    keys = np.where(is_open[:, None], frame_keys(heads, tails), NO_KEY)
    for place in range(len(FRAMES)):
        both = keys[:, place]
        takes = (found < 0) & (counted(both, counts) >= FRAME_PROMPTS)
        found[takes], key[takes] = place, both[takes]
    return found, key
