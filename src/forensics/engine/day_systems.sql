-- Distinct system prompts, and with how many distinct prompts each was sent; those that may be of one template agree in
-- the group.
SELECT
    system_key,
    MIN(system_group) AS system_group,
    MIN(systems) AS systems,
    MIN(system_ends) AS system_ends,
    COUNT(DISTINCT prompt_hash) AS prompt_count
FROM day_exchanges
WHERE system_key <> 0
GROUP BY system_key
