"""How much of what a group sends are known public items, such as a benchmark's: word for word, or changed.

Who sends public items as they are evaluates the model; who sends thousands of changed ones makes training data of
seeds. Where the group has rare templates in common, only sampled prompts that follow them are counted, so that neither
other traffic hides what the templates carry nor public items beside them excuse it; otherwise all sampled prompts are.

Every account counts once, by its share. Without a list of public items there is nothing to say, and no row.

Known drawbacks: lists hold what the user put into them, and an item that is on none is nobody's; public items may be
collected from, too, as they are; evaluations of robustness and exercises change public items.
"""

import duckdb
import polars as pl

from forensics.features.fill_overlap import RARE_PAYER_SHARE
from forensics.links.content.demands import shares_among, with_states
from forensics.links.evidence import COMMON_TEXT, EFFECT_LIFT, SIGNIFICANT
from forensics.links.timing.tables import results
from forensics.warehouse.tables import read_frame, temporary_tables
from forensics.window import Window

MEASURES = {"exact": "public_items", "mutated": "mutated_public_items"}
"""How a prompt holds an item, and what the share of such prompts is called."""

FEWEST_MEMBERS = 2
"""Members with sampled prompts under the common templates from which those are looked at alone."""

NULL = (
    "members are a random draw of the accounts of the same channel, plan and volume, by their sampled prompts {where}"
    " (exact sum of shares)"
)


def public_items(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Share of a group's sampled prompts that hold a public item, word for word and changed, against matched accounts.

    Args:
        connection: with core.public_items, core.sample_days, core.sample_templates, features.template_families,
            features.templates, links.group_signals and raw.accounts.
        members: group_id and account_id, one row a member.
        window: the days that count, of which those that were compared with a list are looked at.
        seed: not used; nothing is drawn.

    Returns:
        A row a measure and group whose prompts were compared, columns of the measures of links; none without lists.
        The value is the mean of the members' shares, the baseline that of matched accounts; the sample size is the
        number of members whose prompts were counted.
    """
    everybody = _sampled(connection, window)
    if everybody.is_empty():
        return results([])
    own = members.select("group_id", "account_id").unique().sort("group_id", "account_id")
    rows = _rows(connection, own.join(everybody, on="account_id"), everybody, window, "of all they send")
    tables = {"family_items": _FAMILY_ITEMS}
    with temporary_tables(connection, tables, first=window.first, last=window.as_of, rare=RARE_PAYER_SHARE):
        under = _common(_under_templates(connection, own), own)
        anybody = read_frame(connection, _ANYBODY)
        # The later of two rows of a group counts.
        rows |= _rows(connection, under, anybody, window, "under their common templates")
    return results(list(rows.values()))


def _rows(
    connection: duckdb.DuckDBPyConnection, used: pl.DataFrame, everybody: pl.DataFrame, window: Window, where: str
) -> dict[tuple[str, str], dict[str, object]]:
    """Rows by group and measure.

    Args:
        connection: with raw.accounts.
        used: group_id, account_id, exchange_count, exact and mutated; sorted.
        everybody: the same without the group, of all accounts.
        window: the days that count.
        where: which prompts they are, for the reader.
    """
    found: dict[tuple[str, str], dict[str, object]] = {}
    if used.is_empty():
        return found
    shares = shares_among(used, with_states(connection, everybody, window), list(MEASURES))
    for group_id, name, row, own in shares:
        found[group_id, name] = {
            **row,
            "group_id": group_id,
            "measure": MEASURES[name],
            "null_model": NULL.format(where=where),
            "detail": f"{own[name].sum():,} of {own['exchange_count'].sum():,} sampled prompts {where}",
        }
    return found


def _sampled(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """account_id, exchange_count (sampled prompts that were compared), exact and mutated, sorted."""
    return read_frame(
        connection,
        f"""
        WITH held AS ({_HELD}), held_days AS (
            SELECT snapshot_date, account_id, SUM(exact) AS exact, SUM(mutated) AS mutated
            FROM held GROUP BY snapshot_date, account_id
        )
        SELECT account_id, SUM(sample_count)::BIGINT AS exchange_count, {_SUMS}
        FROM core.sample_days LEFT JOIN held_days USING (snapshot_date, account_id)
        WHERE public_item_lists IS NOT NULL AND snapshot_date BETWEEN $first AND $last
        GROUP BY account_id ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )


def _under_templates(connection: duckdb.DuckDBPyConnection, members: pl.DataFrame) -> pl.DataFrame:
    """The same of each member's sampled prompts under its group's rare templates, with the group."""
    connection.register("public_item_members", members.to_arrow())
    try:
        return read_frame(
            connection,
            f"""
            WITH template AS (
                SELECT DISTINCT group_id, signal_value AS family_id FROM links.group_signals
                WHERE signal_kind = 'prompt_template' AND NOT is_hub AND q_value < $significant AND lift >= $lift
            ), sent AS (
                SELECT DISTINCT group_id, account_id, snapshot_date, exchange_id, exact, mutated
                FROM family_items JOIN public_item_members USING (account_id) JOIN template USING (group_id, family_id)
            )
            SELECT group_id, account_id, COUNT(*) AS exchange_count, {_SUMS}
            FROM sent GROUP BY group_id, account_id ORDER BY group_id, account_id
            """,
            significant=SIGNIFICANT,
            lift=EFFECT_LIFT,
        )
    finally:
        connection.unregister("public_item_members")


def _common(under: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Rows of the groups whose rare templates are common to them."""
    sizes = members.group_by("group_id").agg(pl.len().alias("size"))
    is_common = pl.len().over("group_id") >= pl.max_horizontal(COMMON_TEXT * pl.col("size"), FEWEST_MEMBERS)
    return under.join(sizes, on="group_id", maintain_order="left").filter(is_common).drop("size")


_SUMS = "COALESCE(SUM(exact), 0)::BIGINT AS exact, COALESCE(SUM(mutated), 0)::BIGINT AS mutated"

_HELD = """
    SELECT snapshot_date, account_id, exchange_id,
           MAX(CASE WHEN overlap = 'exact' THEN 1 ELSE 0 END) AS exact,
           MIN(CASE WHEN overlap = 'exact' THEN 0 ELSE 1 END) AS mutated
    FROM core.public_items WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY snapshot_date, account_id, exchange_id
"""
"""Sampled prompts with an item of any list; who holds one word for word holds no changed one."""

_FAMILY_ITEMS = f"""
    SELECT DISTINCT sent.snapshot_date, sent.account_id, sent.exchange_id, family_id,
           COALESCE(exact, 0) AS exact, COALESCE(mutated, 0) AS mutated
    FROM core.sample_templates AS sent
    JOIN core.sample_days AS compared ON compared.snapshot_date = sent.snapshot_date
     AND compared.account_id = sent.account_id AND compared.public_item_lists IS NOT NULL
    JOIN features.template_families USING (template_id)
    LEFT JOIN ({_HELD}) AS held ON held.snapshot_date = sent.snapshot_date
     AND held.account_id = sent.account_id AND held.exchange_id = sent.exchange_id
    WHERE sent.snapshot_date BETWEEN $first AND $last
      AND family_id IN (SELECT template_id FROM features.templates WHERE payer_share <= $rare)
"""
"""Sampled prompts that were compared, by rare family of templates."""

_ANYBODY = f"""
    SELECT account_id, COUNT(*) AS exchange_count, {_SUMS}
    FROM (SELECT DISTINCT snapshot_date, account_id, exchange_id, exact, mutated FROM family_items) AS sent
    GROUP BY account_id ORDER BY account_id
"""
"""What each account sends under any rare template."""
