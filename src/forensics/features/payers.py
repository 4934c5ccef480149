"""features.payers: who pays for each account."""

import duckdb
import polars as pl

from forensics.warehouse.tables import read_frame
from forensics.window import Window


def payers(connection: duckdb.DuckDBPyConnection, window: Window) -> pl.DataFrame:
    """The payer of every account with an exchange or a payment in the window.

    These are the accounts that chance is reckoned against: among all that ever signed up, any two that are merely in
    use would look alike.

    An organisation on the newest state counts before an instrument, since one company may pay with many cards; records
    that are one organisation are one payer. Of several instruments the one used most counts (the smaller id if equal);
    an account with neither pays for itself.

    Args:
        connection: with core.account_days, core.signal_days and raw.accounts of the window, and
            features.organisation_identities.
        window: the days that count.

    Returns:
        One row per account: account_id, payer_id, payer_basis, organisation_id.
    """
    return read_frame(
        connection,
        """
        WITH known AS (
            SELECT account_id, NULLIF(organisation_id, '') AS organisation_id FROM raw.accounts
            WHERE snapshot_date BETWEEN $first AND $last
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY snapshot_date DESC) = 1
        ),
        active AS (
            SELECT account_id FROM core.account_days WHERE snapshot_date BETWEEN $first AND $last
            UNION
            SELECT account_id FROM core.signal_days WHERE snapshot_date BETWEEN $first AND $last
        ),
        instrument AS (
            SELECT account_id, signal_value AS instrument_id FROM core.signal_days
            WHERE signal_kind = 'payment_instrument' AND snapshot_date BETWEEN $first AND $last
            GROUP BY account_id, signal_value
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY SUM(use_count) DESC, signal_value) = 1
        )
        SELECT
            account_id,
            COALESCE(
                'organisation ' || COALESCE(identity_id, organisation_id),
                'instrument ' || instrument_id,
                'account ' || account_id
            ) AS payer_id,
            CASE WHEN organisation_id IS NOT NULL THEN 'organisation'
                 WHEN instrument_id IS NOT NULL THEN 'instrument' ELSE 'account' END AS payer_basis,
            organisation_id
        FROM active LEFT JOIN known USING (account_id) LEFT JOIN instrument USING (account_id)
        LEFT JOIN features.organisation_identities USING (organisation_id)
        ORDER BY account_id
        """,
        first=window.first,
        last=window.as_of,
    )
