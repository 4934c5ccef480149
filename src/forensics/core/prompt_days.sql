-- Long prompts of an account, word for word: what is stored and sent again from other accounts. On a day with very many
-- prompts those with the smallest hashes are kept, the same ones for all accounts and, level for level, on all days.
WITH prompts AS (
    SELECT snapshot_date, account_id, CAST(prompt_hash & 9223372036854775807 AS BIGINT) AS prompt_hash
    FROM day_exchanges WHERE is_long
),
sampled AS (
    SELECT
        CAST(GREATEST(0, CEIL(LN(1.0e0 * GREATEST(COUNT(DISTINCT prompt_hash), 1) / 262144) / LN(2.0e0))) AS BIGINT)
            AS sample_level
    FROM prompts
)
SELECT snapshot_date, account_id, prompt_hash, sample_level, COUNT(*) AS use_count
FROM prompts, sampled
WHERE prompt_hash < 9223372036854775807 >> sample_level
GROUP BY snapshot_date, account_id, prompt_hash, sample_level
