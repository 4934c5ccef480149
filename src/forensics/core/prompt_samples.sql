-- The day's sampled prompts as vectors, made beside this query because an embedder is no SQL.
SELECT snapshot_date, account_id, exchange_id, sample_rank, embedder_id, vector, phrases FROM day_prompt_samples
