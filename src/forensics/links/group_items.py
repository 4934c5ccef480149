"""links.group_items: whether what a group sends under its templates comes again.

An application's questions follow a Zipf law, a benchmark's items are few, a suite repeats itself every night. Who works
off a list shared out among accounts sends each item once: by one account on one day, though perhaps several times, for
several answers or after an error. That is the difference between a hydra and a firm that names no organisation, and it
shows in the fills of the templates that hold the group together.

A part of such a firm's accounts may send each item once and the next part send it again, so recurrence is also measured
over everybody who uses the templates, if they are not many more.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.links.evidence import COMMON_TEXT, EFFECT_LIFT, SIGNIFICANT
from forensics.links.significance import SMALLEST
from forensics.warehouse.tables import read_frame
from forensics.window import Window

AMONG_ITS_USERS = 0.1
"""Share of a template's accounts that must be members for what all others send under it to say something of the group:
what so many send is everybody's phrase."""

FEWEST_USES = 30
"""Uses of a group's templates from which it can be said whether items come again."""

NULL_MODEL = (
    "accounts draw items at random from a stock of as many as were seen (pairs of equal items, Poisson, lower tail)"
)


def group_items(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Recurrence of the items under each group's significant rare templates.

    Args:
        connection: with links.group_signals, links.group_accounts and core.fill_days.
        window: the days that count.

    Returns:
        One row per group with at least `FEWEST_USES` uses, columns of the contract.
    """
    dates = {"first": window.first, "last": window.as_of}
    connection.execute(
        _TEMPLATES,
        {"significant": SIGNIFICANT, "lift": EFFECT_LIFT, "common": COMMON_TEXT, "among": AMONG_ITS_USERS},
    )
    try:
        for table in (_USERS, _FILLS, _DAYS):
            connection.execute(table, dates if "$first" in table else None)
        return read_frame(connection, _ITEMS, fewest=FEWEST_USES)
    finally:
        for name in ("item_templates", "item_users", "item_fills", "item_days"):
            connection.execute(f"DROP TABLE IF EXISTS {name}")


_TEMPLATES = """
    CREATE OR REPLACE TEMP TABLE item_templates AS
    SELECT DISTINCT group_id, DENSE_RANK() OVER (ORDER BY group_id)::INTEGER AS number, signal_value AS template_id,
           signal_value LIKE 'system-%' AS is_system,
           accounts_sharing >= $among * (accounts_sharing + accounts_sharing_outside) AS is_own
    FROM links.group_signals
    JOIN links.groups USING (group_id)
    WHERE signal_kind = 'prompt_template' AND NOT is_hub AND q_value < $significant AND lift >= $lift
      AND accounts_sharing >= $common * account_count
    -- A fixed system prompt leaves the whole prompt as the item, a fixed beginning only the rest of it.
    QUALIFY is_system = BOOL_OR(is_system) OVER (PARTITION BY group_id)
"""

_USERS = """
    CREATE OR REPLACE TEMP TABLE item_users AS
    SELECT group_id, account_id, ROW_NUMBER() OVER ()::INTEGER AS user_number, BOOL_OR(is_member) AS is_member
    FROM (
        SELECT group_id, account_id, TRUE AS is_member FROM links.group_accounts
        WHERE group_id IN (SELECT group_id FROM item_templates)
        UNION ALL
        SELECT DISTINCT group_id, account_id, FALSE FROM item_templates JOIN core.fill_days USING (template_id)
        WHERE is_own AND snapshot_date BETWEEN $first AND $last
    ) AS users
    GROUP BY group_id, account_id
"""
"""Members, and who else uses a template that is mostly theirs: all others of a common one would be read for nothing."""

_FILLS = """
    CREATE OR REPLACE TEMP TABLE item_fills AS
    SELECT number, user_number, snapshot_date, fill_hash, MAX(use_count) AS use_count, is_member
    FROM item_templates JOIN core.fill_days USING (template_id) JOIN item_users USING (group_id, account_id)
    WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY number, user_number, snapshot_date, fill_hash, is_member
    HAVING is_member OR BOOL_OR(is_own)
"""
"""Sendings. The beginning and the end of one exchange have one fill, which counts once."""

_DAYS = """
    CREATE OR REPLACE TEMP TABLE item_days AS
    SELECT number, fill_hash, snapshot_date, COUNT(*) AS any_sendings, SUM(use_count)::BIGINT AS any_uses,
           COUNT(CASE WHEN is_member THEN 1 END) AS sendings,
           SUM(CASE WHEN is_member THEN use_count END)::BIGINT AS use_count,
           MIN(CASE WHEN is_member THEN user_number END) AS first_user,
           MAX(CASE WHEN is_member THEN user_number END) AS last_user
    FROM item_fills GROUP BY number, fill_hash, snapshot_date
"""
"""Items a day, of members and of anybody. Days and accounts are told apart by groups and by least and greatest: sets of
them for each of millions of items would have to stay in memory."""

_ITEMS = """
    WITH item AS (
        SELECT number, SUM(sendings)::BIGINT AS sendings, SUM(use_count)::BIGINT AS use_count,
               COUNT(use_count) AS days, MIN(first_user) <> MAX(last_user) AS is_shared,
               SUM(any_sendings)::BIGINT AS any_sendings, SUM(any_uses)::BIGINT AS any_uses, COUNT(*) AS any_days
        FROM item_days GROUP BY number, fill_hash
    ),
    active AS (
        SELECT number, COUNT(DISTINCT CASE WHEN use_count IS NOT NULL THEN snapshot_date END) AS day_count,
               COUNT(DISTINCT snapshot_date) AS any_day_count
        FROM item_days GROUP BY number
    ),
    members AS (
        SELECT number, COUNT(DISTINCT user_number) AS account_count FROM item_fills WHERE is_member GROUP BY number
    ),
    named AS (SELECT DISTINCT group_id, number FROM item_templates)
    SELECT group_id, ANY_VALUE(account_count) AS account_count, COUNT(use_count) AS item_count,
           SUM(use_count)::BIGINT AS use_count, SUM(sendings)::BIGINT AS sending_count,
           SUM(sendings * (sendings - 1) // 2)::BIGINT AS pair_count,
           -- Stock that the items seen once and twice suggest (Chao 1984).
           COUNT(item.use_count) + COUNT(CASE WHEN item.use_count = 1 THEN 1 END) ** 2
               / (2.0e0 * GREATEST(COUNT(CASE WHEN item.use_count = 2 THEN 1 END), 1)) AS stock_size,
           2.0e0 * SUM(item.use_count * (item.use_count - 1) // 2) * stock_size
               / NULLIF(SUM(item.use_count) * (SUM(item.use_count) - 1), 0) AS popularity,
           SUM(CASE WHEN sendings > 1 THEN sendings ELSE 0 END) / SUM(sendings) AS recurring_share,
           SUM(CASE WHEN is_shared THEN item.use_count ELSE 0 END) / SUM(item.use_count) AS several_accounts_share,
           SUM(days * item.use_count) / SUM(item.use_count) / ANY_VALUE(active.day_count) AS day_share,
           ANY_VALUE(active.day_count) AS day_count,
           SUM(CASE WHEN any_sendings > 1 THEN any_sendings ELSE 0 END) / SUM(any_sendings) AS anybody_recurring_share,
           SUM(any_days * any_uses) / SUM(any_uses) / ANY_VALUE(any_day_count) AS anybody_day_share,
           SUM(CASE WHEN any_days > 1 THEN any_uses ELSE 0 END) / SUM(any_uses) AS anybody_later_share
    FROM item JOIN active USING (number) JOIN members USING (number) JOIN named USING (number)
    GROUP BY group_id
    HAVING SUM(item.use_count) >= $fewest
    ORDER BY group_id
"""


def work_queue_tests(items: pl.DataFrame) -> pl.DataFrame:
    """Whether fewer items come again than a stock of as many would give: rows of links.group_tests without q-value.

    Args:
        items: rows of links.group_items.

    Method: the number of pairs of equal items among n draws from D is Poisson with mean n (n − 1) / 2D, the birthday
    problem; D is taken as small as it can be, the number of items seen.
    """
    from scipy.special import pdtr

    uses, distinct = items["sending_count"].to_numpy().astype(np.float64), items["item_count"].to_numpy()
    expected = uses * (uses - 1) / 2 / np.maximum(distinct, 1)
    p = np.clip(pdtr(items["pair_count"].to_numpy().astype(np.float64), expected), SMALLEST, 1.0)
    return items.select(
        "group_id",
        pl.lit("work_queue").alias("measure"),
        pl.lit("control").alias("claim"),
        pl.col("recurring_share").alias("value"),
        pl.Series("baseline", 1 - np.exp(-uses / np.maximum(distinct, 1)), dtype=pl.Float64),
        pl.lit(NULL_MODEL).alias("null_model"),
        pl.col("sending_count").alias("sample_size"),
        pl.Series("p_value", p, dtype=pl.Float64),
    )
