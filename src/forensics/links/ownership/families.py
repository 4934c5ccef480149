"""Who heads each family of companies: majority holdings followed upwards until nobody holds a majority.

Of one organisation at most one owner holds more than half of the shares, so every organisation has at most one way up.
In a ring of majorities the smallest id stands for all. Places, the rule and its verdicts play no part: whose sister
somebody is must not depend on where anybody sits.
"""

import numpy as np
import polars as pl

MAJORITY_PERCENT = 50.0


def find_families(stakes: pl.DataFrame) -> pl.DataFrame:
    """The head of every organisation that has a majority owner or is one.

    Args:
        stakes: owner_id, owned_id, percent_min, percent_min_exclusive; one row per pair.

    Returns:
        organisation_id, controlling_organisation_id, step_count; sorted by organisation_id.

    Example:
        >>> stakes = {"owner_id": ["p", "a"], "owned_id": ["a", "b"], "percent_min": [60.0, 51.0]}
        >>> stakes["percent_min_exclusive"] = [False, False]
        >>> find_families(pl.DataFrame(stakes)).rows()
        [('a', 'p', 1), ('b', 'p', 2), ('p', 'p', 0)]
    """
    above = pl.col("percent_min") > MAJORITY_PERCENT
    just_above = (pl.col("percent_min") == MAJORITY_PERCENT) & pl.col("percent_min_exclusive")
    majority = stakes.filter((above | just_above) & (pl.col("owner_id") != pl.col("owned_id")))
    # A faulty register may state two majorities; then nobody is named.
    majority = majority.filter(pl.len().over("owned_id") == 1).select("owner_id", "owned_id")
    ids = pl.concat([majority["owner_id"], majority["owned_id"]]).unique().sort()
    place = pl.DataFrame({"id": ids}).with_row_index("place")
    numbered = majority.join(place, left_on="owner_id", right_on="id").join(
        place, left_on="owned_id", right_on="id", suffix="_owned"
    )
    parent = np.arange(len(ids))
    parent[numbered["place_owned"].to_numpy()] = numbered["place"].to_numpy()
    parent = _open_rings(parent)
    head, steps = parent, (parent != np.arange(len(ids))).astype(np.int64)
    while not np.array_equal(further := head[head], head):
        head, steps = further, steps + steps[head]
    return pl.DataFrame(
        {"organisation_id": ids, "controlling_organisation_id": ids[head], "step_count": steps},
        schema_overrides={"step_count": pl.Int64},
    )


def _open_rings(parent: np.ndarray) -> np.ndarray:
    """Make the smallest place of every ring its own parent."""
    count = len(parent)
    # After as many doublings as halve the count to nothing, everybody stands in a ring or at a head.
    there = parent
    for _ in range(count.bit_length()):
        there = there[there]
    ring = np.unique(there)
    smallest, hop = ring.copy(), parent[ring]
    for _ in range(count.bit_length()):
        place = np.searchsorted(ring, hop)
        smallest, hop = np.minimum(smallest, smallest[place]), hop[place]
    opened = parent.copy()
    opened[np.unique(smallest)] = np.unique(smallest)
    return opened
