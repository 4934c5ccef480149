-- What filled each template, per account. Of a template with very many fills those with the smallest hashes are kept,
-- the same ones for all accounts and, level for level, on all days: what is kept of two accounts can be compared.
-- Under a fixed system prompt all of the prompt is the fill, so that thanks and greetings would be items: they are not.
WITH filled AS (
    SELECT snapshot_date, account_id, template_id, fill_hash, goes_on FROM day_exchange_templates
    WHERE part <> 'system' OR is_long
),
sampled AS (
    SELECT
        template_id,
        CAST(GREATEST(0, CEIL(LN(1.0e0 * COUNT(DISTINCT fill_hash) / 8192) / LN(2.0e0))) AS BIGINT) AS sample_level
    FROM filled
    GROUP BY template_id
)
SELECT
    snapshot_date,
    account_id,
    template_id,
    fill_hash,
    sample_level,
    COUNT(*) AS use_count,
    SUM(CASE WHEN goes_on THEN 1 ELSE 0 END) AS conversation_turn_count
FROM filled JOIN sampled USING (template_id)
WHERE fill_hash < 9223372036854775807 >> sample_level
GROUP BY snapshot_date, account_id, template_id, fill_hash, sample_level
