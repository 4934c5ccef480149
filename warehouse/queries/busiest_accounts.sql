-- Who sends most, what share of all traffic is that, and is the account in a finding?
SELECT account_id, organisation_name, SUM(exchange_count)::BIGINT AS exchange_count,
       analysis.percent(SUM(exchange_count) / (SELECT SUM(exchange_count) FROM core.account_days)) AS percent_of_all,
       COUNT(*) AS active_day_count, finding_ids, highest_confidence
FROM core.account_days
LEFT JOIN analysis.current_accounts USING (account_id)
LEFT JOIN analysis.findings_by_account USING (account_id)
GROUP BY account_id, organisation_name, finding_ids, highest_confidence
ORDER BY exchange_count DESC, account_id
LIMIT 25;
