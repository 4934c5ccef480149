-- Which accounts are refused most often, twenty exchanges or more? Also true of safety research.
SELECT account_id, programme, SUM(exchange_count)::BIGINT AS exchange_count, SUM(refused_count)::BIGINT AS refused_count,
       analysis.percent(SUM(refused_count) / SUM(exchange_count)) AS percent_refused, finding_ids
FROM core.account_days
LEFT JOIN analysis.current_accounts USING (account_id)
LEFT JOIN analysis.findings_by_account USING (account_id)
GROUP BY account_id, programme, finding_ids
HAVING SUM(exchange_count) >= 20
ORDER BY SUM(refused_count) / SUM(exchange_count) DESC, account_id
LIMIT 25;
