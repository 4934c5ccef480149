"""Families: templates that are one instruction, as its beginning and end, or with a phrase exchanged.

Three things make two templates one family:

- they lie on the same exchanges (half of either's): beginning, end and system prompt of one request;
- their fixed texts are near-duplicates: half of their word triples are common. Short texts, and a text that is part of
  the other, must be used by the same accounts too, since anybody may begin with a common phrase;
- the smaller one lies on exchanges of a template that itself belongs to a third one, used by the same accounts: a
  beginning with a phrase exchanged before the common end.

Known drawback: what is alike is joined step by step, so a long chain of small changes is one family.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.warehouse.tables import read_frame
from forensics.window import Window

SAME_EXCHANGES = 0.5
"""Share of both templates' exchanges that carry both."""

SAME_TEXT = 0.5
"""Share of common word triples, of all in both texts."""

CONTAINED_TEXT = 0.4
"""Share of the shorter text's triples that the longer has, from which one account's two texts are variations."""

MINOR = 3
"""Times a variation's template is the larger."""

SAME_ACCOUNTS = 0.6
"""Share of the smaller template's exchanges made by accounts that use the larger one."""

LONG_TEXT = 20
"""Triples from which strangers do not have half of them in common."""

TRIPLE = 3
UNSPACED_GRAM = 6
"""Words, or characters of a script without spaces, that are compared together."""

SKETCH = 8
"""Smallest hashes of a text's triples by which likely pairs are found: texts half alike have one in common nearly
always (all but .5 to the power of 8)."""

COMMONEST = 200
"""Texts that may have a triple of the sketch: a commoner one finds too many pairs to look at."""

SKETCHES_AT_ONCE = 20_000
PAIRS_AT_ONCE = 200_000
"""Rows that are joined at once: each meets some hundred others, and a slice of either must fit into memory."""


