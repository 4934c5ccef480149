"""Families: templates that are one instruction, as its beginning and end, or with a phrase exchanged.

Three things make two templates one family:

- they lie on the same exchanges (half of either's): beginning, end and system prompt of one request;
- the smaller one is a variation of the larger (`template_variations`), and no template on the same exchanges is one of
  a more used one;
- the smaller one lies on exchanges of a template that itself belongs to a third one, used by the same accounts: a
  beginning with a phrase exchanged before the common end. It is then no variation of anything else.

Time and memory grow with the number of templates and of their uses, times a logarithm for sorting.

What lies on the same exchanges is joined step by step, the most used templates first, and only where the accounts that
use one family's most used template use the other's too: an exercise that two operators have in common does not make
their instructions one.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.features.template_variations import SAME_ACCOUNTS, Places, Use, variations
from forensics.warehouse.tables import read_frame
from forensics.window import Window

SAME_EXCHANGES = 0.5
"""Share of both templates' exchanges that carry both."""


def template_families(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """The family of every template of the window.

    Args:
        connection: with core.templates, core.template_days and core.template_pairs of the window.
        window: the days that count.

    Returns:
        One row a template: template_id and family_id, the id of the family's most used template.
    """
    dates = {"first": window.first, "last": window.as_of}
    connection.execute(_RANKED, dates)
    try:
        templates = read_frame(
            connection, "SELECT template_id, exchange_count FROM ranked_templates ORDER BY place"
        ).with_columns(part=pl.col("template_id").str.split("-").list.first())
        use = _use(connection, window)
        pairs = read_frame(connection, _PAIRS, **dates)
        same, behind = _on_same_exchanges(pairs), _behind_a_common_end(pairs, use)
        alike = variations(connection, templates, use)
        # What it lies beside says more of a template than a phrase that it shares: one instruction's, never two's.
        alike = _where_it_lies(alike[~np.isin(alike[:, 0], behind[:, 0])], pairs)
        alike = _one_a_request(alike, same, use)
        beside = np.concatenate([same, behind])
    finally:
        connection.execute("DROP TABLE ranked_templates")
    return _families(templates["template_id"], alike, beside, use)


_RANKED = """
    CREATE OR REPLACE TEMP TABLE ranked_templates AS
    SELECT template_id, exchange_count, shown_on,
           ROW_NUMBER() OVER (ORDER BY exchange_count DESC, template_id) - 1 AS place
    FROM (
        SELECT template_id, SUM(exchange_count)::BIGINT AS exchange_count,
               -- The day that saw most of it knows its text best.
               ARG_MAX(
                   snapshot_date, 100000 * exchange_count - DATE_DIFF('day', DATE '1970-01-01', snapshot_date)
               ) AS shown_on
        FROM core.templates WHERE snapshot_date BETWEEN $first AND $last GROUP BY template_id
    )
"""

_PAIRS = """
    SELECT one.place, other.place AS other, SUM(pairs.exchange_count)::BIGINT AS both,
           ANY_VALUE(one.exchange_count) AS own, ANY_VALUE(other.exchange_count) AS its
    FROM core.template_pairs AS pairs
    JOIN ranked_templates AS one ON one.template_id = pairs.template_id
    JOIN ranked_templates AS other ON other.template_id = pairs.other_template_id
    WHERE snapshot_date BETWEEN $first AND $last
    GROUP BY one.place, other.place
    HAVING 2 * SUM(pairs.exchange_count) >= LEAST(ANY_VALUE(one.exchange_count), ANY_VALUE(other.exchange_count))
    ORDER BY one.place, other.place
"""
"""Pairs that lie on half of the exchanges of one of them: place, other, and the exchanges of both, own and its."""


def _use(connection: duckdb.DuckDBPyConnection, window: Window) -> Use:
    used = read_frame(
        connection,
        """
        WITH used AS (
            SELECT place, account_id, SUM(days.exchange_count)::BIGINT AS use_count
            FROM core.template_days AS days JOIN ranked_templates USING (template_id)
            WHERE snapshot_date BETWEEN $first AND $last GROUP BY place, account_id
        ),
        numbered AS (
            SELECT account_id, ROW_NUMBER() OVER (ORDER BY account_id) - 1 AS account
            FROM (SELECT DISTINCT account_id FROM used)
        )
        SELECT place::INTEGER AS place, account::INTEGER AS account, use_count
        FROM used JOIN numbered USING (account_id) ORDER BY place, account
        """,
        first=window.first,
        last=window.as_of,
    )
    count = int(connection.execute("SELECT count(*) FROM ranked_templates").fetchall()[0][0])
    bounds = np.searchsorted(used["place"].to_numpy(), np.arange(count + 1))
    accounts = used["account"].to_numpy()
    return Use(bounds, accounts, used["use_count"].to_numpy(), int(accounts.max(initial=-1)) + 1)


def _on_same_exchanges(pairs: pl.DataFrame) -> Places:
    found = pairs.filter(pl.col("both") >= SAME_EXCHANGES * pl.max_horizontal("own", "its"))
    return found.select("place", "other").to_numpy()


def _behind_a_common_end(pairs: pl.DataFrame, use: Use) -> Places:
    """Pairs of a small template and the one that owns what both lie beside."""
    turned = pairs.select(place="other", other="place", both="both", own="its", its="own")
    pairs = pl.concat([pairs, turned.select(pairs.columns)])
    owner = (
        pairs.filter(pl.col("both") >= SAME_EXCHANGES * pl.col("own"))
        .sort(["place", "both", "other"], descending=[False, True, False])
        .unique("place", keep="first", maintain_order=True)
        .select(other="place", owner="other")
    )
    beside = pairs.filter((pl.col("both") >= SAME_ACCOUNTS * pl.col("own")) & (pl.col("own") < pl.col("its")))
    found = beside.join(owner, on="other").filter(pl.col("owner") != pl.col("place")).select("place", "owner").unique()
    smaller, larger = found["place"].to_numpy(), found["owner"].to_numpy()
    is_together = use.together(smaller, larger) >= SAME_ACCOUNTS
    return np.column_stack([smaller[is_together], larger[is_together]])


def _where_it_lies(alike: Places, pairs: pl.DataFrame) -> Places:
    """Leave out variations of what mostly does not lie where they do: an item's words, and the few of an end behind it.

    Known drawback: who sends an end of his own with two fifths of a text keeps its variations apart.
    """
    turned = pairs.select(place="other", other="place", both="both", own="its", its="own")
    on = pl.concat([pairs, turned.select(pairs.columns)]).filter(pl.col("both") >= SAME_ACCOUNTS * pl.col("own"))
    links = pl.DataFrame(alike, schema=["smaller", "larger"], orient="row")
    under = on.filter(pl.col("own") < pl.col("its")).select(smaller="place", whole="other")
    stays = on.select(larger="place", whole="other", lies=pl.lit(True))
    strays = (
        links.join(under, on="smaller")
        .filter(pl.col("whole") != pl.col("larger"))
        .join(stays, on=["larger", "whole"], how="left")
        .filter(pl.col("lies").is_null())
    )
    return links.join(strays, on=["smaller", "larger"], how="anti", maintain_order="left").to_numpy()


def _one_a_request(alike: Places, same: Places, use: Use) -> Places:
    """Of the variations that lie on the same exchanges, that of the most used text: a request varies one instruction.

    The others are its items, whose words other requests have too.
    """
    from forensics.features.text_likeness import grown_families

    request = grown_families(same, np.zeros(len(same)), use.bounds, use.accounts, use.counts)[alike[:, 0]]
    order = np.lexsort((alike[:, 0], alike[:, 1], request))
    return alike[order[np.unique(request[order], return_index=True)[1]]]


def _families(ids: pl.Series, alike: Places, beside: Places, use: Use) -> pl.DataFrame:
    """Join variations, then what lies beside them; of these first the links whose less used template is used most."""
    from forensics.features.text_likeness import grown_families

    beside = np.unique(np.sort(beside, axis=1), axis=0)
    beside = beside[np.lexsort((beside[:, 0], beside[:, 1]))]
    links, least = np.concatenate([alike, beside]), np.repeat([0.0, SAME_ACCOUNTS], [len(alike), len(beside)])
    leaders = grown_families(links, least, use.bounds, use.accounts, use.counts)
    return pl.DataFrame({"template_id": ids, "family_id": ids.gather(leaders)}).sort("template_id")
