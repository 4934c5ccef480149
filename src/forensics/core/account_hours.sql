-- Exchanges of an account per hour of the day.
SELECT
    snapshot_date,
    account_id,
    EXTRACT(HOUR FROM occurred_at) AS hour,
    COUNT(*) AS exchange_count
FROM day_exchanges
GROUP BY snapshot_date, account_id, EXTRACT(HOUR FROM occurred_at)
