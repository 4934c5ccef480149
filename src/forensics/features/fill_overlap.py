"""How far accounts send the same items under one template: a work queue is split up, a class has one set for all.

Each account has drawn some distinct fills. Were they drawn without regard to each other from a pool as large as all
that was drawn, some would have come twice: n draws in all leave about a third of them repeats. A queue that is dealt
out leaves none, a set that everybody works through leaves nearly nothing else. So the pool of that size is the middle
from which both sides are told apart, and the number of repeats is judged against its exact mean and variance under
independent draws without replacement (hypergeometric), two-sided.

Very many fills are sampled by their hash, the same for all accounts: the statistics are those of a smaller pool.

Known drawbacks: items that everybody makes up anew are as disjoint as a queue; whoever reads this figure needs another
one that says the accounts are not strangers to each other. The normal approximation is coarse below ten repeats
expected; then no p is given.
"""

from collections.abc import Callable

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.chances import SMALLEST
from forensics.warehouse.tables import read_frame
from forensics.window import Window

Floats = NDArray[np.float64]

EXPECTED_MINIMUM = 10.0
"""Expected repeats from which the normal approximation holds within a tenth of the p-value's logarithm."""

RARE_PAYER_SHARE = 0.05
"""Share of all payers above which a template is a common framework's: what strangers fill it with says nothing."""

MAIN_SHARE = 0.1
"""Fills of a template that counts, as a share of those of the group's largest one: smaller ones are turns of phrase."""

FILLS_AT_ONCE = 200_000
"""Fills of groups that are counted at once, or those of one group if it has more: what a processor's cache holds is
counted twice as fast as millions, in little memory."""

MOST_PARTS = 64
"""Parts at most: each is looked up among all fills."""

HASHES = 2**63

DEVIATIONS_95 = 1.959964
"""Standard deviations to either side that hold 95 percent of a normal distribution."""

NONE_SEEN = 3.688879
"""Upper end of the 95 % interval of a Poisson mean of which nothing was seen."""


def fill_overlap(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, templates: pl.DataFrame
) -> pl.DataFrame:
    """Judge each group by the fills of its templates that two or more of its accounts use, taken together.

    The group's instructions are what counts: templates with a tenth of the fills of its largest one, or more.

    Args:
        connection: with core.fill_days of the window, features.template_families and features.templates.
        members: group_id, account_id; an account may be in several groups.
        window: the days that count.
        templates: group_id, template_id (of a family): those of a group; common ones do not count.

    Returns:
        One row per group of `members`, sorted: group_id; template_id (the family with most fills, null if none);
        family_count; account_count (that share a template); fill_count (distinct fills per account and family, summed:
        n, after sampling); distinct_fill_count; overlap_observed and overlap_expected (fills that two accounts have in
        common, summed over pairs of accounts); overlap_ratio (observed over expected: below 1 a queue that is dealt
        out, above 1 one set for all; null without an expectation); repeat_count and repeat_expected (fills of an
        account that another one has already); overlap_z; overlap_p (two-sided; null where too little is expected);
        ratio_low and ratio_high (95 % interval of the ratio, leaving out one account at a time).
    """
    numbered = _Numbers(members)
    templates = templates.filter(pl.col("group_id").is_in(numbered.groups.implode()))
    names = templates["template_id"].unique().sort()
    wanted = templates.select(
        numbered.of_groups(templates["group_id"]),
        family_id="template_id",
        template_id=names.search_sorted(templates["template_id"]).cast(pl.Int32),
    )
    connection.register("overlap_members", numbered.members.to_arrow())
    connection.register("overlap_families", wanted.unique().to_arrow())
    try:
        fills = read_frame(connection, _GROUP_FILLS, first=window.first, last=window.as_of, rare=RARE_PAYER_SHARE)
    finally:
        connection.unregister("overlap_members")
        connection.unregister("overlap_families")
    families = overlap(fills, ["group_id", "template_id"])
    largest = pl.col("fill_count").max().over("group_id")
    main = families.filter(pl.col("fill_count") >= MAIN_SHARE * largest)
    fills = fills.join(main, on=["group_id", "template_id"], how="semi")
    sums = _pooled(main).with_columns(template_id=pl.lit(names).gather("template_id"))
    return _judged(numbered, sums, ratio_interval(fills, ["group_id", "template_id"]))


