-- What the day's sampled prompts of an account hold together.
SELECT
    snapshot_date, account_id, embedder_id, sample_count, compressed_prompt_count, prompt_bytes, compressed_bytes,
    letters, public_item_lists
FROM day_sample_sums
