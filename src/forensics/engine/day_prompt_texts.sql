-- The text of one exchange of each distinct prompt, beside the depths to which it is fixed.
SELECT
    prompt_hash, prompt_order, exchange_id, last_exchange_id, head_depth, head_key, tail_depth, tail_key, kept, framing,
    has_lines, frame_0, frame_1, frame_2, prompt
FROM day_prompt_ends JOIN day_texts USING (exchange_id)
