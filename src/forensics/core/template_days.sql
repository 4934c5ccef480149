-- Templates an account used on the day, and what was asked for under them. A repeat is the same long prompt again after
-- it was answered: a roll-out.
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
    used.snapshot_date,
    used.account_id,
    used.template_id,
    COUNT(*) AS exchange_count,
    COUNT(DISTINCT used.prompt_hash) AS distinct_prompt_count,
    COUNT(DISTINCT used.fill_hash) AS fill_count,
    SUM(CASE WHEN ordered.outcome_before = 'ok' THEN 1 ELSE 0 END) AS repeat_count,
    SUM(CASE WHEN used.outcome = 'refused' THEN 1 ELSE 0 END) AS refused_count,
    SUM(CASE WHEN used.reasoning THEN 1 ELSE 0 END) AS reasoning_request_count,
    SUM(CASE WHEN used.grading THEN 1 ELSE 0 END) AS grading_request_count,
    SUM(CASE WHEN used.trace_cleaning THEN 1 ELSE 0 END) AS trace_cleaning_request_count,
    SUM(CASE WHEN used.policy_rewriting THEN 1 ELSE 0 END) AS policy_rewriting_request_count,
    SUM(CASE WHEN used.agentic THEN 1 ELSE 0 END) AS agentic_request_count,
    SUM(CASE WHEN used.safety_probing THEN 1 ELSE 0 END) AS safety_probing_request_count
FROM day_exchange_templates AS used
LEFT JOIN ordered ON used.exchange_id = ordered.exchange_id
GROUP BY used.snapshot_date, used.account_id, used.template_id
