"""Small tables of an evaluation: what was claimed against what is true, and each world's label on every row."""

import polars as pl

from forensics.evaluate.tallies import verdict_pairs
from forensics.evaluate.truth import Truth

NO_CLAIM = "none"


def labelled(frame: pl.DataFrame, truth: Truth, detector: str) -> pl.DataFrame:
    """Put detector, scenario and seed before a frame's own columns."""
    labels = {"detector": detector, "scenario": truth.scenario, "seed": truth.seed}
    return frame.select(*(pl.lit(value).alias(name) for name, value in labels.items()), pl.all())


def crossed(accounts: pl.DataFrame) -> pl.DataFrame:
    """Count active accounts by what they are, what should be claimed of them and what is."""
    return (
        accounts.filter("is_active")
        .with_columns(pl.col("expected_kind", "claimed_kind").fill_null(NO_CLAIM))
        .group_by("label", "kind", "expected_kind", "claimed_kind")
        .agg(pl.len().cast(pl.Int64).alias("account_count"))
        .sort(pl.all())
    )


def verdict_table(truth: Truth, verdicts: pl.DataFrame | None) -> pl.DataFrame:
    """Count organisations of known verdict by true and reported verdict."""
    schema = {"verdict": pl.String, "reported": pl.String, "organisation_count": pl.Int64}
    if verdicts is None:
        return pl.DataFrame(schema=schema)
    pairs = verdict_pairs(truth, verdicts).drop_nulls("verdict")
    return (
        pairs.group_by("verdict", "reported")
        .agg(pl.len().cast(pl.Int64).alias("organisation_count"))
        .sort("verdict", "reported")
    )
