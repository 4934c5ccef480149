-- The first accounts of each finding: core ones first, the firmest first; with their state on the last day they were listed.
WITH state AS (
    SELECT account_id, arg_max(status, snapshot_date) AS account_status, arg_max(channel, snapshot_date) AS channel,
           max(created_at) AS opened_at
    FROM raw.accounts WHERE snapshot_date BETWEEN $first AND $as_of GROUP BY account_id
)
SELECT finding_id, account_id, organisation_id, role, membership, exchange_count, account_status, channel, opened_at
FROM reports.finding_accounts LEFT JOIN state USING (account_id)
QUALIFY row_number() OVER (
    PARTITION BY finding_id ORDER BY role = 'core' DESC, membership DESC, exchange_count DESC, account_id
) <= $most_accounts
ORDER BY finding_id, role = 'core' DESC, membership DESC, exchange_count DESC, account_id
