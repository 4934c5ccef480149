-- The fixed text behind each template id of the day, and how widely it was used.
SELECT
    snapshot_date,
    template_id,
    MIN(part) AS part,
    MIN(text) AS text,
    COUNT(*) AS exchange_count,
    COUNT(DISTINCT prompt_hash) AS distinct_prompt_count,
    COUNT(DISTINCT account_id) AS account_count,
    MIN(occurred_at) AS first_at,
    MAX(occurred_at) AS last_at
FROM day_exchange_templates
GROUP BY snapshot_date, template_id
