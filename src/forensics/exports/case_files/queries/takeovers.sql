-- Who took over from whom: pairs that are certain by themselves, and first calls after bans where the group's are.
WITH origin AS (
    SELECT DISTINCT finding_id, json_extract_string(source_key, '$.group_id') AS group_id
    FROM reports.finding_evidence WHERE starts_with(source_table, 'links.group')
),
coupled AS (
    SELECT group_id FROM links.group_tests WHERE measure = 'failover_starts' AND q_value < $significant
)
SELECT finding_id, from_account_id, to_account_id, event, reaction, event_count, followed_count, expected,
       delay_minutes, p_value, q_value, count(*) OVER (PARTITION BY finding_id) AS pair_count
FROM links.failover_pairs JOIN origin USING (group_id)
WHERE q_value < $significant OR (reaction = 'first_call' AND group_id IN (SELECT group_id FROM coupled))
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY p_value, from_account_id, to_account_id) <= $most_pairs
ORDER BY finding_id, p_value, from_account_id, to_account_id
