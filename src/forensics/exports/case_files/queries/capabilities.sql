-- Mean share of exchanges that ask for each capability, of the finding's accounts and of accounts of the same kind.
-- An account that never asks for something has no row: its share is 0, and its cohort's is that of another's row.
WITH cohorts AS (
    SELECT cohort, capability, avg(cohort_share) AS cohort_share FROM features.account_capabilities
    GROUP BY cohort, capability
),
members AS (
    SELECT DISTINCT finding_id, account_id, cohort
    FROM reports.finding_accounts JOIN features.account_capabilities USING (account_id)
),
mixes AS (
    SELECT finding_id, capability, avg(coalesce(own.share_of_exchanges, 0)) AS group_share,
           avg(coalesce(own.cohort_share, cohorts.cohort_share, 0)) AS cohort_share, count(*) AS account_count
    FROM members
    CROSS JOIN (SELECT DISTINCT capability FROM features.account_capabilities) AS named
    LEFT JOIN features.account_capabilities AS own USING (account_id, capability)
    LEFT JOIN cohorts ON cohorts.cohort = members.cohort AND cohorts.capability = named.capability
    GROUP BY finding_id, capability
)
SELECT * FROM mixes
QUALIFY row_number() OVER (
    PARTITION BY finding_id ORDER BY round(greatest(group_share, cohort_share), 9) DESC, capability
) <= $most_capabilities
ORDER BY finding_id, round(group_share, 9) DESC, capability
