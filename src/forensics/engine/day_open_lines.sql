-- Lines that enough prompts share, of prompts that have no other part.
SELECT prompt_hash, key, score
FROM day_shared_lines
JOIN (SELECT prompt_hash FROM day_prompts WHERE head_key = 0 AND tail_key = 0) AS open_prompts USING (prompt_hash)
