-- Exchanges to read a part's text from: those of the smallest and largest hash, the first and the last id.
WITH seen AS (
    SELECT part, key, depth, parts.tail_depth AS tail_depth, prompt_order, exchange_id, last_exchange_id
    FROM day_prompt_parts AS parts JOIN day_prompts USING (prompt_hash)
    UNION ALL
    -- One exchange a prompt: the same prompt comes with several system prompts, and the choice must be one.
    SELECT 'system', key, CAST(MIN(depth) AS BIGINT), CAST(MIN(tail_depth) AS BIGINT), prompt_order, MIN(exchange_id), MAX(exchange_id)
    FROM day_exchanges JOIN day_system_parts USING (system_key)
    GROUP BY key, prompt_order
),
chosen AS (
    SELECT
        part,
        key,
        MIN(depth) AS depth,
        MIN(tail_depth) AS tail_depth,
        ARG_MIN(exchange_id, prompt_order) AS one,
        ARG_MAX(exchange_id, prompt_order) AS two,
        MIN(exchange_id) AS three,
        MAX(last_exchange_id) AS four
    FROM seen
    GROUP BY part, key
)
SELECT
    part,
    key,
    depth,
    tail_depth,
    number,
    CASE number WHEN 0 THEN one WHEN 1 THEN two WHEN 2 THEN three ELSE four END AS exchange_id
FROM chosen CROSS JOIN day_example_numbers
