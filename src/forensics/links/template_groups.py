"""Sets of accounts that rare templates hold together: one they live on, or several that they all send now and then.

A campaign that hides among other traffic shows in a few exchanges of each account. One rare text proves little then, if
it asks for nothing unusual; several, sent by the same accounts and by hardly anybody else, are one stock of texts.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.links.ties import tied_parts, ties
from forensics.warehouse.tables import read_frame

SMALLEST_GROUP = 5
"""Accounts from which a group is judged: fewer are a household or a small team."""

TEMPLATE_PAYERS = 5
"""Payers a rare template needs to make a group of its accounts: those of one payer are found by what they share."""

FEW_PAYERS = 2
"""Payers a stock of templates needs: a few cards may pay for many accounts, and several texts that nobody else sends
hold them together where no card does."""

TEMPLATE_SHARE = 0.2
"""Share of an account's exchanges that must carry the template."""

ASKING = 0.5
"""Share of a template's exchanges that ask for one thing, from which small shares of an account's are looked at."""

KEPT_SHARE = 0.015
"""Share of an account's exchanges that must carry such a template, or several that belong together: a campaign may hide
among twenty times its size."""

LIKE_THE_OTHERS = 0.25
"""Share, as a part of the fifth largest, that an account must have to be one of those who keep sending a template."""

NOBODY_ELSE = 0.8
"""Share of a template's accounts that must keep sending it: what many send now and then is a phrase of the subject."""

SAME_ACCOUNTS = 0.5
"""Jaccard overlap of the accounts of two templates from which they belong to one stock of texts."""

BLOCK = 0.25
"""Part of a set from which accounts that ties connect are a block of it."""

BLOCKS_IN_ALL = 0.8
"""Part of a set that its blocks must be for it to come apart: then hardly anything but the text joins them. A campaign
that gives each account its own payer and address leaves most of its accounts in no block."""

FEWEST_TEMPLATES = 2
"""Templates of a stock that an account must send: one may have come to it by chance."""


