-- The fixed text behind each template id of the day, and how widely it was used. Texts stay out of the sums.
WITH texts AS (
    SELECT template_id, MIN(part) AS part, MIN(text) AS text FROM day_templates GROUP BY template_id
),
used AS (
    SELECT
        snapshot_date,
        template_id,
        COUNT(*) AS exchange_count,
        COUNT(DISTINCT prompt_hash) AS distinct_prompt_count,
        COUNT(DISTINCT account_id) AS account_count,
        MIN(occurred_at) AS first_at,
        MAX(occurred_at) AS last_at
    FROM day_exchange_templates
    GROUP BY snapshot_date, template_id
)
SELECT
    snapshot_date, template_id, part, text, exchange_count, distinct_prompt_count, account_count, first_at, last_at
FROM used JOIN texts USING (template_id)
