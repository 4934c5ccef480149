"""Examples of what the accounts of a finding ask: few, redacted, short, and only where the settings allow them.

The accounts with the most exchanges give one prompt each, from their busiest day, chosen by a hash of its id: the same
ones on every run, and no picked cherries.
"""

from collections.abc import Sequence

import duckdb
import polars as pl

from forensics.privacy.redaction import READ_CHARACTERS, shown
from forensics.raw.exchange_files import exchanges_of_day
from forensics.settings import Settings
from forensics.warehouse.tables import read_frame

EXAMPLES = 5
"""Enough to see what is asked; more would be reading along."""

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "finding_id": pl.String,
    "account_id": pl.String,
    "exchange_id": pl.String,
    "occurred_at": pl.Datetime("us"),
    "excerpt": pl.String,
}


def exemplars(
    connection: duckdb.DuckDBPyConnection, finding_ids: Sequence[str], settings: Settings, *, count: int = EXAMPLES
) -> pl.DataFrame:
    """A few prompts of each finding's accounts; each day's file is read once, however many findings there are.

    Args:
        connection: to a warehouse with the findings and the exchanges' files.
        finding_ids: the findings.
        settings: with show_exemplars; where it is off there is not one row.
        count: accounts of a finding at most, one prompt each.

    Returns:
        finding_id, account_id, exchange_id, occurred_at, excerpt (redacted, one line, at most 300 characters); sorted
        by finding and account.
    """
    if not settings.show_exemplars or not finding_ids:
        return pl.DataFrame(schema=SCHEMA)
    chosen = read_frame(connection, _BUSIEST, findings=list(finding_ids), count=count)
    found = [
        read_frame(
            connection,
            f"""
            SELECT account_id, exchange_id, occurred_at, left(prompt, $characters) AS prompt
            FROM {exchanges_of_day(connection, day)}
            WHERE snapshot_date = $day AND list_contains($accounts::VARCHAR[], account_id)
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY md5(exchange_id), exchange_id) = 1
            """,
            day=day,
            accounts=accounts["account_id"].unique().sort().to_list(),
            characters=READ_CHARACTERS,
        )
        for (day,), accounts in chosen.group_by("snapshot_date", maintain_order=True)
    ]
    if not found:
        return pl.DataFrame(schema=SCHEMA)
    prompts = pl.concat(found).with_columns(shown(pl.col("prompt")).alias("excerpt"))
    quoted = chosen.select("finding_id", "account_id").join(prompts, on="account_id")
    return quoted.select(list(SCHEMA)).sort("finding_id", "account_id")


_BUSIEST = """
    SELECT finding_id, account_id,
           arg_max(snapshot_date, (account_days.exchange_count, snapshot_date)) AS snapshot_date
    FROM reports.finding_accounts AS members
    JOIN reports.findings USING (finding_id)
    JOIN core.account_days USING (account_id)
    WHERE list_contains($findings::VARCHAR[], finding_id) AND snapshot_date <= findings.as_of
      AND snapshot_date NOT IN (
          SELECT snapshot_date FROM raw.removals
          WHERE cause = 'retention' AND table_name = 'raw.exchanges' AND snapshot_date IS NOT NULL
      )
    GROUP BY finding_id, account_id
    QUALIFY row_number() OVER (
        PARTITION BY finding_id ORDER BY any_value(members.exchange_count) DESC, account_id
    ) <= $count
    ORDER BY snapshot_date, finding_id, account_id
"""
