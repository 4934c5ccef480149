"""Examples of what the accounts of a finding ask: few, redacted, short, and only where the settings allow them.

The accounts with the most exchanges give one prompt each, from their busiest day, chosen by a hash of its id: the same
ones on every run, and no picked cherries.
"""

import duckdb
import polars as pl

from forensics.privacy.redaction import READ_CHARACTERS, shown
from forensics.raw.exchange_files import exchanges_of_day
from forensics.settings import Settings
from forensics.warehouse.tables import read_frame

EXAMPLES = 5
"""Enough to see what is asked; more would be reading along."""

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_id": pl.String,
    "exchange_id": pl.String,
    "occurred_at": pl.Datetime("us"),
    "excerpt": pl.String,
}


def exemplars(
    connection: duckdb.DuckDBPyConnection, finding_id: str, settings: Settings, *, count: int = EXAMPLES
) -> pl.DataFrame:
    """A few prompts of a finding's accounts.

    Args:
        connection: to a warehouse with the finding and the exchanges' files.
        finding_id: the finding.
        settings: with show_exemplars; where it is off there is not one row.
        count: accounts at most, one prompt each.

    Returns:
        account_id, exchange_id, occurred_at, excerpt (redacted, one line, at most 300 characters); sorted by account.
    """
    if not settings.show_exemplars:
        return pl.DataFrame(schema=SCHEMA)
    chosen = read_frame(connection, _BUSIEST, finding=finding_id, count=count)
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
            accounts=accounts["account_id"].to_list(),
            characters=READ_CHARACTERS,
        )
        for (day,), accounts in chosen.group_by("snapshot_date", maintain_order=True)
    ]
    if not found:
        return pl.DataFrame(schema=SCHEMA)
    prompts = pl.concat(found).with_columns(shown(pl.col("prompt")).alias("excerpt"))
    return prompts.select(list(SCHEMA)).sort("account_id")


_BUSIEST = """
    SELECT account_id, arg_max(snapshot_date, (account_days.exchange_count, snapshot_date)) AS snapshot_date
    FROM reports.finding_accounts AS members
    JOIN reports.findings USING (finding_id)
    JOIN core.account_days USING (account_id)
    WHERE finding_id = $finding AND snapshot_date <= findings.as_of
      AND snapshot_date NOT IN (
          SELECT snapshot_date FROM raw.removals
          WHERE cause = 'retention' AND table_name = 'raw.exchanges' AND snapshot_date IS NOT NULL
      )
    GROUP BY account_id
    ORDER BY any_value(members.exchange_count) DESC, account_id
    LIMIT $count
"""
