-- How many there are of what belongs to each finding.
WITH state AS (
    SELECT account_id, arg_max(status, snapshot_date) AS account_status
    FROM raw.accounts WHERE snapshot_date BETWEEN $first AND $as_of GROUP BY account_id
),
members AS (
    SELECT finding_id, count(*) AS account_count, count(*) FILTER (role = 'core') AS core_count,
           count(DISTINCT finding_accounts.organisation_id) AS organisation_count,
           count(DISTINCT payer_id) AS payer_count,
           count(*) FILTER (account_status = 'suspended') AS suspended_count,
           count(*) FILTER (account_status = 'closed') AS closed_count
    FROM reports.finding_accounts LEFT JOIN features.payers USING (account_id) LEFT JOIN state USING (account_id)
    GROUP BY finding_id
),
beside AS (
    SELECT finding_id, count(*) AS bystander_count FROM reports.finding_bystanders GROUP BY finding_id
)
SELECT finding_id, coalesce(members.account_count, 0) AS account_count, coalesce(core_count, 0) AS core_count,
       coalesce(organisation_count, 0) AS organisation_count, coalesce(payer_count, 0) AS payer_count,
       coalesce(suspended_count, 0) AS suspended_count, coalesce(closed_count, 0) AS closed_count,
       coalesce(bystander_count, 0) AS bystander_count
FROM reports.findings LEFT JOIN members USING (finding_id) LEFT JOIN beside USING (finding_id)
ORDER BY finding_id
