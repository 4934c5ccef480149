-- What an account did on the day. Every sum is of whole numbers: exact, whatever the order of rows.
SELECT
    snapshot_date,
    account_id,
    COUNT(*) AS exchange_count,
    SUM(CASE WHEN outcome = 'ok' THEN 1 ELSE 0 END) AS ok_count,
    SUM(CASE WHEN outcome = 'refused' THEN 1 ELSE 0 END) AS refused_count,
    SUM(CASE WHEN outcome = 'rate_limited' THEN 1 ELSE 0 END) AS rate_limited_count,
    SUM(CASE WHEN outcome = 'error' THEN 1 ELSE 0 END) AS error_count,
    SUM(input_tokens) AS input_tokens,
    SUM(output_tokens) AS output_tokens,
    SUM(CASE WHEN thinking THEN 1 ELSE 0 END) AS thinking_count,
    SUM(CASE WHEN tool_count > 0 THEN 1 ELSE 0 END) AS tool_exchange_count,
    SUM(CASE WHEN image_count > 0 THEN 1 ELSE 0 END) AS image_exchange_count,
    SUM(CASE WHEN history_fingerprint IS NOT NULL THEN 1 ELSE 0 END) AS conversation_turn_count,
    SUM(prompt_characters) AS prompt_characters,
    COUNT(DISTINCT prompt_hash) AS distinct_prompt_count,
    COUNT(DISTINCT model) AS model_count,
    COUNT(DISTINCT ip) AS address_count,
    SUM(CASE WHEN reasoning THEN 1 ELSE 0 END) AS reasoning_request_count,
    SUM(CASE WHEN grading THEN 1 ELSE 0 END) AS grading_request_count,
    SUM(CASE WHEN trace_cleaning THEN 1 ELSE 0 END) AS trace_cleaning_request_count,
    SUM(CASE WHEN policy_rewriting THEN 1 ELSE 0 END) AS policy_rewriting_request_count,
    SUM(CASE WHEN agentic THEN 1 ELSE 0 END) AS agentic_request_count,
    SUM(CASE WHEN safety_probing THEN 1 ELSE 0 END) AS safety_probing_request_count,
    MIN(occurred_at) AS first_at,
    MAX(occurred_at) AS last_at
FROM day_exchanges
GROUP BY snapshot_date, account_id