class _Numbers:
    """Groups and accounts by number, in the order of their ids: millions of fills are read, each with both."""

    def __init__(self, members: pl.DataFrame) -> None:
        self.groups = members["group_id"].cast(pl.String).unique().sort()
        accounts = members["account_id"].cast(pl.String).unique().sort()
        account = accounts.search_sorted(members["account_id"].cast(pl.String)).cast(pl.Int32)
        self.members = members.select(self.of_groups(members["group_id"]), "account_id", account=account).unique()

    def of_groups(self, ids: pl.Series) -> pl.Series:
        """The number of each of these groups."""
        return self.groups.search_sorted(ids.cast(pl.String)).cast(pl.Int32).alias("group_id")


def _judged(numbered: _Numbers, sums: pl.DataFrame, interval: pl.DataFrame) -> pl.DataFrame:
    """One row per group, with its verdict where there is one."""
    groups = pl.DataFrame({"group_id": pl.int_range(len(numbered.groups), dtype=pl.Int32, eager=True)})
    verdict = with_verdict(sums).drop("variance").join(interval, on="group_id", how="left")
    return groups.join(verdict, on="group_id", how="left").sort("group_id").with_columns(numbered.groups)


def prompt_overlap(connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Judge each group by the long prompts its accounts send word for word: a store that is replayed, or a class.

    Args and returns as of `fill_overlap`, with core.prompt_days in the place of fills and without a template.
    """
    numbered = _Numbers(members)
    connection.register("overlap_members", numbered.members.to_arrow())
    try:
        prompts = read_frame(connection, _GROUP_PROMPTS, first=window.first, last=window.as_of)
    finally:
        connection.unregister("overlap_members")
    return _judged(numbered, overlap(prompts, ["group_id"]), ratio_interval(prompts, ["group_id"]))


def _pooled(families: pl.DataFrame) -> pl.DataFrame:
    """One row a group: its largest family, and the sums over all."""
    return (
        families.sort(["group_id", "fill_count", "template_id"], descending=[False, True, False])
        .group_by("group_id", maintain_order=True)
        .agg(
            pl.col("template_id").first(),
            pl.len().cast(pl.Int64).alias("family_count"),
            pl.col("account_count").max(),
            pl.col(*_SUMS).sum(),
        )
    )


def overlap(fills: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Repeats and pairs of fills, with what independent draws give, for every key.

    Args:
        fills: the keys, account_id and fill_hash, each combination once.
        keys: columns that name what is judged.

    Returns:
        One row per key that two or more accounts have: the sums that `with_verdict` judges.
    """
    drawn = _counted(fills, keys[0], lambda part: part.group_by(*keys, "account_id").agg(n=pl.len().cast(pl.Float64)))
    totals = drawn.group_by(keys).agg(
        account_count=pl.len().cast(pl.Int64), fill_count=pl.col("n").sum(), squares=(pl.col("n") ** 2).sum()
    )
    pool = (
        drawn.join(totals.filter(pl.col("account_count") > 1), on=keys)
        .sort(*keys, "account_id")
        .with_columns(
            missed=(1 - pl.col("n") / pl.col("fill_count")).log(),
            missed_again=(1 - pl.col("n") / (pl.col("fill_count") - 1)).clip(1e-12).log(),
        )
        .group_by(keys, maintain_order=True)
        .agg(pl.col("missed", "missed_again").sum())
    )
    shared = _counted(
        fills,
        keys[0],
        lambda part: (
            part.group_by(*keys, "fill_hash")
            .agg(holders=pl.len().cast(pl.Float64))
            .group_by(keys)
            .agg(
                distinct_fill_count=pl.len().cast(pl.Int64),
                pairs=(pl.col("holders") * (pl.col("holders") - 1)).sum() / 2,
            )
        ),
    )
    size, missed = pl.col("fill_count"), pl.col("missed").exp()
    return (
        pool.join(totals, on=keys)
        .join(shared, on=keys)
        .select(
            *keys,
            "account_count",
            "fill_count",
            "distinct_fill_count",
            overlap_observed="pairs",
            overlap_expected=(size**2 - pl.col("squares")) / 2 / size,
            repeat_count=size - pl.col("distinct_fill_count"),
            repeat_expected=size - size * (1 - missed),
            variance=(
                size * missed
                + size * (size - 1) * (pl.col("missed") + pl.col("missed_again")).exp()
                - (size * missed) ** 2
            ).clip(0),
        )
        .sort(keys)
    )


def _counted(fills: pl.DataFrame, key: str, count: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What is counted of the fills, some values of the key at a time."""
    if fills.height <= FILLS_AT_ONCE:
        return count(fills)
    at_once = max(FILLS_AT_ONCE, fills.height // MOST_PARTS)
    sizes = fills.group_by(key).len().sort(key).with_columns(part=pl.col("len").cum_sum() // at_once)
    parts = sizes.group_by("part", maintain_order=True).agg(first=pl.col(key).first(), last=pl.col(key).last())
    return pl.concat(
        count(fills.filter(pl.col(key).is_between(first, last)))
        for first, last in parts.select("first", "last").iter_rows()
    )


def ratio_interval(fills: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """95 % interval of the ratio of overlaps of each group, by leaving out one account at a time.

    Args:
        fills: the keys (group_id first), account_id and fill_hash, each combination once.
        keys: columns that name what is judged; their overlaps are summed over a group.

    Returns:
        group_id, ratio_low, ratio_high. Where nothing is in common, the upper end is that of a Poisson count of none.

    Method: the jackknife of Quenouille and Tukey, over accounts.
    """
    holders = (pl.len().over([*keys, "fill_hash"]) - 1).cast(pl.Float64)
    own = _counted(
        fills,
        keys[0],
        lambda part: (
            part.select(*keys, "account_id", met=holders)
            .group_by(*keys, "account_id")
            .agg(pl.col("met").sum(), n=pl.len().cast(pl.Float64))
        ),
    )
    n, size, squares = pl.col("n"), pl.col("n").sum().over(keys), (pl.col("n") ** 2).sum().over(keys)
    rest = size - n
    of_account = own.with_columns(
        expected=(size**2 - squares) / 2 / size,
        expected_without=pl.when(rest > 0).then((rest**2 - squares + n**2) / 2 / rest).otherwise(0.0),
    ).sort(*keys, "account_id")
    total = (
        of_account.group_by(keys, maintain_order=True)
        .agg(pl.col("met").sum() / 2, pl.col("expected").first())
        .group_by("group_id", maintain_order=True)
        .agg(observed=pl.col("met").sum(), expected_all=pl.col("expected").sum())
    )
    without = (
        of_account.group_by("group_id", "account_id", maintain_order=True)
        .agg(pl.col("met").sum(), dropped=(pl.col("expected") - pl.col("expected_without")).sum())
        .join(total.filter(pl.col("expected_all") > 0), on="group_id", maintain_order="left")
        .with_columns(left=pl.col("expected_all") - pl.col("dropped"))
        .filter(pl.col("left") > 0)
        .with_columns(without=(pl.col("observed") - pl.col("met")) / pl.col("left"))
    )
    ratio, count = pl.col("observed") / pl.col("expected_all"), pl.col("count")
    half = DEVIATIONS_95 * ((count - 1) / count * pl.col("squares")).sqrt()
    return (
        without.group_by("group_id", maintain_order=True)
        .agg(
            pl.col("observed", "expected_all").first(),
            count=pl.len(),
            squares=((pl.col("without") - pl.col("without").mean()) ** 2).sum(),
        )
        .filter(count >= 3)
        .select(
            "group_id",
            ratio_low=(ratio - half).clip(0),
            ratio_high=pl.max_horizontal(ratio + half, NONE_SEEN / pl.col("expected_all")),
        )
    )


def with_verdict(sums: pl.DataFrame) -> pl.DataFrame:
    """Add the ratio, and the two-sided p of the repeats where enough are expected."""
    from scipy.special import erfc

    apart = sums["repeat_count"].to_numpy() - sums["repeat_expected"].to_numpy()
    spread = np.sqrt(np.maximum(sums["variance"].to_numpy(), 1e-9))
    z = np.sign(apart) * np.maximum(np.abs(apart) - 0.5, 0.0) / spread
    enough = pl.col("repeat_expected") >= EXPECTED_MINIMUM
    return sums.with_columns(
        pl.col("fill_count", "repeat_count").round().cast(pl.Int64),
        overlap_ratio=pl.when(pl.col("overlap_expected") > 0).then(
            pl.col("overlap_observed") / pl.col("overlap_expected")
        ),
        overlap_z=pl.when(enough).then(pl.Series(z)),
        overlap_p=pl.when(enough).then(pl.Series(np.maximum(erfc(np.abs(z) / np.sqrt(2)), SMALLEST))),
    )


_SUMS = (
    "fill_count", "distinct_fill_count", "overlap_observed", "overlap_expected", "repeat_count", "repeat_expected",
    "variance",
)  # fmt: skip

FIXED_TWICE = """
    SELECT family_id
    FROM (
        SELECT one.family_id, SUM(CASE WHEN 'tail' IN (part, other_part) THEN 0 ELSE exchange_count END) AS with_head,
               SUM(CASE WHEN 'head' IN (part, other_part) THEN 0 ELSE exchange_count END) AS with_tail
        FROM (
            SELECT template_id, other_template_id, SPLIT_PART(template_id, '-', 1) AS part,
                   SPLIT_PART(other_template_id, '-', 1) AS other_part, exchange_count
            FROM core.template_pairs WHERE snapshot_date BETWEEN $first AND $last
        ) AS pairs
        JOIN features.template_families AS one USING (template_id)
        JOIN features.template_families AS other
          ON other.template_id = other_template_id AND other.family_id = one.family_id
        WHERE (part = 'system') <> (other_part = 'system') GROUP BY one.family_id
    ) AS twice
    JOIN (
        SELECT family_id, SUM(exchange_count) AS exchange_count
        FROM core.templates JOIN features.template_families USING (template_id)
        WHERE part = 'system' AND snapshot_date BETWEEN $first AND $last GROUP BY family_id
    ) AS with_system USING (family_id)
    WHERE 2 * GREATEST(with_head, with_tail) >= exchange_count
"""
"""Families that are fixed in the prompt, too, on half of the exchanges on which they are in the system prompt. The item
of one such exchange would be two: what is left of its prompt, and all of it; only the former counts."""

_GROUP_FILLS = f"""
    WITH wanted AS (
        SELECT * FROM overlap_families
        WHERE family_id NOT IN (SELECT template_id FROM features.templates WHERE payer_share > $rare)
    ),
    twice AS ({FIXED_TWICE}),
    fills AS (
        SELECT core.fill_days.account_id, number, fill_hash, sample_level
        FROM core.fill_days JOIN features.template_families USING (template_id)
        JOIN (SELECT DISTINCT family_id, template_id AS number FROM wanted) AS family USING (family_id)
        WHERE snapshot_date BETWEEN $first AND $last
          AND NOT (STARTS_WITH(template_id, 'system-') AND family_id IN (FROM twice))
    ),
    -- Sampled as the most sampled day and variation was.
    levels AS (SELECT number, MAX(sample_level) AS level FROM fills GROUP BY number)
    SELECT DISTINCT group_id, number AS template_id, account AS account_id, fill_hash
    FROM fills JOIN levels USING (number) JOIN wanted ON wanted.template_id = number
    JOIN overlap_members USING (group_id, account_id)
    WHERE fill_hash < {HASHES - 1} >> level
"""

_GROUP_PROMPTS = f"""
    WITH levels AS (
        SELECT MAX(sample_level) AS level FROM core.prompt_days WHERE snapshot_date BETWEEN $first AND $last
    )
    SELECT DISTINCT group_id, account AS account_id, prompt_hash AS fill_hash
    FROM core.prompt_days JOIN overlap_members USING (account_id), levels
    WHERE snapshot_date BETWEEN $first AND $last AND prompt_hash < {HASHES - 1} >> level
"""
