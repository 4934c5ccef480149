-- Templates an account used on the day; what was seen once in all is nobody's template yet.
WITH part AS (
    SELECT snapshot_date, account_id, prompt_hash, 'head-' || SUBSTR(MD5(head), 1, 16) AS template_id
    FROM day_exchanges WHERE head IS NOT NULL
    UNION ALL
    SELECT snapshot_date, account_id, prompt_hash, 'tail-' || SUBSTR(MD5(tail), 1, 16)
    FROM day_exchanges WHERE tail IS NOT NULL
    UNION ALL
    SELECT snapshot_date, account_id, prompt_hash, 'system-' || SUBSTR(MD5(system), 1, 16)
    FROM day_exchanges WHERE system IS NOT NULL AND system <> ''
),
per_account AS (
    SELECT
        snapshot_date,
        account_id,
        template_id,
        COUNT(*) AS exchange_count,
        COUNT(DISTINCT prompt_hash) AS distinct_prompt_count
    FROM part
    GROUP BY snapshot_date, account_id, template_id
)
SELECT * FROM (
    SELECT *, SUM(exchange_count) OVER (PARTITION BY template_id) AS seen_count FROM per_account
) AS counted
WHERE seen_count >= 2
