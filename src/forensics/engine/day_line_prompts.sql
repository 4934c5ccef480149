-- Prompts whose lines are looked at.
SELECT prompt_hash, line_keys, line_units FROM day_prompts WHERE line_count > 0
