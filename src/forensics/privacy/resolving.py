"""What a pseudonym may stand for: the values of its class in a warehouse."""

import duckdb

from forensics.privacy.pseudonyms import CLASSES

NAMED = {
    "account": """
        SELECT account_id FROM raw.accounts UNION SELECT account_id FROM core.account_days
        UNION SELECT account_id FROM reports.finding_accounts""",
    "organisation": """
        SELECT organisation_id FROM raw.organisations UNION SELECT organisation_id FROM raw.accounts
        UNION SELECT organisation_id FROM reports.finding_accounts""",
    "reviewer": "SELECT decided_by FROM reports.findings",
}
"""Classes of pseudonyms whose values stand in tables, and where."""


def candidates(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """All values of a class of pseudonyms.

    Args:
        connection: to the published warehouse.
        name: account, instrument, address, organisation, … as pseudonyms begin.
    """
    found = [row[0] for row in connection.execute(NAMED[name]).fetchall() if row[0]] if name in NAMED else []
    kinds = [kind for kind, named in CLASSES.items() if named == name] or [name]
    rows = connection.execute(
        """
        SELECT signal_value FROM core.signal_days WHERE list_contains($kinds::VARCHAR[], signal_kind)
        UNION SELECT signal_value FROM links.signals WHERE list_contains($kinds::VARCHAR[], signal_kind)
        UNION SELECT signal_value FROM reports.finding_signals WHERE list_contains($kinds::VARCHAR[], signal_kind)
        """,
        {"kinds": kinds},
    ).fetchall()
    return sorted({*found, *(row[0] for row in rows)})
