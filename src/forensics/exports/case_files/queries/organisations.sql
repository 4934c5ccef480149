-- Organisations of each finding's accounts, those that the ownership rule bars first.
WITH owned AS (
    SELECT finding_id, organisation_id, count(*) AS account_count FROM reports.finding_accounts
    WHERE organisation_id IS NOT NULL GROUP BY finding_id, organisation_id
),
named AS (
    SELECT organisation_id, arg_max(left(name, 200), snapshot_date) AS name,
           arg_max(jurisdiction, snapshot_date) AS jurisdiction
    FROM raw.organisations WHERE snapshot_date <= $as_of GROUP BY organisation_id
)
SELECT finding_id, organisation_id, coalesce(barred.name, named.name) AS name,
       coalesce(barred.jurisdiction, named.jurisdiction) AS jurisdiction, account_count,
       coalesce(barred.verdict, verdicts.verdict) AS verdict, barred.controlling_organisation_id,
       controlling_jurisdiction, threshold_percent, barred.attributed_percent, barred.effective_percent,
       barred.organisation_id IS NOT NULL AS is_barred,
       count(*) OVER (PARTITION BY finding_id) AS organisation_count
FROM owned
LEFT JOIN named USING (organisation_id)
LEFT JOIN reports.barred_organisations AS barred USING (organisation_id)
LEFT JOIN reports.ownership_verdicts AS verdicts USING (organisation_id)
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY is_barred DESC, account_count DESC, organisation_id)
    <= $most_organisations
ORDER BY finding_id, is_barred DESC, account_count DESC, organisation_id