def template_uses(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Which accounts a template or a stock of templates holds together.

    Args:
        connection: with links.account_signals, links.signals, links.edges, features.templates and features.payers.

    Returns:
        set_id (a template of the set), signal_value (a template) and account_id, sorted: accounts that live on one rare
        template of unrelated payers; that keep sending one which asks for something and which nobody lives on; or that
        keep sending several which hardly anybody else has. Where two hands use one text, each has a set.
    """
    used = read_frame(
        connection,
        """
        SELECT signal_value, account_id, payer_id, use_share, asked_share, signals.payer_count
        FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
        JOIN features.templates ON template_id = signal_value JOIN features.payers USING (account_id)
        WHERE signal_kind = 'prompt_template' AND NOT is_hub AND signals.payer_count >= $payers
        ORDER BY signal_value, account_id
        """,
        payers=FEW_PAYERS,
    )
    # Apart: a text of many payers would chain the stocks of several customers who all use it.
    used, of_few = (
        used.filter(pl.col("payer_count") >= TEMPLATE_PAYERS),
        used.filter(pl.col("payer_count") < TEMPLATE_PAYERS),
    )
    lived_on = read_frame(
        connection,
        """
        SELECT account_id, signal_value AS own_template FROM links.account_signals
        WHERE signal_kind = 'prompt_template' AND use_share >= $share ORDER BY account_id, own_template
        """,
        share=TEMPLATE_SHARE,
    )
    single = used.with_columns(set_id="signal_value", template_count=pl.lit(FEWEST_TEMPLATES, pl.UInt32))
    living = single.filter(pl.col("use_share") >= TEMPLATE_SHARE)
    asking = single.filter((pl.col("asked_share") >= ASKING) & (_fifth() < TEMPLATE_SHARE))
    kept = [
        _kept(asking, lived_on, TEMPLATE_PAYERS),
        _kept(_stocks(used), lived_on, TEMPLATE_PAYERS),
        _kept(_stocks(of_few), lived_on, FEW_PAYERS),
    ]
    uses = pl.concat([part.select(_COLUMNS) for part in (living, *kept)]).unique().sort(_COLUMNS)
    return _of_one_hand(uses, ties(connection))


def template_sets(uses: pl.DataFrame) -> list[frozenset[str]]:
    """The accounts of every set, where they are enough for a group.

    Args:
        uses: rows of `template_uses`, or some of them.
    """
    sets = uses.group_by("set_id", maintain_order=True).agg("account_id")["account_id"].to_list()
    return [frozenset(accounts) for accounts in sets if len(set(accounts)) >= SMALLEST_GROUP]


def _of_one_hand(uses: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """The uses with a set for each block, where a set falls into blocks that nothing but text and clients joins.

    A published text has many users: a firm's accounts and a campaign's, or those of two campaigns, are no group for it.
    """
    sets = uses.select("set_id", "account_id").unique().sort("set_id", "account_id")
    sets = sets.filter(pl.len().over("set_id") >= 2 * SMALLEST_GROUP)
    parts = sets.with_columns(tied_parts(sets, tied)).with_columns(
        size=pl.len().over("part"), whole=pl.len().over("set_id")
    )
    is_block = (pl.col("size") >= SMALLEST_GROUP) & (pl.col("size") >= BLOCK * pl.col("whole"))
    blocks = parts.filter(is_block).with_columns(
        number=pl.col("part").rank("dense").over("set_id"), all_blocks=pl.len().over("set_id")
    )
    blocks = blocks.filter(
        (pl.col("number").max().over("set_id") > 1) & (pl.col("all_blocks") >= BLOCKS_IN_ALL * pl.col("whole"))
    )
    whole = uses.join(blocks, on="set_id", how="anti")
    each = uses.join(blocks, on=["set_id", "account_id"]).with_columns(
        set_id=pl.format("{}, block {}", "set_id", "number")
    )
    return pl.concat([whole, each.select(_COLUMNS)]).sort(_COLUMNS)


_COLUMNS = ["set_id", "signal_value", "account_id"]


def _fifth() -> pl.Expr:
    """The fifth largest share of an account of each set, or the smallest where there are fewer."""
    return pl.col("use_share").top_k(SMALLEST_GROUP).min().over("set_id")


def _kept(used: pl.DataFrame, lived_on: pl.DataFrame, payer_count: int) -> pl.DataFrame:
    """Rows of the accounts that keep sending a set, of the sets that hardly anybody else sends and so many pay for."""
    sent = used.filter(pl.col("template_count") >= FEWEST_TEMPLATES).unique(["set_id", "account_id"])
    least = pl.max_horizontal(KEPT_SHARE, LIKE_THE_OTHERS * _fifth())
    keeping = sent.with_columns(keeps=pl.col("use_share") >= least).filter(
        pl.col("keeps").mean().over("set_id") >= NOBODY_ELSE, "keeps"
    )
    # Who lives on a template of his own is no account that hides one among other traffic.
    of_the_set = used.select("set_id", own_template="signal_value").unique()
    apart = keeping.join(lived_on, on="account_id").join(of_the_set, on=["set_id", "own_template"], how="anti")
    keeping = keeping.join(apart, on=["set_id", "account_id"], how="anti").filter(
        pl.col("payer_id").n_unique().over("set_id") >= payer_count
    )
    return used.join(keeping, on=["set_id", "account_id"], how="semi")


def _stocks(used: pl.DataFrame) -> pl.DataFrame:
    """Rows of the templates whose accounts are mostly those of another, by set, with what accounts send of the set."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    templates, rows = np.unique(used["signal_value"].to_numpy(), return_inverse=True)
    accounts, columns = np.unique(used["account_id"].to_numpy(), return_inverse=True)
    sent = csr_array((np.ones(len(rows), np.int32), (rows, columns)), shape=(len(templates), len(accounts)))
    both = (sent @ sent.T).tocoo()
    size = np.diff(sent.indptr)
    alike = both.data >= SAME_ACCOUNTS * (size[both.row] + size[both.col] - both.data)
    ends = both.row[alike], both.col[alike]
    graph = csr_array((np.ones(int(alike.sum()), np.int32), ends), shape=both.shape)
    _, part = connected_components(graph, directed=False)
    first: NDArray[np.int64] = np.unique(part, return_index=True)[1]
    found = pl.DataFrame({"signal_value": templates, "set_id": templates[first[part]]}, schema_overrides=_STRINGS)
    sets = found.filter(pl.len().over("set_id") >= FEWEST_TEMPLATES)
    return used.join(sets, on="signal_value").with_columns(
        # An exchange may carry two templates of a stock and count twice.
        use_share=pl.col("use_share").sum().over("set_id", "account_id"),
        template_count=pl.len().over("set_id", "account_id"),
    )


_STRINGS = {"signal_value": pl.String, "set_id": pl.String}
