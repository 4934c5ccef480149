-- Who shares a rare address or card with an accused finding and is in no finding: bystanders, or members that were missed?
WITH accused AS (
    SELECT finding_id, account_id FROM analysis.finding_members WHERE confidence IN ('high', 'moderate')
),
accused_values AS (
    SELECT DISTINCT finding_id, signal_kind, signal_value
    FROM accused JOIN analysis.signal_carriers USING (account_id)
    WHERE signal_kind IN ('ip', 'payment_instrument') AND NOT is_hub
)
SELECT finding_id, account_id, STRING_AGG(DISTINCT signal_kind, ', ' ORDER BY signal_kind) AS shared_kinds,
       COUNT(*) AS shared_values, ROUND(SUM(bits), 1) AS bits
FROM accused_values JOIN analysis.signal_carriers USING (signal_kind, signal_value)
WHERE account_id NOT IN (SELECT account_id FROM reports.finding_accounts)
GROUP BY finding_id, account_id
ORDER BY bits DESC, finding_id, account_id;
