"""links.group_items: whether what a group sends under its templates comes again.

An application's questions follow a Zipf law, a benchmark's items are few, a suite repeats itself every night. Who works
off a list shared out among accounts sends each item once: by one account on one day, though perhaps several times, for
several answers or after an error. That is the difference between a hydra and a firm that names no organisation, and it
shows in the fills of the templates that hold the group together.

Where an item reaches but a part of the members, what they send of it on one day is one sending: several answers to one
item are dealt out like the items, and a call that failed goes to another account. What everybody works on comes again
as often as there are accounts, on one day as well.

A part of such a firm's accounts may send each item once and the next part send it again, so the members' items are also
counted as anybody sends them who uses the templates like the members.

Known drawback: raters of whom a few get each item on one day, and never again, look like answers that were dealt out.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.chances import SMALLEST
from forensics.links.evidence import COMMON_TEXT, EFFECT_LIFT, SIGNIFICANT
from forensics.links.template_groups import FEWEST_TEMPLATES, TEMPLATE_SHARE
from forensics.warehouse.tables import read_frame
from forensics.window import Window

AS_MUCH = 0.5
"""Part of the members' use of their templates that another account shares, from which it uses them as they do, if it
lives on them (`TEMPLATE_SHARE`) or sends several. A large firm's accounts come apart into many groups, by who pays and
from where; what anybody sends now and then is a phrase and says nothing of the group."""

DEALT = 0.5
"""Sendings an item and member, on average, below which items are dealt out: in a class or an evaluation each gets
all."""

FEWEST_USES = 30
"""Uses of a group's templates from which it can be said whether items come again."""

NULL_MODEL = (
    "accounts draw items at random from a stock of as many as were seen (pairs of equal items, Poisson, lower tail)"
)


