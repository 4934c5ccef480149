"""The form of a column: how its values are written, as numbers that a classifier can learn from."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

HASHED_PAIRS = 24
"""Buckets for pairs of neighbouring characters."""

Form = Callable[[pl.Series], NDArray[np.float64]]
"""Turns a column into features, one row a value."""


def text_form(values: pl.Series) -> NDArray[np.float64]:
    """Describe how texts are written: length, kinds of character, first and last ones, neighbouring pairs."""
    rows = np.zeros((len(values), 11 + HASHED_PAIRS))
    for number, text in enumerate(values.fill_null("").to_list()):
        codes = np.frombuffer(text[:200].encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
        if not len(codes):
            continue
        rows[number, 0] = len(codes)
        rows[number, 1] = sum(c.isdigit() for c in text) / len(codes)
        rows[number, 2] = sum(c.isupper() for c in text) / len(codes)
        rows[number, 3] = sum(not c.isalnum() for c in text) / len(codes)
        ends = [*codes[:4], *([-1] * (4 - len(codes[:4]))), *([-1] * (3 - len(codes[-3:]))), *codes[-3:]]
        rows[number, 4:11] = ends
        pairs = (codes[:-1] * 31 + codes[1:]) % HASHED_PAIRS
        rows[number, 11:] = np.bincount(pairs, minlength=HASHED_PAIRS)
    return rows


def shape_form(values: pl.Series) -> NDArray[np.float64]:
    """Describe how long texts are and of what kinds of character, whatever they say; whether there is one at all."""
    length = pl.col("text").str.len_chars()
    kinds = {
        "digit": r"\d",
        "upper": r"\p{Lu}",
        "punctuation": r"\p{P}",
        "space": r" ",
        "line": r"\n",
        "other": r"[^\x00-\x7f]",
    }
    shares = [pl.col("text").str.count_matches(pattern) / length.clip(1) for pattern in kinds.values()]
    rows = pl.DataFrame({"text": values}).select(
        pl.col("text").is_null().alias("absent"),
        length.alias("length"),
        *(share.alias(name) for name, share in zip(kinds, shares, strict=True)),
    )
    return rows.select(pl.all().cast(pl.Float64).fill_null(-1.0)).to_numpy()


def time_form(values: pl.Series) -> NDArray[np.float64]:
    """Describe the resolution of times: what is left below the second, and the second."""
    microseconds = values.cast(pl.Int64).fill_null(0).to_numpy()
    zeros = [microseconds % 10**power == 0 for power in (1, 2, 3, 4, 5, 6)]
    return np.column_stack([microseconds % 1_000_000, microseconds // 1_000_000 % 60, *zeros]).astype(np.float64)


def number_form(values: pl.Series) -> NDArray[np.float64]:
    """Describe how numbers are written: decimals, last digits, parity, whether there is one at all."""
    numbers = values.cast(pl.Float64).fill_null(-1.0).to_numpy()
    hundredths = np.round(numbers * 100).astype(np.int64)
    finer = np.abs(numbers * 100 - hundredths) > 1e-6
    whole = hundredths // 100
    digits = [hundredths % 100, hundredths % 10, hundredths % 2, whole % 100, whole % 10, whole % 2]
    return np.column_stack([*digits, finer, numbers < 0]).astype(np.float64)


def address_form(values: pl.Series) -> NDArray[np.float64]:
    """Describe addresses by range: version, and the first two and the last parts."""
    rows = np.full((len(values), 5), -1.0)
    for number, text in enumerate(values.fill_null("").to_list()):
        if ":" in text:
            parts = [part for part in text.split(":") if part]
            rows[number] = [6, int(parts[0], 16), int(parts[1], 16), int(parts[-1], 16), len(text)]
        elif text:
            parts = text.split(".")
            rows[number] = [4, int(parts[0]), int(parts[1]), int(parts[3]), len(text)]
    return rows


def category_form(values: pl.Series) -> NDArray[np.float64]:
    """Describe categories by which of the commonest forty they are."""
    common = values.drop_nulls().value_counts(sort=True, name="n")
    names = common.sort(["n", common.columns[0]], descending=[True, False])[common.columns[0]].head(40).to_list()
    listed = values.to_list()
    return np.array([[value == name for name in names] + [value is None] for value in listed], dtype=np.float64)


def value_form(values: pl.Series) -> NDArray[np.float64]:
    """Take numbers as they are."""
    return values.cast(pl.Float64).fill_null(-1.0).to_numpy().reshape(-1, 1)
