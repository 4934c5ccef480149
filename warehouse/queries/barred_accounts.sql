-- Which organisations may not be served, by which reading of the rule, and how much do their accounts still send?
SELECT organisation_id, barred.name, verdict, controlling_jurisdiction, attributed_percent, effective_percent, rule,
       COUNT(DISTINCT account_id) AS account_count,
       COUNT(DISTINCT account_id) FILTER (status = 'active') AS active_account_count,
       COALESCE(SUM(days.exchange_count), 0)::BIGINT AS exchange_count
FROM reports.barred_organisations AS barred
LEFT JOIN analysis.current_accounts USING (organisation_id)
LEFT JOIN core.account_days AS days USING (account_id)
GROUP BY ALL
ORDER BY exchange_count DESC, organisation_id;
