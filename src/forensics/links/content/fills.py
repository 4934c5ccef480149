"""Whether members send the same items under their common instructions, or each its own: the direction is the evidence.

A list that is worked off once is dealt out: fewer items come in two accounts than independent draws would give. A
class, a benchmark or a suite has one set for all: far more do. Both are read under the templates that hold the group
together, since strangers' prompts have nothing in common and would look dealt out.

Known drawbacks: items that everybody makes up anew are as disjoint as a dealt list. A store of prompts that is sent
through several accounts has items in common, too, so that much in common speaks for one set, not for innocence.
"""

import duckdb
import numpy as np
import polars as pl

from forensics.features.fill_overlap import fill_overlap, prompt_overlap
from forensics.links.evidence import EFFECT_LIFT, SIGNIFICANT
from forensics.links.timing.chance import SMALLEST_FITTED
from forensics.links.timing.tables import results
from forensics.warehouse.tables import read_frame
from forensics.window import Window

NULL = (
    "members draw {what} independently from a stock as large as all that was drawn (repeats, hypergeometric mean and"
    " variance, {side} tail)"
)


def shared_fills(
    connection: duckdb.DuckDBPyConnection, members: pl.DataFrame, window: Window, *, seed: int
) -> pl.DataFrame:
    """Overlap of the members' items under the group's rare templates, and of their long prompts, with chance.

    `disjoint_fills` (control: a list dealt out) and `common_fills` (against extraction: one set for all) are the two
    tails of one statistic; `common_prompts` (control) is the upper tail for long prompts word for word.

    Args:
        connection: with links.group_signals, core.fill_days, core.prompt_days, features.template_families and
            features.templates.
        members: group_id and account_id, one row a member.
        window: the days that count.
        seed: not used; nothing is drawn.

    Returns:
        Rows for groups of which ten repeats or more would be expected, columns of the measures of links. The value is
        the observed over the expected overlap of two members (1: chance), its interval leaves out one account at a
        time; the sample size is the number of distinct items per account, summed. Where that ratio and the number of
        repeats lie on different sides of chance, the chance given is 1.
    """
    templates = read_frame(
        connection,
        """
        SELECT DISTINCT group_id, signal_value AS template_id FROM links.group_signals
        WHERE signal_kind = 'prompt_template' AND NOT is_hub AND q_value < $significant AND lift >= $lift
        ORDER BY ALL
        """,
        significant=SIGNIFICANT,
        lift=EFFECT_LIFT,
    )
    fills = fill_overlap(connection, members, window, templates)
    prompts = prompt_overlap(connection, members, window)
    return results(
        [
            *_rows(fills, "disjoint_fills", "control", "items", "lower"),
            *_rows(fills, "common_fills", "extraction", "items", "upper"),
            *_rows(prompts, "common_prompts", "control", "long prompts", "upper"),
        ]
    )


def _rows(overlaps: pl.DataFrame, measure: str, claim: str, what: str, side: str) -> list[dict[str, object]]:
    """One tail of the overlap of every group that has a verdict."""
    from scipy.special import ndtr

    judged = overlaps.filter(pl.col("overlap_z").is_not_null() & pl.col("overlap_ratio").is_not_null())
    direction = 1 if side == "lower" else -1
    p = np.maximum(ndtr(direction * judged["overlap_z"].to_numpy()), SMALLEST_FITTED)
    # A few items that everybody sends and many that nobody shares pull the two statistics apart: then neither is said.
    p = np.where(direction * (judged["overlap_ratio"].to_numpy() - 1) < 0, p, 1.0)
    return [
        {
            "group_id": row["group_id"],
            "measure": measure,
            "claim": claim,
            "value": row["overlap_ratio"],
            "baseline": 1.0,
            "low": row["ratio_low"],
            "high": row["ratio_high"],
            "null_model": NULL.format(what=what, side=side),
            "sample_size": row["fill_count"],
            "p_value": float(chance),
            "detail": f"{row['repeat_count']:,} repeats where {row['repeat_expected']:,.0f} are expected",
        }
        for row, chance in zip(judged.iter_rows(named=True), p, strict=True)
    ]
