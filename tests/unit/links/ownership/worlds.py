"""A large random register: layered groups with rings, joint ventures at 50 %, unknown figures, persons and dates."""

import numpy as np
import polars as pl

UNKNOWN = ""
FIRST_DAY, ASKED_DAY, LAST_DAY = 14_000, 20_514, 21_100
"""Days since 1970-01-01: stakes begin between the first two and end, one in ten, between the last two."""


def make_tables(organisation_count: int, stake_count: int, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Organisations and stakes of a random register."""
    draw = np.random.default_rng(seed)
    kind = draw.choice(["company", "person", "fund", "state_body"], organisation_count, p=[0.68, 0.25, 0.05, 0.02])
    places = ["US", "DE", "GB", "SG", "CN", "RU", "HK", UNKNOWN]
    headquarters = draw.choice(places, organisation_count, p=[0.4, 0.2, 0.15, 0.1, 0.05, 0.02, 0.02, 0.06])
    owned = draw.integers(0, organisation_count, stake_count)
    owner = (owned * np.sqrt(draw.random(stake_count))).astype(np.int64)
    back = draw.random(stake_count) < 0.03
    owner[back] = np.minimum(organisation_count - 1, owned[back] + draw.integers(1, 50, back.sum()))
    kept = kind[owned] != "person"
    owner, owned = owner[kept], owned[kept]
    count = len(owned)
    percent = np.round(draw.random(count) * 160 / np.bincount(owned)[owned], 2).clip(0, 100)
    percent[draw.random(count) < 0.1] = 50
    ids = np.array([f"organisation{place:07d}" for place in range(organisation_count)])

    def some(days: np.ndarray, share: float) -> pl.Series:
        drawn = np.where(draw.random(count) < share, days, -1)
        return pl.Series(drawn.astype(np.int32)).replace(-1, None).cast(pl.Date)

    organisations = pl.DataFrame(
        {"organisation_id": ids, "name": ids, "kind": kind, "headquarters": headquarters,
         "owners_complete": draw.random(organisation_count) < 0.3}
    )  # fmt: skip
    stakes = pl.DataFrame(
        {"owner_id": ids[owner], "owned_id": ids[owned],
         "percent": pl.Series(np.where(draw.random(count) < 0.05, np.nan, percent)).fill_nan(None),
         "valid_from": some(draw.integers(FIRST_DAY, ASKED_DAY, count), 0.4),
         "valid_to": some(draw.integers(ASKED_DAY, LAST_DAY, count), 0.1)}
    )  # fmt: skip
    return organisations, stakes
