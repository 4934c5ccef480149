-- Templates an account used on the day. A repeat is the same long prompt again after it was answered: a roll-out.
WITH repeated AS (
    SELECT account_id, prompt_hash FROM day_exchanges WHERE is_long GROUP BY account_id, prompt_hash HAVING COUNT(*) > 1
),
ordered AS (
    SELECT
        exchange_id,
        LAG(outcome) OVER (PARTITION BY account_id, prompt_hash ORDER BY occurred_at, exchange_id) AS outcome_before
    FROM day_exchanges JOIN repeated USING (account_id, prompt_hash)
)
SELECT
    snapshot_date,
    account_id,
    template_id,
    COUNT(*) AS exchange_count,
    COUNT(DISTINCT prompt_hash) AS distinct_prompt_count,
    COUNT(DISTINCT fill_hash) AS fill_count,
    SUM(CASE WHEN outcome_before = 'ok' THEN 1 ELSE 0 END) AS repeat_count
FROM day_exchange_templates LEFT JOIN ordered USING (exchange_id)
GROUP BY snapshot_date, account_id, template_id
