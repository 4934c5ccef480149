-- Exchanges of an account per minute and model: what timing between accounts is judged on.
SELECT
    snapshot_date,
    account_id,
    60 * EXTRACT(HOUR FROM occurred_at) + EXTRACT(MINUTE FROM occurred_at) AS minute,
    model,
    COUNT(*) AS exchange_count,
    SUM(CASE WHEN history_fingerprint IS NULL THEN 1 ELSE 0 END) AS opening_count,
    SUM(CASE WHEN outcome = 'rate_limited' THEN 1 ELSE 0 END) AS rate_limited_count
FROM day_exchanges
GROUP BY snapshot_date, account_id, 60 * EXTRACT(HOUR FROM occurred_at) + EXTRACT(MINUTE FROM occurred_at), model
