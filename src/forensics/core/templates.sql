-- The text behind each template id of the day, and how widely it was used.
WITH part AS (
    SELECT snapshot_date, account_id, 'head' AS part, head AS text FROM day_exchanges WHERE head IS NOT NULL
    UNION ALL
    SELECT snapshot_date, account_id, 'tail', tail FROM day_exchanges WHERE tail IS NOT NULL
    UNION ALL
    SELECT snapshot_date, account_id, 'system', system FROM day_exchanges WHERE system IS NOT NULL AND system <> ''
)
SELECT
    snapshot_date,
    part || '-' || SUBSTR(MD5(text), 1, 16) AS template_id,
    MIN(part) AS part,
    SUBSTR(MIN(text), 1, 400) AS text,
    COUNT(*) AS exchange_count,
    COUNT(DISTINCT account_id) AS account_count
FROM part
GROUP BY snapshot_date, part || '-' || SUBSTR(MD5(text), 1, 16)
HAVING COUNT(*) >= 2
