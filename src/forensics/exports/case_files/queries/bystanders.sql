-- Accounts beside each finding, not accused.
SELECT finding_id, account_id, carried, reason, pool_id FROM reports.finding_bystanders
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY account_id) <= $most_bystanders
ORDER BY finding_id, account_id