def template_families(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """The family of every template of the window.

    Args:
        connection: with core.templates, core.template_days and core.template_pairs of the window.
        window: the days that count.

    Returns:
        One row a template: template_id and family_id, the id of the family's most used template.
    """
    templates = _templates(connection, window)
    use = _use(connection, window).join(templates.select("template_id", "place"), on="template_id").drop("template_id")
    pairs = _pairs(connection, window, templates)
    links = pl.concat([_on_same_exchanges(pairs), _near_duplicates(templates, use), _behind_a_common_end(pairs, use)])
    return _components(templates, links)


def _templates(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    return read_frame(
        connection,
        """
        SELECT template_id, MIN(part) AS part, MIN(text) AS text, SUM(exchange_count)::BIGINT AS exchange_count
        FROM core.templates WHERE snapshot_date BETWEEN $first AND $last GROUP BY template_id ORDER BY template_id
        """,
        first=window.first,
        last=window.as_of,
    ).with_row_index("place")


def _use(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    return read_frame(
        connection,
        """
        SELECT template_id, account_id, SUM(exchange_count)::BIGINT AS use_count
        FROM core.template_days WHERE snapshot_date BETWEEN $first AND $last GROUP BY template_id, account_id
        """,
        first=window.first,
        last=window.as_of,
    )


def _pairs(connection: duckdb.DuckDBPyConnection, window: Window, templates: pl.DataFrame) -> pl.DataFrame:
    """Both directions of every pair on one exchange: place, other, both (exchanges), own and its (exchanges)."""
    found = read_frame(
        connection,
        """
        SELECT template_id, other_template_id, SUM(exchange_count)::BIGINT AS both
        FROM core.template_pairs WHERE snapshot_date BETWEEN $first AND $last GROUP BY template_id, other_template_id
        """,
        first=window.first,
        last=window.as_of,
    )
    ids = templates.select("template_id", "place", "exchange_count")
    one = found.join(ids, on="template_id").rename({"exchange_count": "own"})
    both = one.join(ids, left_on="other_template_id", right_on="template_id", suffix="_other").select(
        "place", "both", "own", other="place_other", its="exchange_count"
    )
    turned = both.select(place="other", both="both", own="its", other="place", its="own")
    return pl.concat([both, turned])


def _on_same_exchanges(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.filter(pl.col("both") >= SAME_EXCHANGES * pl.max_horizontal("own", "its")).select("place", "other")


def _near_duplicates(templates: pl.DataFrame, use: pl.DataFrame) -> pl.DataFrame:
    """Pairs of templates of one kind of part with nearly the same text."""
    triples = _triples(templates)
    sizes = triples.group_by("place").agg(size=pl.len())
    sketch = triples.sort("place", "triple").group_by("place", maintain_order=True).head(SKETCH)
    rare = sketch.join(triples.group_by("triple").agg(spread=pl.len()), on="triple").filter(
        pl.col("spread") <= COMMONEST
    )
    facts = templates.select("place", "part", "exchange_count").join(sizes, on="place")
    rare = rare.select("place", "triple").sort("place", "triple")
    found = [_alike(part, triples, facts) for part in rare.iter_slices(SKETCHES_AT_ONCE)]
    # A pair may be found from both sides, in two slices.
    judged = pl.concat(found).unique() if found else _alike(rare, triples, facts)
    return _best_larger(judged, use)


def _alike(sketches: pl.DataFrame, triples: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Pairs found by these sketches that have enough triples in common to be judged, with what is known of both."""
    part = facts.select("place", "part")
    likely = (
        sketches.join(triples, on="triple", suffix="_other")
        .filter(pl.col("place") != pl.col("place_other"))
        .select(place=pl.min_horizontal("place", "place_other"), other=pl.max_horizontal("place", "place_other"))
        .unique()
        .join(part, on="place")
        .join(part, left_on="other", right_on="place", suffix="_other")
        .filter(pl.col("part") == pl.col("part_other"))
        .select("place", "other")
        .sort("place", "other")
    )
    counted = [
        pairs.join(triples, on="place")
        .join(triples, left_on=["other", "triple"], right_on=["place", "triple"])
        .group_by("place", "other")
        .agg(common=pl.len())
        for pairs in [likely.head(0), *likely.iter_slices(PAIRS_AT_ONCE)]
    ]
    return (
        pl.concat(counted)
        .join(facts, on="place")
        .join(facts, left_on="other", right_on="place", suffix="_other")
        .filter(pl.col("common") >= CONTAINED_TEXT * pl.min_horizontal("size", "size_other"))
    )


def _best_larger(judged: pl.DataFrame, use: pl.DataFrame) -> pl.DataFrame:
    """For each template the larger one it is a variation of, if any: one only, so that likeness makes no chains."""
    is_smaller = (pl.col("exchange_count") < pl.col("exchange_count_other")) | (
        (pl.col("exchange_count") == pl.col("exchange_count_other")) & (pl.col("place") > pl.col("other"))
    )
    turned = judged.select(
        pl.when(is_smaller).then(pl.col(name)).otherwise(pl.col(other)).alias(name) for name, other in _TURNED
    )
    shorter = pl.min_horizontal("size", "size_other")
    alike = pl.col("common") >= SAME_TEXT * (pl.col("size") + pl.col("size_other") - pl.col("common"))
    sure = turned.filter(alike & (shorter >= LONG_TEXT))
    is_minor = pl.col("exchange_count") * MINOR <= pl.col("exchange_count_other")
    unsure = turned.filter(alike | (is_minor & (pl.col("common") >= CONTAINED_TEXT * shorter)))
    together = _used_together(unsure.select("place", "other"), use)
    candidates = pl.concat([sure, unsure.join(together, on=["place", "other"], how="semi")]).unique()
    order = ["place", "common", "exchange_count_other", "other"]
    best = candidates.sort(order, descending=[False, True, True, False]).unique("place", keep="first")
    return best.select("place", "other")


_TURNED = (
    ("place", "other"), ("other", "place"), ("exchange_count", "exchange_count_other"),
    ("exchange_count_other", "exchange_count"), ("size", "size_other"), ("size_other", "size"), ("common", "common"),
)  # fmt: skip
"""Columns of a pair and what they are when it is turned."""


def _triples(templates: pl.DataFrame) -> pl.DataFrame:
    """Hashes of each text's word triples, or of character runs where it has no spaces: place, triple.

    They are compared within this one call and never kept.
    """
    words = templates.select(
        "place",
        word=pl.when(pl.col("text").str.count_matches(" ") * UNSPACED_GRAM * 2 < pl.col("text").str.len_chars())
        .then(pl.col("text").str.split(""))
        .otherwise(pl.col("text").str.split(" ")),
        is_unspaced=pl.col("text").str.count_matches(" ") * UNSPACED_GRAM * 2 < pl.col("text").str.len_chars(),
    ).explode("word")
    hashed = words.with_columns(pl.col("word").hash(seed=7))
    factor = np.uint64(0x9E3779B185EBCA87)
    grams = []
    for is_unspaced, length in ((False, TRIPLE), (True, UNSPACED_GRAM)):
        gram = pl.lit(0, pl.UInt64)
        for step in range(length):
            gram = (gram * pl.lit(factor)) + pl.col("word").shift(-step).over("place")
        grams.append(hashed.filter(pl.col("is_unspaced") == is_unspaced).select("place", triple=gram))
    return pl.concat(grams).drop_nulls().unique().sort("place", "triple")


def _used_together(pairs: pl.DataFrame, use: pl.DataFrame) -> pl.DataFrame:
    """Those pairs whose first template is mostly used by accounts of the other."""
    together = (
        pairs.unique()
        .join(use, on="place")
        .join(use.select(other="place", account_id="account_id"), on=["other", "account_id"])
        .group_by("place", "other")
        .agg(together=pl.col("use_count").sum())
        .join(use.group_by("place").agg(own=pl.col("use_count").sum()), on="place")
    )
    return together.filter(pl.col("together") >= SAME_ACCOUNTS * pl.col("own")).select("place", "other")


def _behind_a_common_end(pairs: pl.DataFrame, use: pl.DataFrame) -> pl.DataFrame:
    """Pairs of a small template and the one that owns what both lie beside."""
    owner = (
        pairs.filter(pl.col("both") >= SAME_EXCHANGES * pl.col("own"))
        .sort(["place", "both", "other"], descending=[False, True, False])
        .unique("place", keep="first", maintain_order=True)
        .select(other="place", owner="other")
    )
    beside = pairs.filter((pl.col("both") >= SAME_ACCOUNTS * pl.col("own")) & (pl.col("own") < pl.col("its")))
    candidates = beside.join(owner, on="other").filter(pl.col("owner") != pl.col("place"))
    return _used_together(candidates.select("place", other="owner"), use)


def _components(templates: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = templates.height
    ones = np.ones(links.height, dtype=np.int8)
    graph = coo_matrix((ones, (links["place"].to_numpy(), links["other"].to_numpy())), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    named = templates.with_columns(family=pl.Series(labels, dtype=pl.Int64)).sort(
        ["family", "exchange_count", "template_id"], descending=[False, True, False]
    )
    return named.select("template_id", family_id=pl.col("template_id").first().over("family")).sort("template_id")
