"""What a user would otherwise write, and a published method, on the same worlds and scored by the same rules.

Every baseline returns the accounts it would accuse, in findings. None of them tells relay from extraction or gives a
confidence: what it names, it accuses of coordinated extraction, with confidence moderate. Compare it by
`recall_any_claim` and `precision_any_claim`, which do not ask for the right claim.
"""

import duckdb
import polars as pl

from forensics.evaluate.baselines.outlying_features import accuse_outlying_features
from forensics.evaluate.baselines.prompt_distance import (
    accuse_distant_prompts,
    accuse_most_distant_prompts,
    prompt_distances,
)
from forensics.evaluate.baselines.shared_signals import accuse_shared_payers, accuse_shared_signals
from forensics.evaluate.reported import FINDING_SCHEMA, Reported, ranked
from forensics.window import Window

__all__ = ["BASELINES", "run_baselines"]

BASELINES = {
    "any shared signal": "every component of accounts that share any value (card, address, domain, client, template)",
    "shared payment": "every component of accounts that share a payment instrument",
    "isolation forest": "accounts that an isolation forest with its default threshold isolates, on all features",
    "prompt distance": "accounts whose prompts are no draw from everybody's: MMD, permutation test, false discovery"
    " rate 5 %",
    "prompt distance, top 5 %": "the twentieth of the tested accounts whose prompts are the most distant",
}
"""Every baseline's name and what it accuses."""


def run_baselines(connection: duckdb.DuckDBPyConnection, window: Window, seed: int) -> dict[str, Reported]:
    """Run every baseline and give its accusations the shape of reports.

    Args:
        connection: a warehouse filled up to the step links.
        window: the days they look at.
        seed: seed of whatever they draw.

    Returns:
        What each concluded, by name, in the order of `BASELINES`.
    """
    distances = prompt_distances(connection, window, seed)
    accused = (
        accuse_shared_signals(connection),
        accuse_shared_payers(connection),
        accuse_outlying_features(connection, seed),
        accuse_distant_prompts(distances),
        accuse_most_distant_prompts(distances),
    )
    return {name: _reported(members, window) for name, members in zip(BASELINES, accused, strict=True)}


def _reported(accused: pl.DataFrame, window: Window) -> Reported:
    """Findings for accused accounts.

    Args:
        accused: finding_id and account_id.
        window: the days that were looked at.
    """
    members = accused.cast(pl.String).unique().sort("finding_id", "account_id")
    findings = members.select(pl.col("finding_id").unique(maintain_order=True)).with_columns(
        as_of=pl.lit(window.as_of),
        kind=pl.lit("coordinated_extraction"),
        confidence=pl.lit("moderate"),
        score=pl.lit(1.0),
    )
    return Reported(window.first, window.as_of, ranked(findings.cast(FINDING_SCHEMA)), members, None)
