-- In which hours were five or more accounts opened with one mail domain?
SELECT DATE_TRUNC('hour', created_at) AS hour, email_domain, COUNT(*) AS account_count,
       COUNT(*) FILTER (status <> 'active') AS stopped_count, COUNT(finding_ids) AS in_findings_count
FROM analysis.current_accounts LEFT JOIN analysis.findings_by_account USING (account_id)
WHERE email_domain IS NOT NULL
GROUP BY hour, email_domain
HAVING COUNT(*) >= 5
ORDER BY account_count DESC, hour, email_domain;