def group_items(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """Recurrence of the items under each group's significant rare templates.

    Args:
        connection: with links.groups, links.group_signals, links.group_accounts, links.account_signals,
            features.payers and core.fill_days.
        window: the days that count.

    Returns:
        One row per group with at least `FEWEST_USES` uses, columns of the contract.
    """
    connection.execute(_TEMPLATES, {"significant": SIGNIFICANT, "lift": EFFECT_LIFT, "common": COMMON_TEXT})
    try:
        connection.execute(_USERS, {"alike": AS_MUCH, "lived_on": TEMPLATE_SHARE, "several": FEWEST_TEMPLATES})
        connection.execute(_FILLS, {"first": window.first, "last": window.as_of})
        connection.execute(_DAYS)
        return read_frame(connection, _ITEMS, fewest=FEWEST_USES, dealt=DEALT)
    finally:
        for name in ("item_templates", "item_users", "item_fills", "item_days"):
            connection.execute(f"DROP TABLE IF EXISTS {name}")


_TEMPLATES = """
    CREATE OR REPLACE TEMP TABLE item_templates AS
    SELECT DISTINCT group_id, DENSE_RANK() OVER (ORDER BY group_id)::INTEGER AS number, signal_value AS template_id,
           signal_value LIKE 'system-%' AS is_system
    FROM links.group_signals
    JOIN links.groups USING (group_id)
    WHERE signal_kind = 'prompt_template' AND NOT is_hub AND q_value < $significant AND lift >= $lift
      AND accounts_sharing >= $common * account_count
    -- A fixed system prompt leaves the whole prompt as the item, a fixed beginning only the rest of it.
    QUALIFY is_system = BOOL_OR(is_system) OVER (PARTITION BY group_id)
"""

_USERS = """
    CREATE OR REPLACE TEMP TABLE item_users AS
    WITH used AS (
        -- Whole millionths of an account's exchanges: their sums are the same in any order.
        SELECT number, template_id, account_id, ROUND(use_share * 1e6)::BIGINT AS used,
               member.group_id IS NOT NULL AS is_member
        FROM item_templates
        JOIN links.account_signals ON signal_kind = 'prompt_template' AND signal_value = template_id
        LEFT JOIN links.group_accounts AS member USING (group_id, account_id)
    ),
    members AS (
        SELECT number, template_id, SUM(used) // COUNT(*) AS member_used,
               SUM(SUM(used) // COUNT(*)) OVER (PARTITION BY number) AS members_used
        FROM used WHERE is_member GROUP BY number, template_id
    ),
    alike AS (
        SELECT number, account_id FROM used JOIN members USING (number, template_id)
        WHERE NOT is_member
        GROUP BY number, account_id
        HAVING SUM(LEAST(used, member_used)) >= $alike * ANY_VALUE(members_used)
           AND (SUM(used) >= $lived_on * 1e6 OR COUNT(*) >= $several)
    )
    SELECT number, account_id, ROW_NUMBER() OVER ()::INTEGER AS user_number, is_member
    FROM (
        SELECT DISTINCT number, account_id, TRUE AS is_member
        FROM item_templates JOIN links.group_accounts USING (group_id)
        UNION ALL
        SELECT number, account_id, FALSE FROM alike
    ) AS users
"""
"""Members, and who else uses their templates as they do."""

_FILLS = """
    CREATE OR REPLACE TEMP TABLE item_fills AS
    WITH sent AS (
        SELECT number, user_number, is_member, snapshot_date, fill_hash, MAX(use_count) AS use_count,
               MAX(conversation_turn_count) AS turn_count
        FROM core.fill_days JOIN item_templates USING (template_id) JOIN item_users USING (number, account_id)
        WHERE snapshot_date BETWEEN $first AND $last AND is_member
        GROUP BY ALL
    )
    SELECT * FROM sent
    UNION ALL
    SELECT number, user_number, is_member, snapshot_date, fill_hash, MAX(use_count) AS use_count, NULL AS turn_count
    FROM core.fill_days JOIN item_templates USING (template_id) JOIN item_users USING (number, account_id)
    WHERE snapshot_date BETWEEN $first AND $last AND NOT is_member
      AND (number, fill_hash) IN (SELECT number, fill_hash FROM sent)
    GROUP BY ALL
"""
"""Sendings of the members' items. The beginning and the end of one exchange have one fill, which counts once."""

_DAYS = """
    CREATE OR REPLACE TEMP TABLE item_days AS
    SELECT number, fill_hash, snapshot_date, COUNT(*) AS any_sendings, SUM(use_count)::BIGINT AS any_uses,
           COUNT(CASE WHEN is_member THEN 1 END) AS sendings,
           SUM(CASE WHEN is_member THEN use_count END)::BIGINT AS use_count,
           SUM(CASE WHEN is_member THEN turn_count END)::BIGINT AS turn_count,
           MIN(CASE WHEN is_member THEN user_number END) AS first_user,
           MAX(CASE WHEN is_member THEN user_number END) AS last_user
    FROM item_fills GROUP BY number, fill_hash, snapshot_date
"""
"""Items a day, of members and of anybody. Days and accounts are told apart by groups and by least and greatest: sets of
them for each of millions of items would have to stay in memory."""

_ITEMS = """
    WITH counted AS (
        SELECT number, SUM(sendings)::BIGINT AS sendings, SUM(use_count)::BIGINT AS use_count,
               SUM(turn_count)::BIGINT AS turn_count,
               COUNT(use_count) AS days, MIN(first_user) <> MAX(last_user) AS is_shared,
               SUM(any_sendings)::BIGINT AS any_sendings, SUM(any_uses)::BIGINT AS any_uses, COUNT(*) AS any_days
        FROM item_days GROUP BY number, fill_hash
    ),
    members AS (
        SELECT number, COUNT(DISTINCT user_number) AS account_count FROM item_fills WHERE is_member GROUP BY number
    ),
    units AS (
        SELECT number, SUM(sendings) < $dealt * COUNT(*) * ANY_VALUE(account_count) AS is_dealt
        FROM counted JOIN members USING (number) GROUP BY number
    ),
    item AS (
        SELECT counted.* REPLACE (
                   CASE WHEN is_dealt THEN days ELSE sendings END AS sendings,
                   CASE WHEN is_dealt THEN any_sendings - sendings + days ELSE any_sendings END AS any_sendings
               )
        FROM counted JOIN units USING (number)
    ),
    room AS (
        -- Of a dealt item no two sendings are of one day.
        SELECT number,
               (SUM(sent) * SUM(sent) - SUM(CASE WHEN is_dealt THEN sent * sent ELSE sent END)) // 2 AS pairs
        FROM (
            SELECT number, snapshot_date, is_dealt,
                   CASE WHEN is_dealt THEN COUNT(sendings) ELSE SUM(sendings)::BIGINT END AS sent
            FROM item_days JOIN units USING (number) WHERE use_count IS NOT NULL
            GROUP BY number, snapshot_date, is_dealt
        )
        GROUP BY number
    ),
    active AS (
        SELECT number, COUNT(DISTINCT CASE WHEN use_count IS NOT NULL THEN snapshot_date END) AS day_count,
               COUNT(DISTINCT snapshot_date) AS any_day_count
        FROM item_days GROUP BY number
    ),
    users AS (
        SELECT number, COUNT(*) AS anybody_account_count, COUNT(DISTINCT payer_id) AS anybody_payer_count
        FROM item_users JOIN features.payers USING (account_id) GROUP BY number
    ),
    named AS (SELECT DISTINCT group_id, number FROM item_templates)
    SELECT group_id, ANY_VALUE(account_count) AS account_count, COUNT(use_count) AS item_count,
           SUM(use_count)::BIGINT AS use_count, SUM(sendings)::BIGINT AS sending_count,
           SUM(sendings * (sendings - 1) // 2)::BIGINT AS pair_count,
           ANY_VALUE(pairs)::BIGINT AS comparable_pair_count,
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
           SUM(CASE WHEN any_days > 1 THEN any_uses ELSE 0 END) / SUM(any_uses) AS anybody_later_share,
           ANY_VALUE(anybody_account_count) AS anybody_account_count,
           ANY_VALUE(anybody_payer_count) AS anybody_payer_count,
           SUM(item.turn_count) / SUM(item.use_count) AS item_turn_share
    FROM item JOIN active USING (number) JOIN room USING (number) JOIN members USING (number) JOIN users USING (number)
    JOIN named USING (number)
    GROUP BY group_id
    HAVING SUM(item.use_count) >= $fewest
    ORDER BY group_id
"""


def work_queue_tests(items: pl.DataFrame) -> pl.DataFrame:
    """Whether fewer items come again than a stock of as many would give: rows of links.group_tests without q-value.

    Args:
        items: rows of links.group_items.

    Method: the number of pairs of equal items among draws from D is Poisson, its mean the pairs that can be equal over
    D (the birthday problem); D is taken as small as it can be, the number of items seen.
    """
    from scipy.special import pdtr

    uses, distinct = items["sending_count"].to_numpy().astype(np.float64), items["item_count"].to_numpy()
    expected = items["comparable_pair_count"].to_numpy().astype(np.float64) / np.maximum(distinct, 1)
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
