"""reports.finding_counts: how many of how many, for the shares that a finding's statements state."""

from collections.abc import Mapping, Sequence

import polars as pl

from forensics import contracts
from forensics.reports.statements import Statement


def finding_counts(statements: Mapping[str, Sequence[Statement]]) -> pl.DataFrame:
    """One row per statement that rests on a count of its own.

    Args:
        statements: by finding id.

    Returns:
        Rows of reports.finding_counts.
    """
    rows = [
        {
            "finding_id": finding_id,
            "measure": one.measure,
            **dict(one.key),
            "counted_count": one.counts[0],
            "total_count": one.counts[1],
            "share": one.value,
        }
        for finding_id, found in sorted(statements.items())
        for one in found
        if one.counts
    ]
    schema = {name: column.dtype for name, column in contracts.get("reports.finding_counts").columns.items()}
    return pl.DataFrame(rows, schema=schema)
