-- Which templates each of the day's exchanges follows.
WITH of_prompts AS (
    SELECT prompt_hash, template_id, part FROM day_prompt_parts JOIN day_templates USING (part, key)
),
of_systems AS (
    SELECT system_key, template_id, part
    FROM day_system_parts JOIN (SELECT * FROM day_templates WHERE part = 'system') AS templates USING (key)
),
found AS (
    SELECT
        snapshot_date, exchange_id, account_id, occurred_at, outcome, prompt_hash, is_long, template_id, part,
        history_fingerprint IS NOT NULL AS goes_on,
        reasoning, grading, trace_cleaning, policy_rewriting, agentic, safety_probing
    FROM day_exchanges JOIN of_prompts USING (prompt_hash)
    UNION ALL
    SELECT
        snapshot_date, exchange_id, account_id, occurred_at, outcome, prompt_hash, is_long, template_id, part,
        history_fingerprint IS NOT NULL AS goes_on,
        reasoning, grading, trace_cleaning, policy_rewriting, agentic, safety_probing
    FROM day_exchanges JOIN of_systems USING (system_key)
)
SELECT
    snapshot_date, found.exchange_id, account_id, occurred_at, outcome, prompt_hash, is_long, template_id, part,
    goes_on,
    -- Under an instruction in the system prompt all of the prompt is the item, whatever else is fixed in it.
    CASE WHEN part = 'system' THEN CAST(prompt_hash & 9223372036854775807 AS BIGINT) ELSE day_prompts.fill_hash END
        AS fill_hash,
    reasoning, grading, trace_cleaning, policy_rewriting, agentic, safety_probing
FROM found JOIN day_prompts USING (prompt_hash)
