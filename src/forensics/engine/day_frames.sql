-- What prompts without another part begin and end with, where enough others begin and end so; the longest frame counts.
WITH candidates AS (
    SELECT prompt_hash, place, CASE place WHEN 0 THEN frame_0 WHEN 1 THEN frame_1 ELSE frame_2 END AS key
    FROM day_prompts
    LEFT JOIN (SELECT prompt_hash, 1 AS has_line FROM day_middles) AS middles USING (prompt_hash)
    CROSS JOIN (SELECT place FROM day_frame_places) AS places
    WHERE head_key = 0 AND tail_key = 0 AND has_line IS NULL
),
shared AS (
    SELECT place, key FROM candidates WHERE key <> 0 GROUP BY place, key HAVING COUNT(*) >= $frame_prompts
),
found AS (
    SELECT prompt_hash, MIN(place) AS place FROM candidates JOIN shared USING (place, key) GROUP BY prompt_hash
)
SELECT prompt_hash, place, key FROM found JOIN candidates USING (prompt_hash, place)
