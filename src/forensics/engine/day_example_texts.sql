-- The texts of the examples.
SELECT part, key, depth, tail_depth, number, CASE WHEN part = 'system' THEN system_prompt ELSE prompt END AS text
FROM day_part_examples JOIN day_texts USING (exchange_id)
