-- Values an account was seen with on the day. Values are cut at 200 characters: an attacker chooses some of them.
WITH seen AS (
    SELECT snapshot_date, account_id, occurred_at, 'ip' AS signal_kind, ip AS signal_value FROM day_exchanges
    UNION ALL
    SELECT
        snapshot_date, account_id, occurred_at, 'ip_prefix',
        -- The block one household or office usually has: /24 of version 4; the first three groups of version 6, without
        -- leading zeros and with those that `::` stands for. Version 4 written as version 6 is version 4.
        CASE
            WHEN REGEXP_MATCHES(ip, '^::[Ff]{4}:\d+\.') THEN REGEXP_EXTRACT(ip, '\d+\.\d+\.\d+', 0) || '.0/24'
            WHEN ip LIKE '%:%' THEN REGEXP_REPLACE(
                CASE
                    WHEN ip LIKE '::%' THEN '0:0:0'
                    WHEN REGEXP_MATCHES(ip, '^[^:]+::') THEN REGEXP_EXTRACT(LOWER(ip), '^[^:]+', 0) || ':0:0'
                    WHEN REGEXP_MATCHES(ip, '^[^:]+:[^:]+::') THEN REGEXP_EXTRACT(LOWER(ip), '^[^:]+:[^:]+', 0) || ':0'
                    ELSE REGEXP_EXTRACT(LOWER(ip), '^[^:]+:[^:]+:[^:]+', 0)
                END, '\b0+([0-9a-f])', '\1', 'g'
            ) || '::/48'
            ELSE REGEXP_EXTRACT(ip, '^\d+\.\d+\.\d+', 0) || '.0/24'
        END
    FROM day_exchanges WHERE ip IS NOT NULL
    UNION ALL
    SELECT snapshot_date, account_id, occurred_at, 'user_agent', user_agent FROM day_exchanges
    UNION ALL
    SELECT snapshot_date, account_id, occurred_at, 'client_fingerprint', client_fingerprint FROM day_exchanges
    UNION ALL
    SELECT snapshot_date, account_id, occurred_at, 'api_key', api_key_id FROM day_exchanges
    UNION ALL
    SELECT snapshot_date, account_id, occurred_at, 'conversation', history_fingerprint FROM day_exchanges
    UNION ALL
    -- A declined attempt shows the same hand as a settled payment.
    SELECT snapshot_date, account_id, paid_at, 'payment_instrument', instrument_id
    FROM raw.payments WHERE snapshot_date = $day
)
SELECT
    snapshot_date,
    account_id,
    signal_kind,
    SUBSTR(signal_value, 1, 200) AS signal_value,
    COUNT(*) AS use_count,
    MIN(occurred_at) AS first_at,
    MAX(occurred_at) AS last_at
FROM seen
WHERE signal_value IS NOT NULL AND signal_value <> ''
GROUP BY snapshot_date, account_id, signal_kind, SUBSTR(signal_value, 1, 200)
