"""features.organisation_decisions: what people decided on organisations, from the state folder's log."""

from pathlib import Path

import polars as pl

from forensics.features.organisations.decisions import read_decisions


def organisation_decisions(path: str | None) -> pl.DataFrame:
    """Every decision in the log; none without a log.

    Args:
        path: the log, from the settings.

    Returns:
        Rows of the contract.
    """
    return read_decisions(Path(path) if path else None)
