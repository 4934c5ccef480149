-- Which accounts sent at least ten times as much as on the day before, and a hundred exchanges or more?
WITH daily AS (
    SELECT account_id, snapshot_date, exchange_count,
           LAG(exchange_count) OVER days AS exchanges_before, LAG(snapshot_date) OVER days AS day_before
    FROM core.account_days
    WINDOW days AS (PARTITION BY account_id ORDER BY snapshot_date)
)
SELECT account_id, snapshot_date, exchanges_before, exchange_count, finding_ids
FROM daily LEFT JOIN analysis.findings_by_account USING (account_id)
WHERE day_before = snapshot_date - 1 AND exchange_count >= 100 AND exchange_count >= 10 * exchanges_before
ORDER BY exchange_count DESC, account_id, snapshot_date;
