-- What do the accounts of each finding ask for, and which of it is refused? One exchange may ask for several things.
SELECT finding_id, capability, COUNT(*) AS exchange_count, COUNT(DISTINCT account_id) AS account_count,
       analysis.percent(AVG(CASE WHEN outcome = 'refused' THEN 1 ELSE 0 END)) AS percent_refused,
       MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
FROM reports.finding_accounts
JOIN core.exchange_capabilities USING (account_id)
JOIN raw.exchanges USING (snapshot_date, account_id, exchange_id)
GROUP BY finding_id, capability
ORDER BY finding_id, exchange_count DESC, capability;
