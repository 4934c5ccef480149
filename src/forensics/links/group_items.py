"""links.group_items: whether what a group sends under its templates comes again.

An application's questions follow a Zipf law, a benchmark's items are few, a suite repeats itself every night. Who works
off a list shared out among accounts sends each item once: by one account on one day, though perhaps several times, for
several answers or after an error. That is the difference between a hydra and a firm that names
no organisation, and it shows in the fills of the templates that hold the group together.

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
    return read_frame(
        connection,
        """
        WITH template AS (
            SELECT DISTINCT group_id, signal_value AS template_id, signal_value LIKE 'system-%' AS is_system,
                   accounts_sharing >= $among * (accounts_sharing + accounts_sharing_outside) AS is_own
            FROM links.group_signals
            JOIN links.groups USING (group_id)
            WHERE signal_kind = 'prompt_template' AND NOT is_hub AND q_value < $significant AND lift >= $lift
              AND accounts_sharing >= $common * account_count
            -- A fixed system prompt leaves the whole prompt as the item, a fixed beginning only the rest of it.
            QUALIFY is_system = BOOL_OR(is_system) OVER (PARTITION BY group_id)
        ),
        -- The beginning and the end of one exchange have one fill, which counts once; a row is a sending.
        fill AS (
            SELECT group_id, account_id, snapshot_date, fill_hash, MAX(use_count) AS use_count,
                   BOOL_OR(links.group_accounts.account_id IS NOT NULL) AS is_member, BOOL_OR(is_own) AS is_own
            FROM template JOIN core.fill_days USING (template_id)
            LEFT JOIN links.group_accounts USING (group_id, account_id)
            WHERE snapshot_date BETWEEN $first AND $last
            GROUP BY group_id, account_id, snapshot_date, fill_hash
        ),
        item AS (
            SELECT group_id, fill_hash, SUM(use_count)::BIGINT AS use_count, COUNT(*) AS sendings,
                   COUNT(DISTINCT account_id) AS accounts, COUNT(DISTINCT snapshot_date) AS days
            FROM fill WHERE is_member GROUP BY group_id, fill_hash
        ),
        active AS (
            SELECT group_id, COUNT(DISTINCT snapshot_date) AS day_count, COUNT(DISTINCT account_id) AS account_count
            FROM fill WHERE is_member GROUP BY group_id
        ),
        anybody AS (
            SELECT group_id, SUM(CASE WHEN sendings > 1 THEN sendings ELSE 0 END) / SUM(sendings) AS recurring_share,
                   SUM(days * use_count) / SUM(use_count) AS item_days,
                   SUM(CASE WHEN days > 1 THEN use_count ELSE 0 END) / SUM(use_count) AS later_share
            FROM (
                SELECT group_id, fill_hash, SUM(use_count)::BIGINT AS use_count, COUNT(*) AS sendings,
                       COUNT(DISTINCT snapshot_date) AS days
                FROM fill WHERE is_own OR is_member GROUP BY group_id, fill_hash
            ) AS any_item
            GROUP BY group_id
        ),
        anybodys_days AS (
            SELECT group_id, COUNT(DISTINCT snapshot_date) AS day_count FROM fill WHERE is_own OR is_member
            GROUP BY group_id
        )
        SELECT group_id, ANY_VALUE(active.account_count) AS account_count, COUNT(*) AS item_count,
               SUM(use_count)::BIGINT AS use_count, SUM(sendings)::BIGINT AS sending_count,
               SUM(sendings * (sendings - 1) // 2)::BIGINT AS pair_count,
               -- Stock that the items seen once and twice suggest (Chao 1984).
               COUNT(*) + COUNT(CASE WHEN use_count = 1 THEN 1 END) ** 2
                   / (2.0e0 * GREATEST(COUNT(CASE WHEN use_count = 2 THEN 1 END), 1)) AS stock_size,
               2.0e0 * SUM(use_count * (use_count - 1) // 2) * stock_size
                   / NULLIF(SUM(use_count) * (SUM(use_count) - 1), 0) AS popularity,
               SUM(CASE WHEN sendings > 1 THEN sendings ELSE 0 END) / SUM(sendings) AS recurring_share,
               SUM(CASE WHEN accounts > 1 THEN use_count ELSE 0 END) / SUM(use_count) AS several_accounts_share,
               SUM(days * use_count) / SUM(use_count) / ANY_VALUE(active.day_count) AS day_share,
               ANY_VALUE(active.day_count) AS day_count,
               ANY_VALUE(anybody.recurring_share) AS anybody_recurring_share,
               ANY_VALUE(item_days) / ANY_VALUE(anybodys_days.day_count) AS anybody_day_share,
               ANY_VALUE(anybody.later_share) AS anybody_later_share
        FROM item JOIN active USING (group_id) JOIN anybody USING (group_id) JOIN anybodys_days USING (group_id)
        GROUP BY group_id
        HAVING SUM(use_count) >= $fewest
        ORDER BY group_id
        """,
        significant=SIGNIFICANT,
        lift=EFFECT_LIFT,
        common=COMMON_TEXT,
        among=AMONG_ITS_USERS,
        first=window.first,
        last=window.as_of,
        fewest=FEWEST_USES,
    )


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
