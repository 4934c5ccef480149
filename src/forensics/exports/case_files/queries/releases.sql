-- What each finding's accounts did when a model was released: the move, whether it lasted and what was sent there.
WITH origin AS (
    SELECT DISTINCT finding_id, json_extract_string(source_key, '$.group_id') AS group_id
    FROM reports.finding_evidence WHERE starts_with(source_table, 'links.group')
)
SELECT finding_id, measure, value, baseline, low, high, sample_size, p_value, q_value, detail
FROM links.group_tests JOIN origin USING (group_id)
WHERE starts_with(measure, 'release_')
ORDER BY finding_id, measure <> 'release_reaction_24_hours', measure <> 'release_reaction_72_hours',
         measure <> 'release_persistence', group_id
