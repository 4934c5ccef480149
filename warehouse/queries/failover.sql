-- Which accounts grew at least fivefold on the day after an account of their group was suspended?
WITH suspended AS (
    SELECT DISTINCT account_id, CAST(status_changed_at AS DATE) AS suspended_on
    FROM raw.accounts WHERE status = 'suspended' AND status_changed_at IS NOT NULL
),
daily AS (SELECT account_id, snapshot_date, exchange_count FROM core.account_days)
SELECT b.group_id, suspended.account_id AS suspended_account, suspended.suspended_on, b.account_id AS grown_account,
       COALESCE(before.exchange_count, 0) AS exchanges_before, after.exchange_count AS exchanges_after
FROM suspended
JOIN links.group_accounts AS a ON a.account_id = suspended.account_id
JOIN links.group_accounts AS b ON b.group_id = a.group_id AND b.account_id <> a.account_id
JOIN daily AS after ON after.account_id = b.account_id AND after.snapshot_date = suspended.suspended_on + 1
LEFT JOIN daily AS before ON before.account_id = b.account_id AND before.snapshot_date = suspended.suspended_on - 1
WHERE after.exchange_count >= 5 * COALESCE(before.exchange_count, 0) AND after.exchange_count >= 20
ORDER BY group_id, suspended_on, exchanges_after DESC, grown_account;
