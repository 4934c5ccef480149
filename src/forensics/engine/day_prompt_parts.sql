-- One row a distinct prompt and fixed part of it.
SELECT prompt_hash, 'head' AS part, head_key AS key, CAST(head_depth AS BIGINT) AS depth, -1 AS tail_depth
FROM day_prompts WHERE head_key <> 0
UNION ALL
SELECT prompt_hash, 'tail', tail_key, CAST(tail_depth AS BIGINT), -1 FROM day_prompts WHERE tail_key <> 0
UNION ALL
SELECT prompt_hash, 'middle', key, CAST(0 AS BIGINT), -1 FROM day_middles
UNION ALL
SELECT prompt_hash, 'frame', key, depth, tail_depth FROM day_frames JOIN day_frame_places USING (place)
