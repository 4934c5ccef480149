-- The day's sample, by the exchanges' ids alone: the smallest hashes of an account are kept.
SELECT exchange_id, account_id, sample_rank
FROM (
    SELECT
        exchange_id,
        account_id,
        sample_rank,
        ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY sample_rank, exchange_id) AS place
    FROM (
        SELECT exchange_id, account_id, SUBSTR(MD5(account_id || ':' || exchange_id), 1, 12) AS sample_rank
        FROM day_ids
    ) AS hashed
) AS ranked
WHERE place <= $per_account
