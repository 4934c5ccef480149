-- Accounts that alone link a part of a finding's group to the rest: those that cut off most first.
WITH origin AS (
    SELECT DISTINCT finding_id, json_extract_string(source_key, '$.group_id') AS group_id
    FROM reports.finding_evidence WHERE starts_with(source_table, 'links.group')
)
SELECT finding_id, account_id, role, separated_count, separated_share,
       count(*) OVER (PARTITION BY finding_id) AS bridge_count
FROM links.group_bridges JOIN origin USING (group_id)
LEFT JOIN reports.finding_accounts USING (finding_id, account_id)
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY separated_count DESC, account_id) <= $most_bridges
ORDER BY finding_id, separated_count DESC, account_id
