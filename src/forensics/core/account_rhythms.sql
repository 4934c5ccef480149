-- Sessions and gaps of an account within the day. Every sum is of whole seconds: exact, whatever the order of rows.
WITH moments AS (
    SELECT
        snapshot_date,
        account_id,
        exchange_id,
        EXTRACT(MINUTE FROM occurred_at) AS minute,
        occurred_at,
        CAST(
            3600 * EXTRACT(HOUR FROM occurred_at) + 60 * EXTRACT(MINUTE FROM occurred_at)
            + FLOOR(EXTRACT(SECOND FROM occurred_at)) AS BIGINT
        ) AS second
    FROM day_exchanges
),
gaps AS (
    SELECT
        snapshot_date,
        account_id,
        minute,
        second - LAG(second) OVER (PARTITION BY account_id ORDER BY occurred_at, exchange_id) AS gap
    FROM moments
)
SELECT
    snapshot_date,
    account_id,
    -- Half an hour without a call ends a session, as is usual for web logs.
    SUM(CASE WHEN gap <= 1800 THEN 0 ELSE 1 END) AS session_count,
    SUM(CASE WHEN gap <= 1800 THEN gap ELSE 0 END) AS session_seconds,
    COUNT(gap) AS gap_count,
    COALESCE(SUM(gap), 0) AS gap_seconds,
    COALESCE(SUM(gap * gap), 0) AS gap_seconds_squared,
    SUM(CASE WHEN minute IN (0, 15, 30, 45) THEN 1 ELSE 0 END) AS round_minute_count
FROM gaps
GROUP BY snapshot_date, account_id
