-- The sampled prompts: the first and last characters of those that are longer than both together.
SELECT
    account_id,
    sample_rank,
    exchange_id,
    CASE
        WHEN LENGTH(prompt) > 2 * $kept + 1 THEN LEFT(prompt, $kept) || ' ' || RIGHT(prompt, $kept)
        ELSE prompt
    END AS prompt
FROM day_sample_ids JOIN day_texts USING (account_id, exchange_id)
