-- Values an account was seen with on the day. Values are cut at 200 characters: an attacker chooses some of them. Each
-- kind is counted by itself first: what is done with a value is then done once an account.
WITH addresses AS (
    SELECT
        snapshot_date, account_id, ip, COUNT(*) AS use_count, MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
    FROM day_exchanges WHERE ip IS NOT NULL GROUP BY snapshot_date, account_id, ip
),
seen AS (
    SELECT
        snapshot_date, account_id, 'ip' AS signal_kind, ip AS signal_value, use_count, first_at, last_at
    FROM addresses
    UNION ALL
    SELECT
        snapshot_date, account_id, 'ip_prefix',
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
        END,
        use_count, first_at, last_at
    FROM addresses
    UNION ALL
    SELECT
        snapshot_date, account_id, 'user_agent', user_agent, COUNT(*), MIN(occurred_at), MAX(occurred_at)
    FROM day_exchanges WHERE user_agent <> '' GROUP BY snapshot_date, account_id, user_agent
    UNION ALL
    SELECT
        snapshot_date, account_id, 'client_fingerprint', client_fingerprint, COUNT(*), MIN(occurred_at), MAX(occurred_at)
    FROM day_exchanges WHERE client_fingerprint <> '' GROUP BY snapshot_date, account_id, client_fingerprint
    UNION ALL
    SELECT
        snapshot_date, account_id, 'api_key', api_key_id, COUNT(*), MIN(occurred_at), MAX(occurred_at)
    FROM day_exchanges WHERE api_key_id <> '' GROUP BY snapshot_date, account_id, api_key_id
    UNION ALL
    SELECT
        snapshot_date, account_id, 'conversation', history_fingerprint, COUNT(*), MIN(occurred_at), MAX(occurred_at)
    FROM day_exchanges WHERE history_fingerprint <> '' GROUP BY snapshot_date, account_id, history_fingerprint
    UNION ALL
    -- A declined attempt shows the same hand as a settled payment.
    SELECT
        snapshot_date, account_id, 'payment_instrument', instrument_id, COUNT(*), MIN(paid_at), MAX(paid_at)
    FROM raw.payments WHERE snapshot_date = $day GROUP BY snapshot_date, account_id, instrument_id
)
SELECT
    snapshot_date,
    account_id,
    signal_kind,
    SUBSTR(signal_value, 1, 200) AS signal_value,
    CAST(SUM(use_count) AS BIGINT) AS use_count,
    MIN(first_at) AS first_at,
    MAX(last_at) AS last_at
FROM seen
WHERE signal_value IS NOT NULL AND signal_value <> ''
GROUP BY snapshot_date, account_id, signal_kind, SUBSTR(signal_value, 1, 200)
